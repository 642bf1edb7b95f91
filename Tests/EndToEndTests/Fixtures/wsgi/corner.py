"""An application in the corners of PEP 3333: each path is one of them. Standard library only."""

import io
import os
import sys
import tempfile
import threading
import time

closed = {}
counts = {"closed": 0}
counting = threading.Lock()


class Closing:
    """An iterable whose close is counted."""

    def __init__(self, name, parts, fails=None, close_fails=False):
        self.name, self.parts, self.fails, self.close_fails = name, iter(parts), fails, close_fails

    def __iter__(self):
        return self

    def __next__(self):
        try:
            return next(self.parts)
        except StopIteration:
            if self.fails:
                raise self.fails
            raise

    def close(self):
        with counting:
            closed[self.name] = closed.get(self.name, 0) + 1
            counts["closed"] += 1
        if self.close_fails:
            raise RuntimeError("close failed on purpose")


def text(start_response, body, status="200 OK", headers=()):
    body = body if isinstance(body, bytes) else body.encode("utf-8")
    start_response(status, [("Content-Type", "text/plain"), *headers])
    return [body]


def environ_types(environ):
    for name, value in environ.items():
        if type(name) is not str:
            return "the name %r is not a str" % (name,)
        if "." not in name and type(value) is not str:
            return "%s is a %s" % (name, type(value).__name__)
        if "." not in name:
            value.encode("latin-1")
    return "good" if type(environ) is dict else "environ is no dict"


def application(environ, start_response):
    path = environ["PATH_INFO"]
    name = path.strip("/").split("/")[0]
    handler = globals().get("on_" + name.replace("-", "_"))
    if handler is None:
        return text(start_response, repr(path), "404 Not Found")
    return handler(environ, start_response)


def on_environ(environ, start_response):
    wanted = environ["QUERY_STRING"]
    return text(start_response, repr(environ.get(wanted, "<absent>")))


def on_types(environ, start_response):
    return text(start_response, environ_types(environ))


def on_path(environ, start_response):
    return text(start_response, repr((environ["SCRIPT_NAME"], environ["PATH_INFO"])))


def on_modify(environ, start_response):
    environ["SCRIPT_NAME"] += "/modify"
    del environ["PATH_INFO"]
    environ["mine"] = object()
    return text(start_response, "modified")


def on_closed(environ, start_response):
    return text(start_response, str(closed.get(environ["QUERY_STRING"], 0)))


def on_list(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"one ", b"", b"two ", b"three"]


