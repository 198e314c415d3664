"""The board paper: one answer about a programme or a portfolio as a tagged PDF, the same bytes for the same answer.

It is set by typst as PDF/UA-1, which refuses what cannot be read aloud, such as a picture without a description. What
the store says goes in as JSON and is set as text: none of it is ever source, and there is no file it could name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import typst

from benefits.terms import MONEY_UNIT
from benefits.values import london, plain_number
from projections.answers import BenefitOnBoard, Board, Restated, TotalOnBoard
from projections.funding import Funding, FundingSum
from web import fonts
from web.amounts import in_field
from web.palette import COLOURS
from web.restated import field_of
from web.sums import NO_INVESTMENT, sums_note
from web.words import UNKNOWN, plain, pounds, reading

_FOLDER: Final = Path(__file__).resolve().parent / "papers"
_FALLBACK: Final = "Libertinus Serif"
"""Comes with typst; also sets the letters that our own font lacks."""

_NOT_SHOWN: Final = re.compile(r'the text `"(.*?)"` could not be displayed')
_ROUNDS: Final = 3
_LONG: Final = re.compile(r"[^\s\u200b-]{30,}")
_BEYOND_LATIN: Final = "\u0250"
_PUNCTUATION: Final = "–—’…\N{MINUS SIGN}\N{ZERO WIDTH SPACE}"
_REPLACED: Final = "\N{REPLACEMENT CHARACTER}"


class Chart(NamedTuple):
    """A chart of a paper: SVG, and the description that stands for it when it is read aloud."""

    svg: str
    description: str


class Exceptional(NamedTuple):
    """Something a board looks at first: what it is about, and what was found."""

    about: str
    finding: str


class _Column(NamedTuple):
    name: str
    is_number: bool = False
    share: int = 1


def board_paper(
    board: Board,
    *,
    authority: str,
    exceptions: Sequence[Exceptional],
    charts: Sequence[Chart] = (),
    cautions: Sequence[str] = (),
    funding: Funding | None = None,
) -> bytes:
    """Return a board as a paper for a meeting: PDF/UA-1.

    Args:
        board: The answer.
        authority: Whose programme it is.
        exceptions: What stands out, first things first: as the page of the board has it.
        charts: What is drawn under the headline.
        cautions: What has to be known to read the totals and the charts.
        funding: What it costs and how that is funded; `None` where nobody asked.
    """
    return set_paper(_paper(board, authority, exceptions, charts, cautions, funding))


def set_paper(paper: dict[str, Any]) -> bytes:
    """Return what a paper says as PDF/UA-1; characters that no font of ours has are replaced, and the paper says so.

    Raises:
        typst.TypstError: If it cannot be set: a fault of the template.
    """
    words = json.dumps(paper, ensure_ascii=False)
    for _ in range(_ROUNDS):
        try:
            return _compile(words)
        except typst.TypstError as error:
            found = {character for text in _NOT_SHOWN.findall(error.diagnostic) for character in text} - set(' "\\')
            lacking = {character for character in found if not character.isascii()}
            if not lacking:
                break
            words = words.translate(dict.fromkeys(map(ord, lacking), _REPLACED))
    return _compile("".join(one if one < _BEYOND_LATIN or one in _PUNCTUATION else _REPLACED for one in words))


def _compile(words: str) -> bytes:
    """Return the PDF of what a paper says, as JSON."""
    said = json.loads(words)
    year, month, day = said["date"]
    made = datetime(year, month, day, tzinfo=UTC)
    families = fonts.FAMILIES if fonts.are_there() else ()
    compiler = typst.Compiler(
        _FOLDER / "board.typ",
        root=_FOLDER,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"paper": json.dumps({**said, "fonts": [*families, _FALLBACK]}, ensure_ascii=False)},
    )
    drawn = compiler.compile(format="pdf", pdf_standards=["ua-1"], timestamp=made)
    assert isinstance(drawn, bytes)
    return drawn


@cache
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=True,
        font_paths=[str(fonts.FOLDER)] if fonts.are_there() else [],
    )


# --- what it says ------------------------------------------------------------------------------


def _text(words: object) -> str:
    """Return words as they can be set: no control characters, and long ones with places to break."""
    return _LONG.sub(lambda found: "\u200b".join(_pieces(found.group())), plain(words))


def _pieces(word: str) -> list[str]:
    return [word[start : start + 12] for start in range(0, len(word), 12)]


def _cell(value: object) -> str | None:
    return None if value is None or value == "" else _text(value)


def _moment(when: datetime) -> str:
    there = when.astimezone(london())
    return f"{_day(there.date())}, {there:%H:%M:%S} in London"


def _day(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


def _paper(
    board: Board,
    authority: str,
    exceptions: Sequence[Exceptional],
    charts: Sequence[Chart],
    cautions: Sequence[str],
    funding: Funding | None,
) -> dict[str, Any]:
    about = board.programme or board.portfolio
    reference = about.reference if about else ""
    title = (about.title if about else None) or reference
    as_at, known = f"As at {_day(board.as_at)}", f"known at {_moment(board.known_at)}"
    sandbox = ["A sandbox: its clock may be set, so nothing here is evidence."] if board.sandbox else []
    return {
        "title": _text(title),
        "authority": _text(authority),
        "subtitle": f"Programme board paper, {_text(reference)}"
        if board.programme
        else f"Portfolio, {_text(reference)}",
        "date": [board.as_at.year, board.as_at.month, board.as_at.day],
        "token": plain(board.token),
        "running": f"{_text(reference)}. {as_at}, {known}.",
        "asked": [f"{as_at}, {known}.", f"Token {plain(board.token)}", *sandbox],
        "colours": COLOURS,
        "sections": [
            _section(
                "Exceptions",
                points=[(_text(one.about), _text(one.finding)) for one in exceptions],
                otherwise="Nothing stands out.",
            ),
            _section(
                "Headline",
                lines=[*_headline(board), *map(_text, cautions)],
                tables=[_totals(board.totals)],
                charts=charts,
            ),
            _section("Benefits", tables=[_benefits(board.benefits)], otherwise="There are none."),
            _section("Milestones", tables=[_milestones(board)], otherwise="There are none."),
            _section("Decisions", tables=[_decisions(board)], otherwise="There are none."),
            *([_funding(funding)] if funding is not None else []),
            _section("Measures", tables=[_measures(board)], otherwise="There are none."),
            _section(
                "What later records changed",
                tables=[_restated(board.restated or (), {one.reference: one.unit for one in board.benefits})],
                otherwise="It was asked by token, so what came later is not told."
                if board.restated is None
                else "Nothing that was recorded later changed this answer.",
            ),
        ],
    }


def _section(
    heading: str,
    *,
    lines: Iterable[str] = (),
    points: Sequence[tuple[str, str]] = (),
    tables: Sequence[dict[str, Any]] = (),
    charts: Sequence[Chart] = (),
    otherwise: str = "",
) -> dict[str, Any]:
    found = [table for table in tables if table["rows"]]
    said = list(lines)
    if not (found or points or said):
        said = [otherwise]
    drawn = [{"svg": chart.svg, "description": plain(chart.description)} for chart in charts]
    return {"heading": heading, "lines": said, "points": points, "tables": found, "charts": drawn}


def _headline(board: Board) -> list[str]:
    lines = []
    for one in board.programmes:
        said = [
            f"stage {one.stage}" if one.stage else "",
            f"mandated by {one.mandate}" if one.mandate else "no mandate on record",
            f"target {pounds(one.target)}" if one.target is not None else "",
            f"identified {pounds(one.identified)}" if one.identified is not None else "",
            f"to be identified {pounds(one.to_be_identified)}" if one.to_be_identified is not None else "",
            "rests on assumptions" if one.assumed else "",
        ]
        lines.append(_text(f"{one.reference} {one.title or ''}: {'; '.join(part for part in said if part)}."))
    return lines


def _table(caption: str, columns: Sequence[_Column], rows: Iterable[Sequence[str | None]]) -> dict[str, Any]:
    return {
        "caption": caption,
        "columns": [{"name": one.name, "number": one.is_number, "share": one.share} for one in columns],
        "rows": [list(row) for row in rows],
    }


def _totals(totals: Sequence[TotalOnBoard]) -> dict[str, Any]:
    names = ("Target", "Forecast", "Claimed", "of it verified", "measured only", "claimed only", "challenged")
    fields: Sequence[Callable[[TotalOnBoard], Any]] = (
        lambda one: one.target,
        lambda one: one.forecast,
        lambda one: one.claimed,
        lambda one: one.verified,
        lambda one: one.measured_only,
        lambda one: one.claimed_only,
        lambda one: one.challenged,
    )
    return _table(
        "Totals in pounds, by release, kind and fund; they are never added together",
        [_Column("Release, kind and fund"), *(_Column(name, is_number=True) for name in names)],
        (
            [
                _text(", ".join(_worded(part) for part in (one.release, one.kind, one.fund)) + _assumed(one.assumed)),
                *(pounds(field(one)) for field in fields),
            ]
            for one in totals
        ),
    )


def _benefits(benefits: Sequence[BenefitOnBoard]) -> dict[str, Any]:
    return _table(
        "Benefits, in pounds unless a unit is named",
        [
            _Column("Benefit", share=3),
            _Column("State, assurance, release", share=2),
            _Column("Target", is_number=True),
            _Column("Claimed", is_number=True),
            _Column("Verified", is_number=True),
            _Column("% of target", is_number=True),
        ],
        (
            [
                _text(f"{one.reference}: {one.title or UNKNOWN}{'' if one.unit == MONEY_UNIT else f' ({one.unit})'}"),
                _text(
                    ", ".join(_worded(part) for part in (one.state, one.assurance, one.release) if part)
                    + _assumed(one.assumed)
                ),
                _quantity(one, one.target),
                _quantity(one, one.claimed),
                _quantity(one, one.verified),
                UNKNOWN if one.percent_of_current is None else f"{one.percent_of_current}",
            ]
            for one in benefits
        ),
    )


def _quantity(one: BenefitOnBoard, amount: Any) -> str:
    if amount is None or one.unit == MONEY_UNIT:
        return pounds(amount)
    return plain_number(amount)


def _milestones(board: Board) -> dict[str, Any]:
    return _table(
        "Milestones, with their dates as they were given",
        [
            _Column("Milestone", share=4),
            _Column("State"),
            _Column("First due"),
            _Column("Now expected"),
            _Column("Reached"),
        ],
        (
            [
                _text(f"{one.reference}: {one.title or UNKNOWN}{_assumed(one.assumed)}"),
                _cell(one.state),
                _cell(one.baseline),
                _cell(one.forecast),
                _cell(one.actual),
            ]
            for one in board.milestones
        ),
    )


def _decisions(board: Board) -> dict[str, Any]:
    return _table(
        "Decisions, in the order they were taken",
        [
            _Column("Decision", share=5),
            _Column("Body", share=3),
            _Column("On", share=2),
            _Column("State", share=2),
            _Column("Resolved", share=4),
        ],
        (
            [
                _text(f"{one.reference}: {one.title or UNKNOWN}{_assumed(one.assumed)}"),
                _cell(one.body),
                _cell(one.effective_on),
                _cell(one.state),
                _cell(
                    "; ".join(
                        f"({clause.letter}) {clause.verb}: {_worded(clause.outcome)}" for clause in one.resolutions
                    )
                ),
            ]
            for one in board.decisions
        ),
    )


def _measures(board: Board) -> dict[str, Any]:
    return _table(
        "Measures, which enter no total",
        [_Column("Measure", share=4), _Column("Unit", share=2), _Column("Period"), _Column("Value", share=2)],
        (
            [
                _text(f"{one.reference}: {one.title or UNKNOWN}{_assumed(one.assumed)}"),
                _cell(one.unit),
                _cell(one.reading.period if one.reading else None),
                _cell(reading(one.reading)) if one.reading else None,
            ]
            for one in board.measures
        ),
    )


def _funding(funding: Funding) -> dict[str, Any]:
    amounts: Sequence[Callable[[FundingSum], Any]] = (
        lambda one: one.planned_cost,
        lambda one: one.available,
        lambda one: one.gap,
    )
    every = [*funding.plans, funding] if len(funding.plans) > 1 else funding.plans
    table = _table(
        "Funding and gap, in pounds",
        [_Column("Plan"), *(_Column(name, is_number=True) for name in ("Planned cost", "Available", "Gap"))],
        (
            [
                _text(f"{one.reference}: {one.title or UNKNOWN}" if one is not funding else "All, each counted once")
                + _assumed(one.assumed),
                *(pounds(amount(one)) for amount in amounts),
            ]
            for one in every
        ),
    )
    note = sums_note(funding)
    return _section("Funding and gap", lines=[_text(note)] if note else [], tables=[table], otherwise=NO_INVESTMENT)


def _restated(restated: Sequence[Restated], units: Mapping[str, str]) -> dict[str, Any]:
    def cell(one: Restated, value: Any) -> str | None:
        said = in_field(one.field, value, units.get(one.reference, MONEY_UNIT))
        return None if said is None else _cell("; ".join(said.splitlines()))

    return _table(
        "What this paper would say otherwise, had it been known",
        [
            _Column("Event", is_number=True),
            _Column("Type", share=2),
            _Column("Of", share=2),
            _Column("Field", share=2),
            _Column("Was", share=2),
            _Column("Became", share=2),
        ],
        (
            [
                f"{one.position}",
                _cell(_worded(one.type)),
                _cell(one.reference),
                _cell(field_of(one)),
                cell(one, one.was),
                cell(one, one.now),
            ]
            for one in restated
        ),
    )


def _worded(said: str) -> str:
    return said.replace("-", " ")


def _assumed(assumed: bool) -> str:
    return " (assumed)" if assumed else ""
