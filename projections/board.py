"""The board of a programme or portfolio: rectangles and deltas become one page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from benefits.store import ANY, Condition, Snapshot
from benefits.terms import BANKED, MONEY_UNIT, Role, Treatment
from benefits.values import GivenDate, from_pence, percentage
from projections.answers import (
    BenefitOnBoard,
    ClauseOnBoard,
    DecisionOnBoard,
    DocumentOnBoard,
    MeasureOnBoard,
    MilestoneOnBoard,
    ProgrammeOnBoard,
    ProjectOnBoard,
    ReadingOnBoard,
    TotalOnBoard,
)
from projections.delegations import delegations
from projections.ground import StateRow, Sums, of_all_years, states, sums, sums_by_year
from projections.series import (
    ASSUMED,
    ASSURANCES,
    AT,
    COUNTS,
    NOTHING,
    Amounts,
    Series,
    is_counted,
    is_wholly_counted,
)
from projections.stated import Stated

NOUGHT = Decimal("0.00")


# --- benefits ----------------------------------------------------------------------------------


class Profile(NamedTuple):
    """A target or forecast version in force: its sums, whole and to date; and whether a line of it is assumed."""

    total: Decimal | None
    to_date: Decimal | None
    release: str | None
    is_assumed: bool = False

    @classmethod
    def of(cls, said: Stated, name: str, on: date, programmes: frozenset[str] | None = None) -> Profile:
        """Return the sums of the version in force, for some programmes; all are `None` where nothing is in force.

        Args:
            said: A benefit's state.
            name: `target`, `original_target` or `forecast`.
            on: The day.
            programmes: Only the periods that belong to these; every period if left out.
        """
        version = said[name]
        if version is None:
            return cls(None, None, None)
        lines = said.lines(name, programmes)
        if not lines:
            return cls(_nought(said), _nought(said), version["release"])
        return cls(lines.total, lines.due(on), version["release"], lines.is_assumed)


def _nought(said: Mapping[str, Any]) -> Decimal:
    return NOUGHT if said["unit"] == MONEY_UNIT else Decimal(0)


def banked(said: Mapping[str, Any], programmes: frozenset[str] | None = None) -> list[Mapping[str, Any]]:
    """Return what each treatment takes out of the base budget of its head, for some programmes: a row a year and head.

    From a year on, an amount is out of the base, or, put back, in it again: then its row takes away, at most all of it.
    """
    out: dict[str, Decimal] = {}
    rows: list[Mapping[str, Any]] = []
    for one in said["budget"]:  # By year.
        head, amount = one["head"].casefold(), Decimal(one["amount"])
        if one["treatment"] == Treatment.PUT_BACK:
            amount = -min(amount, out.get(head, NOUGHT))
        elif one["treatment"] not in BANKED:
            continue
        out[head] = out.get(head, NOUGHT) + amount
        if amount and is_counted(said, one["last_day"], programmes):
            rows.append({**one, "amount": f"{amount:.2f}"})
    return rows


@dataclass
class BenefitFigures:
    """A benefit's figures for the programmes asked for, each with the release it was stated for.

    `whole` has the series of all its programmes: how far a benefit has come does not hang on who asks.
    """

    row: StateRow
    on: date
    by_release: Mapping[str, Amounts]
    programmes: frozenset[str] | None = None
    whole: Mapping[str, Amounts] | None = None
    sums: Amounts = field(init=False)
    target: Profile = field(init=False)
    original: Profile = field(init=False)
    forecast: Profile = field(init=False)

    def __post_init__(self) -> None:
        """Work out the profiles, and the sums over all releases."""
        said = self.row.state
        self.sums = _together(self.by_release)
        self.target = Profile.of(said, "target", self.on, self.programmes)
        self.original = (
            self.target if said.is_first_target else Profile.of(said, "original_target", self.on, self.programmes)
        )
        self.forecast = Profile.of(said, "forecast", self.on, self.programmes)

    @property
    def in_money(self) -> bool:
        """Whether its unit is pounds."""
        return bool(self.row.state["unit"] == MONEY_UNIT)

    def money(self, name: str) -> Decimal | None:
        """Return a series in pounds, over all releases; `None` for a benefit that is not in money."""
        return from_pence(self.sums[AT[name]]) if self.in_money else None

    def _whole(self, name: str) -> int:
        return (self.sums if self.whole is None else _together(self.whole))[AT[name]]

    @property
    def in_budget(self) -> Decimal | None:
        """What is out of the base budget, a year; `None` where nothing was said of a budget."""
        if not self.row.state["budget"]:
            return None
        return sum((Decimal(one["amount"]) for one in banked(self.row.state, self.programmes)), NOUGHT)

    @property
    def assurance(self) -> str | None:
        """The lowest class of assurance among its claims; `None` without claims."""
        return next((name for name, count in zip(ASSURANCES, COUNTS, strict=True) if self._whole(count)), None)

    @property
    def assumed(self) -> bool:
        """Whether some figure of it rests on an assumption."""
        return bool(self.row.state["assumed"]) or bool(self.sums[AT[ASSUMED]])

    @property
    def is_placed_unsurely(self) -> bool:
        """Whether it rests on an assumption which of its months belong to the programmes, and which to others."""
        return self.whole is not None and "programme" in self.row.state["assumed"]

    def rests_on_assumption(self, name: str, profile: Profile) -> bool:
        """Tell whether a target or forecast does: as it was stated, by what went over, or by where it belongs."""
        assumed = self.row.state["assumed"]
        return "identified" in assumed or name in assumed or profile.is_assumed or self.is_placed_unsurely

    @property
    def state(self) -> str:
        """How far the benefit has come."""
        said = self.row.state
        if said["merged_into"]:
            return "merged"
        claimed, verified = (from_pence(self._whole(name)) for name in (Series.CLAIMED, Series.VERIFIED))
        if claimed:
            whole = is_wholly_counted(said, self.programmes)
            target = (self.target if whole else Profile.of(said, "target", self.on)).total
            if target and _reaches(verified, target):
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
            project=said["project"],
            categories=said["categories"],
            merged_into=said["merged_into"],
            release=str(said["release"]),
            kind=said["kind"],
            fund=said["fund"],
            unit=said["unit"],
            state=self.state,
            assurance=self.assurance,
            assumed=self.assumed,
            owner=said["owner"],
            target_shared=len(said["allocations"]) > 1,
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
            in_budget=self.in_budget,
            variance=claimed - target if claimed is not None and target is not None else None,
            percent_of_original=percentage(claimed, original) if claimed is not None and original else None,
            percent_of_current=percentage(claimed, target) if claimed is not None and target else None,
            reading=_reading(said["reading"]),
        )


def _together(by_release: Mapping[str, Amounts]) -> Amounts:
    """Return each series' sum over all releases; most benefits have one."""
    if len(by_release) == 1:
        (amounts,) = by_release.values()
        return amounts
    return tuple(map(sum, zip(*by_release.values(), strict=True))) or NOTHING


