"""What a state or an event holds, as people say it: lines of money, readings, issues, resolutions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from benefits.terms import MONEY_UNIT
from web import words

LABELS: Final = {
    "dis_benefit": "Dis-benefit",
    "sha256": "SHA-256 of the file",
    "fact": "As it should have been said",
    "of": "Of what",
}
GUARDS: Final = {
    "authorised": "that a decision authorises a benefit before it is in delivery",
    "baseline-agreed": "that a baseline is agreed before a saving is claimed",
    "measure-agreed": "that a measure is agreed before a saving is claimed",
    "owner-agreed": "that a benefit has an owner before a saving is claimed",
    "in-delivery": "that a benefit is in delivery before a saving is claimed",
    "evidence-given": "that a claim has evidence",
    "taker-exists": "that whoever takes a decision exists on that day",
    "separate-accounts": "that a claim is verified from another account than it was made from",
    "decision-effective": "that a decision is in force before anything rests on it",
    "stage-listed": "that a programme enters only stages of its own list",
    "version-unambiguous": "that only one issue of a document bears the name",
}
"""What each rule says that may be set aside."""

_AMOUNTS: Final = ("amount", "cost", "benefit", "low", "high", "full_year", "baseline")
_OF_THE_STORE: Final = ("event", "last_day", "fact_version")
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")
_STORED: Final = re.compile(r"[a-z]+(?:-[a-z]+)+")
_CHOICES: Final = frozenset(
    {
        *("assurance", "body_kind", "bound", "combine", "copy_of", "direction", "fact_type", "finding", "form"),
        *("frequency", "fund", "grade", "implication", "key", "kind", "level", "nation", "outcome", "recurrence"),
        *("release", "role", "state", "treatment", "type", "verb", "verbs"),
    }
)
"""The fields that hold one of the words we store, with hyphens; in others, a hyphen is somebody's own."""


def label(name: str) -> str:
    """Return the name of a field as people say it."""
    return LABELS.get(name) or words.spoken(name)


def guard(rule: str) -> str:
    """Return a rule that was set aside, in words where we have them."""
    return GUARDS.get(rule) or words.spoken(rule).lower()


def in_words(value: Any, name: str = "", unit: str = MONEY_UNIT) -> str:
    """Return whatever a state or event holds as lines of words.

    Args:
        value: What it holds.
        name: The field that holds it.
        unit: What its amounts are amounts of.
    """
    if value is None:
        return words.UNKNOWN
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return words.day(value)
    if isinstance(value, Mapping):
        return _whole(value, unit)
    if isinstance(value, list | tuple):
        return "\n".join(in_words(one, name, unit) for one in value)
    return _word(str(value), name, unit)


def _word(value: str, name: str, unit: str) -> str:
    if name in _AMOUNTS and _NUMBER.fullmatch(value):
        return words.measured(Decimal(value), unit)
    if name == "unit" and value == MONEY_UNIT:
        return "pounds"
    if _DAY.fullmatch(value):
        return words.day(date.fromisoformat(value))
    return value.replace("-", " ") if name in _CHOICES and _STORED.fullmatch(value) else value


def _whole(value: Mapping[str, Any], unit: str) -> str:
    for fields, sentence in _SENTENCES:
        if all(value.get(field) is not None for field in fields):
            return sentence(value, unit)
    kept = {name: inner for name, inner in value.items() if inner is not None and name not in _OF_THE_STORE}
    return "; ".join(f"{label(name).lower()}: {in_words(inner, name, unit)}" for name, inner in kept.items())


def _amount(one: Mapping[str, Any], unit: str) -> str:
    return in_words(one["amount"], "amount", unit) if one.get("amount") is not None else "amount not known"


def _lines(one: Mapping[str, Any], unit: str) -> str:
    release = f" ({in_words(one['release'], 'release')})" if one.get("release") else ""
    return "\n".join(f"{in_words(line, '', unit)}{release}" for line in one["lines"])


