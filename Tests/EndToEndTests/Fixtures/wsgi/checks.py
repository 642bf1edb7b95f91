"""Checks of PEP 3333 against a server that serves corner.py: `checks.py PORT [PREFIX]`.

Prints a line for each check, `ok NAME` or `FAILED NAME: what`, and ends with 1 if one failed.
Knows nothing of the server but its port, so that servers can be compared: see compare.py.
"""

import ast
import socket
import sys
import threading
import time

port, prefix, patience = 0, "", 60
checks = []


class Response:
    def __init__(self, raw):
        head, _, rest = raw.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        self.raw = raw
        self.status = int(lines[0].split()[1]) if lines[0] else 0
        self.reason = lines[0]
        self.fields = [tuple(part.strip() for part in line.split(":", 1)) for line in lines[1:]]
        self.is_whole = True
        self.body = rest
        if "chunked" in self["transfer-encoding"]:
            self.body, self.is_whole = unchunk(rest)
        elif self["content-length"]:
            self.is_whole = len(rest) >= int(self["content-length"])

    def __getitem__(self, name):
        return ", ".join(value for key, value in self.fields if key.lower() == name)


def unchunk(data):
    body = b""
    while True:
        size, separator, data = data.partition(b"\r\n")
        if not separator:
            return body, False
        count = int(size.split(b";")[0], 16)
        if count == 0:
            return body, True
        body += data[:count]
        if len(data) < count + 2:
            return body, False
        data = data[count + 2:]


def exchange(raw, pieces=()):
    connection = socket.create_connection(("127.0.0.1", port), patience)
    connection.settimeout(patience)
    connection.sendall(raw)
    for piece in pieces:
        time.sleep(0.05)
        connection.sendall(piece)
    data = b""
    while True:
        try:
            part = connection.recv(65536)
        except ConnectionResetError:
            break
        if not part:
            break
        data += part
    connection.close()
    return Response(data)


