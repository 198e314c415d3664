"""When a question is about: as at which day, as known at which point of the log."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING

from benefits.errors import CheckFailedError, InvalidValueError, NotFoundError
from benefits.store import instant_of
from benefits.values import day, end_of, instant, london_day, london_time

if TYPE_CHECKING:
    from benefits import BenefitsRegister

_TOKEN = re.compile(r"([0-9]+)@([0-9a-f]{64})")
_LONGEST = 18  # digits


@dataclass(frozen=True, slots=True)
class Asking:
    """A question's two times, and the token by which it can be asked again and proved.

    `by_token` is true when a token was given: the answer then holds nothing that later records change.
    """

    as_at: date
    known_at: datetime
    position: int
    root: bytes
    by_token: bool = False

    @property
    def token(self) -> str:
        """`position@root-hash`."""
        return f"{self.position}@{self.root.hex()}"


Known = str | int | date | datetime | Asking | None
"""A date (its end, in London), an instant, a position of the log, a token; or what an earlier question came to."""


def ask(
    register: BenefitsRegister, as_at: str | date | None = None, known_at: Known = None, token: str | None = None
) -> Asking:
    """Return what a question is about, with what was left out filled in.

    Only K given: D is K's day. D today or later, or nothing: K is now. A past D: K is the end of D, London.
    What an earlier question came to is taken as it is, so that several can be asked of one state without working it out
    for each.

    Raises:
        InvalidValueError: If a time is not one, or both a token and `known_at` are given.
        NotFoundError: If the log has not come that far.
        CheckFailedError: If the token's hash is not that of this log.
    """
    on = None if as_at is None else day(as_at)
    if isinstance(known_at, Asking):
        return known_at if on is None else replace(known_at, as_at=on)
    if token is not None:
        if known_at is not None:
            raise InvalidValueError("a token says itself as known at when; give --token or --known-at, not both")
        return _by_token(register, on, token)
    # A clock that stands behind the log, as a sandbox's may, does not make what is recorded unknown.
    now = max(register.database.clock(), instant_of(register.log.head().recorded_at))
    if known_at is None:
        known = now if on is None or on >= london_day(now) else end_of(on)
        return _asking(register, on or london_day(now), known, register.log.position_at(known) if known < now else None)
    position: int | None
    if isinstance(known_at, int) or (isinstance(known_at, str) and _is_number(known_at.strip())):
        position = _position(known_at)
        known = _recorded_at(register, position)
    elif isinstance(known_at, str) and "@" in known_at:
        return _by_token(register, on, known_at)
    else:
        known = moment(known_at)
        position = register.log.position_at(known)
    return _asking(register, on or london_day(known), known, position)


def position_named(known: Known) -> int | None:
    """Return the position that a token or a position names; `None` for a time, and for what is neither."""
    words = str(known).strip().partition("@")[0] if isinstance(known, int | str) else ""
    return int(words) if _is_number(words) and len(words) <= _LONGEST else None


def ask_before(register: BenefitsRegister, since: str | date | int, later: Asking) -> Asking:
    """Return an earlier asking than another.

    As known at a day or instant, it takes in nothing that the later one does not, so that what is recorded
    afterwards on the same day changes neither.

    Raises:
        InvalidValueError: If it is not earlier.
    """
    earlier = ask(register, known_at=since)
    if earlier.position > later.position:
        if isinstance(since, int) or "@" in str(since) or _is_number(str(since).strip()):
            raise InvalidValueError(
                f"since {since} is later than what it is compared with, known at {london_time(later.known_at)} "
                "in London; swap them"
            )
        earlier = replace(earlier, position=later.position, root=later.root)
    if earlier.as_at > later.as_at:
        raise InvalidValueError(f"since {earlier.as_at} is later than as at {later.as_at}; swap them")
    return earlier


def moment(given: str | date | datetime) -> datetime:
    """Return an instant; a date means its end in London."""
    if isinstance(given, datetime) or (isinstance(given, str) and "T" in given):
        return instant(given)
    return end_of(day(given))


def _asking(register: BenefitsRegister, on: date, known: datetime, position: int | None) -> Asking:
    at = register.log.head().size if position is None else position
    return Asking(on, known, at, register.log.root_at(at))


def _by_token(register: BenefitsRegister, on: date | None, token: str) -> Asking:
    found = _TOKEN.fullmatch(token.strip().lower())
    if found is None:
        raise InvalidValueError(f"{token!r} is not a token; it is written POSITION@ROOT-HASH, as every answer gives it")
    position = _position(found[1])
    known = _recorded_at(register, position)
    root = register.log.root_at(position)
    if root.hex() != found[2]:
        raise CheckFailedError(
            f"the first {position} events of this log are not those of the token: their root hash is {root.hex()}. "
            "It is another store's token, or history was changed; run: benefits verify --against TOKEN"
        )
    return Asking(on or london_day(known), known, position, root, by_token=True)


def _is_number(words: str) -> bool:
    """Tell whether words are a number in our own digits; those of other scripts are taken for one nowhere else."""
    return words.isascii() and words.isdecimal()


def _position(words: str | int) -> int:
    """Return a position.

    Raises:
        NotFoundError: If it has more digits than the position of any log.
    """
    if isinstance(words, str) and len(words.strip()) > _LONGEST:
        raise NotFoundError(f"no log has an event {words}; events are numbered from 1")
    return int(words)


def _recorded_at(register: BenefitsRegister, position: int) -> datetime:
    """Return when the event at a position was recorded; position 0 is before the log began."""
    if position == 0:
        return instant_of(0)
    row = register.log.row(position) if 0 < position < 2**62 else None
    if row is None:
        raise NotFoundError(
            f"the log ends at event {register.log.head().size}; there is no {position}, so ask for one up to there"
        )
    return instant_of(row.recorded_at)
