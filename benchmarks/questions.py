"""The question all are asked: what a programme has claimed by financial year, as at one day, as known on another."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Final, Protocol

from benefits.values import end_of, financial_year

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

    from benchmarks.history import Movement

Answer = dict[str, int]
"""Pence by financial year, such as `2020/21`; years of which nothing is claimed are left out."""

_SEED: Final = 7


@dataclass(frozen=True, slots=True)
class Question:
    """A programme, as at the end of a day, as known at the end of another."""

    programme: str
    as_at: date
    known_at: date

    @property
    def known_by(self) -> datetime:
        """The last instant of what was known."""
        return end_of(self.known_at)


class Design(Protocol):
    """A way to answer."""

    def ask(self, question: Question) -> Answer:
        """Return the answer, worked out from what is stored."""

    def close(self) -> None:
        """Let go of what is stored."""


def questions(moved: Sequence[Movement], wanted: int) -> list[Question]:
    """Return questions about a history, none of its first year: of any programme, as at and as known at any day."""
    random = Random(_SEED)  # noqa: S311  # It picks days.
    first, last = moved[0].at.date(), moved[-1].at.date()
    programmes = sorted({one.programme for one in moved})
    days = (last - first).days
    found = []
    for _ in range(wanted):
        known_at = first + timedelta(days=random.randrange(days // 3, days))
        as_at = first + timedelta(days=random.randrange(days // 4, (known_at - first).days + 1))
        found.append(Question(random.choice(programmes), as_at, known_at))
    return found


def answered(moved: Iterable[Movement], question: Question) -> Answer:
    """Return the answer from the history itself, in the plainest way: what every design has to say as well."""
    known_by = question.known_by
    found: Answer = {}
    for one in moved:
        if one.programme == question.programme and one.at <= known_by and one.effective_on <= question.as_at:
            year = financial_year(one.effective_on)
            found[year] = found.get(year, 0) + one.pence
    return without_nought(found)


def without_nought(answer: Answer) -> Answer:
    """Return an answer without the years that come to nothing."""
    return {year: pence for year, pence in answer.items() if pence}
