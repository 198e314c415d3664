"""Printed figures, held against what the views work out, and against each other. Nothing is forced to fit."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from enum import StrEnum
from typing import Any, Final, NamedTuple

from pydantic import Field

from benefits.aggregates.figure import PLAN_FIGURES
from benefits.errors import InvalidValueError, NotFoundError
from benefits.store import Question, Snapshot
from benefits.terms import MONEY_UNIT
from benefits.values import PENNY, a_or_an, plain_number
from projections.answers import Amount, Answer, Row
from projections.bounds import THEN
from projections.funding import Find, PlanRow

DIGITS: Final = 100
"""Enough for any product of printed numbers, so that only what is said to be rounded is."""


class Outcome(StrEnum):
    """What became of a printed figure when it was held against something.

    A figure that names another printed one is held against that first: it is `same-as` that, or `contradicts` it.
    A figure that says what it is of is recomputed as at and known at the time of the question, and is `equal`;
    `equal-when-rounded`, if what is recomputed, rounded half up to what the figure is printed to, is what is printed;
    or `differs`. One that is held against nothing, or cannot be, is `noted`, and says why.
    """

    DIFFERS = "differs"
    CONTRADICTS = "contradicts"
    EQUAL_WHEN_ROUNDED = "equal-when-rounded"
    SAME_AS = "same-as"
    NOTED = "noted"
    EQUAL = "equal"


# --- what is answered --------------------------------------------------------------------------


class FigureChecked(Row):
    """A printed figure, or words, and what became of it when it was held against something.

    `outcome` is `same-as` or `contradicts` where it was held against another printed figure. Otherwise it is `equal`,
    `equal-when-rounded` (what is recomputed, rounded half up to what the figure is printed to, is what is printed),
    `differs`, or `noted` (nothing to hold it against, or nothing that may be). Whatever the outcome, what could be
    recomputed is given, and the difference with it.
    """

    reference: str = Field(description="The printed figure.")
    title: str | None = Field(description="What it is said to be.")
    outcome: str = Field(description="differs, contradicts, equal-when-rounded, same-as, noted or equal.")
    reason: str = Field(description="What was found, in words.")
    programmes: list[str] = Field(description="The programmes it concerns.")
    document: str | None = Field(description="The document it is printed in.")
    place: str | None = Field(description="Where in it.")
    value: Amount | None = Field(description="The number printed; null where only words are.")
    words: str | None = Field(description="The words printed.")
    unit: str | None = Field(description="GBP for money, otherwise its unit; null for words.")
    printed_to: Amount | None = Field(description="What it is rounded to: 1000 if printed in thousands.")
    of: str | None = Field(description="What it is a figure of: a benefit, programme, portfolio or plan.")
    figure: str | None = Field(description="Which figure of that it claims to be.")
    lines: list[str] = Field(description="Only these lines of a plan; empty for all.")
    part_of: str | None = Field(description="Only what a shared plan marks for this programme.")
    percent: Amount | None = Field(description="That many per cent of the figure; null for the whole.")
    recomputed: Amount | None = Field(description="What it comes to now; null where that cannot be worked out.")
    difference: Amount | None = Field(description="What is printed less what is recomputed.")
    is_rounding: bool = Field(
        description="Whether it is off by no more than half of what it is printed to, as a rounded figure is."
    )
    against: str | None = Field(description="The other printed figure that it is held against.")
    quoted_on: str | None = Field(description="The day it is quoted for, as given.")
    event: int = Field(description="The event that says so.")
    assumed: bool = Field(description="Whether it, or what it is held against, rests on an assumption.")


class Figures(Answer):
    """Printed figures, each checked: those that differ first, then by reference. They are never added up."""

    reference: str | None = Field(description="What they are about or printed in; null for all there are.")
    figures: list[FigureChecked] = Field(description="A row a printed figure.")


class FigureCheck(FigureChecked, Answer):
    """One printed figure, checked."""


# --- which figures -----------------------------------------------------------------------------


class FigureRow(NamedTuple):
    """A printed figure as it is kept, and the event that says so."""

    event: int
    said: Mapping[str, Any]


_QUOTED: Final = Question("SELECT reference, stated_at, state FROM view_state WHERE kind = 'figure' AND", THEN)


def quoted(connection: Snapshot, on: date, position: int) -> list[FigureRow]:
    """Return every printed figure, each once, as at a day, as known at a position."""
    found = {name: (event, said) for name, event, said in _QUOTED(connection, on=on, position=position)}
    return [FigureRow(event, json.loads(said)) for _, (event, said) in sorted(found.items())]


def about(rows: Iterable[FigureRow], row: Any, programmes: Sequence[str]) -> list[FigureRow]:
    """Return the printed figures that concern some programmes, or that name a subject, whose rectangle is `row`.

    A document's are printed in it, a decision's in its report; a plan's or benefit's claim to be figures of it, and a
    figure's are itself and those held against it.

    Raises:
        InvalidValueError: If no printed figure can be about such a subject.
    """
    if row.kind not in _ABOUT:
        raise InvalidValueError(
            f"{row.reference} is {a_or_an(row.kind)}; printed figures are of a programme, portfolio, benefit or "
            f"funding plan, or in a document or a decision's report. Ask: benefits show {row.reference}"
        )
    document = json.loads(row.state)["report"] if row.kind == "decision" else row.reference
    named = ("reference", "of", "part_of", "against")
    return [
        one
        for one in rows
        if not set(programmes).isdisjoint(one.said["programmes"])
        or row.reference in [one.said[name] for name in named]
        or (document is not None and one.said["document"] == document)
    ]


_ABOUT: Final = ("programme", "portfolio", "document", "decision", "benefit", "funding", "figure")


# --- how they are checked ----------------------------------------------------------------------

Explained = Callable[[str, str], tuple[Decimal | None, bool]]
"""Gives a figure of a benefit, programme or portfolio, and whether it rests on an assumption, as an explanation does.

