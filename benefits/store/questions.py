"""What is asked of a store: SQL that both kinds of database take, put to the driver as it is.

SQLAlchemy makes the tables and writes them. Asking does without it, because loading it takes longer than a board does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, Final, Protocol
from uuid import UUID

_NAMED: Final = re.compile(r"(?<!:):([a-z_][a-z0-9_]*)")
_SEVERAL: Final = (frozenset, list, set, tuple)
_NOT_OF_SQLITE: Final[Mapping[str, Callable[[Any], Any]]] = {
    "effective_on": date.fromisoformat,
    "valid_from": date.fromisoformat,
    "valid_to": date.fromisoformat,
    "namespace": UUID,
    "originator_id": UUID,
    "subject": UUID,
    "sandbox": bool,
}
"""Columns whose types SQLite has not, with what makes its words into their values."""


class Kind(Protocol):
    """A kind of database."""

    name: str


class Found(Protocol):
    """What a question found."""

    def keys(self) -> Any:
        """Return the columns' names."""

    def fetchall(self) -> Sequence[Any]:
        """Return the rows."""


class Snapshot(Protocol):
    """What questions are put to, within one transaction: a driver's connection (`drivers.Direct`), or SQLAlchemy's."""

    @property
    def dialect(self) -> Kind:
        """Which kind of database it is."""

    def exec_driver_sql(self, statement: str, parameters: Any = ..., /) -> Found:
        """Put words to the driver, with values by name."""


def as_in_sqlite(value: Any) -> Any:
    """Return a value as it is kept in SQLite, which has no type of its own for ids and dates."""
    if isinstance(value, UUID):
        return value.hex
    return value.isoformat() if isinstance(value, date) else value


@dataclass(frozen=True, slots=True)
class Condition:
    """Words of a question that hang on what is asked, with the values that stand in them."""

    words: str
    values: Mapping[str, Any] = field(default_factory=dict)

    def __and__(self, other: Condition) -> Condition:
        """Return that both are so."""
        return Condition(f"{self.words} AND {other.words}", {**self.values, **other.values})

    def __or__(self, other: Condition) -> Condition:
        """Return that either is so."""
        return Condition(f"({self.words} OR {other.words})", {**self.values, **other.values})


ANY: Final = Condition("1 = 1")
"""What is always so."""


class Question:
    """A question, with `:name` where a value stands; `IN (:names)` takes several.

    Args:
        *words: The SQL, in pieces.
        row: What each row is made into, such as a named tuple's `_make`; without it, a tuple.
        on_postgresql: Instead, where PostgreSQL has other words for it.
    """

    def __init__(
        self, *words: str, row: Callable[[Sequence[Any]], Any] = tuple, on_postgresql: str | None = None
    ) -> None:
        self._words = " ".join(words)
        self._on_postgresql = self._words if on_postgresql is None else on_postgresql
        self._row = row

    def __call__(self, asked: Snapshot, **values: Any) -> list[Any]:
        """Return the rows found."""
        lists = tuple((name, len(value)) for name, value in values.items() if isinstance(value, _SEVERAL))
        given = _one_by_one(values) if lists else values
        if asked.dialect.name != "sqlite":
            found = asked.exec_driver_sql(_said(self._on_postgresql, lists, "%({})s"), given)
            return [self._row(row) for row in found.fetchall()]
        kept = {name: as_in_sqlite(value) for name, value in given.items()}
        found = asked.exec_driver_sql(_said(self._words, lists, ":{}"), kept)
        makers = [(nth, _NOT_OF_SQLITE[name]) for nth, name in enumerate(found.keys()) if name in _NOT_OF_SQLITE]
        if not makers:
            return [self._row(row) for row in found.fetchall()]
        rows = []
        for row in found.fetchall():
            made = list(row)
            for nth, make in makers:
                made[nth] = make(made[nth])
            rows.append(self._row(made))
        return rows

    def one(self, asked: Snapshot, **values: Any) -> Any:
        """Return the first row found; `None` if there is none."""
        rows = self(asked, **values)
        return rows[0] if rows else None

    def values(self, asked: Snapshot, **values: Any) -> list[Any]:
        """Return the first value of each row."""
        return [row[0] for row in self(asked, **values)]

    def value(self, asked: Snapshot, **values: Any) -> Any:
        """Return the first value of the first row; `None` if there is none."""
        return next(iter(self.values(asked, **values)), None)


@lru_cache(maxsize=512)
def _said(words: str, lists: tuple[tuple[str, int], ...], placeholder: str) -> str:
    """Return words with a driver's placeholders; of several values, one for each."""
    sizes = dict(lists)

    def places(found: re.Match[str]) -> str:
        name = found[1]
        if name not in sizes:
            return placeholder.format(name)
        # Nothing is in an empty list; neither database takes one.
        return ", ".join(placeholder.format(f"{name}_{nth}") for nth in range(sizes[name])) or "NULL"

    return _NAMED.sub(places, words)


def _one_by_one(values: Mapping[str, Any]) -> dict[str, Any]:
    given: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, _SEVERAL):
            given |= {f"{name}_{nth}": one for nth, one in enumerate(value)}
        else:
            given[name] = value
    return given
