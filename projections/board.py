"""The board of a programme or portfolio: rectangles and deltas become one page."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select

from benefits.values import MONEY_UNIT, GivenDate, from_pence, percentage
from projections.answers import (
    BenefitOnBoard,
    ClauseOnBoard,
    DecisionOnBoard,
    MeasureOnBoard,
    MilestoneOnBoard,
    ProgrammeOnBoard,
    ReadingOnBoard,
    TotalOnBoard,
)
from projections.money import ASSUMED, ASSURANCES, COUNTS, Series
from projections.tables import delta, state

NOUGHT = Decimal("0.00")


class StateRow(NamedTuple):
    """A rectangle's words."""

    kind: str
    reference: str
    programme: str
    stated_at: int
    state: Mapping[str, Any]


def states(connection: Connection, programmes: Sequence[str], on: date, position: int) -> list[StateRow]:
    """Return the state of everything of some programmes, as at a day, as known at a position."""
    query = select(state.c.kind, state.c.reference, state.c.programme, state.c.stated_at, state.c.state).where(
        state.c.programme.in_(programmes),
        state.c.known_to > position,
        state.c.known_from <= position,
        state.c.valid_from <= on,
        state.c.valid_to > on,
    )
    rows = [StateRow(*row[:4], json.loads(row[4])) for row in connection.execute(query)]
    return sorted(rows, key=lambda row: row.reference)  # Here, because databases order text each in their own way.


Sums = Mapping[tuple[str, str], Mapping[str, int]]
"""By benefit and release: each series' sum, in pence or claims."""


def sums(connection: Connection, programmes: Sequence[str], on: date, position: int) -> Sums:
    """Return the series of every benefit of some programmes up to a day, as known at a position."""
    query = (
        select(delta.c.benefit, delta.c.release, delta.c.series, func.sum(delta.c.amount))
        .where(delta.c.programme.in_(programmes), delta.c.effective_on <= on, delta.c.position <= position)
        .group_by(delta.c.benefit, delta.c.release, delta.c.series)
    )
    found: dict[tuple[str, str], dict[str, int]] = {}
    for benefit, release, series, amount in connection.execute(query):
        if amount:
            found.setdefault((benefit, release), {})[series] = int(amount)
    return found


# --- benefits ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Profile:
    """A target or forecast version in force: its sums, whole and to date."""

    total: Decimal | None
    to_date: Decimal | None
    release: str | None

    @classmethod
    def of(cls, version: Mapping[str, Any] | None, on: date) -> Profile:
        """Return the sums of a version; both are `None` without one."""
        if version is None:
            return cls(None, None, None)
        lines = version["lines"]
        total = sum((Decimal(line["amount"]) for line in lines), Decimal(0))
        due = sum((Decimal(line["amount"]) for line in lines if date.fromisoformat(line["last_day"]) <= on), Decimal(0))
        like = max((Decimal(line["amount"]) for line in lines), key=lambda amount: -int(amount.as_tuple().exponent))
        return cls(total.quantize(like), due.quantize(like), version["release"])


