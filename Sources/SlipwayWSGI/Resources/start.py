"""Runs the gateway's source, which is in `_gateway`.

To compile that takes as long as the start of Python itself, so what came of it is kept in the file
`_code_file`. This here is compiled each time.
"""


def _code(source, file):
    import marshal
    import os
    import sys
    from _imp import source_hash

    # What the code depends on; with the hash that the import system has for this (PEP 552).
    key = repr((sys.version, sys.flags.optimize, source_hash(0, source.encode()))).encode() + b"\n"
    try:
        with open(file, "rb") as kept:
            if kept.readline() == key:
                return marshal.loads(kept.read())
    except Exception:
        # It is not there, or no longer whole.
        pass
    code = compile(source, "<slipway>", "exec", dont_inherit=True)
    sibling = "%s.new-%d" % (file, os.getpid())
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        with open(os.open(sibling, flags, 0o600), "wb") as new:
            new.write(key + marshal.dumps(code))
        os.replace(sibling, file)
    except OSError:
        # Then the next start compiles it again.
        try:
            os.unlink(sibling)
        except OSError:
            pass
    return code


exec(_code(_gateway, _code_file), globals())
del _gateway
