"""Where a page stands: the authority, portfolio and programme above what it is about."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from benefits.errors import NotFoundError
from benefits.stream import STORE
from projections.traces import References, Shown
from web.question import Question

_PAGES: Final = {
    "portfolio": "board",
    "programme": "board",
    "benefit": "benefit",
    "decision": "decision",
    "document": "document",
    "funding": "funding",
    "figure": "figure",
}
_OF_BOARD: Final = (
    ("board", "Board"),
    ("register", "Register"),
    ("years", "Years"),
    ("totals", "Totals"),
    ("funding", "Funding"),
    ("figures", "Printed figures"),
    ("timeline", "Timeline"),
    ("compare", "Compare"),
    ("trail", "Trail"),
    ("overrides", "Guards set aside"),
)
_ALONG: Final = {
    "portfolio": _OF_BOARD,
    "programme": _OF_BOARD,
    "benefit": (
        ("benefit", "Benefit"),
        ("years", "Years"),
        ("totals", "Totals"),
        ("figures", "Printed figures"),
        ("trail", "Trail"),
    ),
    "decision": (("decision", "Decision"), ("figures", "Printed figures"), ("trail", "Trail")),
    "document": (("document", "Document"), ("figures", "Printed figures"), ("trail", "Trail")),
    "funding": (("funding", "Funding"), ("figures", "Printed figures"), ("trail", "Trail")),
    "figure": (("figure", "Printed figure"), ("trail", "Trail")),
}
_HIGHEST: Final = 6  # Steps from a subject to its authority, with programmes within programmes.


@dataclass(frozen=True, slots=True)
class Crumb:
    """A step of the way to a page; the last leads nowhere."""

    words: str
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """An authority's name, and the way from the first page."""

    authority: str | None = None
    crumbs: list[Crumb] = field(default_factory=list)
    about: str | None = None


def page_of(question: Question, reference: str, kind: str | None = None) -> str:
    """Return the address of the page about a subject."""
    return question.link(_PAGES.get(kind or "", "show"), reference)


def on_record(question: Question, references: Iterable[str]) -> frozenset[str]:
    """Return those of some references that are on record on the day asked about."""
    found = question.ask(References, "references", among=frozenset(references))
    return frozenset(one.reference for one in found.references)


def shown(question: Question, reference: str, known: Collection[str]) -> str | None:
    """Return the address of everything known of what an event is about; `None` for the store, which has no page.

    Of what was withdrawn, or is so only later, nothing is known on the day of the page: it leads to its events.

    Args:
        question: The page's question.
        reference: What the event is about.
        known: What is `on_record`.
    """
    return None if reference == STORE else question.link("show" if reference in known else "trail", reference)


def subject(question: Question, reference: str) -> Shown | None:
    """Return what is known of a subject; `None` of the store, and where it is not on record on the day asked about."""
    if reference not in question.subjects:
        question.subjects[reference] = _subject(question, reference)
    return question.subjects[reference]


def _subject(question: Question, reference: str) -> Shown | None:
    if reference == STORE:
        return None
    try:
        return question.ask(Shown, "show", reference)
    except NotFoundError:
        return None


def page_about(question: Question, reference: str) -> str | None:
    """Return the address of the page about a subject of any kind, which is looked up; `None` where there is none."""
    found = question.at_hand.get(reference) or subject(question, reference)
    return page_of(question, reference, found.kind) if found is not None else None


@dataclass(frozen=True, slots=True)
class Along:
    """A page about the same subject."""

    words: str
    href: str
    is_here: bool


def along(question: Question, reference: str | None, page: str) -> list[Along]:
    """Return the pages there are about a subject, of which one may be this one; none of the whole store."""
    about = subject(question, reference) if reference is not None else None
    if about is None:
        return []
    pages = _ALONG.get(about.kind, (("show", "As it stands"), ("trail", "Trail")))
    return [Along(said, question.link(name, about.reference), name == page) for name, said in pages]


def place_of(question: Question, reference: str | None, last: str | None = None) -> Place:
    """Return where a page about a subject stands.

    Args:
        question: The page's question.
        reference: The subject; `None` for the whole store.
        last: What the page is called, where it is not the subject's own page.
    """
    way = list(_upwards(question, reference)) if reference is not None else []
    authority = next((one for one in way if one.kind == "authority"), None)
    crumbs = [Crumb("Portfolios and programmes", question.link())]
    steps = [one for one in reversed(way) if one.kind != "authority" or one.reference == reference]
    crumbs += [Crumb(_name(one), page_of(question, one.reference, one.kind)) for one in steps]
    if last is not None:
        crumbs.append(Crumb(last))
    elif crumbs:
        crumbs[-1] = Crumb(crumbs[-1].words)
    name = _title(authority) if authority is not None else _only_authority(question)
    return Place(name, crumbs, way[0].reference if way else None)


def _name(one: Shown) -> str:
    return one.reference if one.kind in ("benefit", "decision", "milestone", "figure") else _title(one)


def _title(one: Shown) -> str:
    return str(one.state.get("title") or one.reference)


def _only_authority(question: Question) -> str | None:
    """Return the name of the store's authority, where it has one only."""
    found = question.ask(References, "references", "authority").references
    return (found[0].title or found[0].reference) if len(found) == 1 else None


def _upwards(question: Question, reference: str) -> Iterator[Shown]:
    """Yield a subject and what it belongs to, as far as that is on record."""
    above: str | None = reference
    for _ in range(_HIGHEST):
        if above is None:
            return
        one = subject(question, above)
        if one is None:
            return
        yield one
        above = _above(one.state)


def _above(state: dict[str, Any]) -> str | None:
    for name in ("within", "programme", "portfolio", "authority"):
        if state.get(name):
            return str(state[name])
    programmes = state.get("programmes")
    return str(programmes[0]) if programmes else None