@dataclass
class BenefitFigures:
    """A benefit's figures, each with the release it was stated for."""

    row: StateRow
    on: date
    by_release: Mapping[str, Mapping[str, int]]
    target: Profile = field(init=False)
    original: Profile = field(init=False)
    forecast: Profile = field(init=False)

    def __post_init__(self) -> None:
        """Work out the profiles."""
        self.target = Profile.of(self.row.state["target"], self.on)
        self.original = Profile.of(self.row.state["original_target"], self.on)
        self.forecast = Profile.of(self.row.state["forecast"], self.on)

    @property
    def in_money(self) -> bool:
        """Whether its unit is pounds."""
        return bool(self.row.state["unit"] == MONEY_UNIT)

    def series(self, name: str, release: str | None = None) -> int:
        """Return a series' sum, over all releases or for one."""
        chosen = self.by_release.values() if release is None else [self.by_release.get(release, {})]
        return sum(one.get(name, 0) for one in chosen)

    def money(self, name: str) -> Decimal | None:
        """Return a series in pounds; `None` for a benefit that is not in money."""
        return from_pence(self.series(name)) if self.in_money else None

    @property
    def assurance(self) -> str | None:
        """The lowest class of assurance among its claims; `None` without claims."""
        return next((name for name, count in zip(ASSURANCES, COUNTS, strict=True) if self.series(count)), None)

    @property
    def assumed(self) -> bool:
        """Whether some figure of it rests on an assumption."""
        return bool(self.row.state["assumed"]) or bool(self.series(ASSUMED))

    @property
    def state(self) -> str:
        """How far the benefit has come."""
        said = self.row.state
        claimed, verified = self.money(Series.CLAIMED), self.money(Series.VERIFIED)
        if claimed:
            target = self.target.total
            if target and verified is not None and _reaches(verified, target):
                return "verified"
            if target and _reaches(claimed, target):
                return "delivered"
            return "partly-delivered"
        for name, there in (
            ("in-delivery", said["in_delivery"]),
            ("authorised", said["authorised"]),
            ("baselined", said["baseline"]),
            ("profiled", said["description"]),
        ):
            if there:
                return name
        return "identified"

    def on_board(self) -> BenefitOnBoard:
        """Return the benefit's line."""
        said = self.row.state
        claimed = self.money(Series.CLAIMED)
        target, original = self.target.total, self.original.total
        return BenefitOnBoard(
            reference=self.row.reference,
            title=said["title"],
            programme=said["programme"],
            release=str(said["release"]),
            kind=said["kind"],
            fund=said["fund"],
            unit=said["unit"],
            state=self.state,
            assurance=self.assurance,
            assumed=self.assumed,
            owner=said["owner"],
            baseline=Decimal(said["baseline"]["value"]) if said["baseline"] else None,
            target=target,
            original_target=original,
            target_to_date=self.target.to_date,
            forecast=self.forecast.total,
            forecast_to_date=self.forecast.to_date,
            claimed=claimed,
            verified=self.money(Series.VERIFIED),
            measured_only=self.money(Series.MEASURED_ONLY),
            claimed_only=self.money(Series.CLAIMED_ONLY),
            challenged=self.money(Series.CHALLENGED),
            in_budget=None,
            variance=claimed - target if claimed is not None and target is not None else None,
            percent_of_original=percentage(claimed, original) if claimed is not None and original else None,
            percent_of_current=percentage(claimed, target) if claimed is not None and target else None,
            reading=_reading(said["reading"]),
        )


def _reaches(amount: Decimal, target: Decimal) -> bool:
    return amount >= target if target > 0 else amount <= target


def _reading(said: Mapping[str, Any] | None) -> ReadingOnBoard | None:
    return ReadingOnBoard(period=said["period"], value=said["value"], bound=said["bound"]) if said else None


def figures(rows: Iterable[StateRow], amounts: Sums, on: date) -> list[BenefitFigures]:
    """Return the figures of the benefits among some rows."""
    by_benefit: dict[str, dict[str, Mapping[str, int]]] = {}
    for (benefit, release), series in amounts.items():
        by_benefit.setdefault(benefit, {})[release] = series
    return [BenefitFigures(row, on, by_benefit.get(row.reference, {})) for row in rows if row.kind == "benefit"]


# --- totals ------------------------------------------------------------------------------------

PROFILE_FIGURES = ("target", "original_target", "target_to_date", "forecast", "forecast_to_date")


def totals(benefits: Sequence[BenefitFigures]) -> list[TotalOnBoard]:
    """Return the sums of what may be added, by release, kind and fund; each figure under the release stated for it."""
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for benefit in benefits:
        if not benefit.in_money:
            continue
        kind, fund = benefit.row.state["kind"], benefit.row.state["fund"]
        for name, release, amount in profile_figures(benefit):
            total = found.setdefault((release, kind, fund), {"assumed": False})
            total[name] = total.get(name, NOUGHT) + amount
            total["assumed"] |= bool(
                {"identified", name.removesuffix("_to_date")} & benefit.row.state["assumed"].keys()
            )
        for release, series in benefit.by_release.items():
            total = found.setdefault((release, kind, fund), {"assumed": False})
            for each in Series:
                total[each] = total.get(each, NOUGHT) + from_pence(series.get(each, 0))
            total["assumed"] |= bool(series.get(ASSUMED))
    return [
        TotalOnBoard(
            release=release,
            kind=kind,
            fund=fund,
            in_budget=None,
            assumed=total["assumed"],
            target=total.get("target"),
            original_target=total.get("original_target"),
            target_to_date=total.get("target_to_date"),
            forecast=total.get("forecast"),
            forecast_to_date=total.get("forecast_to_date"),
            claimed=total.get(Series.CLAIMED, NOUGHT),
            verified=total.get(Series.VERIFIED, NOUGHT),
            measured_only=total.get(Series.MEASURED_ONLY, NOUGHT),
            claimed_only=total.get(Series.CLAIMED_ONLY, NOUGHT),
            challenged=total.get(Series.CHALLENGED, NOUGHT),
        )
        for (release, kind, fund), total in sorted(found.items())
    ]


