"""The command line, run in this process or in one of its own."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from cli import options
from cli.main import main

PROGRAM = Path(sys.executable).with_name("benefits")
ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Ran:
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """Return what it wrote to standard output, which is to be JSON, after it ended well."""
        assert self.code == 0, self.err
        return json.loads(self.out)

    def lines(self) -> list[Any]:
        """Return the JSON of each line it wrote to standard output."""
        return [json.loads(line) for line in self.out.splitlines()]


def benefits(*arguments: str, stdin: bytes = b"", **environment: str) -> Ran:
    """Run a command in this process, with nothing of the tester's own settings."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="") for _ in range(2))
    given = io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")
    options._settings.cache_clear()
    with (
        redirect_stdout(out),
        redirect_stderr(err),
        patch.object(sys, "argv", ["benefits", *arguments]),
        patch.object(sys, "stdin", given),
        patch.dict(os.environ, _environment(environment), clear=True),
    ):
        try:
            main(arguments)
        except SystemExit as end:
            code = end.code
    return Ran(int(code or 0), *(_written(stream) for stream in (out, err)))


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode()


def benefits_process(*arguments: str, stdin: bytes = b"", cwd: Path | None = None, **environment: str) -> Ran:
    """Run a command as a user does, in a process of its own."""
    ended = subprocess.run(
        [PROGRAM, *arguments],
        check=False,
        input=stdin,
        capture_output=True,
        cwd=cwd,
        env=_environment(environment),
    )
    return Ran(ended.returncode, ended.stdout.decode(), ended.stderr.decode())


def benefits_terminal(*arguments: str, columns: int = 80, **environment: str) -> Ran:
    """Run a command in a process of its own whose output is a terminal, so wide; what it shows is all in `out`."""
    import fcntl
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    kept = {name: value for name, value in _environment({}).items() if name not in ("COLUMNS", "NO_COLOR")}
    with subprocess.Popen(
        [PROGRAM, *arguments],
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
        env=kept | {"TERM": "xterm-256color"} | environment,
    ) as process:
        os.close(theirs)
        shown = b""
        with suppress(OSError):  # Linux says so when the other end is closed.
            while more := os.read(ours, 65_536):
                shown += more
    os.close(ours)
    return Ran(process.returncode, shown.decode().replace("\r\n", "\n"), "")


def _environment(environment: dict[str, str]) -> dict[str, str]:
    """Return the environment without what would choose a store, a user or a format; no question is called slow."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BENEFITS_")}
    return kept | {"COLUMNS": "200", "XDG_CONFIG_HOME": os.devnull, "BENEFITS_SLOW_MS": "60000"} | environment
