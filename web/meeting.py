"""The board paper of a programme or portfolio, as PDF, where what sets it is installed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from projections.answers import Board
from projections.funding import Funding
from web import pictures
from web.apart import cautions
from web.pages import board
from web.place import place_of
from web.question import Question
from web.tables import NOT_IN_NAMES

if TYPE_CHECKING:
    from web.paper import Chart
    from web.pictures import Class


def paper_name(question: Question) -> str:
    """Return the name of the file."""
    about = NOT_IN_NAMES.sub("-", pictures.stem(question, ".pdf"))
    return f"{about}-board-{question.at.as_at}-event-{question.at.position}.pdf"


def paper(question: Question) -> bytes:
    """Return what a board says as a paper for a meeting, with its token."""
    from web import paper as setter  # noqa: PLC0415  # What it stands on may not be installed.

    answer = question.ask(Board, "board", pictures.stem(question, ".pdf"))
    name = board.name_of(answer)
    said = cautions(answer)
    authority = place_of(question, name).authority
    return setter.board_paper(
        answer,
        authority=authority or "Benefits realisation",
        exceptions=[
            setter.Exceptional(f"{one.reference}: {one.title}", f"{one.what}: {_found(one)}")
            for one in board.exceptions(question, answer)
        ],
        cautions=list(said.values()),
        funding=question.ask(Funding, "funding", name),
        charts=_charts(question, name, answer, said, setter.Chart),
    )


def _found(one: board.Exceptional) -> str:
    """Return what is found, and by how much where that is known."""
    return one.finding if one.figure.value in (None, "") else f"{one.finding}, {one.figure.shown}"


def _charts(question: Question, name: str, answer: Board, said: Mapping[Class, str], kind: type[Chart]) -> list[Chart]:
    return [
        kind(pictures.drawn(question, name, one.name, one.of), one.alt)
        for one in pictures.charts_of(question, name, answer.totals, "totals", said)
    ]
