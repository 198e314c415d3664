"""What is measured: a module a section, whose `measure` adds its rows to the run."""

from __future__ import annotations

from typing import Final

SECTIONS: Final = (
    "append",
    "writers",
    "bulk",
    "load",
    "rebuild",
    "verify",
    "size",
    "startup",
    "asof",
    "command",
    "pages",
)
"""In the order in which they are measured."""
