"""A programme, or every programme of a portfolio, on one page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from itertools import groupby
from typing import Any, Final, NamedTuple

from benefits.errors import InvalidValueError
from benefits.values import GivenDate, london_day
from projections.answers import Board, ProgrammeOnBoard
from projections.figures import Figures
from projections.funding import Funding
from projections.portfolio import Portfolio
from projections.traces import Change, Changes, Shown
from projections.years import Years
from web import words
from web.amounts import changed
from web.apart import cautions
from web.page import Page
from web.pages import figures, timeline
from web.pictures import charts_of, class_of, have_papers
from web.place import page_about, page_of
from web.question import AtHand, Question
from web.restated import field_of, restated_table
from web.said import guard
from web.sums import NO_INVESTMENT, sums_note
from web.tables import Cell, Table, assumed, event, money, number, state, text

_MANY: Final = 40
"""Benefits: a board of more is moved along its decisions and milestones only."""


def _ask(question: Question) -> Board:
    found = question.ask(Board, "board", question.reference)
    question.at_hand = {
        **{one.reference: AtHand("programme") for one in found.programmes},
        **{one.reference: AtHand("project") for one in found.projects},
        **{one.reference: AtHand("milestone") for one in found.milestones},
        **{one.reference: AtHand("decision") for one in found.decisions},
        **{one.reference: AtHand("document") for one in found.documents},
        **{one.reference: AtHand("measure", one.unit) for one in found.measures},
        **{one.reference: AtHand("benefit", one.unit) for one in found.benefits},
    }
    return found


def name_of(answer: Board) -> str:
    """Return the reference of the programme or portfolio asked for, as it is spelt on record."""
    one = answer.portfolio or answer.programme
    assert one is not None, "a board is of a programme or portfolio"
    return one.reference


def _title(question: Question, answer: Board) -> str:
    one = answer.portfolio or answer.programme
    assert one is not None, "a board is of a programme or portfolio"
    return one.title or one.reference


# --- exceptions first ----------------------------------------------------------------------------


class Exceptional(NamedTuple):
    """Something a board looks at first."""

    what: str
    reference: str
    title: str | None
    finding: str
    href: str
    figure: Cell


_NOTHING: Final = (
    "Nothing stands out: no milestone is late, and no delegation overdue; no saving is behind its target to date, "
    "under challenge, or in the budget without being verified; no printed figure differs; no rule was set aside for a "
    "decision. Rules that were set aside when savings were recorded are on the page 'Guards set aside'."
)


def _exceptions(question: Question, answer: Board) -> Table:
    return Table.of(
        "exceptions",
        "Exceptions",
        [
            text("what", "What"),
            text("reference", "Reference"),
            text("title", "Title"),
            text("finding", "What is found"),
            number("figure", "By how much"),
        ],
        (
            (one.what, Cell(one.reference, one.href), one.title, one.finding, one.figure)
            for one in exceptions(question, answer)
        ),
        empty=_NOTHING,
    )


def exceptions(question: Question, answer: Board) -> Iterator[Exceptional]:
    """Yield what stands out: milestones and delegations late, savings behind or doubted, figures that differ, guards.

    Each is what another answer says; nothing is judged here but whether one figure is below another.
    """
    board = name_of(answer)
    nothing = Cell("")
    for one in answer.milestones:
        if one.state == "late":
            due = f"was due {one.baseline}" if one.baseline else "is late"
            now = f"; now expected {one.forecast}" if one.forecast and one.forecast != one.baseline else ""
            href = page_of(question, one.reference, "milestone")
            yield Exceptional("Milestone late", one.reference, one.title, f"{due}{now}", href, nothing)
    for decision in answer.decisions:
        for delegation in decision.delegations:
            if delegation.is_overdue:
                said = f"resolution {delegation.letter} was due {delegation.due}; not exercised"
                href = page_of(question, decision.reference, "decision")
                yield Exceptional("Delegation overdue", decision.reference, decision.title, said, href, nothing)
    for each in answer.benefits:
        if each.challenged:
            (cell,) = figures.of_benefit(question, each, ["challenged"], board)
            href = page_of(question, each.reference, "benefit")
            said = "claimed, and under challenge"
            yield Exceptional("Saving challenged", each.reference, each.title, said, href, cell)
        to_date = each.target_to_date
        if to_date is not None and each.claimed is not None and each.claimed < to_date:
            href = page_of(question, each.reference, "benefit")
            said = f"claimed {words.measured(each.claimed, each.unit)} of {words.measured(to_date, each.unit)}"
            behind = money(each.claimed - to_date, href, each.unit)
            yield Exceptional("Behind target to date", each.reference, each.title, said, href, behind)
    titles = {each.reference: each.title for each in answer.benefits}
    for gap in question.ask(Years, "years", board).in_budget_not_verified:
        href = page_of(question, gap.reference, "benefit")
        cell = money(gap.difference, href)  # No events sum to a difference.
        title = titles.get(gap.reference)
        yield Exceptional("In the budget, not verified", gap.reference, title, gap.year, href, cell)
    for printed in question.ask(Figures, "figures", board).figures:
        if printed.outcome in ("differs", "contradicts"):
            href = question.link("figure", printed.reference)
            cell = money(printed.difference, href, printed.unit or "") if printed.difference is not None else nothing
            said = f"{printed.outcome}: {words.plainly(printed.reason)}"
            yield Exceptional("Printed figure", printed.reference, printed.title, said, href, cell)
    for decision in answer.decisions:
        if decision.overrides:
            said = f"recorded with a rule set aside: {'; '.join(map(guard, decision.overrides))}"
            href = page_of(question, decision.reference, "decision")
            yield Exceptional("Guard set aside", decision.reference, decision.title, said, href, nothing)


def _to(question: Question, reference: str, kind: str) -> Cell:
    return Cell(reference, page_of(question, reference, kind))


# --- what changed since --------------------------------------------------------------------------


def _changes(question: Question, answer: Board) -> Table | None:
    since, meeting = question.word("since"), question.word("since_meeting")
    if since is None and meeting is None:
        return None
    if since is not None and meeting is not None:
        raise InvalidValueError("say since when by since, or by since_meeting, not both")
    found = question.ask(Changes, "changes", question.reference, since, since_meeting=meeting)
    said = f"{meeting} met on {words.day(found.since_as_at)}" if meeting else words.day(found.since_as_at)
    return changes_table(question, found.changes, f"What changed since {said}")


def changes_table(question: Question, found: list[Change], caption: str) -> Table:
    """Return every field that differs from an earlier asking, old beside new, with the event that made it so."""
    return Table.of(
        "changes",
        caption,
        [
            number("event", "Event"),
            text("recorded", "Recorded"),
            text("effective_on", "True from"),
            text("type", "Type"),
            text("reference", "Reference"),
            text("field", "Field"),
            text("was", "Was"),
            text("now", "Now"),
            text("why", "Why it differs"),
        ],
        (
            (
                event(one.position, question),
                words.day(london_day(one.recorded_at)),
                words.day(one.effective_on),
                words.spoken(one.type),
                Cell(one.reference, page_about(question, one.reference)),
                field_of(one),
                changed(question, one, one.was),
                changed(question, one, one.now),
                "recorded since" if one.clock == "known" else "took effect since",
            )
            for one in found
        ),
        empty="Nothing changed.",
    )


# --- the parts of the board ----------------------------------------------------------------------


def _programmes(question: Question, answer: Board) -> Table:
    return Table.of(
        "programmes",
        "Programmes",
        [
            text("reference", "Programme"),
            text("title", "Title"),
            text("stage", "Stage"),
            text("mandate", "Mandated by"),
            number("target", "Target"),
            number("identified", "Identified"),
            number("to_be_identified", "To be identified"),
            text("assumed", "Basis"),
        ],
        (
            (
                _to(question, one.reference, "programme"),
                f"{one.title} (within {one.within})" if one.within else one.title,
                one.stage,
                Cell(one.mandate, page_of(question, one.mandate, "decision") if one.mandate else None),
                *(figures.of_programme(question, one, each) for each in ("target", "identified", "to_be_identified")),
                assumed(one.assumed),
            )
            for one in answer.programmes
        ),
    )


def _side_by_side(question: Question, answer: Board) -> Table | None:
    """Return the programmes of a portfolio side by side, by release, kind and fund; only of a portfolio."""
    if answer.portfolio is None:
        return None
    found = question.ask(Portfolio, "portfolio", question.reference)
    shown = ("target", "forecast", "claimed", "verified")
    return Table.of(
        "side-by-side",
        "Programmes side by side, by release, kind and fund",
        [
            text("programme", "Programme"),
            number("benefits", "Benefits"),
            number("milestones_late", "Milestones late"),
            text("release", "Release"),
            text("kind", "Kind"),
            text("fund", "Fund"),
            *(number(figure, figures.HEADINGS[figure]) for figure in shown),
            text("assumed", "Basis"),
        ],
        (
            (
                _to(question, one.programme.reference, "programme"),
                one.benefits,
                one.milestones_late,
                each.release,
                each.kind,
                each.fund,
                *(figures.of_total(question, one.programme.reference, each, figure, own=1) for figure in shown),
                assumed(each.assumed),
            )
            for one in found.programmes
            for each in one.totals
        ),
        note="Each programme's own figures, without those of the programmes within it, which have lines of their own.",
    )


def _totals(question: Question, answer: Board) -> Table:
    return figures.totals_table(question, name_of(answer), answer.totals)


def _benefits(question: Question, answer: Board) -> Table:
    here = {one.reference for one in answer.programmes}
    return figures.benefits_table(question, answer.benefits, name_of(answer), here)


def _over_time(question: Question, answer: Board) -> Table | None:
    found = question.ask(Years, "years", name_of(answer))
    return over_time_table(question, name_of(answer), found)


def over_time_table(question: Question, name: str, found: Years) -> Table | None:
    """Return target, claimed and verified by financial year; what stands beside the chart of them.

    What was recorded of closed years later has columns of its own, where there is any.
    """
    if not found.rows:
        return None
    headings = figures.HEADINGS | figures.ADJUSTMENTS
    is_adjusted = any(getattr(one, each) for one in found.rows for each in figures.ADJUSTMENTS)
    adjusted = figures.ADJUSTMENTS if is_adjusted else ()
    shown = ("target", "forecast", "claimed", "verified", *adjusted, "in_budget")
    around = partial(question.around, "explain", name)
    return Table.of(
        "over-time",
        "Target, claimed and verified, by financial year",
        [
            text("period", "Year"),
            text("release", "Release"),
            text("kind", "Kind"),
            text("fund", "Fund"),
            *(number(figure, headings[figure]) for figure in shown),
            text("closed", "Period"),
            text("assumed", "Basis"),
        ],
        (
            (
                one.period if one.period is not None else "not by year",
                one.release,
                one.kind,
                one.fund,
                *(
                    money(getattr(one, figure), f"{begins}/{figure}{ends}" if one.period is not None else None)
                    for figure in shown
                ),
                Cell(f"closed by event {one.closed}", question.link("event", one.closed)) if one.closed else "open",
                assumed(one.assumed),
            )
            for one in found.rows
            for begins, ends in [around(period=one.period, release=one.release, kind=one.kind, fund=one.fund)]
        ),
    )


def _milestones(question: Question, answer: Board) -> Table:
    return Table.of(
        "milestones",
        "Milestones",
        [
            text("reference", "Milestone"),
            text("title", "Title"),
            state("state", "State"),
            text("baseline", "First due"),
            text("forecast", "Expected"),
            text("actual", "Reached"),
            text("assumed", "Basis"),
        ],
        (
            (
                _to(question, one.reference, "milestone"),
                one.title,
                one.state,
                one.baseline,
                one.forecast,
                one.actual or "",
                assumed(one.assumed),
            )
            for one in answer.milestones
        ),
    )


def _decisions(question: Question, answer: Board) -> Table:
    return Table.of(
        "decisions",
        "Decisions",
        [
            text("reference", "Decision"),
            text("title", "Title"),
            text("body", "Taken by"),
            text("effective_on", "On"),
            state("state", "State"),
            text("resolutions", "Resolutions"),
            text("assumed", "Basis"),
        ],
        (
            (
                _to(question, one.reference, "decision"),
                one.title,
                Cell(one.body, question.link("show", one.body) if one.body else None),
                one.effective_on,
                one.state,
                "\n".join(f"({clause.letter}) {clause.verb}: {clause.outcome}" for clause in one.resolutions),
                assumed(one.assumed),
            )
            for one in answer.decisions
        ),
    )


def _documents(question: Question, answer: Board) -> Table:
    return Table.of(
        "documents",
        "Documents",
        [text("reference", "Document"), text("title", "Title"), text("programmes", "About")],
        ((_to(question, one.reference, "document"), one.title, ", ".join(one.programmes)) for one in answer.documents),
    )


def _projects(question: Question, answer: Board) -> Table:
    return Table.of(
        "projects",
        "Projects",
        [
            text("reference", "Project"),
            text("title", "Title"),
            text("level", "Level"),
            text("stage", "Stage"),
            text("director", "Directed by"),
            text("within", "Part of"),
            text("assumed", "Basis"),
        ],
        (
            (
                _to(question, one.reference, "project"),
                one.title,
                one.level,
                one.stage,
                one.director,
                one.within or one.programme,
                assumed(one.assumed),
            )
            for one in answer.projects
        ),
    )


def _funding(question: Question, answer: Board) -> Table:
    """Return what the plans cost, how they are funded, and the gap."""
    found = question.ask(Funding, "funding", question.reference)
    unknown = f"Amounts that are not printed are in no sum: {', '.join(found.unknown)}." if found.unknown else None
    sums = ("planned_cost", "available", "in_kind", "gap", "cash_gap", "spent")
    name = name_of(answer)
    return Table.of(
        "funding",
        "Funding and gap",
        [
            text("reference", "Plan"),
            text("title", "Title"),
            *(number(figure, words.spoken(figure)) for figure in sums),
            text("assumed", "Basis"),
        ],
        (
            (
                Cell(one.reference, question.link("funding", one.reference)),
                one.title if one.reference != name or len(found.plans) == 1 else "All of them, each counted once",
                *(money(getattr(one, figure), question.link("explain", one.reference, figure)) for figure in sums),
                assumed(one.assumed),
            )
            for one in (*found.plans, found)
            if found.plans
        ),
        note=" ".join(filter(None, [unknown, sums_note(found)])) or None,
        empty=NO_INVESTMENT,
    )


def _measures(question: Question, answer: Board) -> Table:
    return Table.of(
        "measures",
        "Measures, which enter no total",
        [
            text("reference", "Measure"),
            text("title", "Title"),
            text("unit", "Unit"),
            text("period", "Period"),
            text("value", "Value"),
            text("assumed", "Basis"),
        ],
        (
            (
                _to(question, one.reference, "measure"),
                one.title,
                one.unit,
                one.reading.period if one.reading else None,
                words.reading(one.reading) if one.reading else None,
                assumed(one.assumed),
            )
            for one in answer.measures
        ),
    )


def _class_of_target(question: Question, about: ProgrammeOnBoard | None) -> list[str]:
    """Return under which release, kind and fund a programme's own target is stated, if it has one."""
    if about is None or about.target is None:
        return []
    target = question.ask(Shown, "show", about.reference).state["target"]
    return [" · ".join(words.spoken(target[each]) for each in ("release", "kind", "fund"))]


