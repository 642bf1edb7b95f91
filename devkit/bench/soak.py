"""Restarts while serving: what is lost, what is stale, and what the process holds on to."""
import asyncio
import statistics
import time

import harness
from load import BAD, bad, measure, settled_holdings

APP = """
from revision import TEXT


def application(environ, start_response):
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(TEXT)))])
    return [TEXT.encode()]
"""


def soak(slipway, saves, rate, pause):
    """Saves a module of a Python application so often, under load. Returns whether nothing was lost, stale or
    kept: the same process with as many descriptors and threads, and memory within a megabyte."""
    directory = harness.SCRATCH / "soak"
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "app.py").write_text(APP)
    edition = harness.Edition(directory / "revision.py", "TEXT = 'rev-%d'\n")
    port = harness.free_port()
    command = [slipway, directory / "app.py", "--listen", f"127.0.0.1:{port}"]
    memory = []
    with harness.Server("soak", command, port) as server:
        server.wait_until_ready()
        # The first restart comes before the count: what is opened once is open from then on.
        warm, _ = edition.save(by_rename=False)
        while harness.edition_in(harness.fetch(port)[1]) != warm:
            time.sleep(0.05)
        pid = server.process.pid
        time.sleep(1)
        before = harness.holdings(pid)
        load, times = asyncio.run(
            measure(server, edition, saves, rate, pause, lambda: memory.append(harness.resident(pid))))
        is_running = server.process.poll() is None
        after = settled_holdings(pid, before) if is_running else (0, 0)
    tenth = max(1, saves // 10)
    first, last = statistics.median(memory[:tenth]), statistics.median(memory[-tenth:])
    print(harness.table(
        ["restarts", "requests", *BAD, "descriptors", "threads", "resident, first and last tenth",
         "save to served (median, worst)"],
        [[len(times), load.counts["requests"], *(load.counts[name] for name in BAD),
          f"{before[0]} → {after[0]}", f"{before[1]} → {after[1]}",
          f"{first / 1024:.1f} → {last / 1024:.1f} MB",
          f"{statistics.median(times) * 1000:.0f} ms, {max(times) * 1000:.0f} ms"]]))
    return is_running and not bad(load) and before == after and last - first < 1024
