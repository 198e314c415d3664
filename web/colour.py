"""A council's own colour, as a stylesheet of a few words, with an ink that can be read on it."""

from __future__ import annotations

import re
from typing import Final

from benefits.errors import InvalidValueError

_WRITTEN: Final = re.compile(r"#[0-9a-f]{6}")
_LIGHT: Final = "#ffffff"
_DARK: Final = "#12181c"


def stylesheet_of(colour: str | None) -> str:
    """Return the stylesheet that puts a colour on pages; one that says nothing where none is given.

    Raises:
        InvalidValueError: If it is not written `#rrggbb`.
    """
    if colour is None:
        return ":root { }\n"
    given = colour.strip().lower()
    if _WRITTEN.fullmatch(given) is None:
        raise InvalidValueError(f"{colour!r} is not a colour; write it as #1d4f5f, six digits after a #")
    ink = max(_LIGHT, _DARK, key=lambda one: contrast(given, one))
    return f":root {{ --govuk-brand-colour: {given}; --brand: {given}; --brand-dark: {ink}; --brand-ink: {ink}; }}\n"


def contrast(one: str, other: str) -> float:
    """Return how far two colours stand apart, from 1 to 21, as WCAG 2.2 reckons it."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