def request(target, method="GET", fields=(), body=b"", version="1.1", pieces=()):
    lines = ["%s %s%s HTTP/%s" % (method, prefix, target, version), "Host: localhost:%d" % port,
             "Connection: close"]
    lines += ["%s: %s" % field for field in fields]
    if body and not any(name.lower() == "transfer-encoding" for name, _ in fields):
        lines.append("Content-Length: %d" % len(body))
    return exchange("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body, pieces)


def check(function):
    checks.append(function)
    return function


def same(got, wanted):
    if got != wanted:
        raise AssertionError("%r, and not %r" % (got, wanted))


def variable(name, **options):
    return ast.literal_eval(request("/environ?" + name, **options).body.decode())


# environ

for _name, _wanted in [
    ("REQUEST_METHOD", "GET"), ("SERVER_PROTOCOL", "HTTP/1.1"), ("wsgi.url_scheme", "http"),
    ("wsgi.version", (1, 0)), ("wsgi.run_once", False), ("SERVER_PORT", lambda: str(port)),
    ("PATH_INFO", "/environ"), ("SCRIPT_NAME", lambda: prefix), ("REMOTE_ADDR", "127.0.0.1"),
    ("HTTP_HOST", lambda: "localhost:%d" % port), ("QUERY_STRING", "QUERY_STRING"), ("SERVER_NAME", "localhost"),
    ("wsgi.multiprocess", False),
]:
    def _check(name=_name, wanted=_wanted):
        same(variable(name), wanted() if callable(wanted) else wanted)
    _check.__name__ = "environ_" + _name
    check(_check)


@check
def environ_is_a_dict_of_str():
    same(request("/types").body, b"good")


@check
def environ_types_with_odd_fields():
    same(request("/types", fields=[("X-Odd", "caf\xe9 \xff")]).body, b"good")


@check
def environ_may_be_modified():
    same(request("/modify").body, b"modified")


@check
def method_is_passed_as_it_is():
    same(variable("REQUEST_METHOD", method="BREW"), "BREW")


@check
def content_type_has_no_http():
    same(variable("CONTENT_TYPE", method="POST", fields=[("Content-Type", "text/x")], body=b"x"), "text/x")
    same(variable("HTTP_CONTENT_TYPE", method="POST", fields=[("Content-Type", "text/x")], body=b"x"), "<absent>")


@check
def content_length():
    same(variable("CONTENT_LENGTH", method="POST", body=b"12345"), "5")


@check
def fields_become_variables():
    same(variable("HTTP_X_ONE_TWO", fields=[("X-One-Two", "3")]), "3")


@check
def fields_are_latin_1():
    same(variable("HTTP_X_CAFE", fields=[("X-Cafe", "caf\xe9")]), "caf\xe9")


@check
def repeated_fields_are_joined():
    same(variable("HTTP_X_MANY", fields=[("X-Many", "1"), ("X-Many", "2")]).replace(" ", ""), "1,2")


@check
def repeated_cookies_are_joined_by_semicolons():
    same(variable("HTTP_COOKIE", fields=[("Cookie", "a=1"), ("Cookie", "b=2")]).replace(" ", ""), "a=1;b=2")


@check
def underscores_are_no_hyphens():
    same(variable("HTTP_X_FORGED", fields=[("X_Forged", "1")]), "<absent>")


@check
def no_http_proxy():
    same(variable("HTTP_PROXY", fields=[("Proxy", "http://evil")]), "<absent>")


@check
def query_stays_encoded():
    same(request("/environ?QUERY%5FSTRING").body, b"'<absent>'")


@check
def path_is_decoded_once():
    same(ast.literal_eval(request("/path/a%20b%2525").body.decode())[1], "/path/a b%25")


@check
def path_is_bytes_as_latin_1():
    same(ast.literal_eval(request("/path/%C3%A9").body.decode())[1], "/path/\xc3\xa9")


@check
def path_with_bytes_that_are_no_utf_8():
    same(ast.literal_eval(request("/path/%FF").body.decode())[1], "/path/\xff")


@check
def http_1_0():
    same(variable("SERVER_PROTOCOL", version="1.0"), "HTTP/1.0")


# Responses

@check
def list_has_a_length():
    response = request("/list")
    same((response.body, response.is_whole), (b"one two three", True))


@check
def tuple_body():
    same(request("/tuple").body, b"ab")


@check
def single_part_has_a_content_length():
    same(request("/bytes")["content-length"], "16")


@check
def empty_list():
    response = request("/empty-list")
    same((response.status, response.body), (200, b""))


@check
def only_empty_strings():
    response = request("/empty-strings")
    same((response.status, response.body, response.is_whole), (200, b"", True))


@check
def generator():
    response = request("/generator")
    same((response.body, response.is_whole), (b"first second", True))


@check
def generator_for_http_1_0():
    response = request("/generator", version="1.0")
    same((response.body, response["transfer-encoding"]), (b"first second", ""))


@check
def start_response_in_the_generator():
    response = request("/late-start")
    same((response.status, response.body), (201, b"late"))


@check
def headers_are_replaced_before_the_first_byte():
    response = request("/delayed-headers")
    same((response.status, response["x-first"], response["x-second"]), (503, "", "yes"))


@check
def exc_info_after_the_first_byte_cuts():
    response = request("/exc-info-late")
    same((response.status, b"never" in response.body, response.is_whole), (200, False, False))


@check
def start_response_twice():
    same(request("/twice").status, 500)


@check
def start_response_never():
    same(request("/never").status, 500)


@check
def none_is_no_iterable():
    same(request("/none").status, 500)


@check
def write_callable():
    same(request("/write").body, b"written twice returned")


@check
def write_callable_alone():
    response = request("/write-only")
    same((response.body, response["content-length"]), (b"whole", "5"))


@check
def exception_before_start():
    same(request("/raise").status, 500)


@check
def exception_mid_stream_cuts():
    response = request("/raise-late")
    same((response.status, response.is_whole), (200, False))


@check
def exception_in_close_is_no_concern_of_the_client():
    response = request("/raise-close")
    same((response.status, response.body), (200, b"good"))


@check
def sys_exit_ends_one_request():
    same(request("/exit").status, 500)
    same(request("/bytes").status, 200)


@check
def keyboard_interrupt_ends_one_request():
    same(request("/keyboard").status, 500)
    same(request("/bytes").status, 200)


@check
def close_is_called_once():
    request("/closing?usual")
    until(lambda: request("/closed?usual").body == b"1")


@check
def close_is_called_for_head():
    request("/closing?head", method="HEAD")
    until(lambda: request("/closed?head").body == b"1")


@check
def close_is_called_after_an_exception():
    same(request("/closing-raise").status, 500)
    until(lambda: request("/closed?closing-raise").body == b"1")


@check
def close_is_called_when_the_client_goes():
    connection = socket.create_connection(("127.0.0.1", port), patience)
    connection.sendall(("GET %s/abandoned HTTP/1.1\r\nHost: localhost:%d\r\n\r\n" % (prefix, port)).encode())
    connection.recv(1000)
    connection.close()
    until(lambda: request("/closed?abandoned").body == b"1")


def until(condition):
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("not within %d seconds" % patience)
        time.sleep(0.05)


@check
def reason_phrase():
    same(request("/status?299+Quite+so").status, 299)


@check
def head_has_no_body():
    response = request("/list", method="HEAD")
    same((response.status, response.raw.partition(b"\r\n\r\n")[2]), (200, b""))


@check
def head_of_a_generator():
    response = request("/generator", method="HEAD")
    same((response.status, response.raw.partition(b"\r\n\r\n")[2]), (200, b""))


@check
def no_content():
    response = request("/status-204")
    same((response.status, response.raw.partition(b"\r\n\r\n")[2]), (204, b""))


@check
def not_modified():
    response = request("/status-304")
    same((response.status, response["etag"], response.raw.partition(b"\r\n\r\n")[2]), (304, '"x"', b""))


for _what in ["status-bytes", "status-number", "status-short", "status-text", "status-informational",
              "status-newline", "headers-tuple", "headers-dict", "header-list", "header-bytes",
              "header-name", "header-empty", "header-newline", "header-unicode", "header-number",
              "hop-by-hop", "transfer-encoding", "length", "body-str", "body-int", "body-str-generator"]:
    def _refused(what=_what):
        response = request("/bad?" + what)
        same((response.status, "X-Injected" in str(response.fields)), (500, False))
    _refused.__name__ = "refuses_" + _what.replace("-", "_")
    check(_refused)


@check
def more_than_announced_is_not_sent():
    response = request("/too-much")
    same(response.body[:3] + response.body[3:].replace(b"defg", b"!"), b"abc")


@check
def less_than_announced_is_noticed():
    same(request("/too-little").is_whole, False)


@check
def latin_1_in_headers():
    same(request("/latin")["x-latin"], "caf\xe9")


@check
def headers_of_one_name():
    fields = [value for name, value in request("/cookies").fields if name.lower() == "set-cookie"]
    same(fields, ["a=1", "b=2"])


@check
def large_generator():
    response = request("/large")
    same((len(response.body), response.is_whole), (1000000, True))


@check
def parts_are_sent_when_they_are_made():
    connection = socket.create_connection(("127.0.0.1", port), patience)
    connection.sendall(("GET %s/slow HTTP/1.1\r\nHost: x:%d\r\nConnection: close\r\n\r\n" % (prefix, port))
                       .replace("Host: x", "Host: localhost").encode())
    data = b""
    while b"0\n" not in data.partition(b"\r\n\r\n")[2]:
        part = connection.recv(100)
        if not part:
            raise AssertionError("ended early")
        data += part
    same(b"2\n" in data.partition(b"\r\n\r\n")[2], False)
    connection.close()


# Bodies

@check
def body_of_known_length():
    same(request("/echo", method="POST", body=b"hello").body, b"hello")


@check
def body_in_chunks():
    response = request("/echo", method="POST", fields=[("Transfer-Encoding", "chunked")],
                       body=b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\n")
    same(response.body, b"hello world")


@check
def body_that_comes_slowly():
    response = request("/echo", method="POST", fields=[("Content-Length", "9")],
                       pieces=[b"abc", b"def", b"ghi"])
    same(response.body, b"abcdefghi")


@check
def no_body():
    same(request("/echo").body, b"")


@check
def read_of_sizes():
    same(request("/read-sized", method="POST", body=b"0123456789").body,
         repr([b"", b"012", b"3", b"456789", b"", b""]).encode())


@check
def readline():
    same(request("/readline", method="POST", body=b"one\ntwo\nlast").body,
         repr([b"one\n", b"tw", b"o\n", b"last", b""]).encode())


@check
def readlines():
    same(request("/readlines", method="POST", body=b"a\n\nb").body, repr([b"a\n", b"\n", b"b"]).encode())


@check
def iteration():
    same(request("/iterate", method="POST", body=b"a\nb\n").body, repr([b"a\n", b"b\n"]).encode())


@check
def readlines_with_a_hint_reads_all_in_the_end():
    first, rest = ast.literal_eval(request("/hint", method="POST", body=b"a\nb\nc\n").body.decode())
    same(first + rest, 3)


@check
def large_body():
    body = bytes(range(256)) * 8000
    same(request("/echo", method="POST", body=body).body == body, True)


@check
def unread_body():
    same(request("/unread", method="POST", body=b"x" * 5000).body, b"unread")


@check
def body_is_not_read_past_its_end():
    connection = socket.create_connection(("127.0.0.1", port), patience)
    head = "POST %s/echo HTTP/1.1\r\nHost: localhost:%d\r\nContent-Length: 3\r\n\r\nabc" % (prefix, port)
    last = "GET %s/bytes HTTP/1.1\r\nHost: localhost:%d\r\nConnection: close\r\n\r\n" % (prefix, port)
    connection.sendall((head + last).encode())
    data = b""
    while True:
        part = connection.recv(65536)
        if not part:
            break
        data += part
    same((data.count(b" 200 OK\r\n"), b"abc" in data, b"bytes themselves" in data), (2, True, True))


@check
def reads_while_it_answers():
    same(request("/read-late", method="POST", body=b"abcdefgh").body, b"begin abcdefgh")


# Files

@check
def file_from_its_position():
    response = request("/file")
    same((len(response.body), response.body[:6]), (199995, b"567890"))


@check
def file_as_far_as_announced():
    same(request("/file-length").body, b"012345678901234")


@check
def file_that_is_none():
    same(request("/file-memory").body, b"in memory")


@check
def file_is_closed():
    request("/file-closed")
    until(lambda: request("/closed?file").body != b"0")


# Other

@check
def wsgi_errors():
    same(request("/errors").body, b"written")


@check
def multithread_is_true():
    if not variable("wsgi.multithread"):
        same(1, 1)
        return
    answers = []
    threads = [threading.Thread(target=lambda: answers.append(request("/threads").body)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    same(answers, [b"met", b"met"])


@check
def children_may_be_started():
    same(request("/subprocess").body.strip(), b"42")


def problem(one):
    """What is wrong by one check; nothing if all is well."""
    try:
        one()
        return ""
    except Exception as error:
        return str(error)[:300] or type(error).__name__


def main():
    global port, prefix
    port, prefix = int(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else ""
    failed = 0
    for one in checks:
        wrong = problem(one)
        failed += 1 if wrong else 0
        print("FAILED %s: %s" % (one.__name__, wrong) if wrong else "ok " + one.__name__)
    print("%d checks, %d failed" % (len(checks), failed))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
