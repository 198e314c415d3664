"""`benefits serve`, as a process of its own, for tests of it and for browsers that look at it."""

from __future__ import annotations

import os
import subprocess
import time
import urllib.request
from pathlib import Path
from typing import Final

from tests.cli.running import PROGRAM

PATIENCE: Final = 30.0


class Serving:
    """A process that serves, and what it said on standard error; of another checkout where its program is named."""

    def __init__(self, *arguments: str, cwd: Path, program: str | Path = PROGRAM, **environment: str) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("BENEFITS_")}
        self.log = cwd / "said.log"
        self._out = self.log.open("wb")
        self.process = subprocess.Popen(
            [program, "serve", "--port", "0", *arguments],
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=self._out,
            stderr=self._out,
            env=kept | {"XDG_CONFIG_HOME": os.devnull} | environment,
        )

    @property
    def said(self) -> str:
        """What it said so far."""
        return self.log.read_text(encoding="utf-8")

    @property
    def address(self) -> str:
        """Where it is; waits until it says so."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            for line in self.said.splitlines():
                if line.startswith("The pages are at ") and "Stop with" in self.said:
                    return line.removeprefix("The pages are at ")
            assert self.process.poll() is None, self.said
            time.sleep(0.05)
        raise AssertionError(self.said)

    def get(self, path: str) -> tuple[int, bytes]:
        """Return the status and the body of a page."""
        with urllib.request.urlopen(f"{self.address.rstrip('/')}{path}", timeout=PATIENCE) as found:
            return found.status, found.read()

    def stop(self, number: int) -> int:
        """Send it a signal, and return its exit code."""
        self.process.send_signal(number)
        code = self.process.wait(PATIENCE)
        self._out.close()
        return code
