"""Old words in today's shape: pure functions from the JSON of one schema version to the next.

A golden corpus of stored events holds every later version to reading them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

Upcast = Callable[[dict[str, Any]], dict[str, Any]]

UPCASTS: Final[Mapping[tuple[str, int], Upcast]] = {}
"""By type and the schema version it reads; each gives the next version."""


def upcast(type_name: str, stored_version: int, current_version: int, words: dict[str, Any]) -> dict[str, Any]:
    """Return the words of a stored fact in the shape of its current schema version."""
    for version in range(stored_version, current_version):
        words = UPCASTS[type_name, version](words)
    return words
