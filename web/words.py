"""Figures, days and states in the words and signs in which people read them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Final

from benefits.terms import MONEY_UNIT
from benefits.values import london
from projections.answers import ReadingOnBoard

UNKNOWN: Final = "–"
"""What stands for what is not known. It is never a nought."""

_FIELD: Final = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b")
_NULL: Final = re.compile(r"`null`|\bnull\b")
_THEN: Final = re.compile(r" (?:by )?then(?=\.$)")
_MINUS: Final = "\N{MINUS SIGN}"

TAGS: Final[Mapping[str, str]] = {
    **dict.fromkeys(
        ("verified", "verified-final", "reached", "effective", "equal", "same-as", "carried", "yes"), "green"
    ),
    **dict.fromkeys(("late", "differs", "contradicts", "not-carried", "rejected", "problem", "removed"), "red"),
    **dict.fromkeys(
        ("challenged", "partly-delivered", "claimed-only", "assumed", "stands", "outstanding", "warning"), "yellow"
    ),
}
"""The colours of words that say a state. They say nothing that the word does not."""


def pounds(amount: Decimal | None) -> str:
    """Return an amount as people write it: `£4,390,000`, with pence only where there are any; a dash if not known."""
    if amount is None:
        return UNKNOWN
    digits = f"{amount or 0:,.2f}".removesuffix(".00")  # A nought has no sign; amounts are whole pence.
    return f"{_MINUS}£{digits[1:]}" if digits[0] == "-" else f"£{digits}"


def change(amount: Decimal) -> str:
    """Return a change of an amount, with its sign: `+£700,000`."""
    return f"+{pounds(amount)}" if amount > 0 else pounds(amount)


def number(value: Decimal | int) -> str:
    """Return a number with commas, and with decimals only where there are any."""
    return f"{_MINUS if value < 0 else ''}{_digits(abs(Decimal(value)))}"


def _digits(value: Decimal) -> str:
    if value == value.to_integral_value():
        return f"{value.to_integral_value():,f}"
    return f"{value:,f}"


def measured(value: Decimal, unit: str | None) -> str:
    """Return a number with its unit: pounds, per cent, or whatever it is measured in."""
    if unit == MONEY_UNIT:
        return pounds(value)
    if unit == "%":
        return f"{number(value)}%"
    return f"{number(value)} {unit}" if unit else number(value)


def reading(one: ReadingOnBoard) -> str:
    """Return what was read from a measure as people write it: `over 11,000,000`."""
    value = number(Decimal(one.value))
    return value if one.bound == "exactly" else f"{one.bound} {value}"


def moment(when: datetime) -> str:
    """Return an instant as people in London write it, to the minute: `18 June 2008, 23:59`."""
    there = when.astimezone(london())
    return f"{day(there.date())}, {there:%H:%M}"


def day(when: date) -> str:
    """Return a day as people write it: `31 March 2008`."""
    return f"{when.day} {when:%B} {when.year}"


def spoken(name: str) -> str:
    """Return the name of a field, or a stored word, as people say it: `Target to date`."""
    words = name.replace("_", " ").replace("-", " ")
    return words[:1].upper() + words[1:]


def now(said: str) -> str:
    """Return a sentence about a past day, that something was not there then, as it is said of today."""
    return _THEN.sub("", said.replace("was on record then", "is on record"))


def plainly(said: str) -> str:
    """Return a sentence with the names of fields in it as people say them: `planned cost`; null is a dash."""
    return _NULL.sub("a dash", _FIELD.sub(lambda name: name[0].replace("_", " "), said))


def plain(said: object) -> str:
    """Return words with every character that is none to be seen replaced: controls, halves of pairs, directions.

    Neither XML nor a PDF can hold them all, and one that turns the direction of writing would make a page say another
    thing than the store. Line breaks and tabs become spaces.
    """
    return "".join(_shown(character) for character in str(said))


def _shown(character: str) -> str:
    if character in "\t\n\r":
        return " "
    kind = unicodedata.category(character)
    return (
        "\N{REPLACEMENT CHARACTER}" if kind in ("Cc", "Cf", "Cs", "Co", "Cn") and character != "\u00ad" else character
    )
