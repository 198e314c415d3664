"""Amounts and words as charts and papers show them."""

from __future__ import annotations

import unicodedata
from decimal import Decimal
from typing import Final

UNKNOWN: Final = "–"
"""What stands for an amount that is not known. It is never a nought."""

_MINUS: Final = "\N{MINUS SIGN}"


def pounds(amount: Decimal | None) -> str:
    """Return an amount as people read it: `£4,390,000`, with pence only where there are any; a dash if not known."""
    if amount is None:
        return UNKNOWN
    whole = amount == amount.to_integral_value()
    words = f"{abs(amount):,.0f}" if whole else f"{abs(amount):,.2f}"
    return f"{_MINUS if amount < 0 else ''}£{words}"


def change(amount: Decimal) -> str:
    """Return a change of an amount, with its sign: `+£700,000`."""
    return f"+{pounds(amount)}" if amount > 0 else pounds(amount)


def plain(words: object) -> str:
    """Return words with every character that is none to be seen replaced: controls, halves of pairs, directions.

    Neither XML nor a PDF can hold them all, and one that turns the direction of writing would make a page say another
    thing than the store. Line breaks and tabs become spaces.
    """
    return "".join(_shown(character) for character in str(words))


def _shown(character: str) -> str:
    if character in "\t\n\r":
        return " "
    kind = unicodedata.category(character)
    return (
        "\N{REPLACEMENT CHARACTER}" if kind in ("Cc", "Cf", "Cs", "Co", "Cn") and character != "\u00ad" else character
    )