# --- along its days ------------------------------------------------------------------------------


def _stops(question: Question, answer: Board) -> list[timeline.Stop]:
    """Return the days along which the board can be moved; of a large one, only those of decisions and milestones.

    Its timeline has each claim of each benefit, which takes longer to read than all that the board shows.
    """
    if len(answer.benefits) <= _MANY:
        return timeline.stops(question, "board", name_of(answer))
    dated = sorted(_dated(answer), key=lambda one: one[0])
    days = [(on, [what for _, what in found]) for on, found in groupby(dated, key=lambda one: one[0])]
    said = [(on, timeline.in_short(what[0], len(what) - 1), on > question.at.as_at) for on, what in days]
    return timeline.stops_on(question, "board", name_of(answer), said)


def _dated(answer: Board) -> Iterator[tuple[date, str]]:
    for one in answer.decisions:
        if one.effective_on:
            yield GivenDate.of(one.effective_on).day, f"{one.title or one.reference}: taken by {one.body}"
    for each in answer.milestones:
        expected = each.forecast if each.actual is None and each.forecast != each.baseline else None
        for given, what in ((each.baseline, "due"), (expected, "now expected"), (each.actual, "reached")):
            if given:
                yield GivenDate.of(given).day, f"{each.title or each.reference}: {what}"


