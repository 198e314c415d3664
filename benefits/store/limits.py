"""How long a process waits for a store, and how many connections it holds: as the store's URL says, or as is usual."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Self

from benefits.errors import InvalidValueError

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Limits:
    """Whole numbers, of seconds where they are of time.

    They stand in the URL's query: `postgresql://host/name?pool_size=20&lock_timeout=10`. A file has the lock's alone.
    """

    pool_size: int = 10
    """The most connections that read at once; one more records."""

    pool_timeout: int = 30
    """How long a question waits for one of them."""

    connect_timeout: int = 10
    """How long the server may take to answer a new connection."""

    lock_timeout: int = 30
    """How long whoever records waits for others who do."""

    statement_timeout: int = 300
    """How long the server may work on one statement of a question."""

    idle_timeout: int = 300
    """How long whoever holds the log may say nothing, before the server lets others have it."""

    @classmethod
    def of(cls, query: Mapping[str, Any]) -> Self:
        """Return what a URL's query says.

        Raises:
            InvalidValueError: If it says something that is no number of 1 or more.
        """
        given = {name: query[name] for name in NAMES if name in query}
        for name, words in given.items():
            if not (isinstance(words, str) and words.isdecimal() and int(words)):
                raise InvalidValueError(f"{name}={words} in the store's URL is no whole number of 1 or more")
        return cls(**{name: int(str(words)) for name, words in given.items()})


NAMES = frozenset(field.name for field in fields(Limits))
"""What a URL may say of limits; the rest of its query is the driver's."""
