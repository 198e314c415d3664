"""The demo and small stores, and browsers of a simple kind that ask them."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Final

import pytest
from litestar.testing import TestClient

from benefits import BenefitsRegister
from projections import Views
from tests.cli.running import benefits
from web.app import create_app

BASE: Final = "http://127.0.0.1:8350"

Client = TestClient[Any]


@contextmanager
def client_of(store: str) -> Iterator[Client]:
    """Open the pages of a store."""
    with TestClient(create_app(store), base_url=BASE, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The demo."""
    store = str(tmp_path_factory.mktemp("demo") / "demo.db")
    made = benefits("demo", "--store", store)
    assert made.code == 0, made.err
    return store


@pytest.fixture(scope="session")
def pages(demo: str) -> Iterator[Client]:
    """The pages of the demo."""
    with client_of(demo) as client:
        yield client


@pytest.fixture(scope="session")
def views(demo: str) -> Iterator[Views]:
    """The views of the demo."""
    with BenefitsRegister(demo, read_only=True) as register:
        yield Views(register)


@pytest.fixture
def opened() -> Iterator[Callable[[str], Client]]:
    """Opens the pages of a store, until the test is over."""
    with ExitStack() as stack:
        yield lambda store: stack.enter_context(client_of(store))


@pytest.fixture
def to_text(tmp_path: Path) -> Callable[[bytes], str]:
    """Return the words of a PDF."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed: apt install poppler-utils")

    def read(pdf: bytes) -> str:
        (tmp_path / "paper.pdf").write_bytes(pdf)
        command = ["pdftotext", "-layout", "-enc", "UTF-8", "paper.pdf", "-"]
        done = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
        return " ".join(done.stdout.decode("utf-8").replace("\u200b", "").split())

    return read


class Read(HTMLParser):
    """What of a page a test looks at: links, forms' fields, tables by their place, text, and the tags there are.

    `stops` are the days along which a page can be moved: link, what is said of the day, and whether it is the page's.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.stops: list[tuple[str, str, bool]] = []
        self.fields: dict[str, str] = {}
        self.tables: dict[str, list[list[tuple[str, str | None]]]] = {}
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.said = ""
        self._section: list[str] = []
        self._cell: tuple[list[str], list[str | None]] | None = None
        self._hidden = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take a tag."""
        given = dict(attrs)
        self.tags.append((tag, given))
        if tag == "section":
            self._section.append(given.get("id") or "")
        if tag == "a" and given.get("href"):
            self.links.append(str(given["href"]))
            if given.get("data-app-stop"):
                is_here = given.get("aria-current") == "date"
                self.stops.append((str(given["href"]), str(given["data-app-stop"]), is_here))
            if self._cell is not None:
                self._cell[1].append(given["href"])
        if tag == "input":
            self.fields[str(given.get("name"))] = given.get("value") or ""
        if tag == "tr" and self._section:
            self.tables.setdefault(self._section[-1], []).append([])
        if tag in ("td", "th") and self._section:
            self._cell = ([], [])

    def handle_endtag(self, tag: str) -> None:
        """Take the end of one."""
        if tag == "section":
            self._section.pop()
        if tag in ("td", "th") and self._cell is not None:
            words = re.sub(r"\s+", " ", "".join(self._cell[0])).strip()
            self.tables[self._section[-1]][-1].append((words, next(iter(self._cell[1]), None)))
            self._cell = None

    def handle_data(self, data: str) -> None:
        """Take words."""
        self.said += data
        if self._cell is not None:
            self._cell[0].append(data)


def read(client: Client, path: str) -> Read:
    """Return a page that is there."""
    found = client.get(path)
    assert found.status_code == 200, (path, found.status_code, found.text[:2_000])
    return Read(found.text)


def csv_rows(content: bytes) -> list[dict[str, str]]:
    """Return the rows of a CSV file, by their headings."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
