"""A case recorded once a module, by each door, on each database, and asked through the same door."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import pytest

from benefits import BenefitsRegister, initialise
from benefits.errors import BenefitsError, RuleError
from benefits.intake import apply
from cli.say import exit_code
from projections import Views, follow, prepare
from tests.cli.running import ROOT, Ran, benefits, benefits_process


class Door(Protocol):
    """One way to ask; an answer is the JSON that every door has."""

    url: str

    def board(self, reference: str, **when: str) -> dict[str, Any]: ...

    def trail(self, reference: str, **when: str) -> list[dict[str, Any]]: ...

    def explain(self, reference: str, figure: str, **which: str) -> dict[str, Any]: ...

    def ask(self, view: str, *names: str, **when: str) -> dict[str, Any]:
        """Ask a view by its name in Python."""

    def refusal(self, view: str, *names: str, **when: str) -> Refusal:
        """Ask a view that is refused, and return how."""

    def say(self, command: str, reference: str, **words: str) -> str | None:
        """Record something, and return the rule that refuses it."""


@dataclass(frozen=True)
class Refusal:
    """How a question was refused: what for, in words, and with which exit code."""

    code: str
    message: str
    exit_code: int


VIEWS: Final = {
    "decision": ("decision", "show"),
    "document": ("document", "show"),
    "document_version": ("document", "version"),
    "figure_check": ("figure", "check"),
    "figures": ("figure", "list"),
    "funding": ("funding", "show"),
    "funding_decided": ("funding", "decided"),
    "portfolio": ("portfolio", "show"),
}
"""The words of a view on the command line, where they are not its name."""


@dataclass
class Python:
    """The Python API."""

    url: str
    register: BenefitsRegister

    def board(self, reference: str, **when: str) -> dict[str, Any]:
        return Views(self.register).board(reference, **when).to_json()

    def trail(self, reference: str, **when: str) -> list[dict[str, Any]]:
        return [row.to_json() for row in Views(self.register).trail(reference, **when).events]

    def explain(self, reference: str, figure: str, **which: str) -> dict[str, Any]:
        which_one: dict[str, Any] = dict(which)
        return Views(self.register).explain(reference, figure, **which_one).to_json()

    def ask(self, view: str, *names: str, **when: str) -> dict[str, Any]:
        answer: dict[str, Any] = getattr(Views(self.register), view)(*names, **when).to_json()
        return answer

    def refusal(self, view: str, *names: str, **when: str) -> Refusal:
        with pytest.raises(BenefitsError) as refused:
            self.ask(view, *names, **when)
        return Refusal(refused.value.code, refused.value.message, exit_code(refused.value))

    def say(self, command: str, reference: str, **words: str) -> str | None:
        group, verb = command.split(".")
        try:
            getattr(getattr(self.register, group), verb.replace("-", "_"))(reference, **words)
        except RuleError as refusal:
            return refusal.rule
        return None


@dataclass
class CommandLine:
    """The command line."""

    url: str

    def board(self, reference: str, **when: str) -> dict[str, Any]:
        return self._asked("board", reference, **when)

    def trail(self, reference: str, **when: str) -> list[dict[str, Any]]:
        events: list[dict[str, Any]] = self._asked("trail", reference, **when)["events"]
        return events

    def explain(self, reference: str, figure: str, **which: str) -> dict[str, Any]:
        return self._asked("explain", reference, figure, **which)

    def ask(self, view: str, *names: str, **when: str) -> dict[str, Any]:
        return self._asked(*VIEWS.get(view, (view,)), *names, **when)

    def refusal(self, view: str, *names: str, **when: str) -> Refusal:
        ran = self._ran(*VIEWS.get(view, (view,)), *names, **when)
        assert ran.out == ""
        error = json.loads(ran.err)["error"]
        return Refusal(error["code"], error["message"], ran.code)

    def say(self, command: str, reference: str, **words: str) -> str | None:
        ran = benefits(*command.split("."), reference, *_options(words), "--store", self.url, "--format", "json")
        if ran.code == 0:
            return None
        assert (ran.code, ran.out) == (1, "")
        refusal: str = json.loads(ran.err)["error"]["rule"]
        return refusal

    def _asked(self, *words: str, **options: str) -> dict[str, Any]:
        answer: dict[str, Any] = self._ran(*words, **options).json()
        return answer

    def _ran(self, *words: str, **options: str) -> Ran:
        return benefits(*words, *_options(options), "--store", self.url, "--format", "json")


def _options(words: dict[str, str]) -> Iterator[str]:
    for name, value in words.items():
        yield from (f"--{name.replace('_', '-')}", value)


@contextmanager
def _python(url: str, case: Path) -> Iterator[Python]:
    """Record a case and open its store, as a program does."""
    initialise(url, sandbox=True)
    with BenefitsRegister(url, on_append=(follow,)) as register:
        prepare(register)
        with case.open("rb") as lines:
            applied = apply(register, lines)
        assert (applied.repeated, applied.refused) == (0, [])
        yield Python(url, register)


@contextmanager
def _command_line(url: str, case: Path) -> Iterator[CommandLine]:
    """Record a case as a user does, in processes of their own."""
    made = benefits_process("init", "--sandbox", "--store", url)
    assert made.code == 0, made.err
    applied = benefits_process("apply", str(case), "--store", url)
    assert applied.code == 0, applied.out + applied.err
    yield CommandLine(url)


@pytest.fixture(
    scope="module",
    params=[
        ("sqlite", _python),
        ("sqlite", _command_line),
        ("postgresql", _python),
        ("postgresql", _command_line),
    ],
    ids=["python-sqlite", "command-line-sqlite", "python-postgresql", "command-line-postgresql"],
)
def door(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """A store with the module's CASE in it, and the door through which it is asked."""
    database, opened = request.param
    with ExitStack() as stack:
        if database == "sqlite":
            url = f"sqlite:///{tmp_path_factory.mktemp('case')}/store.db"
        else:
            url = stack.enter_context(request.getfixturevalue("postgres").database())
        yield stack.enter_context(opened(url, ROOT / "cases" / f"{request.module.CASE}.jsonl"))
