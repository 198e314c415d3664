"""The stylesheet of a run: every colour by its name, and a council's own with words that can be read on it."""

from __future__ import annotations

import re
from typing import Final

from benefits.errors import InvalidValueError
from web import palette

_WRITTEN: Final = re.compile(r"#[0-9a-f]{6}")


def stylesheet_of(colour: str | None) -> str:
    """Return the stylesheet that gives pages their colours; a council's own is in place of ours where one is given.

    Raises:
        InvalidValueError: If it is not written `#rrggbb`.
    """
    colours = palette.properties()
    if colour is None:
        return colours
    given = colour.strip().lower()
    if _WRITTEN.fullmatch(given) is None:
        raise InvalidValueError(f"{colour!r} is not a colour; write it as #1d4f5f, six digits after a #")
    ink = palette.words_on(given)
    own = {"--govuk-brand-colour": given, "--brand": given, "--brand-dark": ink, "--brand-ink": ink}
    return f"{colours}:root {{ {' '.join(f'{name}: {value};' for name, value in own.items())} }}\n"
