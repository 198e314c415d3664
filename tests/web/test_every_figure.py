"""Any figure on any page of the five cases is the command line's, for the same question and the same token."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import pytest
from selectolax.lexbor import LexborHTMLParser, LexborNode

from benefits.values import london
from tests.web.conftest import Client
from tests.web.told import ROWS, Said, Told
from web.app import PAGES

CHOICES: Final = "choices"
"""Registers with something chosen: there are many, and at two times all of them are walked."""

TIMES: Final[list[tuple[dict[str, str], tuple[str, ...]]]] = [
    ({}, (CHOICES,)),
    ({"as_at": "2010-01-15"}, (CHOICES, "event", "trail")),
    ({"as_at": "2008-03-31", "known_at": "2008-06-05"}, ("event",)),
    ({"as_at": "2008-03-31", "token": "2008-06-18"}, (CHOICES, "event", "trail")),
]
"""When pages are asked, a token by the day it was given, and what is not walked then, as it says nearly the same."""

_UNKNOWN: Final = "–not known"
_FILES: Final = (".csv", ".xlsx", ".json", ".pdf", ".svg")
_NUMBER: Final = re.compile(r"\d{4}-\d\d-\d\d|\d(?:[\d,]*\d)?(?:\.\d+)?")
_DAY: Final = re.compile(
    r"\b(\d\d?) (January|February|March|April|May|June|July|August|September|October|November|December) (\d{4})"
)
_INSTANT: Final = re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z")
_TIME: Final = re.compile(r"\b\d\d:\d\d(?::\d\d)?\b")
_SHARE: Final = re.compile(r"£\d(?:[\d,]*\d)?(?:\.\d+)?|\d(?:[\d,]*\d)?(?:\.\d+)?%")


@dataclass(frozen=True)
class Cell:
    """A cell of a page: the name of its column, whether it stands among numbers, and what it says."""

    field: str
    is_number: bool
    words: str


class Shown:
    """What a page shows: its tables, the figures outside of them, and where it leads."""

    def __init__(self, html: str) -> None:
        page = LexborHTMLParser(html)
        self.links = [str(one.attributes["href"]) for one in page.css("a[href]") if one.attributes["href"]]
        sections = [(str(one.attributes["id"]), one) for one in page.css("section.app-table")]
        self.tables = {name: [_cells(row) for row in one.css("tbody tr")] for name, one in sections if one.css("table")}
        self.loose_tables = len(page.css("table")) - sum(len(one.css("table")) for _, one in sections)
        self.said = _said(page.css("main"))
        self.token = _said(page.css("p.app-footer__token"))
        self.cards = _said(page.css("div.app-card"))
        self.entries = [one.text() for one in page.css("li.app-timeline__entry")]
        self.facets = [one.text() for one in page.css("nav.app-facets li")]


def _said(found: list[LexborNode]) -> str:
    return "".join(one.text() for one in found)


def _cells(row: LexborNode) -> list[Cell]:
    return [_cell(str(one.attributes["class"]), one.text()) for one in row.css("td, th")]


def _cell(named: str, said: str) -> Cell:
    column = re.search(r"app-col-(\S+)", named)
    return Cell(column[1] if column else "", "--numeric" in named, " ".join(said.split()))


# --- figures in words ----------------------------------------------------------------------------


def numbers(said: Any) -> list[str]:
    """Return the numbers and days in some words or in a part of an answer, in order, each in one spelling; no times."""
    return list(_numbers(said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)))


@lru_cache(maxsize=65_536)
def _numbers(words: str) -> tuple[str, ...]:
    words = _INSTANT.sub(lambda found: _there(found[0]), words)
    words = _DAY.sub(lambda found: datetime.strptime(found[0], "%d %B %Y").date().isoformat(), words)  # noqa: DTZ007
    return tuple(one if "-" in one else _plain(one) for one in _NUMBER.findall(_TIME.sub("", words)))


def _there(instant: str) -> str:
    """Return the day of an instant in London."""
    return f"{datetime.fromisoformat(instant).astimezone(london()):%Y-%m-%d}"


def _plain(number: str) -> str:
    return format(Decimal(number.replace(",", "")).normalize(), "f")


def figure_of(words: str) -> tuple[Decimal, str]:
    """Return a number as a page writes it, and its unit."""
    found = re.fullmatch(r"(−?)(£?)(\d[\d,]*(?:\.\d+)?)(%?)(?: (.+))?", words)
    assert found is not None, words
    minus, pound, digits, percent, unit = found.groups()
    amount = Decimal(digits.replace(",", ""))
    return (-amount if minus else amount), ("GBP" if pound else percent or unit or "")


def held(cell: Cell, row: Said) -> None:
    """Hold one cell to what the command line says in its row."""
    if cell.field in ("was", "now"):
        assert numbers(cell.words.replace("not known", "")) == numbers(_flat(row[cell.field])), (cell, row)
        return
    if not cell.is_number or cell.field == "printed":
        missing = Counter(numbers(cell.words)) - Counter(numbers([*map(str, row), row]))
        assert not missing, (cell, row)
        return
    value = row[cell.field]
    if value is None or value == "":
        assert cell.words in ("", _UNKNOWN), (cell, row)
        return
    amount, unit = figure_of(cell.words)
    assert amount == Decimal(str(value)), (cell, row)
    if isinstance(value, str):
        wanted = "" if cell.field == "posts" else row.get("unit", "GBP") or ""
        assert unit == ("%" if cell.field.startswith("percent") else wanted), (cell, row)


def _flat(value: Any) -> str:
    """Return what a change was or is now without the names of its parts, which pages say in words."""
    return "" if value is None else json.dumps(value, ensure_ascii=False) if not isinstance(value, str) else value


# --- the walk ------------------------------------------------------------------------------------


@dataclass
class Walk:
    """Follows every link that keeps the times it set out with, and holds each page to the command line."""

    client: Client
    store: str
    when: Mapping[str, str]
    but: tuple[str, ...] = ()
    met: Counter[str] = field(default_factory=Counter)
    tables: Counter[tuple[str, str]] = field(default_factory=Counter)
    figures: int = 0
    kept: dict[tuple[str, ...], Said] = field(default_factory=dict)

    def all(self) -> None:
        """Walk from the first page until there is nothing new."""
        seen = {self.address("/"), self.address("/verify", now="1")}
        todo = [*seen]
        while todo:
            path = todo.pop()
            for link in self.page(path):
                if link not in seen and self.is_within(link):
                    seen.add(link)
                    todo.append(link)
                    if link.startswith("/board/"):  # What only its form leads to.
                        since = self.address(urlsplit(link).path, since="60")
                        todo += [since] if since not in seen else []
                        seen.add(since)

    def address(self, path: str, **more: str) -> str:
        said = urlencode({**self.when, **more})
        return f"{path}?{said}" if said else path

    def is_within(self, link: str) -> bool:
        """Tell whether a link leads to a page that is walked: with the same times, and one choice at most."""
        parts = urlsplit(link)
        if not link.startswith("/") or parts.path.startswith(("/api", "/paper")) or parts.path.endswith(_FILES):
            return False
        words = dict(parse_qsl(parts.query))
        times = {name: words.pop(name) for name in ("as_at", "known_at", "token") if name in words}
        name = parts.path.split("/")[1]
        most = 0 if CHOICES in self.but else 1
        return times == self.when and name not in self.but and (name != "register" or len(words) <= most)

    def page(self, path: str) -> Iterator[str]:
        """Hold a page to what the command line says, and yield where it leads."""
        found = self.client.get(path)
        assert found.status_code == 200, (path, found.text[:2_000])
        shown = Shown(found.text)
        name, names, words = named(path)
        told = Told(self.store, self.when, name, names, words, self.kept)
        if name == "verify":
            assert (told.answer["token"] in shown.said) == ("now" in words), path
        else:
            assert told.token in shown.token, path
            said = self.client.get(f"/api{path}").json()
            assert without_now(said, self.when) == without_now(told.answer, self.when), path
        self.met[name] += 1
        try:
            self.held(name, shown, told)
        except AssertionError as error:
            raise AssertionError(f"{path}: {error}") from error
        yield from shown.links

    def held(self, name: str, shown: Shown, told: Told) -> None:
        """Hold every table of a page, and every figure outside of them."""
        assert shown.loose_tables == (name == "compare"), "a table that has no name is held to nothing"
        for table, rows in shown.tables.items():
            if name == "compare":
                self.compared(rows, told.rows(table))
            else:
                self.table(rows, told, table)
            self.tables[name, table] += 1
        entries = told.rows("entries") if name == "timeline" else []
        assert len(shown.entries) == len(entries)
        for said, entry in zip(shown.entries, entries, strict=True):
            assert not Counter(numbers(said)) - Counter(numbers(entry)) - Counter([entry["event"]]), (said, entry)
        self.tables["timeline", "entries"] += bool(entries)
        for said in shown.facets:
            words = " ".join(said.removesuffix(", chosen: remove").split())
            assert any(one["value"] in words and words.endswith(f" {one['count']:,}") for one in told.rows("facets")), (
                said
            )
            self.tables[name, "facets"] += 1
        answers = Counter(numbers([*self._answers(told, shown)]))
        for figures in (_SHARE.findall(shown.said), _NUMBER.findall(shown.cards)):
            for figure in figures:
                assert answers[_plain(figure.strip("£%"))], figure
                self.figures += 1

    def _answers(self, told: Told, shown: Shown) -> Iterator[Said]:
        """Yield all that the command line says for a page: to its question, and to those of its tables."""
        if told.page != "verify":
            yield told.answer
        for table in shown.tables:
            if not is_of_names(told.page, table):
                yield from told.rows(table)
        if told.page == "funding" and "decided" in shown.tables:
            yield told.ask("funding", "decided", programme=told.names[0])

    def table(self, rows: list[list[Cell]], told: Told, name: str) -> None:
        """Hold a table's cells to what the command line says of each row."""
        said = told.rows(name) if not is_of_names(told.page, name) else [told.answer] * len(rows)
        if name == "benefits":  # However it is sorted.
            by_name = {one["reference"]: one for one in said}
            assert len(by_name) == len(said) == len(rows)
            said = [by_name[row[0].words.partition(" ")[0]] for row in rows]  # Its title stands below it.
        assert len(rows) == len(said), (name, len(rows), len(said))
        for row, one in zip(rows, said, strict=True):
            for cell in row:
                assert cell.field, (name, cell)
                held(cell, one)
                self.figures += bool(numbers(cell.words))

    def compared(self, rows: list[list[Cell]], changes: list[Said]) -> None:
        """Hold a comparison's lines, subject by subject, to the changes."""
        first = {one["reference"]: at for at, one in reversed([*enumerate(changes)])}
        ordered = iter(sorted(changes, key=lambda one: first[one["reference"]]))
        for row in rows:
            if len(row) == 1:  # A subject's name.
                continue
            one = next(ordered)
            _, _, was_now, event, recorded, true_from, _ = (cell.words for cell in row)
            assert numbers(was_now) == [*numbers(_flat(one["was"])), *numbers(_flat(one["now"]))], (row, one)
            assert numbers(event)[0] == str(one["position"])
            assert numbers(recorded) == numbers(one["recorded_at"])[:1]
            assert numbers(true_from) == [one["effective_on"]]
            self.figures += 1
        assert next(ordered, None) is None


