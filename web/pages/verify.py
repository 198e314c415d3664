"""Verify now: the whole log worked out again while whoever asked waits; one such at a time, whoever asks."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from shlex import quote
from time import perf_counter
from typing import Any, Final

from pydantic import Field

from benefits.errors import InvalidValueError
from benefits.store import verify_log
from projections.answers import Row
from web.page import Page
from web.question import Question
from web.tables import Cell, Table, text


class Found(Row):
    """Something that is not as it was recorded."""

    position: int = Field(description="The first event it is about; 0 for the log as a whole.")
    message: str = Field(description="What is found.")


class Verified(Row):
    """What verifying the log came to, or that it was not done: it is done where `now` is said.

    Only one is done at a time. Who asks while one runs is told how far it has come, and asks again.
    """

    events: int = Field(description="How many events the log has; while one runs, of how many.")
    token: str | None = Field(description="position@root-hash of the events as they stand; null if some are missing.")
    verified: bool | None = Field(description="Whether nothing was found; null where it was not done.")
    findings: list[Found] = Field(description="What was found.")
    against: str | None = Field(description="The token it was held against; null without one.")
    is_log_whole: bool | None = Field(
        description="Whether the log itself is whole: with a finding, the token is another store's, or it was rebuilt."
    )
    seconds: float | None = Field(description="How long it took.")
    running: int | None = Field(description="How far one that somebody else asked for has come; null if none runs.")
    sandbox: bool = Field(description="Whether the store is a sandbox, whose clock may be set.")


@dataclass
class _Turn:
    """Whose turn it is to verify, and how far it has come."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    done: int = 0

    def tell(self, done: int, of: int) -> None:
        """Note how far it has come."""
        del of
        self.done = done


_TURN: Final = _Turn()
_YES: Final = ("1", "yes", "true")


def _ask(question: Question) -> Verified:
    question.is_for_once = True
    said = question.word("now")
    if said is not None and said not in _YES:
        raise InvalidValueError(f"{said!r} is not for now; say 1 or leave it out")
    against = question.word("against")
    none = Verified(
        events=question.head,
        token=None,
        verified=None,
        findings=[],
        against=against,
        is_log_whole=None,
        seconds=None,
        running=None,
        sandbox=question.register.is_sandbox,
    )
    if said is None:
        return none
    if not _TURN.lock.acquire(blocking=False):
        return none.model_copy(update={"running": _TURN.done})
    try:
        _TURN.done = 0
        return _verified(question, none)
    finally:
        _TURN.lock.release()


def _verified(question: Question, none: Verified) -> Verified:
    database = question.register.database
    began = perf_counter()
    report = verify_log(database, none.against, _TURN.tell)
    is_whole = report.is_whole
    if none.against is not None and not is_whole:
        # Whoever types another store's token should not be told that this log was altered.
        is_whole = verify_log(database, None, _TURN.tell).is_whole
    return none.model_copy(
        update={
            "events": report.size,
            "token": report.token,
            "verified": report.is_whole,
            "findings": [Found(position=one.position, message=one.message) for one in report.findings],
            "is_log_whole": is_whole,
            "seconds": round(perf_counter() - began, 3),
        }
    )


def _findings(question: Question, answer: Verified) -> Table | None:
    if not answer.findings:
        return None
    return Table.of(
        "findings",
        "What is not as it was recorded",
        [text("position", "Where"), text("message", "What is found")],
        (
            (
                Cell(f"event {one.position}", question.link("event", one.position)) if one.position else "the log",
                one.message,
            )
            for one in answer.findings
        ),
    )


def _says(question: Question, answer: Verified) -> Mapping[str, Any]:
    store = quote(question.house.name)
    against = f" --against {quote(answer.against)}" if answer.against else ""
    return {
        "command": f"benefits verify{against} --store {store}",
        "export": f"benefits export --output log.jsonl --store {store}",
        "again": question.here(now="1"),
    }


PAGE: Final = Page(
    name="verify",
    path="/verify",
    summary="Verify the whole log now, or say how it is done.",
    answer=Verified,
    ask=_ask,
    title=lambda question, answer: "Verify the log",
    tables={"findings": _findings},
    says=_says,
    about=lambda question, answer: None,
    last=lambda question, answer: "Verify the log",
    form=("now", "against"),
    words={
        "now": "1 to verify now.",
        "against": "A token kept earlier, which the log must still agree with.",
    },
    choices={"now": _YES},
    takes_turns=False,  # Only one verifies at a time, and whoever asks meanwhile is told at once.
)
