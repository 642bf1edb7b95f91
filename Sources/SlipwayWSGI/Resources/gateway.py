"""The gateway's side of WSGI (PEP 3333), inside the interpreter.

Globals whose names begin with one underscore and that are not defined here are functions of the
server: see python.h. Nothing is imported that every interpreter has not loaded at its start, for
each import delays each restart.
"""

import builtins
import os
import sys
from _thread import get_ident

# PEP 3333: an application must not set these; RFC 9110, section 7.6.1.
_HOP_BY_HOP = frozenset(
    ["connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailers",
     "transfer-encoding", "upgrade"]
)
_TOKEN = frozenset("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
_CONTROL = frozenset([chr(code) for code in range(32) if code != 9] + ["\x7f"])
_ALWAYS = ("REQUEST_METHOD", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "REQUEST_URI", "SERVER_PROTOCOL",
           "wsgi.url_scheme", "SERVER_NAME", "SERVER_PORT")

# Bytes that wsgi.input takes from the connection at once.
_AT_ONCE = 1 << 18

_applications = []
# What the environ of each application's requests begins with: a copy is made where requests come in.
_bases = []
_running = {}
_known_modules = 0
_own_thread = get_ident()
# Empty in the main interpreter.
_group = ""
_has_own_gil = False


class ClientGone(OSError):
    """What wsgi.input raises when the body will never be complete."""


class WSGIError(Exception):
    """How an application broke PEP 3333."""


class _Input:
    """wsgi.input: reads from the connection when it is asked, and never past the end."""

    __slots__ = ("_exchange", "_buffer", "_at", "_ended")

    def __init__(self, exchange, is_empty):
        self._exchange = exchange
        self._buffer = b""
        self._at = 0
        self._ended = is_empty

    def _fill(self, least):
        """Waits for so many bytes beyond what has been read, which is to be empty, and takes what else is there."""
        self._buffer, self._at = b"", 0
        if self._ended:
            return
        # Room for all that, also where little is missing: what is then left over spares the next waits.
        least = min(least, _AT_ONCE)
        data = _read(self._exchange, _AT_ONCE, least)
        if data is None:
            self._ended = True
            raise ClientGone("The request's body will never be complete: the client went away, "
                             "broke the protocol, or has had its answer.")
        self._ended = len(data) < least
        self._buffer = data

    def _take(self, size):
        start = self._at
        self._at = min(start + size, len(self._buffer))
        return self._buffer[start:self._at]

    def read(self, size=-1):
        missing = sys.maxsize if size is None or size < 0 else size
        parts = []
        while missing:
            if self._at == len(self._buffer):
                self._fill(missing)
            part = self._take(missing)
            if not part:
                break
            parts.append(part)
            missing -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def readline(self, size=-1):
        missing = sys.maxsize if size is None or size < 0 else size
        parts = []
        while missing:
            if self._at == len(self._buffer):
                self._fill(1)
            end = self._buffer.find(b"\n", self._at) + 1 or len(self._buffer)
            part = self._take(min(missing, end - self._at))
            if not part:
                break
            parts.append(part)
            missing -= len(part)
            if part.endswith(b"\n"):
                break
        return b"".join(parts)

    def readlines(self, hint=-1):
        lines, total = [], 0
        for line in self:
            lines.append(line)
            total += len(line)
            if hint is not None and 0 < hint <= total:
                break
        return lines

    def __iter__(self):
        return self

    def __next__(self):
        line = self.readline()
        if not line:
            raise StopIteration
        return line


# What is empty stays as it is, so all requests without a body have the same.
_NO_BODY = _Input(0, True)


class FileWrapper:
    """wsgi.file_wrapper."""

    def __init__(self, filelike, blksize=8192):
        self.filelike = filelike
        self.blksize = blksize
        if hasattr(filelike, "close"):
            self.close = filelike.close

    def __iter__(self):
        return self

    def __next__(self):
        data = self.filelike.read(self.blksize)
        if data:
            return data
        raise StopIteration


class _Response:
    """One response, from start_response to its end."""

    __slots__ = ("exchange", "is_head", "status", "fields", "length", "is_sent", "is_ended", "is_gone")

    def __init__(self, exchange, is_head):
        self.exchange = exchange
        self.is_head = is_head
        self.status = 0
        self.fields = None
        self.length = None
        self.is_sent = self.is_ended = self.is_gone = False

    def start_response(self, status, headers, exc_info=None):
        if exc_info is not None:
            try:
                if self.is_sent:
                    raise exc_info[1].with_traceback(exc_info[2])
            finally:
                exc_info = None
        elif self.fields is not None:
            raise WSGIError("start_response was called a second time, without exc_info")
        # None for what is wrong, or unusual.
        head = _head(status, headers) or _checked_head(status, headers)
        self.status, self.fields, self.length = head
        return self.write

    def write(self, data):
        """The callable that start_response returns, and what iteration ends in."""
        if type(data) is not bytes:
            if not isinstance(data, bytes):
                raise WSGIError("The body must be bytes, not " + type(data).__name__)
            data = bytes(data)
        if not data or self.is_gone:
            return
        if self.fields is None:
            raise WSGIError("A part of the body came before start_response was called")
        if self.is_ended:
            raise WSGIError("The application sent more than its Content-Length announced")
        if not self.is_sent:
            self.is_sent = True
            if self.length == len(data) or self.is_head:
                self.is_ended = True
                _respond(self.exchange, self.status, self.fields, b"" if self.is_head else data)
                return
            _start(self.exchange, self.status, self.fields)
        if not _write(self.exchange, data):
            self.is_gone = True

    def run(self, result):
        kind = type(result)
        if (kind is list or kind is tuple) and not self.is_sent:
            for part in result:
                if not isinstance(part, bytes):
                    raise WSGIError("The body must be bytes, not " + type(part).__name__)
            self.whole(result[0] if len(result) == 1 else b"".join(result))
            return
        if kind is FileWrapper and not self.is_sent and self.fields is not None:
            if self.send_file(result):
                return
        try:
            is_single = len(result) == 1
        except Exception:
            is_single = False
        for part in result:
            if not part and isinstance(part, bytes):
                continue
            if is_single and not self.is_sent and isinstance(part, bytes):
                self.whole(part)
            else:
                self.write(part)
            if self.is_gone or self.is_head and self.is_sent:
                break
        if not self.is_sent:
            self.whole(b"")

    def whole(self, body):
        if self.fields is None:
            raise WSGIError("The application returned without calling start_response")
        self.is_sent = self.is_ended = True
        _respond(self.exchange, self.status, self.fields, body if type(body) is bytes else bytes(body))

    def send_file(self, wrapper):
        """Has the server send a regular file without reading it here."""
        try:
            descriptor = wrapper.filelike.fileno()
            offset = wrapper.filelike.tell()
            mode = os.fstat(descriptor)
        except Exception:
            return False
        if mode.st_mode & 0o170000 != 0o100000:
            return False
        count = max(0, mode.st_size - offset)
        if self.length is None:
            self.fields += b"Content-Length\0%d\0" % count
        else:
            count = min(count, self.length)
        self.is_sent = True
        if self.is_head or not count or self.status in (204, 304):
            self.is_ended = True
            _respond(self.exchange, self.status, self.fields, b"")
            return True
        _start(self.exchange, self.status, self.fields)
        self.is_gone = not _send_file(self.exchange, descriptor, offset, count)
        return True

    def finish(self):
        if not self.is_ended:
            self.is_ended = True
            _finish(self.exchange)


def _checked_head(status, headers):
    if type(status) is not str:
        raise WSGIError("The status must be a str, not " + type(status).__name__)
    code = status[:3]
    if not (code.isdigit() and code.isascii() and status[3:4] in (" ", "")) or len(code) < 3:
        raise WSGIError("The status %r is not three digits, a space and a reason" % status)
    number = int(code)
    if not 200 <= number <= 599:
        raise WSGIError("The status %r is not between 200 and 599" % status)
    if not _CONTROL.isdisjoint(status):
        raise WSGIError("The status %r has control characters in it" % status)
    if type(headers) is not list:
        raise WSGIError("The headers must be a list, not " + type(headers).__name__)
    parts, length = [], None
    for header in headers:
        if type(header) is not tuple or len(header) != 2:
            raise WSGIError("The header %r is not a tuple of name and value" % (header,))
        name, value = header
        if type(name) is not str or type(value) is not str:
            raise WSGIError("The header %r is not of type str" % (header,))
        if not name or not _TOKEN.issuperset(name):
            raise WSGIError("%r is not the name of a header" % name)
        if not _CONTROL.isdisjoint(value):
            raise WSGIError("The header %s has control characters in its value %r" % (name, value))
        lower = name.lower()
        if lower in _HOP_BY_HOP:
            raise WSGIError("The header %s is hop-by-hop: it is the server's" % name)
        if lower == "content-length":
            if not (value.isdigit() and value.isascii()):
                raise WSGIError("The Content-Length %r is not a number" % value)
            length = int(value)
        parts += (name, "\0", value, "\0")
    try:
        return number, "".join(parts).encode("latin-1"), length
    except UnicodeEncodeError as error:
        raise WSGIError("A header has characters beyond ISO-8859-1: %s" % error) from None


def serve(index, exchange, environ):
    """Answers one request. Called by the server on one of its threads."""
    response = _Response(exchange, environ["REQUEST_METHOD"] == "HEAD")
    has_body = "CONTENT_LENGTH" in environ or "HTTP_TRANSFER_ENCODING" in environ
    environ["wsgi.input"] = _Input(exchange, False) if has_body else _NO_BODY
    ident = _running[exchange] = get_ident()
    if _trace_thread is not None and ident not in _traced:
        _trace_this_thread(ident)
    result = None
    try:
        try:
            result = _applications[index](environ, response.start_response)
            response.run(result)
            response.finish()
        finally:
            close = getattr(result, "close", None)
            if close is not None:
                close()
    except BaseException as error:
        _failed(exchange, error, response)
    finally:
        del _running[exchange]
        global _known_modules
        if len(sys.modules) != _known_modules:
            _known_modules = len(sys.modules)
            _imported()


def _failed(exchange, error, response):
    is_answered = response.is_ended
    if isinstance(error, ClientGone) and error.__context__ is None:
        # Nobody is there to be told, and nothing is wrong here.
        report = b'{"exceptions": []}'
    else:
        if _trace_thread is not None:
            _stop_after(error)
        report = _report(error)
        _print(error)
    if not is_answered:
        response.is_ended = True
        _fail(exchange, report)


def _print(error):
    """Shows a traceback as Python does, without our frames."""
    try:
        import traceback

        trace = _own_part(error.__traceback__)
        traceback.print_exception(type(error), error, trace, file=sys.stderr)
    except Exception:
        pass


def _own_part(trace):
    """The part of a traceback that is not the gateway's or the importer's."""
    while trace is not None and _is_machinery(trace.tb_frame.f_code.co_filename):
        trace = trace.tb_next
    return trace


def _is_machinery(file):
    return file == "<slipway>" or file.startswith("<frozen importlib")


# Loading

def _settings(text):
    """NAME=VALUE, separated by U+001E; a name may come more than once."""
    settings = {}
    for item in text.split("\x1e"):
        name, _, value = item.partition("=")
        settings.setdefault(name, []).append(value)
    return settings


def prepare(text):
    """What is done once in an interpreter, before any application is loaded."""
    global _group, _has_own_gil
    settings = _settings(text)
    for stream in (sys.stdout, sys.stderr):
        try:
            # A pipe is not a terminal, but what is printed is to be seen when it is printed.
            stream.reconfigure(line_buffering=True)
        except Exception:
            pass
    sys.argv = [settings.get("argv", [""])[0]]
    _group = settings["group"][0]
    _has_own_gil = settings["own-gil"][0] == "true"
    os.environ.setdefault("FLASK_DEBUG", "1")
    if _group:
        _own_up_to_threads()
    _guard_bytecode()
    return ""


def _own_up_to_threads():
    """Has what the application starts at its import waited for at the end. Threads take after the one that
    starts them, and from 3.13 on this one would be a daemon in any interpreter but the main one: as all are
    that `threading` has not started."""
    import threading

    threading.current_thread()._daemonic = False


def set_environment(text):
    """Sets variables before an application is loaded: NAME=VALUE, separated by U+001E."""
    for variable in text.split("\x1e") if text else ():
        name, _, value = variable.partition("=")
        os.environ[name] = value
    return ""


def _guard_bytecode():
    """Keeps stale bytecode out. Python takes a cached file for good if the source has the same second
    and size; two saves within a second may have both. So a source that is a moment old is compiled
    anew, and nothing is cached of it; nor is a cached file older than its source taken."""
    from _frozen_importlib_external import SourceFileLoader, cache_from_source
    from time import time

    library = os.path.dirname(os.__file__) + os.sep
    usual = SourceFileLoader.get_code

    def get_code(self, fullname):
        path = self.path
        try:
            if not path.startswith(library) and "-packages" not in path:
                changed = os.stat(path).st_mtime
                if changed > time() - 2:
                    return self.source_to_code(self.get_data(path), path)
                _drop_stale_bytecode(cache_from_source(path), changed)
        except OSError:
            pass
        return usual(self, fullname)

    SourceFileLoader.get_code = get_code


def _drop_stale_bytecode(cached, changed):
    try:
        if os.stat(cached).st_mtime <= changed:
            os.unlink(cached)
    except (OSError, NotImplementedError):
        pass


def load(text):
    """Loads an application. Returns its number and what has been imported, or a report."""
    settings = _settings(text)

    def setting(name, default=""):
        return settings.get(name, [default])[0]

    try:
        _extend_path(settings.get("python-path", []))
        root = setting("root")
        if root and root not in sys.path:
            sys.path.insert(0, root)
        module = _module(setting("module"), setting("file"))
        callable_ = _find(module, setting("callable"))
        if setting("validate") == "true":
            from wsgiref.validate import validator

            callable_ = validator(callable_)
        base = {
            "wsgi.version": (1, 0),
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": int(setting("threads", "1")) > 1,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
            "wsgi.file_wrapper": FileWrapper,
            "wsgi.input_terminated": True,
            "mod_wsgi.process_group": "",
            "mod_wsgi.application_group": _group,
            "mod_wsgi.callable_object": setting("callable") or "application",
            "mod_wsgi.script_reloading": "1",
            "mod_wsgi.version": (5, 0, 0),
            "SCRIPT_FILENAME": setting("file"),
            "SERVER_SOFTWARE": "Slipway",
            "GATEWAY_INTERFACE": "CGI/1.1",
        }
    except BaseException as error:
        _print(error)
        return "failed" + _report(error).decode("ascii")
    _applications.append(callable_)
    # The variables that each request has are in it, too: so there is room for them.
    _bases.append({**dict.fromkeys(_ALWAYS, ""), **base})
    global _known_modules
    _known_modules = len(sys.modules)
    return "loaded%d" % (len(_applications) - 1)


def _extend_path(directories):
    """Puts directories in front of sys.path in their order, with what their .pth files name behind
    each: as mod_wsgi does."""
    if not directories:
        return
    import site

    old = list(sys.path)
    for directory in directories:
        site.addsitedir(directory)
    # What the directories have brought, in the order in which it came, before all else.
    new = [path for path in sys.path if path not in old]
    again = [path for path in directories if path in old]
    sys.path[:] = again + new + [path for path in old if path not in again]


def _module(name, file):
    if name:
        __import__(name)
        return sys.modules[name]
    # A script that no import finds, such as app.wsgi.
    from types import ModuleType

    name = "_slipway_script_" + "".join(c if c.isalnum() else "_" for c in file)
    if name in sys.modules:
        return sys.modules[name]
    with open(file, "rb") as source:
        code = compile(source.read(), file, "exec", dont_inherit=True)
    module = ModuleType(name)
    module.__file__ = file
    sys.modules[name] = module
    try:
        exec(code, module.__dict__)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def _find(module, wanted):
    """`name`, `name.attribute`, `factory()`; without one, what is usual."""
    shown = getattr(module, "__file__", None) or module.__name__
    if wanted:
        name = wanted[:-2] if wanted.endswith("()") else wanted
        found = module
        for part in name.split("."):
            if not hasattr(found, part):
                raise WSGIError("%s has no `%s`" % (shown, name))
            found = getattr(found, part)
        if wanted.endswith("()"):
            found = found()
        if not builtins.callable(found):
            raise WSGIError("`%s` of %s cannot be called: it is %r" % (wanted, shown, type(found)))
        return found
    for name in ("application", "app"):
        found = getattr(module, name, None)
        if builtins.callable(found):
            return found
    for name in ("create_app", "make_app"):
        found = getattr(module, name, None)
        if builtins.callable(found):
            return found()
    raise WSGIError(
        "%s has none of `application`, `app`, `create_app` and `make_app` to be called" % shown
    )


def modules(_):
    """The files of all modules that are not Python's own, a line each."""
    library = os.path.dirname(os.__file__) + os.sep
    files = set()
    for module in list(sys.modules.values()):
        file = getattr(module, "__file__", None)
        if not isinstance(file, str):
            continue
        if file.startswith(library) and "-packages" not in file:
            continue
        files.add(os.path.abspath(file))
    return "\n".join(sorted(files))


# The end

def shutdown(text):
    """Ends what the application has started, as the interpreter would at its end: within so many seconds.
    Returns a line for each thread that is left; where it is, too, if all interpreters share one GIL."""
    from time import monotonic

    seconds, _, is_alone = text.partition(" ")
    deadline = monotonic() + float(seconds)
    threading = sys.modules.get("threading")
    left = []
    if threading is not None:
        for function, *_ in reversed([
            hook if isinstance(hook, tuple) else (hook,)
            for hook in getattr(threading, "_threading_atexits", [])
        ]):
            try:
                function()
            except BaseException as error:
                _print(error)
        for thread in threading.enumerate():
            if thread.daemon or thread in (threading.main_thread(), threading.current_thread()):
                continue
            thread.join(max(0, deadline - monotonic()))
            if thread.is_alive():
                # Frames of a thread that may be running are not to be looked at.
                place = " (%s)" % _place(thread.ident) if is_alone == "true" else ""
                left.append(thread.name + place)
    import atexit

    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass
    return "\n".join(left)


def _place(ident):
    frame = sys._current_frames().get(ident)
    if frame is None:
        return "nowhere"
    return "%s:%d" % (frame.f_code.co_filename, frame.f_lineno)


def stack(text):
    """Where the thread is that answers an exchange."""
    import traceback

    frame = _frame_of(_running.get(int(text), 0))
    if frame is None:
        return ""
    lines = traceback.format_stack(frame)
    return "".join(line for line in lines if '"<slipway>"' not in line)


def import_stack(_):
    """Where the interpreter's own thread is, which imports applications: a report of frames, innermost first."""
    frames, frame = [], _frame_of(_own_thread)
    while frame is not None and len(frames) < _FRAME_LIMIT:
        if not _is_machinery(frame.f_code.co_filename):
            frames.append(_place_in(frame, frame.f_lineno))
        frame = frame.f_back
    return _frames_report(frames)
