"""The colours of pages, charts and papers, each by one name; and how far two of them stand apart.

The compiled stylesheet is built with these, `/look.css` gives them to those that are served as they are, charts and
papers take them from here. `tests/web/test_palette.py` holds the pairs to WCAG 2.2, because what checks a page cannot
see into a picture; `tests/browser/test_colours.py` holds what a browser shows to the pairs. Standard library only:
the build reads it before anything is installed.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

COLOURS: Final = {
    "ink": "#12181c",
    "paper": "#ffffff",
    "quiet": "#4a5459",
    "faint": "#5b666b",
    "rule": "#c3cacd",
    "edge": "#6f7477",
    "surface": "#f1f4f5",
    "hover": "#f7f9fa",
    "pressed": "#e6ebed",
    "brand": "#1d4f5f",
    "brand-hover": "#163d4a",
    "brand-dark": "#12333e",
    "brand-shadow": "#0b2129",
    "link": "#14506e",
    "link-visited": "#54319f",
    "link-hover": "#0b3247",
    "focus": "#ffdd00",
    "focus-ink": "#0b0c0c",
    "black": "#000000",
    "past": "#fff4d6",
    "past-edge": "#8a5a00",
    "good": "#0b4a22",
    "good-surface": "#d3ecd9",
    "bad": "#7a1a0c",
    "bad-surface": "#f7dcd8",
    "care": "#5a4300",
    "care-surface": "#fff0c2",
    "plain": "#27343a",
    "plain-surface": "#e4eaec",
    "error": "#a3260f",
    "verified": "#12436d",
    "measured": "#3f8fae",
    "claimed": "#f2c27b",
    "claimed-line": "#b25a00",
    "outstanding": "#ffffff",
    "target": "#3d3d3d",
    "raised": "#8fd3c4",
    "lowered": "#e79a86",
}
"""Every colour by its name: `#rrggbb`."""

GROUNDS: Final = ("paper", "surface", "hover", "past")
"""What a page is made of, and any words may stand on."""

TEXT_PAIRS: Final = (
    *((words, ground) for words in ("ink", "quiet", "link", "link-visited", "link-hover") for ground in GROUNDS),
    *((words, "paper") for words in ("faint", "error", "good", "bad", "care", "verified", "claimed-line", "target")),
    *((words, f"{words}-surface") for words in ("good", "bad", "care", "plain")),
    *(("ink", ground) for ground in ("pressed", "good-surface", "bad-surface", "care-surface", "raised", "claimed")),
    *(("link", ground) for ground in ("good-surface", "bad-surface", "care-surface")),
    *(("paper", ground) for ground in ("brand", "brand-hover", "verified", "target")),
    ("focus-ink", "focus"),
)
"""Words and what they stand on: at least 4.5 to 1."""

GRAPHIC_PAIRS: Final = (
    *(("edge", ground) for ground in GROUNDS),
    *(("past-edge", ground) for ground in ("past", "paper")),
    *((mark, "paper") for mark in ("brand", "error", "target", "verified", "measured", "claimed-line")),
    *(("ink", fill) for fill in ("claimed", "measured", "outstanding", "raised", "lowered", "focus")),
    ("focus-ink", "focus"),
    ("focus-ink", "paper"),
)
"""Edges, marks and lines that carry meaning, and what they stand on or against: at least 3 to 1."""

ASSURANCE: Final = ("outstanding", "claimed", "measured", "verified")
"""The fills of a bar, from what is least sure to what is surest: each darker than the one before."""

LINES: Final = {"target": (6, 4), "claimed-line": (2, 2), "verified": ()}
"""The lines of a chart, each with its own dashes; their points have shapes of their own too."""


def luminance(colour: str) -> float:
    """Return how light a colour is, by WCAG: from 0, black, to 1, white.

    Args:
        colour: `#rrggbb`.
    """
    parts = (int(colour[index : index + 2], 16) / 255 for index in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def lightness(colour: str) -> float:
    """Return how light a colour looks, by CIE 1976: from 0 to 100, in equal steps to the eye."""
    value = luminance(colour)
    return 116 * value ** (1 / 3) - 16 if value > 216 / 24389 else value * 24389 / 27


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, by WCAG: from 1 to 21."""
    lower, higher = sorted((luminance(one), luminance(other)))
    return (higher + 0.05) / (lower + 0.05)


def words_on(colour: str) -> str:
    """Return the colour of words on a council's own colour: white or true black, one of which can always be read."""
    return max((COLOURS["paper"], COLOURS["black"]), key=lambda words: contrast(words, colour))


def darkens(fills: tuple[str, ...]) -> list[float]:
    """Return by how much each of some fills is darker than the one before it, in steps of `lightness`."""
    return [lightness(COLOURS[one]) - lightness(COLOURS[other]) for one, other in pairwise(fills)]


def properties() -> str:
    """Return the colours as custom properties of a stylesheet: `--app-ink` is ink."""
    return f":root {{ {' '.join(f'--app-{name}: {colour};' for name, colour in COLOURS.items())} }}\n"


def stylesheet() -> str:
    """Return the colours for Sass: a map of them, and their custom properties."""
    names = ", ".join(f'"{name}": {colour}' for name, colour in COLOURS.items())
    return f"$colours: ({names});\n{properties()}"
