"""The first page: the portfolios and programmes of each authority, and what to ask next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from benefits.errors import NotFoundError
from projections.traces import Listed, References, Shown
from web.page import Page
from web.pages.listing import PLURALS
from web.place import page_of
from web.question import Question
from web.tables import Cell, Table, number, text


@dataclass(frozen=True)
class Held:
    """A programme, under its portfolio and authority, with the programmes within it."""

    authority: Listed | None
    portfolio: Listed | None
    programme: Listed
    within: str | None


def _ask(question: Question) -> References:
    return question.ask(References, "references")


def _held(question: Question, answer: References) -> Iterator[Held]:
    by_name = {one.reference: one for one in answer.references if one.kind in ("authority", "portfolio")}
    for one in answer.references:
        if one.kind != "programme":
            continue
        state = question.ask(Shown, "show", one.reference).state
        portfolio = by_name.get(str(state.get("portfolio")))
        authority = None
        if portfolio is not None:
            authority = by_name.get(str(_authority(question, portfolio.reference)))
        yield Held(authority, portfolio, one, state.get("within"))


def _authority(question: Question, portfolio: str) -> str | None:
    try:
        found: str | None = question.ask(Shown, "show", portfolio).state.get("authority")
    except NotFoundError:
        return None
    return found


def _programmes(question: Question, answer: References) -> Table:
    def name(one: Listed | None) -> Cell:
        if one is None:
            return Cell(None)
        return Cell(one.title or one.reference, page_of(question, one.reference, one.kind))

    return Table.of(
        "programmes",
        "Programmes",
        [
            text("authority", "Authority"),
            text("portfolio", "Portfolio"),
            text("programme", "Programme"),
            text("title", "Title"),
            text("within", "Part of"),
        ],
        (
            (
                name(one.authority),
                name(one.portfolio),
                Cell(one.programme.reference, page_of(question, one.programme.reference, "programme")),
                one.programme.title,
                one.within or "",
            )
            for one in _held(question, answer)
        ),
        empty="No programme was on record then.",
    )


def _on_record(question: Question, answer: References) -> Table:
    return Table.of(
        "on-record",
        "On record",
        [text("kind", "What"), number("count", "How many")],
        (
            (Cell(name, question.link("list", kind=kind)), sum(one.kind == kind for one in answer.references))
            for kind, name in PLURALS.items()
            if any(one.kind == kind for one in answer.references)
        ),
    )


def _says(question: Question, answer: References) -> Mapping[str, Any]:
    houses: dict[str, dict[str, Any]] = {}
    portfolios = [one for one in answer.references if one.kind == "portfolio"]
    held = list(_held(question, answer))
    for portfolio in portfolios:
        authority = _authority(question, portfolio.reference)
        title = next((one.title for one in answer.references if one.reference == authority), None)
        house = houses.setdefault(str(authority), {"title": title or authority, "portfolios": []})
        mine = [one for one in held if one.portfolio is not None and one.portfolio.reference == portfolio.reference]
        house["portfolios"].append({"portfolio": portfolio, "programmes": mine})
    has_examples = {"SCP", "LEICESTER"} <= {one.reference for one in answer.references}
    return {"houses": sorted(houses.values(), key=lambda one: str(one["title"])), "has_examples": has_examples}


PAGE = Page(
    name="home",
    path="/",
    summary="What is on record, by kind and reference: authorities, portfolios, programmes and all that is theirs.",
    answer=References,
    ask=_ask,
    title=lambda question, answer: "Portfolios and programmes",
    tables={"programmes": _programmes, "on-record": _on_record},
    says=_says,
    about=lambda question, answer: None,
)
