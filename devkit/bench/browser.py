"""A headless Chromium, driven through chromedriver: Debian's packages chromium and chromium-driver."""
import contextlib
import http.client
import json
import re
import subprocess
import time

# Seconds that anything may take.
LIMIT = 120


class Browser:
    """One session of W3C WebDriver."""

    def __init__(self, profile, *flags):
        self.driver = subprocess.Popen(
            ["chromedriver", "--port=0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        for line in self.driver.stdout:
            if found := re.search(r"on port ([1-9]\d*)", line):
                break
        else:
            raise SystemExit("chromedriver does not say its port")
        self.connection = http.client.HTTPConnection("127.0.0.1", int(found[1]), timeout=LIMIT)
        arguments = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                     "--no-first-run", f"--user-data-dir={profile}", *flags]
        options = {"browserName": "chrome", "goog:chromeOptions": {"args": arguments}}
        self.session = ""
        answer = self.command("POST", "", {"capabilities": {"alwaysMatch": options}})
        self.session = "/" + answer["sessionId"]

    def command(self, method, path, parameters=None):
        body = None if parameters is None else json.dumps(parameters)
        self.connection.request(method, f"/session{self.session}{path}", body)
        response = self.connection.getresponse()
        value = json.loads(response.read())["value"]
        if response.status != 200:
            raise RuntimeError(value["message"])
        return value

    def open(self, url):
        self.command("POST", "/url", {"url": url})

    def run(self, script):
        return self.command("POST", "/execute/sync", {"script": script, "args": []})

    def until(self, script, pause=0.005):
        deadline = time.monotonic() + LIMIT
        while time.monotonic() < deadline:
            # A page that is being loaded has no answer.
            with contextlib.suppress(RuntimeError):
                if value := self.run(script):
                    return value
            time.sleep(pause)
        raise SystemExit(f"not in {LIMIT} s: {script}")

    def tell(self, command, **parameters):
        """A command of the Chrome DevTools Protocol."""
        return self.command("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def stop(self):
        with contextlib.suppress(Exception):
            self.command("DELETE", "")
        self.driver.terminate()
        self.driver.wait(10)
