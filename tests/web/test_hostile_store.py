"""A store whose every text is hostile: no page, file, chart or paper of it fails, runs anything, or leads away."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, get_args
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import pytest
from pydantic.fields import FieldInfo

from benefits import BenefitsRegister, initialise
from benefits.commands import COMMANDS
from benefits.intake import apply, merged
from benefits.parts import Delegation, Value
from benefits.values import Line, Text
from projections import follow, prepare
from tests.cli.running import ROOT
from tests.web.asking import Shapes, ask_all, held, shapes_of
from tests.web.conftest import Client, Read, client_of, csv_rows
from tests.web.hostile import DAYS, PAYLOADS, TOKENS
from web.app import PAGES
from web.pages.trail import A_PAGE
from web.place import _ALONG
from web.tables import _LIVE

EVERY: Final = [json.loads(line) for line in (ROOT / "tests" / "golden" / "every.jsonl").read_bytes().splitlines()]
_LINE, _CODE, _LETTER = 300, 40, 12
_REFUSED: Final = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
_FREE: Final = tuple(get_args(one)[1] for one in (Line, Text))


# --- every kind of fact, in hostile words --------------------------------------------------------


def is_free(info: FieldInfo) -> bool:
    """Tell whether a field of a fact takes any words."""
    return any(mark in _FREE for mark in (*info.metadata, *_marks(info.annotation)))


def _marks(annotation: Any) -> Iterator[Any]:
    yield from getattr(annotation, "__metadata__", ())
    for inner in get_args(annotation):
        yield from _marks(inner)


ALLOWED: Final = [one for one in PAYLOADS if not _REFUSED.search(one) and one.strip() and len(one) <= _LINE]
STORED: Final = [one for one in ALLOWED if one not in (*DAYS, *TOKENS)]
"""More than two hundred of them; days and tokens are only read in addresses."""


def packed(words: list[str], most: int) -> list[str]:
    """Return lines of at most so many characters in which all of some words stand, or those of them that fit."""
    found = [""]
    for one in words:
        if len(one) <= most:
            if len(f"{found[-1]} {one}") > most:
                found.append("")
            found[-1] = f"{found[-1]} {one}".strip()
    return found


class Worded:
    """Every kind of fact, with every free text, those left out too, in other words.

    Args:
        words: What the texts are to say. Each text says others; each copy, the next.
        turn: Which copy it is.
    """

    def __init__(self, words: list[str], turn: int) -> None:
        self._pools = {most: packed(words, most) for most in (_LINE, _CODE, _LETTER)}
        self._turn = turn
        self._taken = 0
        self._codes: dict[str, str] = {}
        self.said: set[str] = set()

    def lines(self) -> Iterator[bytes]:
        """Yield the commands, with references of their own."""
        for each in EVERY:
            line = json.loads(json.dumps(each).replace("EVERY", f"E{self._turn:02}X"))
            name, data = line["command"], line["data"]
            if "overrides" in line:
                line["overrides"] = [f"{one.partition(':')[0]}: {self._next()}" for one in line["overrides"]]
            if name in ("correct", "withdraw"):
                data["reason"] = self._next()
                data.get("set", {}).update({one: self._next() for one in data.get("set", {}) if one == "title"})
            else:
                line["assumed"] = self._next()
                self._reword(name, COMMANDS[name].model, data)
            yield json.dumps(line).encode() + b"\n"

    def _reword(self, command: str, model: type[Value], data: dict[str, Any]) -> None:
        for name, info in model.model_fields.items():
            said = data.get(name)
            if name in ("recommendations", "resolutions") and said and ": " in said[0]:
                data[name] = [self._clause(name, one) for one in said]
            elif name == "delegations" and said is not None:
                data[name] = [self._delegation(one) for one in said]
            elif name == "stages" and said is not None:
                data[name] = [{"name": self._code(one.partition("=")[0])} for one in said]
            elif isinstance(said, dict):
                self._reword(command, COMMANDS[command].parts[name], said)
            elif name in ("figure", "assumed", "reference") or not is_free(info) or said == "GBP":
                continue
            elif name in ("resolution", "resolutions", "line", "lines", "stage", "version", "unit"):
                most = _LETTER if name.startswith("resol") else _CODE if name.startswith("line") else _LINE
                if said is not None:
                    data[name] = (
                        [self._code(one, most) for one in said] if isinstance(said, list) else self._code(said, most)
                    )
            else:
                data[name] = [self._next()] if "tuple" in str(info.annotation) else self._next()
            self.said.add(f"{model.__name__}.{name}")

    def _clause(self, name: str, said: str) -> dict[str, str]:
        letter, verbs, *rest = said.split(": ")
        more = {"outcome": rest[0]} if name == "resolutions" else {}
        return {"letter": self._code(letter, _LETTER), "verbs": verbs, **more, "text": self._next()}

    def _delegation(self, said: Any) -> dict[str, Any]:
        found = Delegation.model_validate(said).model_dump(mode="json", exclude_none=True)
        return found | {"letter": self._code(found["letter"], _LETTER)}

    def _next(self, most: int = _LINE) -> str:
        self._taken += 1
        pool = self._pools[most]
        return pool[(self._turn + self._taken) % len(pool)]

    def _code(self, said: str, most: int = _LINE) -> str:
        """Return what stands for a text by which facts name each other: the same for the same."""
        while said not in self._codes:
            found = self._next(most)
            if found not in self._codes.values():
                self._codes[said] = found
        return self._codes[said]


def made(path: Path, copies: list[Worded]) -> None:
    """Make a store of some copies."""
    files = []
    for number, one in enumerate(copies):
        files.append(path.with_name(f"{path.stem}-{number:02}.jsonl"))
        files[-1].write_bytes(b"".join(one.lines()))
    initialise(path, sandbox=True)
    with BenefitsRegister(path, on_append=(follow,)) as register:
        prepare(register)
        assert apply(register, merged(files)).refused == []


# --- and what is made of it ----------------------------------------------------------------------

COPIES: Final = len(packed(STORED, _LINE))
"""So many copies that each text says each line of payloads in one of them."""


@pytest.fixture(scope="module")
def harmless(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """The pages of every kind of fact, once, in plain words."""
    path = tmp_path_factory.mktemp("harmless") / "store.db"
    plain = [f"Plain {'words ' * 40}{number}" for number in range(40)] + [f"p{number}" for number in range(100)]
    made(path, [Worded(plain, 0)])
    with client_of(str(path)) as client:
        yield client


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """The pages of every kind of fact, as often as it takes for every text to say every payload."""
    path = tmp_path_factory.mktemp("hostile") / "store.db"
    made(path, [Worded(STORED, turn) for turn in range(COPIES)])
    with client_of(str(path)) as client:
        yield client


def about(client: Client, turn: int) -> list[str]:
    """Return the addresses of every page about a copy."""
    listed = client.get("/api/list").json()["references"]
    theirs = [(one["reference"], one["kind"]) for one in listed if one["reference"].startswith(f"E{turn:02}X")]
    pages = [
        f"/{name}/{reference}{'?since=first' if name == 'compare' else ''}"
        for reference, kind in theirs
        for name in {"show", "trail", *(name for name, _ in _ALONG.get(kind, ()))}
    ]
    issues = [
        f"/issue/{reference}?{urlencode({'version': one['version'], 'event': one['event']})}"
        for reference, kind in theirs
        if kind == "document"
        for one in client.get(f"/api/document/{reference}").json()["versions"]
    ]
    return sorted([*pages, *issues])


def whole(client: Client, step: int) -> list[str]:
    """Return the addresses of the pages about the whole store, and of every so many events: many are of a kind."""
    events = client.get("/health").json()["events"]
    pages = [f"/trail?page={page}" for page in range(1, -(-events // A_PAGE) + 1)]
    return [
        "/",
        "/list",
        "/register",
        "/figures",
        "/overrides",
        "/words",
        *pages,
        *(f"/event/{at}" for at in range(1, events + 1, step)),
    ]


@pytest.fixture(scope="module")
def shapes(harmless: Client) -> Shapes:
    """The tags, with their attributes, of the same pages of the harmless store."""
    asked = [*whole(harmless, 1), *about(harmless, 0)]
    assert {one.split("/")[1].partition("?")[0] for one in asked} >= {page.path.split("/")[1] for page in PAGES} - {
        *("verify", "explain"),
    }
    return {one for answer in ask_all(harmless, asked) for one in shapes_of(answer.text)}


@pytest.fixture(scope="module")
def drawn(harmless: Client) -> Shapes:
    """The tags, with their attributes, of the charts of the harmless store."""
    pages = ask_all(harmless, about(harmless, 0))
    charts = sorted({src for page in pages for src in sources(page.text)})
    return {one for chart in ask_all(harmless, charts) for one in marks_of(chart.content)}


def sources(html: str) -> list[str]:
    return [str(given["src"]) for tag, given in Read(html).tags if tag == "img"]


def marks_of(svg: bytes) -> Iterator[tuple[str, frozenset[str]]]:
    yield from ((one.tag, frozenset(one.attrib)) for one in ET.fromstring(svg).iter())


@pytest.mark.parametrize("turn", range(COPIES))
def test_no_page_about_hostile_facts_fails_or_says_in_markup_what_it_says_in_words(hostile, shapes, drawn, turn):
    asked = about(hostile, turn)
    assert len(asked) > 100

    tables, drawings = [], []
    for number, (address, page) in enumerate(zip(asked, ask_all(hostile, asked), strict=True)):
        assert page.status == 200, (address, page.text)
        held(page, address, shapes)
        read = Read(page.text)
        files = [link for link in read.links if link.partition("?")[0].endswith((".csv", ".xlsx", ".json"))]
        tables += [one for at, one in enumerate([f"/api{address}", *files]) if (at + number + turn) % 5 == 0]
        drawings += [
            link for link in (*read.links, *sources(page.text)) if link.partition("?")[0].endswith((".pdf", ".svg"))
        ]
    # Another fifth of its files is looked at of each copy, and of what takes long to draw, less.
    beside = [*tables, *drawings[turn :: len(drawings) // 3]]

    for address, file in zip(beside, ask_all(hostile, beside), strict=True):
        assert file.status == 200, (address, file.content)
        held(file, address, shapes)
        harmless_file(file.kind, file.content, drawn)


def harmless_file(kind: str, content: bytes, drawn: Shapes) -> None:
    """Hold a file to having nothing in it that runs."""
    match kind:
        case "application/json":
            json.loads(content)
        case "text/csv":
            for row in csv_rows(content):
                for cell in row.values():
                    assert not cell.startswith(_LIVE) or re.fullmatch(r"-?\d+(\.\d+)?", cell), cell
        case "image/svg+xml":
            assert {*marks_of(content)} <= drawn
        case "application/pdf":
            assert content.startswith(b"%PDF-")
            assert not re.search(rb"/(JavaScript|JS|Launch|EmbeddedFile|OpenAction|URI)\b", content)
        case _:
            with zipfile.ZipFile(io.BytesIO(content)) as book:
                assert not [name for name in book.namelist() if "external" in name.lower() or "rels/sheet" in name]
                for name in book.namelist():
                    if name.startswith("xl/worksheets/sheet"):
                        sheet = ET.fromstring(book.read(name))
                        assert not [one for one in sheet.iter() if one.tag.rpartition("}")[2] in ("f", "hyperlink")]


def test_no_page_about_the_whole_of_a_hostile_store_fails_or_says_in_markup_what_it_says_in_words(hostile, shapes):
    asked = whole(hostile, 10)

    for address, page in zip(asked, ask_all(hostile, asked), strict=True):
        assert page.status == 200, (address, page.text)
        held(page, address, shapes)


def test_every_free_text_of_every_kind_of_fact_is_in_the_hostile_store():
    copy = Worded(STORED, 0)
    [*copy.lines()]

    free = {
        f"{model.__name__}.{name}"
        for command in COMMANDS.values()
        for model in (command.model, *command.parts.values())
        for name, info in model.model_fields.items()
        if is_free(info)
    }
    assert free - copy.said == {f"{command.model.__name__}.assumed" for command in COMMANDS.values()} | {
        "FigureQuoted.figure"
    }


def test_a_text_that_no_record_may_hold_is_refused_and_says_why(tmp_path):
    refused = [one for one in PAYLOADS if one not in ALLOWED]
    lines = [
        {"command": "authority.open", "id": f"{at}", "data": {"reference": f"A-{at}", "title": one, "nation": "wales"}}
        for at, one in enumerate(refused)
    ]
    initialise(tmp_path / "store.db", sandbox=True)
    with BenefitsRegister(tmp_path / "store.db") as register:
        applied = apply(register, (json.dumps(line).encode() for line in lines), by="PMO")

    assert len(applied.refused) == len(refused) > 20
    for one in applied.refused:
        assert one.code == "invalid-value"
        assert re.search(r"(remove it|save the file as UTF-8|or leave it out|the most is 300)$", one.message), one