def profile_figures(benefit: BenefitFigures) -> list[tuple[str, str, Decimal]]:
    """Return a benefit's figures that come from profiles, each with the release stated for it."""
    found = []
    for name, profile, amount in (
        ("target", benefit.target, benefit.target.total),
        ("original_target", benefit.original, benefit.original.total),
        ("target_to_date", benefit.target, benefit.target.to_date),
        ("forecast", benefit.forecast, benefit.forecast.total),
        ("forecast_to_date", benefit.forecast, benefit.forecast.to_date),
    ):
        if amount is not None and profile.release is not None:
            found.append((name, profile.release, amount))
    return found


# --- the rest of the page ----------------------------------------------------------------------


def programme(row: StateRow, benefits: Sequence[BenefitFigures]) -> ProgrammeOnBoard:
    """Return a programme's headline: its own target, and how much of it benefits are identified for."""
    said = row.state["target"]
    target = Decimal(said["amount"]) if said else None
    like = (said["release"], said["kind"], said["fund"]) if said else None
    counted = [
        benefit.target.total
        for benefit in benefits
        if benefit.in_money
        and benefit.row.state["programme"] == row.reference
        and benefit.target.total is not None
        and (benefit.target.release, benefit.row.state["kind"], benefit.row.state["fund"]) == like
    ]
    identified = sum(counted, NOUGHT) if counted else None
    return ProgrammeOnBoard(
        reference=row.reference,
        title=row.state["title"],
        stage=row.state["stage"],
        target=target,
        identified=identified,
        to_be_identified=target - identified if target is not None and identified is not None else None,
        assumed=bool(row.state["assumed"]),
    )


def milestone(row: StateRow, on: date) -> MilestoneOnBoard:
    """Return a milestone's line; it is late once the day it was expected has passed."""
    said = row.state
    late = said["forecast_day"] is not None and date.fromisoformat(said["forecast_day"]) < on
    return MilestoneOnBoard(
        reference=row.reference,
        title=said["title"],
        state="reached" if said["actual"] else "late" if late else "planned",
        baseline=said["baseline"],
        forecast=said["forecast"],
        actual=said["actual"],
        assumed=bool(said["assumed"]),
    )


def decision(row: StateRow) -> DecisionOnBoard:
    """Return a decision's line, a row a clause."""
    said = row.state
    return DecisionOnBoard(
        reference=row.reference,
        title=said["title"],
        body=said["body"],
        effective_on=said["effective_on"],
        state=said["state"],
        assumed=bool(said["assumed"]),
        overrides=said["overrides"],
        resolutions=[
            ClauseOnBoard(letter=clause["letter"], verb=clause["verb"], outcome=clause["outcome"])
            for clause in said["resolutions"]
        ],
    )


def measure(row: StateRow) -> MeasureOnBoard:
    """Return a measure's line."""
    said = row.state
    return MeasureOnBoard(
        reference=row.reference,
        title=said["title"],
        unit=said["unit"],
        assumed=bool(said["assumed"]),
        reading=_reading(said["reading"]),
    )


def by_day(rows: Iterable[StateRow]) -> list[StateRow]:
    """Return decisions in the order in which they were taken."""
    return sorted(rows, key=lambda row: (GivenDate.of(row.state["effective_on"]).day, row.reference))


__all__ = [
    "BenefitFigures",
    "Profile",
    "StateRow",
    "by_day",
    "decision",
    "figures",
    "measure",
    "milestone",
    "profile_figures",
    "programme",
    "states",
    "sums",
    "totals",
]
