"""Targets and forecasts by period: what is in force, and what goes from one benefit to another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Final

from benefits.aggregates.case import Case, until
from benefits.events import (
    BenefitAbsorbed,
    BenefitIdentified,
    BenefitMerged,
    BenefitPartTaken,
    BenefitSplit,
    ForecastMade,
    TargetSet,
)
from benefits.parts import Handover, ProfileLine, SplitPart
from benefits.stream import Subject
from benefits.terms import MONEY_UNIT, Release
from benefits.values import PENNY, Period

Gives = BenefitMerged | BenefitSplit
Takes = BenefitAbsorbed | BenefitPartTaken
_SMALLEST: Final = Decimal("0.000001")
_HUNDRED: Final = Decimal(100)


@dataclass(frozen=True)
class InForce:
    """A target or forecast in force, net of what went over to other benefits, by period, and what it rests on."""

    release: Release
    lines: Mapping[Period, Decimal]
    assumed: str | None = None


def lines_apart(lines: Sequence[ProfileLine], unit: str, case: Case) -> None:
    """Refuse lines that name a month twice, or fractions of a penny."""
    for number, line in enumerate(lines):
        exact_pence(line.amount, unit, case)
        for earlier in lines[:number]:
            if earlier.period.overlaps(line.period):
                raise case.refuse(
                    "lines-apart", f"the lines for {earlier.period} and {line.period} overlap; name each month once"
                )


def exact_pence(amount: Decimal, unit: str, case: Case) -> None:
    """Refuse a fraction of a penny."""
    if unit == MONEY_UNIT and amount != amount.quantize(PENNY):
        raise case.refuse("exact-pence", f"{amount} is not an amount of pounds and pence")


def in_force(subject: Subject, on: date, of: type[TargetSet | ForecastMade]) -> InForce | None:
    """Return a benefit's target or forecast as it stands on a day; `None` without one."""
    name = "target" if of is TargetSet else "forecast"
    opened = subject.opened
    usual = opened.release if isinstance(opened, BenefitIdentified) else Release.NOT_STATED
    found: InForce | None = None
    for dated in until(subject.facts, on):
        fact = dated.fact
        if isinstance(fact, of):
            found = InForce(fact.release or usual, _added({}, fact.lines, 1), fact.assumed)
        elif isinstance(fact, Gives | Takes):
            handed: Handover | None = getattr(fact, name)
            if handed is not None:
                sign = 1 if isinstance(fact, Takes) else -1
                before = found or InForce(handed.release, {})
                lines = _added(before.lines, handed.lines, sign)
                found = InForce(before.release, lines, before.assumed or fact.assumed)
    return found


def _added(lines: Mapping[Period, Decimal], more: Iterable[ProfileLine], sign: int) -> dict[Period, Decimal]:
    found = dict(lines)
    for line in more:
        found[line.period] = found.get(line.period, Decimal(0)) + sign * line.amount
    return found


def first_overdrawn(subject: Subject, of: type[TargetSet | ForecastMade]) -> int | None:
    """Return the first event that handed over more of a period than then stood; `None` if none did."""
    name = "target" if of is TargetSet else "forecast"
    standing: Mapping[Period, Decimal] = {}
    for dated in subject.facts:
        fact = dated.fact
        if isinstance(fact, of):
            standing = _added({}, fact.lines, 1)
        elif isinstance(fact, Gives | Takes):
            handed: Handover | None = getattr(fact, name)
            if handed is None:
                continue
            if isinstance(fact, Gives):
                for line in handed.lines:
                    there = standing.get(line.period, Decimal(0))
                    if abs(line.amount) > abs(there) or line.amount * there < 0:
                        return dated.position
            standing = _added(standing, handed.lines, 1 if isinstance(fact, Takes) else -1)
    return None


def to_hand_over(subject: Subject, on: date, of: type[TargetSet | ForecastMade]) -> Handover | None:
    """Return what a target or forecast says of periods that end on a day or later; `None` if nothing."""
    standing = in_force(subject, on, of)
    if standing is None:
        return None
    lines = tuple(
        ProfileLine(period=period, amount=amount)
        for period, amount in standing.lines.items()
        if period.last_day >= on and amount
    )
    return Handover(release=standing.release, lines=lines) if lines else None


def shared_out(whole: Handover | None, parts: Sequence[SplitPart], unit: str) -> list[Handover | None]:
    """Return what each part takes of a handover: rounded half up, the last taking the residue of a whole."""
    if whole is None:
        return [None for _ in parts]
    smallest = PENNY if unit == MONEY_UNIT else _SMALLEST
    is_whole = sum(part.share for part in parts) == _HUNDRED
    taken: list[list[ProfileLine]] = [[] for _ in parts]
    for line in whole.lines:
        left = line.amount
        for number, part in enumerate(parts):
            amount = (line.amount * part.share / _HUNDRED).quantize(smallest, ROUND_HALF_UP)
            if (is_whole and number == len(parts) - 1) or abs(amount) > abs(left):
                amount = left
            left -= amount
            if amount:
                taken[number].append(ProfileLine(period=line.period, amount=amount))
    return [Handover(release=whole.release, lines=tuple(lines)) if lines else None for lines in taken]


def rests_on(subject: Subject, on: date) -> str | None:
    """Return the assumption that something of what a benefit would hand over rests on; `None` if on none."""
    for of in (TargetSet, ForecastMade):
        standing = in_force(subject, on, of)
        if standing is not None and standing.assumed and to_hand_over(subject, on, of) is not None:
            return standing.assumed
    return None


def together(handed: Iterable[Handover | None]) -> Handover | None:
    """Return several handovers as one; `None` if there is nothing in them."""
    found = [one for one in handed if one is not None]
    if not found:
        return None
    lines: dict[Period, Decimal] = {}
    for one in found:
        lines = _added(lines, one.lines, 1)
    return Handover(
        release=found[0].release,
        lines=tuple(ProfileLine(period=period, amount=amount) for period, amount in lines.items()),
    )
