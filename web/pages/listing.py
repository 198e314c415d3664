"""Everything on record, by kind and reference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from projections.traces import References
from web import words
from web.page import Page
from web.place import page_of
from web.question import Question
from web.tables import Cell, Table, text

PLURALS: Final = {
    "authority": "authorities",
    "portfolio": "portfolios",
    "programme": "programmes",
    "project": "projects",
    "benefit": "benefits",
    "decision": "decisions",
    "milestone": "milestones",
    "funding": "funding plans",
    "figure": "printed figures",
    "document": "documents",
    "measure": "measures",
    "body": "bodies",
    "post": "posts",
}
"""What several of a kind are called, in the order in which they are shown."""


def _ask(question: Question) -> References:
    kind = question.word("kind")
    return question.ask(References, "references", *(() if kind is None else (kind,)))


def _references(question: Question, answer: References) -> Table:
    return Table.of(
        "references",
        "On record",
        [
            text("kind", "What"),
            text("reference", "Reference"),
            text("title", "Title"),
            text("programmes", "Programmes"),
        ],
        (
            (
                one.kind,
                Cell(one.reference, page_of(question, one.reference, one.kind)),
                one.title,
                ", ".join(one.programmes),
            )
            for one in sorted(answer.references, key=lambda one: [*PLURALS].index(one.kind))
        ),
        empty="Nothing of that kind was on record then.",
    )


def _says(question: Question, answer: References) -> Mapping[str, Any]:
    counts = Counter(one.kind for one in question.ask(References, "references").references)
    chosen = question.word("kind")
    picks = [("everything", question.here(kind=None), chosen is None)]
    picks += [
        (f"{name} ({words.number(counts[kind])})", question.here(kind=kind), chosen == kind)
        for kind, name in PLURALS.items()
        if counts[kind] or chosen == kind
    ]
    return {"picks": picks}


PAGE: Final = Page(
    name="list",
    path="/list",
    summary="Everything on record, or everything of a kind.",
    answer=References,
    ask=_ask,
    title=lambda question, answer: "Everything on record",
    tables={"references": _references},
    says=_says,
    about=lambda question, answer: None,
    last=lambda question, answer: "Everything on record",
    words={"kind": f"Only this kind: {', '.join(PLURALS)}."},
    choices={"kind": PLURALS},
)