def is_of_names(page: str, table: str) -> bool:
    """Tell whether a table has a name and a value a row, each of which is somewhere in the answer."""
    return (page, table) in {
        *(("benefit", "fields"), ("show", "fields"), ("event", "header"), ("event", "body"), ("figure", "figure")),
        ("issue", "issue"),
    }


def named(path: str) -> tuple[str, tuple[str, ...], dict[str, str]]:
    """Return which page an address is of, the names in its path, and what else it says beside its times."""
    parts = urlsplit(path)
    words = {name: said for name, said in parse_qsl(parts.query) if name not in ("as_at", "known_at", "token")}
    for page in PAGES:
        places = re.sub(r"\{\w+:str\}", "([^/]+)", page.path)
        if found := re.fullmatch(places, parts.path):
            return page.name, tuple(map(unquote, found.groups())), words
    raise AssertionError(path)


def without_now(answer: Said, when: Mapping[str, str]) -> Said:
    """Return an answer without the instant of the question, where that is now."""
    return answer if when else {**answer, "known_at": None}


@pytest.mark.parametrize(
    ("when", "but"), TIMES, ids=lambda one: "-".join(one.values() if isinstance(one, dict) else one)
)
def test_every_figure_of_every_page_is_the_command_lines_for_the_same_token(pages, demo, when, but):
    if "token" in when:
        then = Told(demo, {"known_at": when["token"]}, "", (), {}).ask("list")
        when = {**when, "token": then["token"]}
    walk = Walk(pages, demo, when, but)

    walk.all()

    assert walk.met.keys() == {page.name for page in PAGES if page.path.split("/")[1] not in but}
    assert len(walk.tables) > 40
    assert walk.figures > 5_000


def test_every_table_of_every_page_is_one_that_the_walk_knows():
    assert {(page.name, table) for page in PAGES for table in page.tables} == ROWS.keys()
