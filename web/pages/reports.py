"""What a paper says: its implications, and who was consulted; on the page of a document, and of a decision on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from projections.documents import Consultation, Implication
from web import words
from web.question import Question
from web.tables import Cell, Column, Table, assumed, event, number, text


class Basis(NamedTuple):
    """The column that says what a line rests on, and what stands in it."""

    column: Column
    said: Callable[[str | None], Cell | str]


WHETHER_ASSUMED: Final = Basis(text("assumed", "Rests on"), assumed)
"""Only that it is an assumption."""

WHY_ASSUMED: Final = Basis(text("rests_on", "Rests on"), lambda reason: reason or "")
"""The assumption, in its words."""


def implications(question: Question, found: Sequence[Implication], basis: Basis) -> Table:
    """Return what a paper says follows."""
    return Table.of(
        "implications",
        "Implications",
        [
            number("event", "Event"),
            text("implication", "Implication"),
            text("text", "Text"),
            text("cleared_by", "Cleared by"),
            text("cleared_on", "Cleared on"),
            basis.column,
        ],
        (
            (
                event(one.event, question),
                words.spoken(one.implication),
                one.text,
                one.cleared_by,
                one.cleared_on,
                basis.said(one.assumed),
            )
            for one in found
        ),
    )


def consultations(question: Question, found: Sequence[Consultation], basis: Basis) -> Table:
    """Return who was consulted on a paper."""
    return Table.of(
        "consultations",
        "Consultations",
        [
            number("event", "Event"),
            text("consulted", "Consulted"),
            text("on", "On"),
            text("response", "Response"),
            basis.column,
        ],
        (
            (event(one.event, question), one.consulted, one.on, one.response or "outstanding", basis.said(one.assumed))
            for one in found
        ),
    )
