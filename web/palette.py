"""The colours of pages, charts and papers, each by one name; and how far two of them stand apart.

The stylesheet is built with these (`web/assets/build.py` writes them out as custom properties), charts and papers take
them from here. `tests/web/test_palette.py` holds every pair in use to WCAG 2.2, because what checks a page cannot see
into a picture. Standard library only: the build reads it before anything is installed.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

COLOURS: Final = {
    "ink": "#0b0c0c",
    "paper": "#ffffff",
    "quiet": "#484949",
    "rule": "#b1b4b6",
    "edge": "#6f7477",
    "surface": "#f3f5f6",
    "brand": "#14505c",
    "link": "#0f5a8a",
    "link-visited": "#54319f",
    "link-hover": "#06304a",
    "focus": "#ffdd00",
    "focus-ink": "#0b0c0c",
    "past": "#fff4d6",
    "past-edge": "#8a5a00",
    "good": "#00592f",
    "good-surface": "#dff2e6",
    "bad": "#a3180f",
    "bad-surface": "#fbe6e3",
    "care": "#6b4300",
    "care-surface": "#fdf0d5",
    "added": "#e3f3e8",
    "removed": "#fbe6e3",
    "verified": "#12436d",
    "measured": "#3f8fae",
    "claimed": "#f2c27b",
    "outstanding": "#ffffff",
    "target": "#3d3d3d",
    "raised": "#8fd3c4",
    "lowered": "#e79a86",
    "claimed-line": "#b25a00",
}
"""Every colour by its name: `#rrggbb`."""

TEXT_PAIRS: Final = (
    ("ink", "paper"),
    ("ink", "surface"),
    ("ink", "past"),
    ("ink", "added"),
    ("ink", "removed"),
    ("ink", "raised"),
    ("ink", "claimed"),
    ("quiet", "paper"),
    ("quiet", "surface"),
    ("quiet", "past"),
    ("link", "paper"),
    ("link", "surface"),
    ("link", "past"),
    ("link", "added"),
    ("link", "removed"),
    ("link-visited", "paper"),
    ("link-visited", "surface"),
    ("link-visited", "past"),
    ("link-hover", "paper"),
    ("link-hover", "surface"),
    ("focus-ink", "focus"),
    ("paper", "brand"),
    ("paper", "verified"),
    ("paper", "target"),
    ("good", "good-surface"),
    ("good", "paper"),
    ("bad", "bad-surface"),
    ("bad", "paper"),
    ("care", "care-surface"),
    ("care", "paper"),
    ("verified", "paper"),
    ("claimed-line", "paper"),
    ("target", "paper"),
)
"""Words and what they stand on: at least 4.5 to 1."""

GRAPHIC_PAIRS: Final = (
    ("edge", "paper"),
    ("edge", "surface"),
    ("past-edge", "past"),
    ("past-edge", "paper"),
    ("good", "good-surface"),
    ("bad", "bad-surface"),
    ("care", "care-surface"),
    ("brand", "paper"),
    ("target", "paper"),
    ("verified", "paper"),
    ("measured", "paper"),
    ("claimed-line", "paper"),
    ("ink", "claimed"),
    ("ink", "measured"),
    ("ink", "outstanding"),
    ("ink", "raised"),
    ("ink", "lowered"),
    ("ink", "focus"),
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
    return max(("#ffffff", "#000000"), key=lambda words: contrast(words, colour))


def darkens(fills: tuple[str, ...]) -> list[float]:
    """Return by how much each of some fills is darker than the one before it, in steps of `lightness`."""
    return [lightness(COLOURS[one]) - lightness(COLOURS[other]) for one, other in pairwise(fills)]


def stylesheet() -> str:
    """Return the colours for a stylesheet: a map for Sass, and custom properties, `--app-ink`, for everything else."""
    names = ", ".join(f'"{name}": {colour}' for name, colour in COLOURS.items())
    properties = " ".join(f"--app-{name}: {colour};" for name, colour in COLOURS.items())
    return f"$colours: ({names});\n:root {{ {properties} }}\n"