def _reaches(amount: Decimal, target: Decimal) -> bool:
    return amount >= target if target > 0 else amount <= target


def _reading(said: Mapping[str, Any] | None) -> ReadingOnBoard | None:
    return ReadingOnBoard(period=said["period"], value=said["value"], bound=said["bound"]) if said else None


def benefits(
    connection: Snapshot,
    programmes: Sequence[str] | None,
    on: date,
    position: int,
    rows: Sequence[StateRow] | None = None,
    amounts: Sums | None = None,
) -> list[BenefitFigures]:
    """Return the figures of every benefit of some programmes, each once; of every benefit where none are named.

    Args:
        connection: Where the views are read.
        programmes: Whose; only the months that belong to these are counted.
        on: The day.
        position: The position of the log.
        rows: The states, where they are at hand.
        amounts: The programmes' sums, where they are at hand.
    """
    found = rows if rows is not None else states(connection, programmes, on, position, "benefit")
    found = [row for row in found if row.kind == "benefit"]
    mine = None if programmes is None else frozenset(programmes)
    if amounts is None and programmes is not None:
        amounts = of_all_years(sums_by_year(connection, programmes, on, position))
    elif amounts is None:
        named = ANY if rows is None else _named([row.reference for row in found])
        amounts = sums(connection, named, on, position)
    by_benefit = _by_benefit(amounts)
    moved = [row.reference for row in found if mine is not None and _is_elsewhere(row, mine)]
    whole = _by_benefit(sums(connection, _named(moved), on, position)) if moved else {}
    return [
        BenefitFigures(
            row,
            on,
            by_benefit.get(row.reference, {}),
            mine,
            whole.get(row.reference, {}) if row.reference in moved else None,
        )
        for row in found
    ]


def _named(benefits: list[str]) -> Condition:
    return Condition("benefit IN (:benefits)", {"benefits": benefits})


def _is_elsewhere(row: StateRow, programmes: frozenset[str]) -> bool:
    """Tell whether a benefit has been in a programme that is not asked for."""
    return any(one["programme"] not in programmes for one in row.state["homes"] or ())


def _by_benefit(sums: Sums) -> dict[str, dict[str, Amounts]]:
    found: dict[str, dict[str, Amounts]] = {}
    for (benefit, release), amounts in sums.items():
        found.setdefault(benefit, {})[release] = amounts
    return found


# --- totals ------------------------------------------------------------------------------------

PROFILE_FIGURES = ("target", "original_target", "target_to_date", "forecast", "forecast_to_date")


class _Total:
    """What is added under one release, kind and fund."""

    def __init__(self) -> None:
        self.series: list[Amounts] = []
        self.figures: defaultdict[str, list[Decimal]] = defaultdict(list)
        self.assumed = False


