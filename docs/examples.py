"""The examples of the documentation: run in order, each page in a scratch folder of its own, and written anew.

A `console` block holds commands after `$ `, each with what it prints; a command may go on after a backslash. A block
without `$ ` holds commands to copy, whose output is not shown. A `python` block is run too, and a comment after a
`print(...)` is what that prints. What is random, such as root hashes, stays as the page has it, in later commands too.
"""

from __future__ import annotations

import io
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from cli import options
from cli.main import main

ROOT: Final = Path(__file__).resolve().parent.parent
PAGES: Final = (
    "README.md",
    "docs/tutorial/first-steps.md",
    "docs/explanation/two-clocks.md",
    "docs/explanation/facts.md",
    "docs/explanation/proof.md",
)
WIDTH: Final = 160
"""Columns of the window that the examples are shown in."""

_BLOCK: Final = re.compile(r"^```(console|python)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_RANDOM: Final = re.compile(
    r"\b(?:[0-9a-f]{64}|[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|a-[0-9a-f]{12})\b"
)
_PRINTED: Final = re.compile(r"^\s*print\(.*\)\s+# (.*)$", re.MULTILINE)
_NOT_RUN: Final = ("python3 bootstrap.py", ".venv/bin/pytest", "cd ", "git clone", "mkdir ", "source ")
"""What a reader does once, to set up; the examples are run where that is done."""


_SAYS_WHY: Final = ("Error: ", "Refused", "did NOT verify")
"""What is printed where a command is meant to end otherwise than well."""


class ExampleError(Exception):
    """An example cannot stand in the documentation."""


@dataclass
class Shell:
    """Runs commands in a folder, `benefits` in this process, and remembers what is exported."""

    folder: Path
    exported: dict[str, str] = field(default_factory=dict)

    def run(self, line: str) -> str:
        """Return what a line of commands prints.

        Raises:
            ExampleError: If one fails without saying why.
        """
        printed = ""
        for command in line.split(" && "):
            if command.startswith(_NOT_RUN):
                continue
            code, more = self._run(command.removeprefix(".venv/bin/"))
            printed += more
            if "Traceback" in more or "views stopped" in more:
                raise ExampleError(f"{command} broke: {more}")
            if code and not any(words in more for words in _SAYS_WHY):
                raise ExampleError(f"{command} ended with {code}: {more}")
            if code:
                break
        return printed

    def _run(self, command: str) -> tuple[int, str]:
        words = shlex.split(command)
        if words[0] == "export":
            self.exported |= dict([words[1].split("=", 1)])
            return 0, ""
        if words[0] == "benefits" and not {"|", ">", "<"} & set(words):
            return self._benefits(words[1:])
        ended = subprocess.run(  # noqa: S603  # It is our own documentation.
            ["bash", "-c", command],  # noqa: S607  # Which bash is the reader's own affair.
            check=False,
            cwd=self.folder,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        return ended.returncode, ended.stdout.decode()

    def _benefits(self, arguments: list[str]) -> tuple[int, str]:
        printed = io.TextIOWrapper(io.BytesIO(), encoding="utf-8", newline="", write_through=True)
        code = 0
        with ExitStack() as stack:
            for each in (chdir(self.folder), _in_place_of(arguments, self._environment())):
                stack.enter_context(each)
            stack.enter_context(redirect_stdout(printed))
            stack.enter_context(redirect_stderr(printed))
            try:
                main(arguments)
            except SystemExit as end:
                code = int(end.code or 0)
        assert isinstance(printed.buffer, io.BytesIO)
        return code, printed.buffer.getvalue().decode()

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("BENEFITS_")}
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        return kept | {"PATH": path, "COLUMNS": str(WIDTH), "XDG_CONFIG_HOME": os.devnull} | self.exported


@contextmanager
def _in_place_of(arguments: list[str], environment: dict[str, str]) -> Iterator[None]:
    """Put arguments and environment where a command finds them."""
    before, argv = dict(os.environ), sys.argv
    options._settings.cache_clear()  # noqa: SLF001  # Each example reads its own.
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["benefits", *arguments]
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)
        sys.argv = argv


@dataclass
class Page:
    """A page whose examples are run."""

    shell: Shell
    to_actual: dict[str, str] = field(default_factory=dict)
    to_page: dict[str, str] = field(default_factory=dict)

    def block(self, found: re.Match[str]) -> str:
        """Return a block as it should stand."""
        kind, words = found[1], found[2]
        if kind == "python":
            self.python(words)
            return found[0]
        if not any(line.startswith("$ ") for line in words.splitlines()):
            for line in words.splitlines():
                self.shell.run(line)
            return found[0]
        steps = []
        for command, before in _steps(words):
            after = self.as_on_page(self.shell.run(self.as_actual(command.replace("\\\n", ""))), before)
            steps.append(f"$ {command}\n{after}")
        return f"```console\n{''.join(steps)}```"

    def as_actual(self, command: str) -> str:
        """Return a command with what is random as it came out this time."""
        return _RANDOM.sub(lambda match: self.to_actual.get(match[0], match[0]), command)

    def as_on_page(self, printed: str, before: str) -> str:
        """Return what was printed, with what is random as the page has it."""
        for shown, actual in zip(_RANDOM.findall(before), _RANDOM.findall(printed), strict=False):
            if len(shown) == len(actual) and shown not in self.to_actual and actual not in self.to_page:
                self.to_actual[shown], self.to_page[actual] = actual, shown
        if f"{datetime.now(UTC):%Y-%m-%d}" in printed:
            raise ExampleError(f"today's date is in what is printed; say --as-at, --known-at or --now:\n{printed}")
        words = _RANDOM.sub(lambda match: self.to_page.get(match[0], match[0]), printed)
        lines = [line.rstrip() for line in words.strip("\n").splitlines()]
        return "".join(f"{line}\n" for line in lines)

    def python(self, words: str) -> None:
        """Run a block of Python, and see that it prints what it says."""
        printed = io.StringIO()
        with chdir(self.shell.folder), redirect_stdout(printed):
            exec(compile(words, "an example", "exec"), {})  # noqa: S102  # It is our own documentation.
        said = _PRINTED.findall(words)
        if printed.getvalue().splitlines() != said:
            raise ExampleError(f"an example in Python prints {printed.getvalue()!r}, and says {said!r}")


def _steps(words: str) -> list[tuple[str, str]]:
    """Return the commands of a block, each with what the page says it prints."""
    steps: list[tuple[str, str]] = []
    for line in words.splitlines():
        if line.startswith("$ "):
            steps.append((line[2:], ""))
        elif steps and not steps[-1][1] and steps[-1][0].endswith("\\"):
            steps[-1] = (f"{steps[-1][0]}\n{line}", "")
        elif steps:
            steps[-1] = (steps[-1][0], f"{steps[-1][1]}{line}\n")
    return steps


def run(page: str) -> str:
    """Return a page with its examples as they come out now."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "cases").symlink_to(ROOT / "cases")
        return _BLOCK.sub(Page(Shell(Path(folder))).block, (ROOT / page).read_text(encoding="utf-8"))
