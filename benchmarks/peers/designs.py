"""Other designs for the as-at question, on the same movements: replay, a plain index, rectangles, a column store."""

from __future__ import annotations

import json
import sqlite3
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

import psycopg

from benchmarks.questions import Answer, Question, without_nought
from benefits.store import microseconds
from benefits.values import financial_year, pounds
from benefits.values import pence as in_pence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from benchmarks.history import Movement

_FOREVER: Final = 2**62
_REPLAYED: Final = ("benefit-identified", "saving-claimed", "fact-corrected")
_REPLAY: Final = """
SELECT position, originator_id, type, effective_on, body FROM event
WHERE recorded_at <= {mark} AND type IN ('benefit-identified', 'saving-claimed', 'fact-corrected') ORDER BY position
"""
_TABLE: Final = (
    "CREATE TABLE delta (programme text NOT NULL, fy text NOT NULL, effective_on {date} NOT NULL, "
    "recorded_at bigint NOT NULL, pence bigint NOT NULL)"
)
_INDEX: Final = "CREATE INDEX delta_asked ON delta (programme, effective_on, recorded_at, fy, pence)"
_SUM: Final = (
    "SELECT fy, sum(pence) FROM delta "
    "WHERE programme = {mark} AND effective_on <= {mark} AND recorded_at <= {mark} GROUP BY fy"
)


def _values(moved: Iterable[Movement]) -> Iterator[tuple[Any, ...]]:
    for one in moved:
        yield (
            one.programme,
            financial_year(one.effective_on),
            one.effective_on.isoformat(),
            microseconds(one.at),
            one.pence,
        )


def _asked(question: Question) -> tuple[Any, ...]:
    return question.programme, question.as_at.isoformat(), microseconds(question.known_by)


class Replay:
    """The cheapest honest replay of our own log: the events that matter, each body decoded, in Python."""

    def __init__(self, url: str) -> None:
        if url.startswith("sqlite"):
            self._sqlite: sqlite3.Connection | None = sqlite3.connect(url.removeprefix("sqlite:///"))
        else:
            self._sqlite = None
            self._postgres = psycopg.connect(url.replace("+psycopg", ""), autocommit=True)

    def ask(self, question: Question) -> Answer:
        """Return the answer."""
        known_by = (microseconds(question.known_by),)
        rows: Iterable[tuple[Any, ...]]
        if self._sqlite is not None:
            rows = self._sqlite.execute(_REPLAY.format(mark="?"), known_by)
        else:
            rows = self._postgres.execute(_REPLAY.format(mark="%s").encode(), known_by)
        benefits = set()
        claims: dict[int, tuple[str, int]] = {}
        for position, stream, kind, effective_on, body in rows:
            said = json.loads(body)
            if kind == "benefit-identified":
                if said["programme"] == question.programme:
                    benefits.add(stream)
            elif stream not in benefits or str(effective_on) > question.as_at.isoformat():
                continue
            elif kind == "saving-claimed":
                claims[position] = (said["period"], _pence(said["amount"]))
            else:
                claims[said["corrects"]] = (said["fact"]["period"], _pence(said["fact"]["amount"]))
        found: Answer = {}
        for month, pence in claims.values():
            start = int(month[:4]) - (int(month[5:]) < 4)
            year = f"{start}/{(start + 1) % 100:02d}"
            found[year] = found.get(year, 0) + pence
        return without_nought(found)

    def close(self) -> None:
        """Let go of the store."""
        (self._sqlite or self._postgres).close()


def _pence(amount: str) -> int:
    return int(amount.replace(".", ""))


class PlainSqlite:
    """Every movement in one table with one covering index."""

    def __init__(self, path: Path, moved: Iterable[Movement]) -> None:
        self._connection = sqlite3.connect(path)
        with self._connection:
            self._connection.execute(_TABLE.format(date="text"))
            self._connection.executemany("INSERT INTO delta VALUES (?, ?, ?, ?, ?)", _values(moved))
            self._connection.execute(_INDEX)
            self._connection.execute("ANALYZE")

    def ask(self, question: Question) -> Answer:
        """Return the answer."""
        return without_nought(dict(self._connection.execute(_SUM.format(mark="?"), _asked(question))))

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


