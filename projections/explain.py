"""What a figure is made of: the amount each event adds to it."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple

from benefits.errors import InvalidValueError
from benefits.events import Blanked, FactCorrected
from benefits.store import Condition, Log, Question, Snapshot, instant_of, recorded_of
from benefits.stream import Recorded
from benefits.terms import MONEY_UNIT
from benefits.values import from_pence
from projections import board
from projections.ground import states
from projections.series import Series
from projections.traces import Part

IN_BUDGET: Final = "in_budget"
FIGURES: Final = (*(each.value for each in Series), *board.PROFILE_FIGURES, IN_BUDGET)
"""The figures that can be explained."""


class Class(NamedTuple):
    """What amounts may be added: those of one release, kind and fund."""

    release: str
    kind: str
    fund: str


class Amount(NamedTuple):
    """What an event adds to a figure: to which claim, or for which period of a profile."""

    position: int
    benefit: str
    amount: Decimal
    period: str | None
    of: Class
    claim: int | None = None
    what: str | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which figure, of which programmes or of one benefit; only of a release, kind or fund where one is named.

    Of a benefit that moved, `within` takes only what belongs to some programmes, as the board of one of them does.
    """

    figure: str
    programmes: Sequence[str]
    benefit: str | None
    only: Mapping[str, str | None]
    on: date
    position: int
    in_money: bool = True
    within: frozenset[str] | None = None

    @property
    def counted(self) -> frozenset[str] | None:
        """The programmes whose periods count; every one's for a benefit asked about by itself."""
        return self.within if self.benefit is not None else frozenset(self.programmes)

    def takes(self, of: Class) -> bool:
        """Tell whether an amount of a class is wanted."""
        return all(value is None or getattr(of, name) == value for name, value in self.only.items())


def refuse_to_add(figure: str, amounts: Sequence[Amount]) -> None:
    """Refuse to add amounts of several releases, kinds or funds.

    Raises:
        InvalidValueError: If there are such; the message says how to ask for one.
    """
    classes = sorted({one.of for one in amounts})
    if len(classes) > 1:
        found = "; ".join(f"--release {one.release} --kind {one.kind} --fund {one.fund}" for one in classes)
        raise InvalidValueError(f"{figure} is of several kinds that are never added together; ask for one: {found}")


def explained(connection: Snapshot, wanted: Wanted) -> tuple[Decimal | None, list[Amount]]:
    """Return a figure and what makes it; `None` where nothing states it.

    Raises:
        InvalidValueError: If it would add amounts that are never added together.
    """
    if wanted.figure in {each.value for each in Series}:
        amounts = _of_claims(connection, wanted)
        total = sum((one.amount for one in amounts), board.NOUGHT) if wanted.in_money else None
    else:
        of = _of_budgets if wanted.figure == IN_BUDGET else _of_profiles
        amounts, stated = of(connection, wanted)
        total = sum((one.amount for one in amounts), stated) if stated is not None else None
    if wanted.benefit is None:
        refuse_to_add(wanted.figure, amounts)
    return total, amounts


def _of_claims(connection: Snapshot, wanted: Wanted) -> list[Amount]:
    said = Condition("effective_on <= :on AND position <= :position", {"on": wanted.on, "position": wanted.position})
    if wanted.benefit is not None:
        said &= Condition("benefit = :benefit", {"benefit": wanted.benefit})
    # A benefit keeps what was claimed of it when it moves from a programme to another.
    if wanted.counted is not None:
        said &= Condition("programme IN (:programmes)", {"programmes": wanted.counted})
    series = Series(wanted.figure)
    query = Question(
        *("SELECT position, benefit, release, kind, fund, claim,", series, "FROM view_delta"),
        *("WHERE", series, "<> 0 AND", said.words),
    )
    found: dict[tuple[int, str, Class, int], int] = {}
    for position, benefit, release, kind, fund, claim, amount in query(connection, **said.values):
        key = (position, benefit, Class(release, kind, fund), claim)
        if wanted.takes(key[2]):
            found[key] = found.get(key, 0) + int(amount)
    # What nets to nought, such as a claim moved to another month, is listed too: it is why the figure is as it is.
    return [
        Amount(position, benefit, from_pence(amount), None, of, claim)
        for (position, benefit, of, claim), amount in sorted(found.items())
    ]


