"""From the save of a module to the first response of the new code, by the reloaders that Python's servers have.

Each serves the same application, alone, and is asked again as soon as it has answered. A response is stale if its
request was sent after the save and it shows an older edition; a request failed if it got no response, or one of 5xx.

What is saved is a module that the application imports. mod_wsgi looks at the script alone, so there it is that.
"""
import os
import re
import statistics
import subprocess
import time

import apache
import harness
from soak import APP

PACKAGES = ["granian[reload]", "gunicorn", "uwsgi", "waitress", "hupper", "werkzeug", "flask", "django"]

# What mod_wsgi serves, behind the line with the edition: the same application, in one file.
WSGI_SCRIPT = APP.partition("\n\n\n")[2]

# A file of its own, for the reloader starts that again; its argument is the port.
SCRIPT = """
import sys

from app import application
from werkzeug.serving import run_simple

if __name__ == "__main__":
    run_simple("127.0.0.1", int(sys.argv[1]), application, use_reloader=True, reloader_type="stat",
               threaded=True)
"""


def commands(slipway, venv, directory, port):
    """By the name of each server, its command with the reloader that its authors have for it."""
    wanted = "app:application"

    def program(name):
        return f"{venv}/bin/{name}"

    return {
        "slipway": [slipway, directory / "app.py", "--listen", f"127.0.0.1:{port}", "--access-log", "off"],
        "gunicorn --reload": [program("gunicorn"), "--reload", "-k", "gthread", "--threads", "8",
                              "-b", f"127.0.0.1:{port}", "--log-level", "error", wanted],
        "granian --reload": [program("granian"), "--interface", "wsgi", "--port", str(port), "--reload",
                             "--log-level", "error", wanted],
        "uwsgi --py-autoreload 1": [program("uwsgi"), "--http-socket", f"127.0.0.1:{port}", "--threads", "8",
                                    "--master", "--module", wanted, "--disable-logging", "--die-on-term",
                                    "--py-autoreload", "1"],
        "hupper -m waitress": [program("hupper"), "-m", "waitress", f"--listen=127.0.0.1:{port}", wanted],
        "werkzeug's reloader": [program("python"), "script.py", str(port)],
        **{f"mod_wsgi {mode}": apache.command(directory, mode, directory / "script.wsgi", port)
           for mode in ("embedded", "daemon")},
    }


def measure(slipway, venv, count, pause=1.5):
    """For each server its name, median and worst in seconds, failed and stale requests, and saves that were never
    served."""
    directory = harness.SCRATCH / "reloaders"
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "app.py").write_text(APP)
    (directory / "script.py").write_text(SCRIPT)
    apache.configure(directory)
    module = harness.Edition(directory / "revision.py", "TEXT = 'rev-%d'\n")
    script = harness.Edition(directory / "script.wsgi", "TEXT = 'rev-%d'\n\n\n" + WSGI_SCRIPT)
    environment = {"PATH": f"{venv}/bin:{os.environ['PATH']}"}
    rows = []
    for name in commands(slipway, venv, directory, 0):
        port = harness.free_port()
        command = commands(slipway, venv, directory, port)[name]
        edition = script if name.startswith("mod_wsgi") else module
        rounds = []
        with harness.Server(name.split(" ")[0], command, port, directory, environment) as server:
            server.wait_until_ready(60)
            for number in range(count):
                time.sleep(pause)
                rounds.append(harness.until_served(server, edition, number % 2 == 1, limit=10))
        times = [round[0] for round in rounds if round[0] is not None]
        rows.append((
            name, statistics.median(times) if times else None, max(times, default=None),
            sum(round[1] for round in rounds), sum(round[2] for round in rounds), count - len(times),
        ))
    return rows


# What an application imports beside its own module.
IMPORTS = {
    "nothing": "",
    "Flask": "import flask\n",
    "Django's admin": """
import django
from django.conf import settings

settings.configure(INSTALLED_APPS=[
    f"django.contrib.{name}" for name in ("admin", "auth", "contenttypes", "messages", "sessions")
])
django.setup()
import django.contrib.admin
""",
}


def beside_imports(slipway, venv, count, pause=0.5):
    """For each of `IMPORTS` its name, the median from the save to the response, and that of what the interpreter needs
    to start, import the application and end, measured in turns. In seconds."""
    for name, imports in IMPORTS.items():
        directory = harness.SCRATCH / "imports" / re.sub(r"\W", "-", name)
        directory.mkdir(parents=True, exist_ok=True)
        (directory / "app.py").write_text(imports + APP)
        edition = harness.Edition(directory / "revision.py", "TEXT = 'rev-%d'\n")
        # Python keeps the bytecode of what it imports, as it does for everybody.
        environment = {"PATH": f"{venv}/bin:{os.environ['PATH']}", "PYTHONDONTWRITEBYTECODE": ""}
        port = harness.free_port()
        command = [slipway, directory / "app.py", "--listen", f"127.0.0.1:{port}", "--access-log", "off"]
        served, alone = [], []
        with harness.Server("slipway", command, port, directory, environment) as server:
            server.wait_until_ready(60)
            for number in range(count):
                time.sleep(pause)
                served.append(harness.until_served(server, edition, number % 2 == 1, limit=10)[0])
                time.sleep(pause)
                began = time.monotonic()
                subprocess.run([f"{venv}/bin/python", "-c", "import app"], cwd=directory, check=True,
                               env={**os.environ, **environment})
                alone.append(time.monotonic() - began)
        yield name, statistics.median(served), statistics.median(alone)