def _reading(one: Mapping[str, Any], unit: str) -> str:
    del unit  # The reading is in that of its measure, which stands beside it.
    bound = "" if one["bound"] == "exactly" else f"{one['bound']} "
    return f"{bound}{words.number(Decimal(one['value']))} for {one['period']}"


def _clause(one: Mapping[str, Any], unit: str) -> str:
    verbs = in_words(one.get("verbs") or one.get("verb"), "verbs", unit).replace("\n", ", ")
    outcome = f" ({in_words(one['outcome'], 'outcome')})" if one.get("outcome") else ""
    return f"({one['letter']}) {verbs}{outcome}{': ' + one['text'] if one.get('text') else ''}"


def _delegation(one: Mapping[str, Any], unit: str) -> str:
    del unit
    consulted = one.get("in_consultation_with")
    due = one.get("due")
    return (
        f"({one['letter']}) to {' and '.join(one['to'])}"
        + (f", in consultation with {' and '.join(consulted)}" if consulted else "")
        + (f", due {in_words(due)}" if due else "")
    )


def _exercise(one: Mapping[str, Any], unit: str) -> str:
    del unit
    on = f", {in_words(one['on'])}" if one.get("on") else ""
    note = f": {one['note']}" if one.get("note") else ""
    return f"({one['letter']}) by {' and '.join(one['holders'])}{on}{note}"


def _issue(one: Mapping[str, Any], unit: str) -> str:
    del unit
    dated = f", dated {in_words(one['printed'])}" if one.get("printed") else ""
    return f"{one['version']}{dated}{': ' + one['reason'] if one.get('reason') else ''}"


def _cost(one: Mapping[str, Any], unit: str) -> str:
    lines = f" ({_lines(one, unit)})".replace("\n", "; ") if one.get("lines") else ""
    return f"{one.get('activity') or one.get('source') or one.get('purpose')}: {_amount(one, unit)}{lines}"


def _treatment(one: Mapping[str, Any], unit: str) -> str:
    return f"{_amount(one, unit)} from {one['year']}, {one['head']}: {in_words(one['treatment'], 'treatment')}"


_Sentence = Callable[[Mapping[str, Any], str], str]

_SENTENCES: Final[tuple[tuple[tuple[str, ...], _Sentence], ...]] = (
    (("year", "head", "treatment"), _treatment),
    (("activity",), _cost),
    (("source", "amount"), _cost),
    (("purpose", "amount"), _cost),
    (("period", "amount"), lambda one, unit: f"{_amount(one, unit)} for {one['period']}"),
    (("lines",), _lines),
    (("period", "value", "bound"), _reading),
    (("letter", "to"), _delegation),
    (("letter", "holders"), _exercise),
    (("letter",), _clause),
    (("version", "event"), _issue),
    (
        ("consulted", "on"),
        lambda one, unit: f"{one['consulted']}, {in_words(one['on'])}: {one.get('response') or 'outstanding'}",
    ),
    (("implication", "text"), lambda one, unit: f"{words.spoken(one['implication'])}: {one['text']}"),
    (("rule", "reason"), lambda one, unit: f"{guard(one['rule'])} ({one['rule']}): {one['reason']}"),
    (
        ("decision", "resolution", "on"),
        lambda one, unit: f"{one['decision']}, resolution {one['resolution']}, from {in_words(one['on'])}",
    ),
    (("role", "post"), lambda one, unit: f"{words.spoken(one['role'])}: {one['post']}"),
    (("what", "reason"), lambda one, unit: f"{one['what']}: {one['reason']}"),
    (
        ("objective",),
        lambda one, unit: (
            f"{one['objective']}"
            + (f", for priorities {', '.join(one['priorities'])}" if one.get("priorities") else "")
        ),
    ),
    (("name",), lambda one, unit: f"{one['name']}{', from ' + in_words(one['starts']) if one.get('starts') else ''}"),
    (("post",), lambda one, unit: f"{one['post']}{', share ' + str(one['share']) if one.get('share') else ''}"),
)
"""What is said of a mapping that has some fields; the first that fits."""