def _says(question: Question, answer: Board) -> Mapping[str, Any]:
    about = answer.programme
    said = cautions(answer)
    return {
        "cautions": list(said.values()),
        "about": answer.portfolio or answer.programme,
        "has_paper": have_papers(),
        "stops": _stops(question, answer),
        "moves_along": "its decisions and milestones" if len(answer.benefits) > _MANY else "its dates",
        "charts": charts_of(question, name_of(answer), answer.totals, "totals", said),
        "programme": about,
        "headline": [
            (words.spoken(each), figures.of_programme(question, about, each))
            for each in ("target", "identified", "to_be_identified")
            if about is not None and getattr(about, each) is not None
        ]
        + [("Release, kind and fund", Cell(one)) for one in _class_of_target(question, about)],
        "cards": [
            {
                "about": " · ".join(map(words.spoken, (one.release, one.kind, one.fund))),
                "claimed": figures.of_total(question, name_of(answer), one, "claimed"),
                "parts": [
                    (words.spoken(each), figures.of_total(question, name_of(answer), one, each))
                    for each in ("verified", "measured_only", "claimed_only")
                ],
                "target": figures.of_total(question, name_of(answer), one, "target"),
                "caution": said.get(class_of(one)),
                "assumed": one.assumed,
            }
            for one in answer.totals
        ],
    }


PAGE = Page(
    name="board",
    path="/board/{reference:str}",
    summary="A programme, or every programme of a portfolio, on one page.",
    answer=Board,
    ask=_ask,
    title=_title,
    tables={
        "exceptions": _exceptions,
        "changes": _changes,
        "totals": _totals,
        "programmes": _programmes,
        "side-by-side": _side_by_side,
        "benefits": _benefits,
        "over-time": _over_time,
        "milestones": _milestones,
        "decisions": _decisions,
        "documents": _documents,
        "projects": _projects,
        "funding": _funding,
        "measures": _measures,
        "restated": restated_table,
    },
    says=_says,
    form=("since", "since_meeting"),
    words={
        "since": "What changed since a date, a position of the log or a token.",
        "since_meeting": "What changed since the last day before this one on which a body decided something.",
    },
)
