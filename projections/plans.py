"""What is so of funding plans and printed figures: one fold each, one step a fact."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final, assert_never

from benefits.events import (
    Blanked,
    CostLeftOut,
    CostPlanned,
    FigureFact,
    FigureQuoted,
    FundingFact,
    FundingIdentified,
    FundingPlanOpened,
    SpendProfiled,
    SpendRecorded,
)
from benefits.parts import ProfileLine
from benefits.stream import Dated, Subject
from benefits.values import plain_number
from projections.state import Json, State, fields_of, given
from projections.timeline import Fold, Kept


def _lines(lines: Iterable[ProfileLine]) -> list[dict[str, Any]]:
    """Return the lines of a plan, each with the last day of its period."""
    return [
        {"period": str(line.period), "last_day": line.period.last_day.isoformat(), "amount": f"{line.amount:.2f}"}
        for line in lines
    ]


def _money(amount: Any) -> str | None:
    return None if amount is None else f"{amount:.2f}"


@dataclass(frozen=True)
class FundingState(State):
    """A funding plan: cost lines in the order first planned, sources, what is left out, and what was spent."""

    programme: str | None = None
    shared_with: tuple[str, ...] = ()
    document: str | None = None
    restates: str | None = None
    costs: tuple[Json, ...] = ()
    sources: tuple[Json, ...] = ()
    left_out: tuple[Json, ...] = ()
    profile: Json | None = None
    spent: tuple[Json, ...] = ()


def _step_funding(state: FundingState, dated: Dated) -> FundingState:
    fact = dated.fact
    assert isinstance(fact, FundingFact | Blanked)
    match fact:
        case FundingPlanOpened():
            return replace(_opened(state, fact), assumed=state.assuming("opened", fact))
        case CostPlanned():
            cost = {
                "line": fact.line,
                "activity": fact.activity,
                "amount": _money(fact.amount),
                "lines": None if fact.lines is None else _lines(fact.lines),
                "programme": fact.programme,
                "recurrence": fact.recurrence.value,
                "posts": None if fact.posts is None else plain_number(fact.posts),
                "event": dated.stated_at,
                "assumed": fact.assumed,
            }
            return replace(state, costs=_in_place(state.costs, cost, "line"))
        case FundingIdentified():
            source = {
                "line": fact.line,
                "source": fact.source,
                "amount": _money(fact.amount),
                "form": fact.form.value,
                "decision": fact.decision,
                "event": dated.stated_at,
                "assumed": fact.assumed,
            }
            return replace(state, sources=_in_place(state.sources, source, "line", "source"))
        case CostLeftOut():
            left_out = {"what": fact.what, "reason": fact.reason, "event": dated.stated_at, "assumed": fact.assumed}
            return replace(state, left_out=(*state.left_out, left_out))
        case SpendProfiled():
            profile = {"lines": _lines(fact.lines), "event": dated.stated_at}
            return replace(state, profile=profile, assumed=state.assuming("profile", fact))
        case SpendRecorded():
            spent = {
                "period": str(fact.period),
                "last_day": fact.period.last_day.isoformat(),
                "amount": f"{fact.amount:.2f}",
                "line": fact.line,
                "source": fact.source,
                "event": dated.stated_at,
                "assumed": fact.assumed,
            }
            return replace(state, spent=(*state.spent, spent))
        case Blanked():
            return state
        case _:
            assert_never(fact)


def _in_place(rows: tuple[Json, ...], row: Json, *key: str) -> tuple[Json, ...]:
    """Return rows with one in the place of that of the same key, or at the end."""
    same = [all(one[name] == row[name] for name in key) for one in rows]
    if not any(same):
        return (*rows, row)
    return tuple(row if is_it else one for one, is_it in zip(rows, same, strict=True))


def _opened(state: FundingState, fact: FundingPlanOpened) -> FundingState:
    return replace(
        state,
        title=fact.title,
        programme=fact.programme,
        shared_with=fact.shared_with,
        document=fact.document,
        restates=fact.restates,
    )


def _start_funding(subject: Subject) -> FundingState:
    opened = subject.opened
    start = FundingState(subject.reference)
    return _opened(start, opened) if isinstance(opened, FundingPlanOpened) else start


def _keep_funding(state: FundingState) -> Kept:
    programmes = (state.programme, *state.shared_with) if state.programme else ("",)
    return Kept(programmes, "", fields_of(state))


@dataclass(frozen=True)
class FigureState(State):
    """A figure, or words, as printed."""

    programmes: tuple[str, ...] = ()
    document: str | None = None
    place: str | None = None
    value: str | None = None
    words: str | None = None
    unit: str | None = None
    printed_to: str | None = None
    of: str | None = None
    figure: str | None = None
    lines: tuple[str, ...] = ()
    part_of: str | None = None
    percent: str | None = None
    against: str | None = None
    quoted_on: str | None = None


def _step_figure(state: FigureState, dated: Dated) -> FigureState:
    fact = dated.fact
    assert isinstance(fact, FigureFact | Blanked)
    match fact:
        case FigureQuoted():
            return replace(
                state,
                title=fact.title,
                programmes=fact.programmes,
                document=fact.document,
                place=fact.place,
                value=None if fact.value is None else plain_number(fact.value),
                words=fact.words,
                unit=fact.unit,
                printed_to=None if fact.printed_to is None else plain_number(fact.printed_to),
                of=fact.of,
                figure=fact.figure,
                lines=fact.lines or (),
                part_of=fact.part_of,
                percent=None if fact.percent is None else plain_number(fact.percent),
                against=fact.against,
                quoted_on=given(dated),
                assumed=state.assuming("quoted", fact),
            )
        case Blanked():
            return state
        case _:
            assert_never(fact)


FUNDING: Final[Fold[Any]] = Fold(_start_funding, _step_funding, _keep_funding)
FIGURE: Final[Fold[Any]] = Fold(
    lambda subject: FigureState(subject.reference),
    _step_figure,
    lambda state: Kept(tuple(state.programmes) or ("",), "", fields_of(state)),
)
