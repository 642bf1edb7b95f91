"""The checks of PEP 3333 against several servers, as one table: `compare.py NAME=PORT NAME=COMMAND...`.

A server is a port of this machine, or a command in which {port} is replaced, run in the directory of corner.py.
A server of the second kind that has ended, or no longer answers, is started again before the next check.
Prints `NAME of check: server, server` for each check that servers failed, what they said, and how many there were.
"""

import os
import shlex
import signal
import socket
import subprocess
import sys
import time

import checks


class Server:
    def __init__(self, text):
        self.name, _, what = text.partition("=")
        self.command = None if what.isdigit() else what
        self.port = int(what) if what.isdigit() else 0
        self.process = None

    def start(self):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        words = [word.replace("{port}", str(self.port)) for word in shlex.split(self.command)]
        here = os.path.dirname(os.path.abspath(__file__))
        environment = dict(os.environ, PYTHONDONTWRITEBYTECODE="1")
        self.process = subprocess.Popen(words, cwd=here, env=environment, start_new_session=True,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while not self.answers(5):
            if self.process.poll() is not None or time.monotonic() > deadline:
                sys.exit("%s does not start: %s" % (self.name, words))
            time.sleep(0.05)

    def answers(self, patience):
        try:
            checks.port, checks.patience = self.port, patience
            return checks.request("/bytes").body == b"bytes themselves"
        except (OSError, ValueError):
            return False

    def stop(self):
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()
        self.process = None

    def problem(self, one):
        if self.command and (self.process is None or self.process.poll() is not None or not self.answers(10)):
            self.stop()
            self.start()
        checks.port, checks.patience = self.port, 10 if self.command else 60
        return checks.problem(one)


def main():
    servers = [Server(text) for text in sys.argv[1:]]
    failed = dict.fromkeys([server.name for server in servers], 0)
    try:
        for one in checks.checks:
            problems = [(server.name, server.problem(one)) for server in servers]
            wrong = [(name, problem) for name, problem in problems if problem]
            if not wrong:
                continue
            print("%s: %s" % (one.__name__, ", ".join(name for name, _ in wrong)))
            for name, problem in wrong:
                failed[name] += 1
                print("    %s: %s" % (name, problem.replace("\n", " ")[:150]))
    finally:
        for server in servers:
            server.stop()
    counts = ", ".join("%s failed %d" % count for count in failed.items())
    print("%d checks: %s" % (len(checks.checks), counts))


if __name__ == "__main__":
    main()
