"""Apache with Debian's mod_wsgi, beside the other servers of Python: its own ServerRoot, in the foreground, nothing of the
system's configuration. As root it serves as `nobody`, whom the checkout must be readable for: Apache does not serve
as root.
"""
import pathlib

MODULES = "/usr/lib/apache2/modules"
PACKAGES = ["apache2-bin", "libapache2-mod-wsgi-py3"]

# Apache has the threads that Debian's configuration gives a process, which in embedded mode run Python: with eight, as the
# others have, it closes connections that wait for another request, for want of an idle one. In daemon mode eight of the
# daemon's run Python, and Apache's pass on what comes. The port and the script are on the command line.
CONFIGURATION = """
ServerRoot {root}
DefaultRuntimeDir {root}
PidFile {name}.pid
ErrorLog {name}.log
LogLevel error
ServerName localhost
User nobody
Group nogroup
LoadModule mpm_event_module {modules}/mod_mpm_event.so
LoadModule authz_core_module {modules}/mod_authz_core.so
LoadModule wsgi_module {modules}/mod_wsgi.so
ServerLimit 1
StartServers 1
ThreadsPerChild 25
MaxRequestWorkers 25
MinSpareThreads 1
KeepAliveTimeout 60
MaxKeepAliveRequests 0
WSGIApplicationGroup %{{GLOBAL}}
WSGIChunkedRequest On
"""

DAEMON = """
WSGISocketPrefix {root}/daemon
WSGIDaemonProcess bench threads=8
WSGIProcessGroup bench
"""


def configure(directory):
    """Writes the configuration of either mode to a directory in `directory`."""
    root = pathlib.Path(directory) / "apache"
    root.mkdir(parents=True, exist_ok=True)
    for name, mode in (("embedded", ""), ("daemon", DAEMON)):
        text = (CONFIGURATION + mode).format(root=root, name=name, modules=MODULES)
        (root / f"{name}.conf").write_text(text)


def command(directory, name, script, port):
    """What serves a script in one of the modes."""
    return ["/usr/sbin/apache2", "-DFOREGROUND", "-f", f"{directory}/apache/{name}.conf",
            "-c", f"Listen 127.0.0.1:{port}", "-c", f"WSGIScriptAlias / {script}"]
