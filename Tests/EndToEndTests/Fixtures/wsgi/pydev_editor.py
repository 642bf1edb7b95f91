"""An editor that listens for pydevd, as PyDev and PyCharm do: `pydev_editor.py FILE LINE`.

Says `listening PORT`. To each process that connects it gives a breakpoint at that line; where that is hit, it says
`connection N: stopped in FUNCTION with VALUE`, where VALUE is that of `rope`, and lets the program go on.

Commands are lines of number, sequence number and text, with tabs between; values come as XML in percent-encoding.
"""

import re
import socket
import sys
import urllib.parse

RUN, SUSPENDED, GO_ON, SET_BREAKPOINT, EVALUATE, VERSION = 101, 105, 106, 111, 113, 501

file, line = sys.argv[1], int(sys.argv[2])


def attributes(text, tag):
    """Those of the first such tag."""
    found = re.search("<%s ([^>]*)>" % tag, text)[1]
    return {name: urllib.parse.unquote(value) for name, value in re.findall(r'(\w+)="([^"]*)"', found)}


def debug(connection, number):
    stream = connection.makefile("rwb")
    count = 1

    def send(command, text=""):
        nonlocal count
        count += 2
        stream.write(("%d\t%d\t%s\n" % (command, count, text)).encode())
        stream.flush()
        return count

    send(VERSION, "1.1\tUNIX\tID")
    send(SET_BREAKPOINT, "0\tpython-line\t%s\t%d\tNone\tNone\tNone" % (file, line))
    send(RUN)
    asked = thread = function = None
    for message in stream:
        command, sequence, text = message.decode().rstrip("\n").split("\t", 2)
        text = urllib.parse.unquote(text)
        if int(command) == SUSPENDED:
            thread, frame = attributes(text, "thread")["id"], attributes(text, "frame")
            function = frame["name"]
            asked = send(EVALUATE, "%s\t%s\tFRAME\trope\t1" % (thread, frame["id"]))
        elif asked is not None and int(sequence) == asked:
            asked = None
            value = attributes(text, "var")["value"] if "<var " in text else text
            print("connection %d: stopped in %s with %s" % (number, function, value), flush=True)
            send(GO_ON, thread)


listener = socket.create_server(("127.0.0.1", 0))
print("listening %d" % listener.getsockname()[1], flush=True)
number = 0
while True:
    connection, _ = listener.accept()
    number += 1
    try:
        debug(connection, number)
    except ConnectionResetError:
        pass