class PlainPostgres:
    """The same on PostgreSQL."""

    def __init__(self, url: str, moved: Iterable[Movement]) -> None:
        self._connection = psycopg.connect(url.replace("+psycopg", ""), autocommit=True)
        self._connection.execute(_TABLE.format(date="date").encode())
        with self._connection.cursor() as cursor, cursor.copy("COPY delta FROM STDIN") as copy:
            for values in _values(moved):
                copy.write_row(values)
        self._connection.execute(_INDEX.encode())
        self._connection.execute("VACUUM ANALYZE delta")

    def ask(self, question: Question) -> Answer:
        """Return the answer."""
        rows = self._connection.execute(_SUM.format(mark="%s").encode(), _asked(question))
        return without_nought({year: int(pence) for year, pence in rows})

    def close(self) -> None:
        """Let go of the server."""
        self._connection.close()


class Rectangles:
    """Every amount with from when until when it was known, in a B-tree, summed."""

    _ASK: Final = (
        "SELECT fy, sum(pence) FROM amount WHERE programme = ? AND effective_on <= ? "
        "AND known_from <= ? AND known_to > ? GROUP BY fy"
    )

    def __init__(self, path: Path, moved: Iterable[Movement]) -> None:
        self._connection = sqlite3.connect(path)
        rows: list[list[Any]] = []
        standing: dict[int, int] = {}
        for one, values in zip(*_twice(moved), strict=True):
            programme, year, effective_on, at, _ = values
            before = standing.get(one.claim)
            if before is not None:
                rows[before][4] = at
            amount = one.pence + (rows[before][5] if before is not None else 0)
            standing[one.claim] = len(rows)
            rows.append([programme, year, effective_on, at, _FOREVER, amount])
        with self._connection:
            self._connection.execute(
                "CREATE TABLE amount (programme text, fy text, effective_on text, known_from integer, "
                "known_to integer, pence integer)"
            )
            self._connection.executemany("INSERT INTO amount VALUES (?, ?, ?, ?, ?, ?)", rows)
            self._connection.execute(
                "CREATE INDEX amount_asked ON amount (programme, effective_on, known_from, known_to, fy, pence)"
            )
            self._connection.execute("ANALYZE")

    def ask(self, question: Question) -> Answer:
        """Return the answer."""
        programme, as_at, known_by = _asked(question)
        return without_nought(dict(self._connection.execute(self._ASK, (programme, as_at, known_by, known_by))))

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


def _twice(moved: Iterable[Movement]) -> tuple[Sequence[Movement], Iterator[tuple[Any, ...]]]:
    kept = list(moved)
    return kept, _values(kept)


class Duck:
    """Every movement in DuckDB's own column store."""

    PACKAGE: Final = "duckdb"

    def __init__(self, path: Path, moved: Sequence[Movement]) -> None:
        import duckdb

        csv = path.with_suffix(".csv")
        csv.write_text("\n".join(",".join(map(str, values)) for values in _values(moved)), encoding="utf-8")
        self._connection = duckdb.connect(str(path))
        self._connection.execute(_TABLE.format(date="date"))
        self._connection.execute(f"COPY delta FROM '{csv}' (HEADER false)")
        csv.unlink()

    def ask(self, question: Question) -> Answer:
        """Return the answer."""
        rows = self._connection.execute(_SUM.format(mark="?"), _asked(question)).fetchall()
        return without_nought({year: int(pence) for year, pence in rows})

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


class Workbook:
    """A worksheet with a row a movement, opened and added up, as somebody's script does every month."""

    PACKAGE: Final = "openpyxl"

    def __init__(self, path: Path, moved: Iterable[Movement]) -> None:
        import openpyxl

        self._path = path
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet("Savings")
        sheet.append(["Programme", "Benefit", "Recorded", "For the month to", "Amount"])
        for one in moved:
            sheet.append([one.programme, one.benefit, one.at.date(), one.effective_on, one.pence / 100])
        book.save(path)

    def ask(self, question: Question) -> Answer:
        """Return the answer."""
        import openpyxl

        book = openpyxl.load_workbook(self._path, read_only=True)
        found: Answer = {}
        for programme, _, recorded, effective_on, amount in book["Savings"].iter_rows(min_row=2, values_only=True):
            if (
                programme == question.programme
                and recorded.date() <= question.known_at
                and effective_on.date() <= question.as_at
            ):
                year = financial_year(effective_on.date())
                found[year] = found.get(year, 0) + in_pence(pounds(f"{amount:.2f}"))
        book.close()
        return without_nought(found)

    def close(self) -> None:
        """Leave the file; the run removes its folder."""


def is_installed(package: str) -> bool:
    """Tell whether a peer's package is there."""
    return find_spec(package) is not None
