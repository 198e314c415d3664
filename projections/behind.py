"""What any figure of any answer is made of: the amount each event adds to it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from benefits.errors import InvalidValueError
from benefits.store import Snapshot
from benefits.terms import FundingForm, Recurrence
from benefits.values import a_or_an
from projections import board, explain, funding, years
from projections.asking import Asking
from projections.explain import Amount, Class
from projections.funding import PlanRow, counted, together
from projections.funding_decided import DecisionFunding, decided
from projections.ground import StateRow, states
from projections.reading import Reading

PROGRAMME_FIGURES: Final = ("programme_target", "identified", "to_be_identified")
"""The figures of a programme's headline."""

FUNDING_DECIDED: Final = "funding_decided"
"""What a body set aside."""

_ADJUSTMENTS: Final = ("claimed_adjustment", "verified_adjustment")
_NO_CLASS: Final = Class("", "", "")
Row = Mapping[str, Any]


# --- plans -----------------------------------------------------------------------------------------


def of_plans(rows: Sequence[PlanRow], figure: str) -> tuple[Decimal | None, list[Amount]]:
    """Return a sum of some plans, each counted once, and what makes it; `None` where nothing of it is printed."""
    mine = counted(rows)
    total: Decimal | None = getattr(together(row.amounts for row in mine), figure)
    return total, [one for row in mine for one in _PLAN[figure](row)] if total is not None else []


def _cost(row: PlanRow, cost: Row, amount: Decimal, period: str | None = None) -> Amount:
    return Amount(cost["event"], row.reference, amount, period, _NO_CLASS, what=cost["line"])


def _costs(row: PlanRow, recurrence: str | None = None, sign: int = 1, line: str | None = None) -> Iterator[Amount]:
    for cost in row.said["costs"]:
        if recurrence not in (None, cost["recurrence"]) or line not in (None, cost["line"]):
            continue
        if cost["lines"]:
            yield from (_cost(row, cost, sign * Decimal(one["amount"]), one["period"]) for one in cost["lines"])
        elif cost["amount"] is not None:
            yield _cost(row, cost, sign * Decimal(cost["amount"]))


_ALL: Final = frozenset(FundingForm)


def _sources(
    row: PlanRow, forms: frozenset[FundingForm] = _ALL, sign: int = 1, line: str | None = None
) -> Iterator[Amount]:
    for source in row.said["sources"]:
        if source["amount"] is not None and source["form"] in forms and line in (None, source["line"]):
            what = f"{source['line']}: {source['source']}"
            yield Amount(source["event"], row.reference, sign * Decimal(source["amount"]), None, _NO_CLASS, what=what)


def _gap(row: PlanRow, forms: frozenset[FundingForm]) -> Iterator[Amount]:
    yield from _costs(row)
    yield from _sources(row, forms, -1)


def _of_lines(row: PlanRow, sign: int) -> Iterator[Amount]:
    """Yield what makes the shortfalls of single lines, or, with the sign turned, their surpluses."""
    amounts = row.amounts
    for cost in amounts.costs:
        shortfall, surplus = amounts.left_of(cost)
        if shortfall if sign > 0 else surplus:
            yield from _costs(row, sign=sign, line=cost.line)
            yield from _sources(row, sign=-sign, line=cost.line)


def _profile(row: PlanRow) -> Iterator[Amount]:
    profile = row.said["profile"]
    for line in profile["lines"] if profile else ():
        yield Amount(profile["event"], row.reference, Decimal(line["amount"]), line["period"], _NO_CLASS)


def _spent(row: PlanRow) -> Iterator[Amount]:
    for one in row.said["spent"]:
        amount = Decimal(one["amount"])
        yield Amount(one["event"], row.reference, amount, one["period"], _NO_CLASS, what=one["line"])


def _posts(row: PlanRow) -> Iterator[Amount]:
    for cost in row.said["costs"]:
        if cost["posts"] is not None:
            yield _cost(row, cost, Decimal(cost["posts"]))


_CASH: Final = _ALL - {FundingForm.IN_KIND}
_PLAN: Final[Mapping[str, Callable[[PlanRow], Iterator[Amount]]]] = {
    "planned_cost": _costs,
    "ongoing_cost": lambda row: _costs(row, Recurrence.RECURRING),
    "one_off_cost": lambda row: _costs(row, Recurrence.ONE_OFF),
    "available": _sources,
    "in_kind": lambda row: _sources(row, frozenset({FundingForm.IN_KIND})),
    "financing": lambda row: _sources(row, frozenset({FundingForm.FINANCING_ADJUSTMENT})),
    "cash_available": lambda row: _sources(row, _CASH),
    "gap": lambda row: _gap(row, _ALL),
    "cash_gap": lambda row: _gap(row, _CASH),
    "surplus": lambda row: _of_lines(row, -1),
    "shortfall": lambda row: _of_lines(row, 1),
    "spend_profile": _profile,
    "spent": _spent,
    "posts": _posts,
}
PLAN_FIGURES: Final = tuple(_PLAN)
"""The sums of funding plans."""


# --- a programme's headline ------------------------------------------------------------------------


