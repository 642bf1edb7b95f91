"""From the save of a module to the first response of the new code, by the reloaders that Python's servers have.

Each serves the same application, alone, and is asked again as soon as it has answered. A response is stale if its
request was sent after the save and it shows an older edition; a request failed if it got no response, or one of 5xx.
"""
import http.client
import os
import statistics
import subprocess
import time

PACKAGES = ["granian[reload]", "gunicorn", "uwsgi", "waitress", "hupper", "werkzeug"]

# A file of its own, for the reloader starts that again; its argument is the port.
SCRIPT = """
import sys

from app import application
from werkzeug.serving import run_simple

if __name__ == "__main__":
    run_simple("127.0.0.1", int(sys.argv[1]), application, use_reloader=True, reloader_type="stat",
               threaded=True)
"""


def commands(program, port):
    """By the name of each server, its command with the reloader that its authors have for it."""
    wanted = "app:application"
    return {
        "gunicorn --reload": [program("gunicorn"), "--reload", "-k", "gthread", "--threads", "8",
                              "-b", f"127.0.0.1:{port}", "--log-level", "error", wanted],
        "granian --reload": [program("granian"), "--interface", "wsgi", "--port", str(port), "--reload",
                             "--log-level", "error", wanted],
        "uwsgi --py-autoreload 1": [program("uwsgi"), "--http-socket", f"127.0.0.1:{port}", "--threads", "8",
                                    "--master", "--module", wanted, "--disable-logging", "--die-on-term",
                                    "--py-autoreload", "1"],
        "hupper -m waitress": [program("hupper"), "-m", "waitress", f"--listen=127.0.0.1:{port}", wanted],
        "werkzeug's reloader": [program("python"), "script.py", str(port)],
    }


class Edition:
    """The module with the edition in what it answers, and the saves made to it."""

    def __init__(self, path, text):
        self.path = path
        self.text = text
        self.number = 0

    def save(self):
        """Saves the next edition as editors do, in place and by a rename in turn; returns what is to be answered."""
        self.number += 1
        body = f"rev-{self.number}"
        text = self.text.replace("Hello, world!", body)
        if self.number % 2 == 1:
            self.path.write_text(text)
        else:
            sibling = self.path.with_name(f".{self.path.name}.swp")
            sibling.write_text(text)
            os.replace(sibling, self.path)
        return body.encode()


def one_save(server, edition, limit=10):
    """Seconds until the save is served, and how many requests failed or were stale until then."""
    body = edition.save()
    saved = time.monotonic()
    failed = stale = 0
    while time.monotonic() - saved < limit:
        try:
            answer = server.get("/")
            if answer == body:
                return time.monotonic() - saved, failed, stale
            if answer.startswith((b"rev-", b"Hello")):
                stale += 1
            else:
                failed += 1
        except (OSError, http.client.HTTPException):
            failed += 1
        time.sleep(0.005)
    return None, failed, stale


def measure(start, names, edition, count, pause=1.5):
    """A row for each of `names`, which `start` starts: median, worst, failed, stale, and saves that were never served."""
    rows = []
    for name in names:
        try:
            server = start(name)
        except RuntimeError as error:
            rows.append((name, str(error)))
            continue
        rounds = []
        for _ in range(count):
            time.sleep(pause)
            rounds.append(one_save(server, edition))
        server.stop()
        times = [seconds for seconds, _, _ in rounds if seconds is not None]
        rows.append((
            name, statistics.median(times) if times else None, max(times, default=None),
            sum(failed for _, failed, _ in rounds), sum(stale for _, _, stale in rounds), count - len(times),
        ))
    return rows


def import_alone(python, directory, count):
    """Median of what the interpreter needs to start and import the module."""
    times = []
    for _ in range(count):
        began = time.monotonic()
        subprocess.run([python, "-c", "import app"], cwd=directory, check=True)
        times.append(time.monotonic() - began)
    return statistics.median(times)