def _of_profiles(connection: Snapshot, wanted: Wanted) -> tuple[list[Amount], Decimal | None]:
    """Return the lines in force; and nought in the unit they are in, or `None` if nothing is in force."""
    found: list[Amount] = []
    stated: Decimal | None = None
    name = wanted.figure.removesuffix("_to_date")
    programmes = wanted.counted
    for row in states(connection, wanted.programmes, wanted.on, wanted.position, "benefit"):
        said = row.state
        version = said[name]
        if version is None or wanted.benefit not in (None, row.reference):
            continue
        of = Class(version["release"], said["kind"], said["fund"])
        if not wanted.takes(of) or (wanted.benefit is None and said["unit"] != MONEY_UNIT):
            continue
        stated = board.Profile.of(said, name, date.min, programmes).to_date
        found += [
            Amount(line.event, row.reference, line.amount, line.period, of)
            for line in said.lines(name, programmes)
            if not wanted.figure.endswith("_to_date") or date.fromisoformat(line.last_day) <= wanted.on
        ]
    return found, stated


def _of_budgets(connection: Snapshot, wanted: Wanted) -> tuple[list[Amount], Decimal | None]:
    """Return what came out of base budgets, a year and head each; and nought, or `None` if nothing is said."""
    found: list[Amount] = []
    stated: Decimal | None = None
    programmes = wanted.counted
    for row in states(connection, wanted.programmes, wanted.on, wanted.position, "benefit"):
        of = Class(row.state["release"], row.state["kind"], row.state["fund"])
        if wanted.benefit not in (None, row.reference) or not row.state["budget"] or not wanted.takes(of):
            continue
        stated = board.NOUGHT
        found += [
            Amount(one["event"], row.reference, Decimal(one["amount"]), one["year"], of)
            for one in board.banked(row.state, programmes)
        ]
    return found, stated


def parts(log: Log, amounts: Sequence[Amount]) -> list[Part]:
    """Return amounts with the events that make them."""
    rows = log.read_positions({one.position for one in amounts} | {one.claim for one in amounts if one.claim})
    events = {position: recorded_of(row) for position, row in rows.items()}
    periods = _periods_of_claims(log, amounts, events)
    return [_part(one, events[one.position], periods) for one in amounts]


def _periods_of_claims(
    log: Log, amounts: Sequence[Amount], events: Mapping[int, Recorded]
) -> Mapping[tuple[int, int | None], str]:
    """Return, for events that add to claims, the period that each claim was then known to be for."""
    wanted = sorted((one.position, one.claim) for one in amounts if one.claim is not None)
    # What adds to a claim may be said of its benefit, or of the project that moved it to another programme.
    streams = {events[claim].originator_id for _, claim in wanted}
    said: deque[tuple[int, int, str]] = deque()
    for row in log.read_streams(streams, upto=max((position for position, _ in wanted), default=0)):
        event = recorded_of(row)
        period = words_of(event).get("period")
        if period is not None:
            said.append((event.position, getattr(event.fact, "corrects", event.position), period))
    found: dict[tuple[int, int | None], str] = {}
    known: dict[int, str] = {}
    for position, claim in wanted:
        while said and said[0][0] <= position:
            _, corrected, period = said.popleft()
            known[corrected] = period
        if claim in known:
            found[position, claim] = known[claim]
    return found


def _part(one: Amount, recorded: Recorded, periods: Mapping[tuple[int, int | None], str]) -> Part:
    said = words_of(recorded)
    return Part(
        position=one.position,
        recorded_at=instant_of(recorded.recorded_us),
        effective_on=recorded.effective_on,
        actor=recorded.actor,
        type=recorded.type_name,
        reference=one.benefit,
        claim=one.claim,
        period=one.period or periods.get((one.position, one.claim)),
        what=one.what,
        amount=one.amount,
        assumed=said.get("assumed"),
        corrects=getattr(recorded.fact, "corrects", None),
        reason=getattr(recorded.fact, "reason", None),
    )


def words_of(recorded: Recorded) -> dict[str, Any]:
    """Return what an event says of its subject, as JSON: for a correction, the replacement; nothing if erased."""
    fact = recorded.fact
    if isinstance(fact, Blanked):
        return {}
    if isinstance(fact, FactCorrected):
        return fact.fact
    return fact.model_dump(mode="json", exclude_none=True)