def of_programme(
    row: StateRow, benefits: Sequence[board.BenefitFigures], figure: str
) -> tuple[Decimal | None, list[Amount]]:
    """Return a figure of a programme's headline, and what makes it; `None` where it has none."""
    headline, said = board.programme(row, benefits), row.state["target"]
    own = [Amount(said["event"], row.reference, Decimal(said["amount"]), said["period"], _NO_CLASS)] if said else []
    identified = [
        Amount(line.event, one.row.reference, line.amount, line.period, _NO_CLASS)
        for one in board.identified(row, benefits)
        for line in one.row.state.lines("target", frozenset({row.reference}))
    ]
    match figure:
        case "programme_target":
            return headline.target, own
        case "identified":
            return headline.identified, identified if headline.identified is not None else []
        case _:
            less = [one._replace(amount=-one.amount) for one in identified]
            return headline.to_be_identified, [*own, *less] if headline.to_be_identified is not None else []


# --- decisions -------------------------------------------------------------------------------------


def of_decisions(rows: Sequence[DecisionFunding]) -> list[Amount]:
    """Return what decisions set aside; what has no amount printed is in no sum."""
    return [
        Amount(row.event, row.decision, row.amount, None, _NO_CLASS, what=row.purpose)
        for row in rows
        if row.amount is not None
    ]


# --- any figure ------------------------------------------------------------------------------------

FIGURES: Final = tuple(
    dict.fromkeys(
        (
            *explain.FIGURES,
            *_ADJUSTMENTS,
            *years.MEASURES,
            *PROGRAMME_FIGURES,
            *PLAN_FIGURES,
            FUNDING_DECIDED,
        )
    )
)
"""Every figure that can be opened into the events that make it."""


@dataclass(frozen=True)
class Wanted:
    """Which figure of which subject; only of a release, kind, fund or period, or without its parts, where so asked."""

    row: Any
    figure: str
    only: Mapping[str, str | None]
    period: str | None
    own: bool
    programme: str | None = None

    def unknown(self) -> InvalidValueError:
        """Return a refusal that names the figures there are."""
        kind = self.row.kind
        known = {"funding": PLAN_FIGURES, "body": (FUNDING_DECIDED,), "post": (FUNDING_DECIDED,)}.get(kind, FIGURES)
        return InvalidValueError(
            f"{self.figure!r} is no figure of {self.row.reference}, {a_or_an(kind)}; ask for {', '.join(known)}"
        )


def opened(read: Reading, connection: Snapshot, asking: Asking, wanted: Wanted) -> tuple[Decimal | None, list[Amount]]:
    """Return a figure, `None` where nothing says it, and what each event adds to it.

    Raises:
        InvalidValueError: If it is no figure of the subject, or would add what is never added together.
    """
    row, figure = wanted.row, wanted.figure
    if row.kind in ("body", "post") and figure == FUNDING_DECIDED:
        said = decided(
            connection,
            row.reference,
            None,
            asking.as_at,
            asking.position,
            lambda one: read.one(connection, one, asking),
        )
        return said["total"], of_decisions(said["decisions"])
    if row.kind == "funding" and figure in PLAN_FIGURES:
        return of_plans([PlanRow(row.reference, json.loads(row.state))], figure)
    if row.kind not in ("benefit", "programme", "portfolio") or figure not in FIGURES:
        raise wanted.unknown()
    scope = read.scope(connection, row.reference, asking)
    programmes = [row.reference] if wanted.own and row.kind == "programme" else scope.programmes
    if figure in PLAN_FIGURES and row.kind != "benefit":
        plans = funding.plans(connection, programmes, asking.as_at, asking.position)
        return of_plans([plan.only_for(programmes) for plan in plans] if wanted.own else plans, figure)
    if figure in PROGRAMME_FIGURES and row.kind == "programme":
        (headline,) = states(connection, [row.reference], asking.as_at, asking.position, "programme")
        return of_programme(headline, board.benefits(connection, programmes, asking.as_at, asking.position), figure)
    within = None
    if wanted.programme is not None:
        if scope.benefit is None or wanted.period is not None:
            raise InvalidValueError("--programme goes with a benefit that moved, and without --period")
        within = frozenset(read.scope(connection, wanted.programme, asking, board=True).programmes)
    of_benefits = explain.Wanted(
        figure, programmes, scope.benefit, wanted.only, asking.as_at, asking.position, scope.in_money, within
    )
    if figure in explain.FIGURES and wanted.period is None:
        return explain.explained(connection, of_benefits)
    asked = years.Asked(programmes, scope.benefit, years.by(wanted.period), asking.as_at, asking.position)
    if figure in years.MEASURES:
        found = years.of_measure(connection, asked, figure)
    elif figure in years.ROW_FIGURES and wanted.period is not None:
        found = years.behind(connection, read.register.log, asked, figure, wanted.period)
    elif figure in (*years.ROW_FIGURES, *explain.FIGURES):
        told = ", ".join(years.ROW_FIGURES)
        raise InvalidValueError(
            f"{figure} is not told so; with --period ask for {told}, and without one for the others"
        )
    else:
        raise wanted.unknown()
    amounts = [one for one in found if of_benefits.takes(one.of)]
    if scope.benefit is None:
        explain.refuse_to_add(figure, amounts)
    return sum((one.amount for one in amounts), board.NOUGHT) if amounts else None, amounts
