"""Where the font of pages, charts and papers is, for what draws on the server."""

from __future__ import annotations

from pathlib import Path
from typing import Final

FAMILIES: Final = ("Atkinson Hyperlegible Next", "Atkinson Hyperlegible Next Ext")
"""Our font, and its letters beyond Latin 1: two files, hence two names."""

FOLDER: Final = Path(__file__).resolve().parent / "static" / "built" / "fonts"
"""Built with the stylesheet; not there where that could not be."""


def are_there() -> bool:
    """Tell whether our font was built."""
    return any(FOLDER.glob("*.ttf"))
