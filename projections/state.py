"""What every subject's state has, and how facts become JSON in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from benefits.parts import Fact, Handover, ProfileLine
from benefits.stream import Dated
from benefits.terms import MONEY_UNIT
from benefits.values import plain_number
from projections.timeline import Kept

Json = Mapping[str, Any]


@dataclass(frozen=True)
class State:
    """What every subject has."""

    reference: str
    title: str | None = None
    assumed: Json = field(default_factory=dict)  # what rests on an assumption, and on which

    def assuming(self, part: str, fact: Fact) -> dict[str, Any]:
        """Return what rests on assumptions once a fact stands for a part."""
        rest = {name: reason for name, reason in self.assumed.items() if name != part}
        return rest | {part: fact.assumed} if fact.assumed else rest


def fields_of(state: State) -> dict[str, Any]:
    """Return a state as JSON values, by field."""
    return dict(vars(state))


def in_unit(amount: Decimal, unit: str) -> str:
    """Return an amount as text: two decimals for money, plain digits otherwise."""
    return f"{amount:.2f}" if unit == MONEY_UNIT else plain_number(amount)


def version_of(release: str, event: int, lines: Sequence[ProfileLine], unit: str) -> dict[str, Any]:
    """Return a target or forecast in force: the periods of its lines, and their amounts, each in one text.

    A board reads hundreds of them, and most lines of one are planned for the same periods as those of others.
    """
    return {"release": release, "event": event, **_texts(lines, unit)}


def _texts(lines: Sequence[ProfileLine], unit: str, sign: int = 1) -> dict[str, str]:
    """Return periods and amounts, with a space between: there is none in either."""
    return {
        "periods": " ".join(str(line.period) for line in lines),
        "amounts": " ".join(in_unit(sign * line.amount, unit) for line in lines),
    }


def handed_over(version: Json | None, handed: Handover | None, unit: str, sign: int, dated: Dated) -> Json | None:
    """Return a target or forecast once lines came over to it, or went from it: how many, by which event, on what."""
    if handed is None or not handed.lines:
        return version
    before = version or version_of(handed.release.value, dated.stated_at, (), unit)
    moved = _texts(handed.lines, unit, sign)
    rests = {"assumed": dated.fact.assumed} if isinstance(dated.fact, Fact) and dated.fact.assumed else {}
    mine = {"lines": len(handed.lines), "event": dated.stated_at, **rests}
    texts = {name: f"{before[name]} {text}".strip() for name, text in moved.items()}
    return {**before, **texts, "handed": [*before.get("handed", ()), mine]}


def given(dated: Dated) -> str:
    """Return the day from which a fact is true, as it was given."""
    fact = dated.fact
    words = fact.dated if isinstance(fact, Fact) else None
    return words.words if words else dated.effective_on.isoformat()


def of_project(state: State) -> Kept:
    """Return what is kept of what may belong to a project: where it has been is filled in when it is placed."""
    kept = fields_of(state) | {"homes": None}
    return Kept((kept["programme"] or "",), "", kept, kept["project"] or "")
