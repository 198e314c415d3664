"""What differs between two askings, and the events that made it differ.

Knowledge moves first, then time: what records changed about the earlier day, event by event, and then what
took effect up to the later day.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, and_, func, or_, select

from benefits.values import from_pence
from projections.board import Profile
from projections.money import Series
from projections.tables import delta, state


class Difference(NamedTuple):
    """A field that an event changed, for a subject."""

    position: int
    reference: str
    field: str
    was: Any
    now: Any


_MONEY: Final = frozenset(Series)
_NOT_SHOWN: Final = frozenset({"reference", "forecast_day", "assumed", "effective"})


def by_knowledge(
    connection: Connection, programmes: Sequence[str], on: date, after: int, upto: int
) -> list[Difference]:
    """Return what events in (after, upto] changed of the answer as at a day, in the order of recording."""
    columns = (
        state.c.subject,
        state.c.programme,
        state.c.known_from,
        state.c.known_to,
        state.c.reference,
        state.c.state,
    )
    query = (
        select(*columns, state.c.kind)
        .where(
            state.c.programme.in_(programmes),
            state.c.known_to > after,
            state.c.known_from <= upto,
            state.c.valid_from <= on,
            state.c.valid_to > on,
        )
        .order_by(state.c.subject, state.c.programme, state.c.known_from)
    )
    found: list[Difference] = []
    seen: dict[tuple[UUID, str], tuple[int, str, Mapping[str, Any]]] = {}
    for subject, programme, known_from, known_to, reference, words, kind in connection.execute(query):
        key = (subject, programme)
        now = shown(kind, json.loads(words), on)
        ended, _, was = seen.get(key, (known_from, reference, {}))
        if ended < known_from:  # It was gone for a while.
            found += _fields(ended, reference, was, {})
            was = {}
        if known_from > after:
            found += _fields(known_from, reference, was, now)
        seen[key] = (known_to, reference, now)
    for ended, reference, was in seen.values():
        if ended <= upto:
            found += _fields(ended, reference, was, {})
    found += _money_by_knowledge(connection, programmes, on, after, upto)
    return sorted(set(found), key=lambda one: (one.position, one.reference, one.field))


def by_time(
    connection: Connection, programmes: Sequence[str], after: date, on: date, position: int
) -> list[Difference]:
    """Return what took effect in (after, on] as known at a position, in the order of the days."""
    query = (
        select(
            state.c.subject,
            state.c.programme,
            state.c.stated_at,
            state.c.reference,
            state.c.kind,
            state.c.valid_from,
            state.c.state,
        )
        .where(
            state.c.programme.in_(programmes),
            state.c.known_to > position,
            state.c.known_from <= position,
            state.c.valid_from <= on,
            state.c.valid_to > after,
        )
        .order_by(state.c.subject, state.c.programme, state.c.valid_from)
    )
    found: list[tuple[date, Difference]] = []
    seen: dict[tuple[UUID, str], Mapping[str, Any]] = {}
    for subject, programme, stated_at, reference, kind, valid_from, words in connection.execute(query):
        key = (subject, programme)
        said = json.loads(words)
        now = shown(kind, said, on)
        if valid_from > after:
            found += [(valid_from, one) for one in _fields(stated_at, reference, seen.get(key, {}), now)]
        seen[key] = now
    found += _money_by_time(connection, programmes, after, on, position)
    return [one for _, one in sorted(set(found), key=lambda pair: (pair[0], *pair[1][:3]))]


def _fields(position: int, reference: str, was: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Difference]:
    # What comes or goes as a whole is one difference: it has a title, or none.
    names = was.keys() | now.keys() if was and now else {"title"}
    for name in names:
        if was.get(name) != now.get(name):
            yield Difference(position, reference, name, was.get(name), now.get(name))


def shown(kind: str, said: Mapping[str, Any], on: date) -> dict[str, Any]:
    """Return a state's fields as a board shows them: profiles as their sums, clauses as words."""
    fields = {name: _words(value) for name, value in said.items() if name not in _NOT_SHOWN}
    if kind == "benefit":
        for name in ("target", "original_target", "forecast"):
            profile = Profile.of(said[name], on)
            fields[name] = None if profile.total is None else format(profile.total, "f")
            if name != "original_target":
                fields[f"{name}_to_date"] = None if profile.to_date is None else format(profile.to_date, "f")
        fields["baseline"] = said["baseline"]["value"] if said["baseline"] else None
        fields["authorised"] = _words(said["authorised"])
    if kind == "programme":
        fields["target"] = said["target"]["amount"] if said["target"] else None
    if kind in ("benefit", "measure"):
        fields["reading"] = said["reading"]["value"] if said["reading"] else None
    return {name: value for name, value in fields.items() if value is not None}


def _words(value: Any) -> Any:
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {inner}" for key, inner in value.items() if inner is not None) or None
    if isinstance(value, list):
        return "; ".join(str(_words(one)) for one in value) or None
    return value


# --- money -------------------------------------------------------------------------------------


def _money_by_knowledge(
    connection: Connection, programmes: Sequence[str], on: date, after: int, upto: int
) -> list[Difference]:
    then = and_(delta.c.effective_on <= on, delta.c.position <= after)
    rows = (delta.c.effective_on <= on, delta.c.position > after, delta.c.position <= upto)
    order = (delta.c.position, delta.c.benefit, delta.c.series)
    return [one for _, one in _running(connection, programmes, then, rows, order, delta.c.position)]


def _money_by_time(
    connection: Connection, programmes: Sequence[str], after: date, on: date, position: int
) -> list[tuple[date, Difference]]:
    then = and_(delta.c.effective_on <= after, delta.c.position <= position)
    rows = (delta.c.effective_on > after, delta.c.effective_on <= on, delta.c.position <= position)
    order = (delta.c.effective_on, delta.c.position, delta.c.benefit, delta.c.series)
    return _running(connection, programmes, then, rows, order, delta.c.effective_on)


def _running(
    connection: Connection, programmes: Sequence[str], then: Any, rows: Sequence[Any], order: Sequence[Any], axis: Any
) -> list[tuple[Any, Difference]]:
    """Return each step of each series, from what it was to what it then became."""
    changed = (
        select(axis, delta.c.position, delta.c.benefit, delta.c.series, func.sum(delta.c.amount))
        .where(delta.c.programme.in_(programmes), delta.c.series.in_(_MONEY), *rows)
        .group_by(axis, delta.c.position, delta.c.benefit, delta.c.series)
        .order_by(*order)
    )
    steps = connection.execute(changed).all()
    if not steps:
        return []
    touched = {(benefit, series) for _, _, benefit, series, _ in steps}
    at_first = (
        select(delta.c.benefit, delta.c.series, func.sum(delta.c.amount))
        .where(
            delta.c.programme.in_(programmes),
            or_(*(delta.c.benefit == benefit for benefit in {benefit for benefit, _ in touched})),
            then,
        )
        .group_by(delta.c.benefit, delta.c.series)
    )
    running = {(benefit, series): int(amount) for benefit, series, amount in connection.execute(at_first)}
    found = []
    for when, position, benefit, series, amount in steps:
        was = running.get((benefit, series), 0)
        now = running[benefit, series] = was + int(amount)
        if was != now:
            words = (f"{from_pence(was):.2f}", f"{from_pence(now):.2f}")
            found.append((when, Difference(position, benefit, series, *words)))
    return found