def totals(benefits: Sequence[BenefitFigures]) -> list[TotalOnBoard]:
    """Return the sums of what may be added, by release, kind and fund; each figure under the release stated for it."""
    found: defaultdict[tuple[str, str, str], _Total] = defaultdict(_Total)
    for benefit in benefits:
        if not benefit.in_money:
            continue
        said, unsure = benefit.row.state, benefit.is_placed_unsurely
        kind, fund = said["kind"], said["fund"]
        for name, profile, to_date in (
            ("target", benefit.target, "target_to_date"),
            ("original_target", benefit.original, None),
            ("forecast", benefit.forecast, "forecast_to_date"),
        ):
            if profile.total is None or profile.to_date is None or profile.release is None:
                continue
            total = found[profile.release, kind, fund]
            total.figures[name].append(profile.total)
            if to_date is not None:
                total.figures[to_date].append(profile.to_date)
            total.assumed = total.assumed or benefit.rests_on_assumption(name, profile)
        if benefit.in_budget is not None:
            total = found[said["release"], kind, fund]
            total.figures["in_budget"].append(benefit.in_budget)
            total.assumed |= unsure or any(one["assumed"] for one in banked(said, benefit.programmes))
        for release, amounts in benefit.by_release.items():
            total = found[release, kind, fund]
            total.series.append(amounts)
            total.assumed |= unsure or bool(amounts[AT[ASSUMED]])
    return [_total(*of, total) for of, total in sorted(found.items(), key=lambda one: one[0])]


def _total(release: str, kind: str, fund: str, total: _Total) -> TotalOnBoard:
    sums = tuple(map(sum, zip(*total.series, strict=True))) or NOTHING
    figures = {name: sum(amounts, NOUGHT) for name, amounts in total.figures.items()}
    return TotalOnBoard(
        release=release,
        kind=kind,
        fund=fund,
        in_budget=figures.get("in_budget"),
        assumed=total.assumed,
        target=figures.get("target"),
        original_target=figures.get("original_target"),
        target_to_date=figures.get("target_to_date"),
        forecast=figures.get("forecast"),
        forecast_to_date=figures.get("forecast_to_date"),
        **{name: from_pence(sums[AT[name]]) for name in Series},
    )


# --- the rest of the page ----------------------------------------------------------------------


def identified(row: StateRow, benefits: Sequence[BenefitFigures]) -> list[BenefitFigures]:
    """Return the benefits whose targets are like a programme's own: of its release, kind and fund."""
    said = row.state["target"]
    return [
        benefit
        for benefit in benefits
        if said is not None
        and benefit.in_money
        and row.reference in _programmes_of(benefit.row)
        and benefit.target.total is not None
        and (benefit.target.release, benefit.row.state["kind"], benefit.row.state["fund"])
        == (said["release"], said["kind"], said["fund"])
    ]


def programme(row: StateRow, benefits: Sequence[BenefitFigures]) -> ProgrammeOnBoard:
    """Return a programme's headline: its own target, and how much of it benefits are identified for."""
    said = row.state["target"]
    target = Decimal(said["amount"]) if said else None
    mine = frozenset({row.reference})
    counted = [Profile.of(one.row.state, "target", one.on, mine).total for one in identified(row, benefits)]
    found = sum((one for one in counted if one is not None), NOUGHT) if counted else None
    return ProgrammeOnBoard(
        reference=row.reference,
        title=row.state["title"],
        stage=row.state["stage"],
        within=row.state["within"],
        mandate=row.state["mandate"] and row.state["mandate"]["decision"],
        target=target,
        identified=found,
        to_be_identified=target - found if target is not None and found is not None else None,
        assumed=bool(row.state["assumed"]),
    )


def _programmes_of(row: StateRow) -> set[str]:
    homes = row.state["homes"]
    return {one["programme"] for one in homes} if homes else {row.state["programme"]}


def project(row: StateRow) -> ProjectOnBoard:
    """Return a project's line."""
    said = row.state
    return ProjectOnBoard(
        reference=row.reference,
        title=said["title"],
        level=said["level"],
        programme=said["programme"],
        within=said["within"],
        stage=said["stage"],
        director=", ".join(one["post"] for one in said["roles"] if one["role"] == Role.DIRECTOR) or None,
        assumed=bool(said["assumed"]),
    )


def milestone(row: StateRow, on: date) -> MilestoneOnBoard:
    """Return a milestone's line; it is late once the day it was expected has passed."""
    said = row.state
    late = said["forecast_day"] is not None and date.fromisoformat(said["forecast_day"]) < on
    return MilestoneOnBoard(
        reference=row.reference,
        title=said["title"],
        programme=said["programme"],
        project=said["project"],
        state="reached" if said["actual"] else "late" if late else "planned",
        baseline=said["baseline"],
        forecast=said["forecast"],
        actual=said["actual"],
        assumed=bool(said["assumed"]),
    )


def decision(row: StateRow, on: date) -> DecisionOnBoard:
    """Return a decision's line, a row a clause, with what it delegates."""
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
        delegations=delegations(said, on),
    )


def document(row: StateRow) -> DocumentOnBoard:
    """Return a document's line."""
    said = row.state
    return DocumentOnBoard(reference=row.reference, title=said["title"], programmes=sorted(said["programmes"]))


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
