"""How much room the words of a drawing need in whatever font they come to be shown.

A drawing is measured on the server in our font, but in an image a browser has only the fonts of the reader's machine,
and one of those may be a third wider. So words are given the room that they take in the widest font that is common,
Verdana, and a drawing is made as wide as the words in it need.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Final, NamedTuple
from xml.etree import ElementTree as ET  # nosec B405  # See `extent`.

_NARROW: Final = frozenset(" .,:;'|!()[]/\\-ijlftrI")
_WIDE: Final = frozenset("mwMW@%+<>=~\N{MINUS SIGN}")
_LAST_LATIN: Final = "\u024f"
_BESIDE_BOLD: Final = 0.9
_MOVED: Final = re.compile(r"translate\(([-\d.e]+)[, ]*([-\d.e]*)\)")


def width(words: str, size: float, *, is_bold: bool = True) -> float:
    """Return how wide some words are at most, in the unit of their size."""
    return sum(map(_em, words)) * size * (1 if is_bold else _BESIDE_BOLD)


def _em(character: str) -> float:
    """Return how wide a character is in Verdana Bold, or a little more."""
    if character in _NARROW:
        return 0.55
    if character in _WIDE or character > _LAST_LATIN:
        return 1.15
    return 0.86 if character.isupper() else 0.72


def lines(words: str, size: float, across: float, *, most: int = 6, is_bold: bool = True) -> list[str]:
    """Return words in lines that are no wider than what there is across; what would be too many lines is cut short."""
    fit = max(int(across / (0.68 * size * (1 if is_bold else _BESIDE_BOLD))), 1)
    while fit > 1:
        found = wrap(words, fit, max_lines=most, placeholder=" …")
        if all(width(line, size, is_bold=is_bold) <= across for line in found):
            return found
        fit -= 1
    return [words]


class Extent(NamedTuple):
    """From where to where words stand."""

    left: float
    right: float


def extent(svg: str) -> Extent:
    """Return from where to where the words of a drawing stand, in whatever font; nought where it has none."""
    found = [*_extents(ET.fromstring(svg), 0.0)]  # noqa: S314  # nosec B314  # We drew it.
    return Extent(min((one.left for one in found), default=0.0), max((one.right for one in found), default=0.0))


def _extents(element: ET.Element, across: float) -> Iterator[Extent]:
    moved = _MOVED.search(element.get("transform", ""))
    across += float(moved.group(1)) if moved else 0.0
    if element.tag.endswith("}text"):
        across += float(element.get("x", 0))
        size = float(element.get("font-size", "16px").removesuffix("px"))
        needs = max(width(line, size, is_bold=element.get("font-weight") == "bold") for line in _lines_of(element))
        before = {"start": 0.0, "middle": 0.5, "end": 1.0}[element.get("text-anchor", "start")] * needs
        yield Extent(across - before, across - before + needs)
    for inner in element:
        yield from _extents(inner, across)


def _lines_of(element: ET.Element) -> Sequence[str]:
    return [element.text or "", *(inner.text or "" for inner in element)]
