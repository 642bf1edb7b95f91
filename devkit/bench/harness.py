"""What the benchmarks share: packages to edit, servers to start, and what a process holds.

Benchmarks work on copies below `.build-bench`, so the sources stay as they are whatever happens.
"""
import http.client
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SCRATCH = ROOT / ".build-bench"
MARKER = re.compile(r"rev-(\d+)")


def copy_package(source, name):
    """Copies a package, without its build folder but onto that of the copy before."""
    target = SCRATCH / name
    target.mkdir(parents=True, exist_ok=True)
    for old in target.iterdir():
        if old.name in (".build", "Package.resolved"):
            continue
        shutil.rmtree(old) if old.is_dir() else old.unlink()
    hidden = shutil.ignore_patterns(".build*", ".slipway", "data", "Package.resolved")
    shutil.copytree(source, target, ignore=hidden, dirs_exist_ok=True)
    manifest = target / "Package.swift"
    manifest.write_text(re.sub(r'path: "(\.\./)*\.\."', f'path: "{ROOT}"', manifest.read_text()))
    return target


def build(package, *arguments):
    subprocess.run(
        ["swift", "build", "--package-path", str(package), *arguments],
        check=True,
        stdout=subprocess.DEVNULL,
    )


class Edition:
    """The source file with the edition string, and the saves made to it."""

    def __init__(self, path, line='let edition = "rev-%d"\n'):
        self.path = pathlib.Path(path)
        self.line = line
        self.number = 1000
        self.write_text()

    def write_text(self):
        self.path.write_text(self.line % self.number)

    def save(self, by_rename):
        """Saves the next edition as an editor would; returns its number and when that was done."""
        self.number += 1
        if by_rename:
            sibling = self.path.with_name(f".{self.path.name}.swp")
            sibling.write_text(self.line % self.number)
            os.replace(sibling, self.path)
        else:
            self.write_text()
        return self.number, time.monotonic()


def edition_in(body):
    """The number of the edition that a page shows, or None."""
    found = MARKER.search(body.decode("utf-8", "replace"))
    return int(found[1]) if found else None


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def fetch(port, timeout=60):
    """One GET on a connection of its own: status and body."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        connection.request("GET", "/", headers={"Accept": "text/html", "Connection": "close"})
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


class Server:
    """A server under measurement: its own process group, its output in a file."""

    def __init__(self, name, command, port, directory=None, environment=None):
        self.name = name
        self.port = port
        SCRATCH.mkdir(exist_ok=True)
        self.log = SCRATCH / f"{name}.log"
        with open(self.log, "wb") as output:
            self.process = subprocess.Popen(
                command,
                cwd=directory,
                env={**os.environ, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_until_ready(self, limit=900):
        deadline = time.monotonic() + limit
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise SystemExit(f"{self.name} ended by itself; see {self.log}")
            try:
                status, body = fetch(self.port)
                if status == 200 and edition_in(body) is not None:
                    return
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.05)
        raise SystemExit(f"{self.name} was not ready in {limit} s; see {self.log}")

    def stop(self):
        for order in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.process.pid, order)
                self.process.wait(10)
                break
            except subprocess.TimeoutExpired:
                continue
            except ProcessLookupError:
                break

    def __enter__(self):
        return self

    def __exit__(self, *failure):
        self.stop()


def until_served(server, edition, by_rename, limit):
    """Saves, and asks again as soon as there is an answer, with 5 ms in between: seconds until the save is served, or
    None after `limit` of them; how many requests failed and were stale until then; when the save was done."""
    number, saved = edition.save(by_rename)
    failed = stale = 0
    while time.monotonic() - saved <= limit:
        try:
            status, body = fetch(server.port)
            shown = edition_in(body)
            if status == 200 and shown == number:
                return time.monotonic() - saved, failed, stale, saved
            if status == 200 and shown is not None:
                stale += 1
            else:
                failed += 1
        except (OSError, http.client.HTTPException):
            failed += 1
        time.sleep(0.005)
    return None, failed, stale, saved


def holdings(pid):
    """What a process holds: open descriptors, threads."""
    descriptors = len(os.listdir(f"/proc/{pid}/fd"))
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return descriptors, int(re.search(r"^Threads:\s+(\d+)", status, re.MULTILINE)[1])


def resident(pid):
    """Kilobytes of a process that are in RAM."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"^VmRSS:\s+(\d+)", status, re.MULTILINE)[1])


def processor_time(pid):
    """Seconds of processor time that a process has used, in the kernel and outside; proc(5)."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def session_processor_time(session):
    """The same of all processes of a session that have not ended, such as a server's workers."""
    total = 0
    for directory in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            pid = int(directory.name)
            if os.getsid(pid) == session:
                total += processor_time(pid)
        except OSError:
            # It has ended meanwhile.
            continue
    return total


def table(header, rows):
    """A Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)
