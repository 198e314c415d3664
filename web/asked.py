"""What an address says of its two times, and the links that carry them on."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property, lru_cache
from typing import Final
from urllib.parse import parse_qsl, quote, quote_plus

from benefits.errors import InvalidValueError
from benefits.values import london

TIMES: Final = ("as_at", "known_at", "token")
"""The words of an address that say when a question is about."""

_MOST_FIELDS: Final = 50
_KEPT: Final = 16_384
"""Parts of addresses that are kept, quoted: a large board has thousands of links, made of hundreds of names."""

_LONGEST: Final = 64
"""Characters of a part that is kept: as many as a reference has."""

_AS_IT_IS: Final = re.compile(r"[\w.~-]*", re.ASCII)
"""A part that stands in an address as it is, as most references do."""

_LINKS: Final = 1_024
"""What links ask for besides their times, as it stands in them: the same in many links of a page."""

_DAYS: Final = ("since", "recorded_from", "recorded_to", "effective_from", "effective_to", *TIMES)
_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_MOMENTS: Final = ("since", "known_at")
_IN_WORDS: Final = re.compile(
    r"(\d{1,2})(?:st|nd|rd|th)?\s+([a-z]{3,9})\.?,?\s+(\d{4})(?:,?\s+(\d{1,2}):(\d{2}))?", re.ASCII | re.IGNORECASE
)


@dataclass(frozen=True)
class Asked:
    """The two times of a question as they were typed; what is `None` was left out and means now."""

    as_at: str | None = None
    known_at: str | None = None
    token: str | None = None

    @classmethod
    def of(cls, query: Mapping[str, str]) -> Asked:
        """Return what a query string says of them."""
        return cls(**{name: query.get(name) for name in TIMES})

    @cached_property
    def when(self) -> dict[str, str]:
        """What was typed, by name: the arguments of a view."""
        said = {name: getattr(self, name) for name in TIMES}
        return {name: value for name, value in said.items() if value is not None}

    def link(self, *parts: object, **more: object) -> str:
        """Return the address of a page or file of ours, asked for with the same times.

        Args:
            *parts: What stands between its slashes.
            **more: What else it is asked for with; what is `None` is left out.
        """
        if not more:
            return f"{_path(parts)}{self._begun}"
        if not more.keys().isdisjoint(TIMES):
            return address(parts, {**self.when, **more})
        said = _kept_said(*more.items())
        if not said:
            return f"{_path(parts)}{self._begun}"
        return f"{_path(parts)}{self._begun}{'&' if self._begun else '?'}{said}"

    def around(self, *parts: object, **more: object) -> tuple[str, str]:
        """Return what the address that `link` gives begins and ends with; more parts come between, each after a slash.

        For the many addresses of a table, which are otherwise alike.
        """
        path, mark, said = self.link(*parts, **more).partition("?")
        return path, f"{mark}{said}"

    @cached_property
    def _begun(self) -> str:
        """How the words of an address begin: with its times, which are the same in all links of a page."""
        said = _said(*self.when.items())
        return f"?{said}" if said else ""


def address(parts: tuple[object, ...], query: Mapping[str, object]) -> str:
    """Return the address of something of ours: every part and word is quoted."""
    said = _said(*query.items())
    return f"{_path(parts)}?{said}" if said else _path(parts)


def _path(parts: Sequence[object]) -> str:
    if len(parts) == 2:
        first, last = parts  # As most are, and made quicker so.
        return f"/{part(first)}/{part(last)}"
    return f"/{'/'.join(map(part, parts))}"


def part(said: object) -> str:
    """Return what stands between two slashes of an address."""
    words = str(said)
    return _quoted(words) if len(words) <= _LONGEST else quote(words, safe="")


@lru_cache(maxsize=_KEPT)
def _quoted(part: str) -> str:
    return part if _AS_IT_IS.fullmatch(part) else quote(part, safe="")


def _said(*query: tuple[str, object]) -> str:
    return "&".join([f"{_word(name)}={_word(value)}" for name, value in query if value not in (None, "")])


def _word(said: object) -> str:
    word = str(said)
    return word if _AS_IT_IS.fullmatch(word) else quote_plus(word)


_kept_said: Final = lru_cache(maxsize=_LINKS)(_said)


def in_figures(words: Mapping[str, str]) -> dict[str, str]:
    """Return the words of an address with what is written as pages write it in figures.

    A day, 31 March 2008, is 2008-03-31. A time in London, 31 March 2008, 23:59, is an instant: the end of that minute,
    so that what a page says it is known at takes in all that the page does.
    """
    return {name: _in_figures(said, name) if name in _DAYS else said for name, said in words.items()}


def _in_figures(said: str, name: str) -> str:
    found = _IN_WORDS.fullmatch(said)
    months = [at for at, month in enumerate(_MONTHS, start=1) if found and month.startswith(found[2].lower())]
    if found is None or len(months) != 1:
        return said
    try:
        on = date(int(found[3]), months[0], int(found[1]))
        if found[4] is None:
            return on.isoformat()
        # Of an hour that there is twice, when summer time ends, it is the second.
        until = time(int(found[4]), int(found[5]), 59, 999_999, tzinfo=london(), fold=1)
        return datetime.combine(on, until).isoformat() if name in _MOMENTS else said
    except ValueError:
        return said


def own_path(path: str) -> str:
    """Return a path that was asked for as an address of ours, quoted, that leads nowhere else."""
    return "/" + quote(path.strip("/"), safe="/", errors="replace")


def words_of(query_string: bytes) -> dict[str, str]:
    """Return the words of a query string by name; those left empty, as forms leave them, are left out.

    Raises:
        InvalidValueError: If a name is there twice, or there are more than anybody asks with.
    """
    try:
        said = parse_qsl(query_string.decode("latin-1"), errors="replace", max_num_fields=_MOST_FIELDS)
    except ValueError:
        raise InvalidValueError(f"the address asks for more than {_MOST_FIELDS} things at once") from None
    words: dict[str, str] = {}
    for name, value in said:
        if name in words:
            raise InvalidValueError(f"the address says {name} twice; say it once")
        if value.strip():
            words[name] = value.strip()
    return words
