"""What a page is made of, and how it is drawn: its answer, its tables, and its template."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from projections.answers import Restated, Row
from web import cells, words
from web.asked import TIMES
from web.mended import Said
from web.place import Along, Place, along, place_of
from web.question import Question
from web.tables import Table

HERE: Final = Path(__file__).resolve().parent

Make = Callable[[Question, Any], Table | None]
"""Makes a table from a page's answer; `None` where there is nothing to put into one."""


@dataclass(frozen=True)
class Page:
    """A page: at its path for people, under `/api` for programs, its tables as files beneath it.

    Args:
        name: Its name, and that of its template.
        path: Where it is, with the places of its names: `/board/{reference:str}`.
        summary: What it answers, in a sentence.
        answer: The class of its answer.
        ask: Asks the views.
        tables: Its tables by name, in the order in which the page shows them. A file makes only its own.
        says: What else its template is told.
        title: What it is called, in the window's bar.
        about: The reference it is about, for the authority's name and the way there; `None` for the whole store.
        last: What the last step of the way is called, where it is not the subject itself.
        words: What else its address may say, each with what it means.
        choices: What may be said for some of these words; for the others, anything.
        template: Its template, where that has not its name.
        shows: Asks what it shows people, where that is less than the whole answer.
        form: Which of those words are typed into a form of its own. One that is not clear leaves the page, with its
            form, as it is without them.
        takes_turns: Whether others wait while it is drawn, and it for them.
        has_a_day: Whether it is always about a day. A trail is not: where a day is asked for, it is cut there.
    """

    name: str
    path: str
    summary: str
    answer: type[Row]
    ask: Callable[[Question], Row]
    title: Callable[[Question, Any], str]
    tables: Mapping[str, Make] = field(default_factory=dict)
    says: Callable[[Question, Any], Mapping[str, Any]] = lambda question, answer: {}
    about: Callable[[Question, Any], str | None] = lambda question, answer: question.names.get("reference")
    last: Callable[[Question, Any], str | None] = lambda question, answer: None
    words: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, Collection[str]] = field(default_factory=dict)
    template: str | None = None
    shows: Callable[[Question], Row] | None = None
    form: tuple[str, ...] = ()
    takes_turns: bool = True
    has_a_day: bool = True


def draw(
    page: Page, question: Question, *, wrong: Sequence[Said] = (), typed: Mapping[str, str] | None = None
) -> bytes:
    """Return a page as HTML.

    Args:
        page: The page.
        question: What is asked.
        wrong: What was not clear in what was typed.
        typed: What its forms keep, where that is not what is asked.
    """
    return drawn(f"{page.template or page.name}.html", **told(page, question, wrong=wrong, typed=typed))


def told(
    page: Page, question: Question, *, wrong: Sequence[Said] = (), typed: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return all that a page's template is told, ready to be drawn."""
    answer = (page.shows or page.ask)(question)
    about = page.about(question, answer)
    tables = {name: _now(question, make(question, answer)) for name, make in page.tables.items()}
    restated: list[Restated] | None = getattr(answer, "restated", None)
    return {
        "question": question,
        "at": question.at,
        "link": question.link,
        "answer": answer,
        "title": page.title(question, answer),
        "place": place_of(question, about, page.last(question, answer)),
        "along": along(question, about, page.template or page.name),
        "tables": tables,
        "restated": restated,
        "tells_restated": hasattr(answer, "restated"),
        "on": {"as_at": question.at.as_at} if page.has_a_day or question.asked.as_at else {},
        "typed": question.words if typed is None else typed,
        "wrong": wrong,
        "path": question.path,
        "sandbox": question.register.is_sandbox,
        "hidden": {name: value for name, value in question.words.items() if name in page.words},
        **page.says(question, answer),
    }


def _now(question: Question, table: Table | None) -> Table | None:
    """Return a table as it is said of now: what is not on record now is not on record, and not *then*."""
    if table is None or table.empty is None or not question.is_now:
        return table
    return replace(table, empty=words.now(table.empty))


def draw_problem(
    status: int,
    heading: str,
    wrong: Sequence[Said],
    typed: Mapping[str, str],
    path: str,
    question: Question | None,
    place: Place,
    pages: Sequence[Along],
) -> bytes:
    """Return a page that says what is wrong; the form of its header keeps all that was asked.

    Args:
        status: The status by HTTP.
        heading: What kind of fault it is.
        wrong: What is wrong.
        typed: What the address says.
        path: Where it leads.
        question: What was asked, or else the same of now; `None` where the store cannot be asked.
        place: Where the page would stand.
        pages: The other pages about the same subject.
    """
    return drawn(
        "problem.html",
        question=question,
        at=question.at if question else None,
        link=question.link if question else lambda *parts, **more: "/",
        status=status,
        heading=heading,
        wrong=wrong,
        title=heading,
        place=place,
        along=pages,
        tells_restated=False,
        on={"as_at": question.at.as_at} if question else {},
        typed=typed,
        path=path,
        sandbox=question is not None and question.register.is_sandbox,
        hidden={name: said for name, said in typed.items() if name not in TIMES},
        times={name: said for name, said in typed.items() if name in TIMES},
    )


def drawn(template: str, **says: Any) -> bytes:
    """Return a template with what it is told; half a character, which UTF-8 has not, as a question mark.

    It is written piece by piece. Put together first, a page would be copied once more, and one sign in it that no
    Latin alphabet has, such as a minus, would make the whole of it twice as long.
    """
    pieces = _ENVIRONMENT.get_template(template).generate(**says)
    return b"".join([piece.encode("utf-8", "replace") for piece in pieces])


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "day": words.day,
        "moment": words.moment,
        "spoken": words.spoken,
        "number": words.number,
        "pounds": words.pounds,
        "plainly": words.plainly,
        "now": words.now,
    }
    environment.globals |= {
        "cells": cells,
        "stylesheets": stylesheets(),
        "scripts": _there("app.js"),
        "unknown": words.UNKNOWN,
    }
    return environment


def is_built() -> bool:
    """Whether the compiled stylesheet is there."""
    return (HERE / "static" / "built" / "app.css").is_file()


def stylesheets() -> list[str]:
    """Return the addresses of the stylesheets: the compiled one, or else our small one; and what is ours beside it."""
    return ["/static/built/app.css" if is_built() else "/static/fallback.css", *_there("own.css", "more.css")]


def _there(*names: str) -> list[str]:
    """Return the addresses of those of our files that are there."""
    return [f"/static/{name}" for name in names if (HERE / "static" / name).is_file()]


_ENVIRONMENT: Final = _environment()
