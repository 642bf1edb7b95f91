"""What a rebuild cannot be faster than: the compiler's jobs for what an edit changes, which are one for
the sources and one for the module's interface, side by side, and then the linker's command, with nothing
else around them. All are taken from the plan that Slipway has made.
"""
import json
import os
import subprocess
import time


class Limit:
    """The commands for an edit of one source of a product that Slipway serves."""

    def __init__(self, package, product, source):
        self.package = package
        self.directory = package / ".build/slipway" / f"{product}-debug"
        self.source = str(source)

    def read(self):
        """The commands for the sources, for the module's interface and for the library as of the last
        replay, or None if there is no plan."""
        try:
            plan = json.loads((self.directory / "plan.json").read_text())
            state = json.loads((self.directory / "state.json").read_text())
        except (OSError, ValueError):
            return None
        units = state["units"]
        scratch = self.directory / "limit"
        scratch.mkdir(exist_ok=True)
        primaries = {self.source, *units[self.source].get("followers", [])}
        module = next(
            module
            for module in plan["modules"]
            if any(source["path"] == self.source for source in module["sources"])
        )
        # With all that SwiftPM's own jobs write beside object and module: it is part of their work.
        compile_command = [module["compiler"], *module["leading"]]
        outputs = []
        for source in module["sources"]:
            if source["path"] in primaries:
                compile_command.append("-primary-file")
                written = scratch / os.path.basename(source["object"])
                outputs += [
                    "-emit-reference-dependencies-path", f"{written}.swiftdeps",
                    "-serialize-diagnostics-path", f"{written}.dia", "-o", str(written),
                ]
            compile_command.append(source["path"])
        compile_command += module["options"] + outputs

        moved = {}
        for each in plan["modules"]:
            for source in each["sources"]:
                moved[source["object"]] = units[source["path"]]["object"]
            interface = state["interfaces"].get(each["name"])
            if interface and each.get("wrapped") and interface.get("wrapped"):
                moved[each["wrapped"]] = interface["wrapped"]
        for source in plan["foreignSources"]:
            moved[source["object"]] = units[source["path"]]["object"]
        interface_command = [module["compiler"], *module["interface"]]
        stem = scratch / module["name"]
        interface_command += [
            "-emit-module-doc-path", f"{stem}.swiftdoc", "-emit-module-source-info-path",
            f"{stem}.swiftsourceinfo", "-o", f"{stem}.swiftmodule",
        ]
        link = plan["link"]
        moved[link["library"]] = str(scratch / "library.so")
        return compile_command, interface_command, [moved.get(word, word) for word in link["command"]]

    def measure(self, pause):
        """Seconds that the sources take, both compilers side by side, and the linker; None without a plan.

        After the same pause as a save: a compiler that has run a moment ago finds warm caches.
        """
        commands = self.read()
        if commands is None:
            return None
        sources, interface, link = commands
        time.sleep(pause)
        both, linked = self.run([sources, interface]), self.run([link])
        time.sleep(pause)
        return self.run([sources]), both, linked

    def run(self, commands):
        """Seconds until all of the commands, begun together, have ended."""
        started = time.monotonic()
        running = [
            subprocess.Popen(
                command, cwd=self.package, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
            )
            for command in commands
        ]
        if any(process.wait() != 0 for process in running):
            raise SystemExit(f"a command of {self.directory}/plan.json failed")
        return time.monotonic() - started
