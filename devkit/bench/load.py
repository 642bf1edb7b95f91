"""Requests at a steady rate while a file is saved, and what became of them.

Everything happens in one thread: the newest saved edition is read just before the first byte of a request is
written, so a response that shows an older one is stale without doubt.
"""
import asyncio
import collections
import time

import harness

REQUEST = b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: text/html\r\n%s\r\n"


class Load:
    """Requests at a steady rate, and what became of them."""

    def __init__(self, port, edition, rate):
        self.port = port
        self.edition = edition
        self.rate = rate
        self.counts = collections.Counter()
        self.slowest = 0.0
        self.idle = []
        self.running = set()
        self.newest_seen = edition.number
        self.seen = asyncio.Event()
        self.is_over = False

    async def run(self):
        """Starts requests until `is_over`, then waits for the last of them."""
        started = time.monotonic()
        sent = 0
        while not self.is_over:
            task = asyncio.create_task(self.request(is_kept=sent % 2 == 0))
            self.running.add(task)
            task.add_done_callback(self.running.discard)
            sent += 1
            await asyncio.sleep(max(0, started + sent / self.rate - time.monotonic()))
        if self.running:
            await asyncio.wait(self.running)
        for _, writer in self.idle:
            writer.close()

    async def request(self, is_kept):
        self.counts["requests"] += 1
        try:
            async with asyncio.timeout(90):
                await self.exchange(is_kept)
        except ConnectionRefusedError:
            self.counts["refused"] += 1
        except (ConnectionResetError, BrokenPipeError, asyncio.IncompleteReadError):
            self.counts["reset"] += 1
        except (TimeoutError, OSError, ValueError, asyncio.LimitOverrunError):
            self.counts["failed"] += 1

    async def exchange(self, is_kept):
        if is_kept and self.idle:
            reader, writer = self.idle.pop()
        else:
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        is_reusable = False
        try:
            # No await from here to the write: what is saved now was saved before the request.
            saved = self.edition.number
            started = time.monotonic()
            writer.write(REQUEST % (b"" if is_kept else b"Connection: close\r\n"))
            status, is_reusable, body = await response(reader)
            self.slowest = max(self.slowest, time.monotonic() - started)
            shown = harness.edition_in(body)
            if status != 200 or shown is None:
                self.counts["failed"] += 1
            elif shown < saved:
                self.counts["stale"] += 1
            else:
                self.counts["current"] += 1
            if shown is not None and shown > self.newest_seen:
                self.newest_seen = shown
                self.seen.set()
        finally:
            if is_kept and is_reusable:
                self.idle.append((reader, writer))
            else:
                writer.close()

    async def wait_until_served(self, number):
        async with asyncio.timeout(120):
            while self.newest_seen < number:
                self.seen.clear()
                await self.seen.wait()


async def response(reader):
    """Status, whether the connection may be used again, and body of one response."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    status = int(head[0].split(" ")[1])
    fields = {}
    for line in head[1:]:
        name, _, value = line.partition(":")
        fields[name.lower()] = value.strip().lower()
    if "chunked" in fields.get("transfer-encoding", ""):
        body = b""
        while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
            body += await reader.readexactly(size)
            await reader.readexactly(2)
        while await reader.readuntil(b"\r\n") != b"\r\n":
            pass
    else:
        body = await reader.readexactly(int(fields["content-length"]))
    return status, fields.get("connection") != "close", body


async def measure(server, edition, saves, rate, pause, note=lambda: None):
    """Saves so often under load; `note` is called after each save that is served."""
    load = Load(server.port, edition, rate)
    running = asyncio.create_task(load.run())
    times = []
    await asyncio.sleep(1)
    try:
        for number in range(saves):
            # A save blocks this thread, so no request is sent while it goes on.
            saved_number, saved = edition.save(by_rename=number % 2 == 1)
            await load.wait_until_served(saved_number)
            times.append(time.monotonic() - saved)
            note()
            await asyncio.sleep(pause)
    finally:
        load.is_over = True
        await running
    return load, times


def settled_holdings(pid, wanted, limit=10):
    """What the process holds once that is as `wanted`, or when the time is over."""
    deadline = time.monotonic() + limit
    while (found := harness.holdings(pid)) != wanted and time.monotonic() < deadline:
        time.sleep(0.2)
    return found


BAD = ("failed", "refused", "reset", "stale")


def bad(load):
    """How many requests did not get the newest edition."""
    return sum(load.counts[name] for name in BAD)
