import sys, sysconfig as s
v = s.get_config_var
print("\n".join(str(x) for x in [
    "%d.%d.%d" % sys.version_info[:3], sys.implementation.name, sys.executable, sys.base_prefix,
    v("LIBDIR") or "", v("INSTSONAME") or "", v("LDLIBRARY") or "", v("MULTIARCH") or "",
    s.get_path("stdlib"), getattr(sys, "abiflags", ""),
]))