Raises `InvalidValueError` where it would add what is never added together.
"""


class _Recomputed(NamedTuple):
    """What a figure comes to, with the words for where it comes from; or why it is not worked out."""

    value: Decimal | None = None
    basis: str = ""
    reason: str = ""
    unknown: Sequence[str] = ()
    assumed: bool = False


class _Held(NamedTuple):
    """What comes of holding one printed figure against another."""

    outcome: Outcome
    reason: str
    is_rounding: bool = False
    assumed: bool = False


@dataclass
class Checking:
    """Checks printed figures as at and known at the time of one question; works each thing out once."""

    find: Find
    explained: Explained
    _worked_out: dict[tuple[str, str], tuple[Decimal | None, bool] | str] = field(default_factory=dict)
    _rows: dict[str, Any] = field(default_factory=dict)

    def check_all(self, rows: Iterable[FigureRow]) -> list[FigureChecked]:
        """Return printed figures checked, those that differ first."""
        order = list(Outcome)
        checked = [FigureChecked(**self.check(row)) for row in rows]
        return sorted(checked, key=lambda one: (not _stands_out(one), order.index(Outcome(one.outcome)), one.reference))

    def check(self, row: FigureRow) -> dict[str, Any]:
        """Return the fields of a `FigureChecked`."""
        with localcontext(prec=DIGITS):
            return self._checked(row)

    def _checked(self, row: FigureRow) -> dict[str, Any]:
        said = row.said
        value, to = _number(said["value"], said["unit"]), _number(said["printed_to"], said["unit"])
        nothing = _Recomputed(reason=ERASED if _is_erased(said) else "nothing to hold it against")
        found = self._recompute(said) if said["of"] is not None else nothing
        held = self._held(said) if said["against"] is not None else None
        difference = value - found.value if value is not None and found.value is not None else None
        outcome, reason = _compared(value, to, found, difference)
        if held is not None and (held.outcome is not Outcome.NOTED or said["of"] is None):
            outcome, reason = held.outcome, f"{held.reason}; {reason}" if said["of"] is not None else held.reason
        elif held is not None:
            reason = f"{reason}; {held.reason}"
        is_rounding = held.is_rounding if held is not None and difference is None else _is_rounding(difference, to)
        return {
            **{name: said[name] for name in ("reference", "title", "document", "place", "words", "of")},
            **{name: said[name] for name in ("figure", "part_of", "against", "quoted_on")},
            "outcome": outcome,
            "reason": reason,
            "programmes": list(said["programmes"]),
            "value": value,
            "unit": said["unit"] if value is not None else None,
            "printed_to": to,
            "lines": list(said["lines"]),
            "percent": _number(said["percent"]),
            "recomputed": found.value,
            "difference": difference,
            "is_rounding": is_rounding,
            "event": row.event,
            "assumed": bool(said["assumed"]) or found.assumed or (held is not None and held.assumed),
        }

    # --- what it comes to ---

    def _recompute(self, said: Mapping[str, Any]) -> _Recomputed:
        row = self._row(said["of"])
        if row is None:
            return _Recomputed(reason=f"not recomputed: {said['of']} is not on record then")
        found = self._of_plan(row, said) if row.kind == "funding" else self._of_benefits(row, said)
        if found.value is None or said["percent"] is None:
            return found
        percent = Decimal(said["percent"])
        part = found.value * percent / 100
        if said["unit"] == MONEY_UNIT:
            part = part.quantize(PENNY, ROUND_HALF_UP)
        return found._replace(value=part, basis=f"{found.basis}, {plain_number(percent)} %")

    def _of_plan(self, row: Any, said: Mapping[str, Any]) -> _Recomputed:
        name, plan = said["figure"], PlanRow(row.reference, json.loads(row.state))
        if name not in PLAN_FIGURES:
            return _Recomputed(reason=f"not recomputed: {plan.reference} has no figure {name}")
        basis = f"{name} of {plan.reference}"
        if said["part_of"] is not None:
            basis += f", what is marked for {said['part_of']}"
            if said["part_of"] not in plan.serves:
                return _Recomputed(reason=f"not recomputed: {plan.reference} does not serve {said['part_of']} then")
            plan = plan.only_for([said["part_of"]])
        if said["lines"]:
            basis += f", {'line' if len(said['lines']) == 1 else 'lines'} {', '.join(said['lines'])}"
            missing = [line for line in said["lines"] if line not in plan.codes]
            if missing:
                return _Recomputed(reason=f"not recomputed: {plan.reference} has no line {', '.join(missing)} then")
            plan = plan.only(said["lines"])
        if name not in _COUNTED and said["unit"] != MONEY_UNIT:
            return _Recomputed(reason=_other_unit(said["unit"], MONEY_UNIT))
        amounts = plan.amounts
        worked_out = getattr(amounts, name)
        if worked_out is None:
            return _Recomputed(reason=f"not recomputed: nothing printed says the {basis}")
        # Amounts that are not printed are not in it. Whoever reads a difference should know.
        unknown = [what for _, what in amounts.unknown] if name not in _WITHOUT_LINES else []
        return _Recomputed(Decimal(worked_out), basis, unknown=unknown, assumed=plan.assumed)

    def _of_benefits(self, row: Any, said: Mapping[str, Any]) -> _Recomputed:
        name, reference = said["figure"], row.reference
        unit = json.loads(row.state)["unit"] if row.kind == "benefit" else MONEY_UNIT
        if unit.casefold() != said["unit"].casefold():
            return _Recomputed(reason=_other_unit(said["unit"], unit))
        key = (reference, name)
        if key not in self._worked_out:
            try:
                self._worked_out[key] = self.explained(reference, name)
            except InvalidValueError as error:
                self._worked_out[key] = str(error).partition(";")[0]
        found = self._worked_out[key]
        if isinstance(found, str):
            return _Recomputed(reason=f"not recomputed: {found}")
        value, assumed = found
        if value is None:
            return _Recomputed(reason=f"not recomputed: nothing recorded says the {name} of {reference}")
        return _Recomputed(value, f"{name} of {reference}", assumed=assumed)

    def _row(self, name: str) -> Any:
        """Return the rectangle of a subject; `None` if it is not on record then."""
        if name not in self._rows:
            try:
                self._rows[name] = self.find(name)
            except NotFoundError:
                self._rows[name] = None
        return self._rows[name]

    # --- what another figure says ---

    def _held(self, said: Mapping[str, Any]) -> _Held:
        row = self._row(said["against"])
        if row is None:
            return _Held(Outcome.NOTED, f"{said['against']} is not on record then")
        other = json.loads(row.state)
        name, assumed = said["against"], bool(other["assumed"])
        if _is_erased(other):
            return _Held(Outcome.NOTED, f"of {name}, {ERASED}", assumed=assumed)
        mine, theirs = (_number(one["value"], one["unit"]) for one in (said, other))
        if mine is None and theirs is None:
            if _plain(said["words"]) == _plain(other["words"]):
                return _Held(Outcome.SAME_AS, f"says what {name} says", assumed=assumed)
            return _Held(Outcome.CONTRADICTS, f"{name} says: {other['words']}", assumed=assumed)
        if mine is None or theirs is None:
            return _Held(Outcome.NOTED, f"one of this and {name} is a number, the other words", assumed=assumed)
        if said["unit"].casefold() != other["unit"].casefold():
            return _Held(Outcome.NOTED, f"{name} is in {other['unit']}, this in {said['unit']}", assumed=assumed)
        if mine == theirs:
            return _Held(Outcome.SAME_AS, f"repeats {_said(theirs)} of {name}", assumed=assumed)
        off = f"{_said(theirs)} of {name} by {_said(abs(mine - theirs))}"
        pairs = ((mine, said, theirs), (theirs, other, mine))
        if any(_rounds_to(exact, _number(one["printed_to"]), rounded) for rounded, one, exact in pairs):
            return _Held(Outcome.SAME_AS, f"a rounding difference from {off}", is_rounding=True, assumed=assumed)
        return _Held(Outcome.CONTRADICTS, f"printed {_said(mine)}; differs from {off}", assumed=assumed)


_COUNTED: Final = ("posts", "years")
"""Figures of a plan that are no money: whatever unit they are printed in is theirs."""

_WITHOUT_LINES: Final = ("posts", "years", "spend_profile", "spent")
"""Figures of a plan that its lines' and sources' amounts do not enter."""


ERASED: Final = "the words were erased"


def _is_erased(said: Mapping[str, Any]) -> bool:
    return said["value"] is None and said["words"] is None


def _stands_out(one: FigureChecked) -> bool:
    """Tell whether a figure is not what it should be, by more than rounding."""
    if one.outcome in {Outcome.DIFFERS, Outcome.CONTRADICTS}:
        return True
    return bool(one.difference) and not one.is_rounding


def _compared(
    value: Decimal | None, to: Decimal | None, found: _Recomputed, difference: Decimal | None
) -> tuple[Outcome, str]:
    if value is None or found.value is None or difference is None:
        return Outcome.NOTED, found.reason
    recomputed = f"recomputed {_said(found.value)} from {found.basis}"
    without = f"; not in it, because not printed: {', '.join(found.unknown)}" if found.unknown else ""
    if not difference:
        return Outcome.EQUAL, f"{recomputed}; printed the same{without}"
    off = _said(abs(difference))
    said = f"a rounding difference of {off}" if _is_rounding(difference, to) else f"differs by {off}"
    outcome = Outcome.EQUAL_WHEN_ROUNDED if _rounds_to(found.value, to, value) else Outcome.DIFFERS
    return outcome, f"{recomputed}; printed {_said(value)}; {said}{without}"


def _is_rounding(difference: Decimal | None, to: Decimal | None) -> bool:
    return difference is not None and to is not None and 0 < abs(difference) <= to / 2


def _rounds_to(exact: Decimal, to: Decimal | None, printed: Decimal) -> bool:
    """Tell whether an exact number, rounded half up to a multiple of `to`, is what is printed."""
    return to is not None and to > 0 and (exact / to).quantize(Decimal(1), ROUND_HALF_UP) * to == printed


def _number(words: str | None, unit: str | None = None) -> Decimal | None:
    """Return a number as it is kept; money with two decimals, unless it was printed with more."""
    if words is None:
        return None
    number = Decimal(words)
    return number.quantize(PENNY) if unit == MONEY_UNIT and number == number.quantize(PENNY) else number


def _said(number: Decimal) -> str:
    """Return a number for people: 183,644 or 141,104.10."""
    if number == number.to_integral_value():
        return f"{number:,.0f}"
    return f"{number:,.2f}" if number == number.quantize(PENNY) else f"{number:,f}"


def _plain(words: str | None) -> str:
    return " ".join((words or "").split()).casefold()


def _other_unit(printed: str, recomputed: str) -> str:
    return f"not recomputed: printed in {printed}, and worked out in {recomputed}"
