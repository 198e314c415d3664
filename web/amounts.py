"""Fields that changed, old and new, with the sign of what they are amounts of."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, Final

from benefits.terms import MONEY_UNIT
from projections.answers import Restated
from web import words
from web.pages.figures import FIGURES
from web.place import subject
from web.question import Question
from web.said import in_words

_AMOUNTS: Final = (*FIGURES, "baseline", "variance", "full_year", "identified", "to_be_identified")
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")


def unit_of(question: Question, reference: str) -> str:
    """Return what the amounts of a subject are amounts of: pounds, but for benefits in another unit."""
    at_hand = question.at_hand.get(reference)
    if at_hand is not None:
        return at_hand.unit or MONEY_UNIT
    found = subject(question, reference)
    return str((found.state.get("unit") if found is not None else None) or MONEY_UNIT)


def changed(question: Question, one: Restated, value: Any) -> str | None:
    """Return a value of a field as it was, or is now, in words; `None` if there is none."""
    return in_field(one.field, value, unit_of(question, one.reference) if is_amount(one.field, value) else MONEY_UNIT)


def is_amount(field: str, value: Any) -> bool:
    """Tell whether a value of a field is an amount, in pounds or in the unit of its benefit."""
    return field in _AMOUNTS and _NUMBER.fullmatch(str(value)) is not None


def in_field(field: str, value: Any, unit: str) -> str | None:
    """Return a value of a field in words, an amount with its unit; `None` if there is none."""
    if value is None:
        return None
    return words.measured(Decimal(str(value)), unit) if is_amount(field, value) else in_words(value, field)
