"""The examples of the documentation: run in order, each page in a scratch folder of its own, and written anew.

A `console` block holds commands after `$ `, each with what it prints; a command may go on after a backslash. A block
without `$ ` holds commands to copy, whose output is not shown. A `python` block is run too, and a comment after a
`print(...)` is what that prints. A block under words that end in "as `NAME`:" is written to that file.
What is random, such as root hashes, stays as the page has it, in later commands too.

`benefits demo` is run once, and its store is copied for every page that makes one.
"""

from __future__ import annotations

import atexit
import io
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, chdir, contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from cli import options
from cli.main import main

ROOT: Final = Path(__file__).resolve().parent.parent
PAGES: Final = (
    "README.md",
    "docs/tutorial/first-steps.md",
    "docs/tutorial/programme-office.md",
    "docs/tutorial/board-member.md",
    "docs/tutorial/auditor.md",
    "docs/tutorial/in-a-browser.md",
    "docs/how-to/programme-office.md",
    "docs/how-to/somebody-elses-table.md",
    "docs/how-to/board-member.md",
    "docs/how-to/auditor.md",
    "docs/how-to/backup.md",
    "docs/how-to/across-authorities.md",
    "docs/how-to/operate.md",
    "docs/explanation/two-clocks.md",
    "docs/explanation/money.md",
    "docs/explanation/facts.md",
    "docs/explanation/proof.md",
)
WIDTH: Final = 100
"""Columns of the window that the examples are shown in."""

_BLOCK: Final = re.compile(
    r"^```(?P<kind>console|python)\n(?P<words>.*?)^```$"
    r"|^(?P<above>[^\n]*as `(?P<name>[\w.-]+)`:\n\n```(?:json|csv|python)\n)(?P<kept>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_RANDOM: Final = re.compile(
    r"\b(?:[0-9a-f]{64}|[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|a-[0-9a-f]{12})\b"
)
_PRINTED: Final = re.compile(r"^\s*print\(.*\)\s+# (.*)$", re.MULTILINE)
_SERVING: Final = (".venv/bin/benefits serve", "benefits serve")
"""What goes on until it is stopped; `tests/browser` opens those pages."""
_NOT_RUN: Final = ("python3 bootstrap.py", ".venv/bin/pytest", "cd ", "git clone", "mkdir ", "source ", *_SERVING)
"""What a reader does once, to set up; the examples are run where that is done."""


_SAYS_WHY: Final = ("Error: ", "Refused", "did NOT verify", "does NOT begin")
"""What is printed where a command is meant to end otherwise than well."""


class ExampleError(Exception):
    """An example cannot stand in the documentation."""


class _Written(io.TextIOWrapper):
    """Takes in what is printed, as a file does."""

    def __init__(self) -> None:
        self._bytes = io.BytesIO()
        super().__init__(self._bytes, encoding="utf-8", newline="", write_through=True)

    def said(self) -> str:
        """Return what was printed."""
        return self._bytes.getvalue().decode()


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
        if words == ["benefits", "demo"] and not (self.folder / DEMO).exists():
            made, printed = _demo()
            shutil.copyfile(made, self.folder / DEMO)
            return 0, printed
        ours, piped, rest = command.partition(" | ")
        if words[0] == "benefits" and not {">", "<"} & set(words):
            if not piped:
                return self._benefits(words[1:])
            # A process of its own takes twenty times as long as the question.
            errors = _Written()
            code, printed = self._benefits(shlex.split(ours)[1:], errors)
            ended, more = self._bash(rest, printed)
            return code or ended, errors.said() + more
        return self._bash(command)

    def _bash(self, command: str, taken_in: str = "") -> tuple[int, str]:
        ended = subprocess.run(  # noqa: S603  # It is our own documentation.
            ["bash", "-c", command],  # noqa: S607  # Which bash is the reader's own affair.
            check=False,
            cwd=self.folder,
            env=self._environment(),
            input=taken_in.encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        return ended.returncode, ended.stdout.decode()

    def _benefits(self, arguments: list[str], errors: _Written | None = None) -> tuple[int, str]:
        printed = _Written()
        code = 0
        with ExitStack() as stack:
            for each in (chdir(self.folder), _in_place_of(arguments, self._environment())):
                stack.enter_context(each)
            stack.enter_context(redirect_stdout(printed))
            stack.enter_context(redirect_stderr(errors or printed))
            try:
                main(arguments)
            except SystemExit as end:
                code = int(end.code or 0)
        return code, printed.said()

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("BENEFITS_")}
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        fixed = {"PATH": path, "COLUMNS": str(WIDTH), "XDG_CONFIG_HOME": os.devnull, "BENEFITS_SLOW_MS": "60000"}
        return kept | fixed | self.exported


DEMO: Final = "demo.db"


@cache
def _demo() -> tuple[Path, str]:
    """Return a demo store, and what making it printed; it stays until this process ends."""
    folder = TemporaryDirectory()
    atexit.register(folder.cleanup)
    code, printed = Shell(Path(folder.name))._benefits(["demo"])  # noqa: SLF001  # It is what this is for.
    if code:
        raise ExampleError(f"benefits demo ended with {code}: {printed}")
    return Path(folder.name) / DEMO, printed


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
        kind, words = found["kind"], found["words"]
        if kind is None:
            (self.shell.folder / found["name"]).write_text(found["kept"], encoding="utf-8")
            return found[0]
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
    there = (ROOT / page).read_text(encoding="utf-8")
    once = _run(there)
    # What is random and new to the page, the first run has as it came; from then on it stays.
    return once if once == there else _run(once)


def _run(words: str) -> str:
    with TemporaryDirectory() as folder:
        for name in ("cases", "docs"):
            (Path(folder) / name).symlink_to(ROOT / name)
        return _BLOCK.sub(Page(Shell(Path(folder))).block, words)
