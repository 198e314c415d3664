"""What bounds the rectangles that views remember, and which version of them this is."""

from __future__ import annotations

from datetime import date
from typing import Final

FOREVER: Final = date.max
"""`valid_to` of what has no end."""

UNTIL_CHANGED: Final = 2**62
"""`known_to` of what still stands."""

VERSION: Final = 6
"""Raised whenever a fold or a table changes: a store whose views have another version is rebuilt."""

THEN: Final = "known_from <= :position AND known_to > :position AND valid_from <= :on AND valid_to > :on"
"""That a rectangle says what was so on a day, as known at a position; in a `Question`."""
