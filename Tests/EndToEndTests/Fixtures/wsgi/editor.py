"""An editor that debugs Python over a debug socket: `editor.py PORT HTTP_PORT FILE LINE [wait]`.

Attaches and sets a breakpoint; with `wait` says so, and waits for a line from standard input. Then asks for a page, and when the breakpoint is hit prints the value of `rope`
there; then lets the program go on and prints the page. Then asks for `/uncaught`, and says where it stops.
"""

import json
import socket
import sys
import threading
import urllib.error
import urllib.request

port, http_port, file, line = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], int(sys.argv[4])
connection = socket.create_connection(("127.0.0.1", port), 60)
stream = connection.makefile("rwb")
number = 0


def send(command, arguments=None):
    global number
    number += 1
    body = json.dumps({"seq": number, "type": "request", "command": command, "arguments": arguments or {}}).encode()
    stream.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
    stream.flush()
    return number


def receive():
    length = 0
    while True:
        head = stream.readline()
        if not head:
            raise SystemExit("the debugger hung up")
        if head == b"\r\n":
            break
        name, _, value = head.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return json.loads(stream.read(length))


def until(**wanted):
    while True:
        message = receive()
        if message.get("success") is False:
            raise SystemExit("refused: %s" % message.get("message"))
        if all(message.get(key) == value for key, value in wanted.items()):
            return message


def response(command, arguments=None):
    return until(type="response", request_seq=send(command, arguments))


response("initialize", {"adapterID": "python", "clientID": "slipway-test", "pathFormat": "path"})
attach = send("attach", {"justMyCode": False})
until(type="event", event="initialized")
response("setBreakpoints", {"source": {"path": file}, "breakpoints": [{"line": line}]})
send("configurationDone")
until(type="response", request_seq=attach)
if sys.argv[5:] == ["wait"]:
    print("attached")
    input()

answers = []
request = threading.Thread(
    target=lambda: answers.append(urllib.request.urlopen("http://127.0.0.1:%d/" % http_port, timeout=60).read())
)
request.start()
stopped = until(type="event", event="stopped")["body"]
frames = response("stackTrace", {"threadId": stopped["threadId"]})["body"]["stackFrames"]
value = response("evaluate", {"expression": "rope", "frameId": frames[0]["id"], "context": "watch"})
print("stopped in", frames[0]["name"], "with", value["body"]["result"])
response("setBreakpoints", {"source": {"path": file}, "breakpoints": []})
response("continue", {"threadId": stopped["threadId"]})
request.join(60)
print("answered", answers[0].decode())


def ask_for_failure():
    try:
        urllib.request.urlopen("http://127.0.0.1:%d/uncaught" % http_port, timeout=60)
    except urllib.error.HTTPError as error:
        answers.append(error.code)


response("setExceptionBreakpoints", {"filters": ["uncaught"]})
request = threading.Thread(target=ask_for_failure)
request.start()
stopped = until(type="event", event="stopped")["body"]
frames = response("stackTrace", {"threadId": stopped["threadId"]})["body"]["stackFrames"]
print("stopped for", stopped["reason"], "in", frames[0]["name"])
response("continue", {"threadId": stopped["threadId"]})
request.join(60)
print("failed with", answers[1])
response("disconnect", {"terminateDebuggee": False})
