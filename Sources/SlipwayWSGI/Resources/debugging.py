"""Debuggers of Python, inside the process that they debug."""

_trace_thread = None
_traced = set()


def debug(text):
    """Starts a debugger's half that runs in this process. Returns the port of the other half, if that waits for
    editors, or nothing if it has connected to one."""
    settings = _settings(text)
    sys.path[:0] = [path for path in settings.get("python-path", []) if path not in sys.path]
    # About modules that are frozen into the interpreter, of which no line is the application's.
    os.environ.setdefault("PYDEVD_DISABLE_FILE_VALIDATION", "1")
    if settings["debugger"][0] == "pydevd":
        return _connect_out(settings)
    return _listen()


def _listen():
    global _trace_thread
    import debugpy

    # The adapter is a process of its own, which ends when this image does.
    _, port = debugpy.listen(("127.0.0.1", 0))
    _trace_thread = lambda: debugpy.trace_this_thread(True)
    return str(port)


def _connect_out(settings):
    """As the original set-up of this project did: the editor listens, and is connected to."""
    global _trace_thread
    import pydevd

    host, _, port = settings["pydev-server"][0].rpartition(":")
    options = {"suspend": False, "stdout_to_server": False, "stderr_to_server": False}
    pydevd.settrace(host or "127.0.0.1", port=int(port), trace_only_current_thread=False, **options)
    _trace_thread = lambda: pydevd.settrace(
        host or "127.0.0.1", port=int(port), trace_only_current_thread=True, **options
    )
    return ""


def _trace_this_thread(ident):
    """A thread that Python has not started is not traced unless it is known to `threading`, and asks to be."""
    _traced.add(ident)
    try:
        import threading

        threading.current_thread()
        _trace_thread()
    except Exception as error:
        _print(error)