def on_tuple(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return (b"a", b"b")


def on_empty_list(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return []


def on_empty_strings(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return iter([b"", b"", b""])


def on_bytes(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return b"bytes themselves"[:0] or [b"bytes themselves"]


def on_generator(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    yield b"first "
    yield b""
    yield b"second"


def on_late_start(environ, start_response):
    """start_response inside the generator, behind empty parts."""
    yield b""
    start_response("201 Created", [("Content-Type", "text/plain")])
    yield b"late"


def on_delayed_headers(environ, start_response):
    """Headers may be replaced until the first byte."""
    start_response("200 OK", [("X-First", "yes")])
    yield b""
    try:
        raise ValueError("changed my mind")
    except ValueError:
        start_response("503 Changed", [("X-Second", "yes")], sys.exc_info())
    yield b"changed"


def on_exc_info_late(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    yield b"sent "
    try:
        raise ValueError("too late")
    except ValueError:
        start_response("500 Oops", [], sys.exc_info())
    yield b"never"


def on_twice(environ, start_response):
    start_response("200 OK", [])
    start_response("200 OK", [])
    return [b"never"]


def on_never(environ, start_response):
    return [b"no start_response"]


def on_none(environ, start_response):
    start_response("200 OK", [])
    return None


def on_write(environ, start_response):
    write = start_response("200 OK", [("Content-Type", "text/plain")])
    write(b"written ")
    write(b"")
    write(b"twice ")
    return [b"returned"]


def on_write_only(environ, start_response):
    start_response("200 OK", [("Content-Length", "5")])(b"whole")
    return []


def on_raise(environ, start_response):
    secret_password = "hunter2"
    visible = "<b>local & value</b>"
    raise ValueError("on purpose <i>")


def on_raise_chain(environ, start_response):
    try:
        {}["missing"]
    except KeyError as error:
        raise RuntimeError("outer") from error


def on_raise_late(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return Closing("raise-late", [b"begun "], fails=ValueError("mid-stream"))


def on_raise_close(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "4")])
    return Closing("raise-close", [b"good"], close_fails=True)


def on_exit(environ, start_response):
    sys.exit(3)


def on_keyboard(environ, start_response):
    raise KeyboardInterrupt


def on_closing(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return Closing(environ["QUERY_STRING"], [b"x", b"y"])


def on_closing_raise(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return Closing("closing-raise", [], fails=ValueError("before any byte"))


def on_abandoned(environ, start_response):
    start_response("200 OK", [("Content-Type", "application/octet-stream")])
    return Closing("abandoned", (b"z" * 65536 for _ in range(1 << 20)))


def on_status(environ, start_response):
    return text(start_response, "", environ["QUERY_STRING"].replace("+", " "))


def on_status_204(environ, start_response):
    start_response("204 No Content", [])
    return [b"not to be sent"]


def on_status_304(environ, start_response):
    start_response("304 Not Modified", [("ETag", '"x"')])
    return iter([b"not to be sent"])


def on_bad(environ, start_response):
    """What must not be said, by name."""
    status, headers, body = "200 OK", [("Content-Type", "text/plain")], [b"never"]
    what = environ["QUERY_STRING"]
    if what == "status-bytes":
        status = b"200 OK"
    elif what == "status-number":
        status = 200
    elif what == "status-short":
        status = "20 OK"
    elif what == "status-text":
        status = "OK"
    elif what == "status-informational":
        status = "100 Continue"
    elif what == "status-newline":
        status = "200 OK\r\nX-Injected: yes"
    elif what == "headers-tuple":
        headers = tuple(headers)
    elif what == "headers-dict":
        headers = {"Content-Type": "text/plain"}
    elif what == "header-list":
        headers = [["Content-Type", "text/plain"]]
    elif what == "header-bytes":
        headers = [(b"Content-Type", b"text/plain")]
    elif what == "header-name":
        headers = [("Content Type", "x")]
    elif what == "header-empty":
        headers = [("", "x")]
    elif what == "header-newline":
        headers = [("X-A", "b\r\nX-Injected: yes")]
    elif what == "header-unicode":
        headers = [("X-A", "\u20ac")]
    elif what == "header-number":
        headers = [("X-A", 5)]
    elif what == "hop-by-hop":
        headers = [("Connection", "close")]
    elif what == "transfer-encoding":
        headers = [("Transfer-Encoding", "chunked")]
    elif what == "length":
        headers = [("Content-Length", "five")]
    elif what == "body-str":
        body = ["text"]
    elif what == "body-int":
        body = [5]
    elif what == "body-str-generator":
        body = (part for part in ["text"])
    start_response(status, headers)
    return body


def on_too_much(environ, start_response):
    start_response("200 OK", [("Content-Length", "3")])
    return iter([b"abc", b"defg"])


def on_too_little(environ, start_response):
    start_response("200 OK", [("Content-Length", "10")])
    return iter([b"abc"])


def on_latin(environ, start_response):
    return text(start_response, "ok", headers=[("X-Latin", "caf\xe9")])


def on_cookies(environ, start_response):
    return text(start_response, "ok", headers=[("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")])


def on_echo(environ, start_response):
    return text(start_response, environ["wsgi.input"].read())


def on_read_sized(environ, start_response):
    body = environ["wsgi.input"]
    parts = [body.read(0), body.read(3), body.read(1), body.read(100000), body.read(5), body.read()]
    return text(start_response, repr(parts))


def on_readline(environ, start_response):
    body = environ["wsgi.input"]
    return text(start_response, repr([body.readline(), body.readline(2), body.readline(), body.readline(), body.readline()]))


def on_readlines(environ, start_response):
    return text(start_response, repr(environ["wsgi.input"].readlines()))


def on_iterate(environ, start_response):
    return text(start_response, repr(list(environ["wsgi.input"])))


def on_hint(environ, start_response):
    body = environ["wsgi.input"]
    return text(start_response, repr([len(body.readlines(1)), len(body.readlines())]))


def on_unread(environ, start_response):
    return text(start_response, "unread")


def on_read_late(environ, start_response):
    """Reads while it answers."""
    start_response("200 OK", [("Content-Type", "text/plain")])
    body = environ["wsgi.input"]
    yield b"begin "
    while True:
        part = body.read(4)
        if not part:
            return
        yield part


def on_file(environ, start_response):
    file = tempfile.TemporaryFile()
    file.write(b"0123456789" * 20000)
    file.seek(5)
    start_response("200 OK", [("Content-Type", "application/octet-stream")])
    return environ["wsgi.file_wrapper"](file, 4096)


def on_file_length(environ, start_response):
    file = tempfile.TemporaryFile()
    file.write(b"0123456789" * 20000)
    file.seek(0)
    start_response("200 OK", [("Content-Length", "15")])
    return environ["wsgi.file_wrapper"](file)


def on_file_memory(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    return environ["wsgi.file_wrapper"](io.BytesIO(b"in memory"), 4)


class CountedFile(io.FileIO):
    def close(self):
        if not self.closed:
            closed["file"] = closed.get("file", 0) + 1
        super().close()


def on_file_closed(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/x-python")])
    return environ["wsgi.file_wrapper"](CountedFile(__file__))


def on_errors(environ, start_response):
    errors = environ["wsgi.errors"]
    errors.write("a line for wsgi.errors\n")
    errors.writelines(["and ", "more\n"])
    errors.flush()
    return text(start_response, "written")


def on_print(environ, start_response):
    print("a line from print")
    return text(start_response, "printed")


def on_slow(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain")])
    for number in range(3):
        yield b"%d\n" % number
        time.sleep(0.2)


def on_threads(environ, start_response):
    """Two requests at the same time meet here, if there are threads."""
    try:
        meeting.wait(20)
        return text(start_response, "met")
    except threading.BrokenBarrierError:
        return text(start_response, "alone")


meeting = threading.Barrier(2)


def on_stuck(environ, start_response):
    time.sleep(30)
    return text(start_response, "never mind")


def on_subprocess(environ, start_response):
    import subprocess

    return text(start_response, subprocess.check_output([sys.executable, "-c", "print(6 * 7)"]))


def on_executable(environ, start_response):
    return text(start_response, "\n".join([sys.executable, sys.prefix, "%d.%d" % sys.version_info[:2]]))


def on_encoding(environ, start_response):
    return text(start_response, "%s %s" % (sys.getfilesystemencoding(), sys.stdout.encoding))


def on_large(environ, start_response):
    start_response("200 OK", [("Content-Type", "application/octet-stream")])
    return (b"L" * 10000 for _ in range(100))


def references():
    """Of a debugging Python, all references there are; of others, those to all that the collector can reach,
    the immortal left out, whose count is none."""
    if hasattr(sys, "gettotalrefcount"):
        return sys.gettotalrefcount()
    import gc

    found = {}
    for thing in gc.get_objects():
        found[id(thing)] = thing
        for referent in gc.get_referents(thing):
            found[id(referent)] = referent
    counts_ = (sys.getrefcount(thing) for thing in list(found.values()))
    return sum(count for count in counts_ if count < 100_000_000)


def allocated():
    """Bytes that malloc(3) has given out in this process, to Python and to the server, or 0 where it does not say."""
    import ctypes

    class Numbers(ctypes.Structure):
        _fields_ = [(name, ctypes.c_size_t) for name in
                    ("arena", "ordblks", "smblks", "hblks", "hblkhd", "usmblks", "fsmblks", "uordblks",
                     "fordblks", "keepcost")]

    mallinfo2 = getattr(ctypes.CDLL(None), "mallinfo2", None)
    if mallinfo2 is None:
        return 0
    mallinfo2.restype = Numbers
    numbers = mallinfo2()
    return numbers.uordblks + numbers.hblkhd


def on_held(environ, start_response):
    """What the process holds when all garbage is collected."""
    import gc

    gc.collect()
    numbers = {
        "closed": counts["closed"],
        "blocks": sys.getallocatedblocks(),
        "references": references(),
        "allocated": allocated(),
        "descriptors": len(os.listdir("/proc/self/fd")),
    }
    return text(start_response, " ".join("%s=%d" % number for number in numbers.items()))
