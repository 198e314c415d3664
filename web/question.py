"""One question of a page: all that the page shows is asked as at one day, as known at one point of the log."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple, TypeVar, cast
from urllib.parse import unquote

from benefits import __version__
from benefits.errors import InvalidValueError, NotFoundError
from benefits.store import await_position
from benefits.values import london_day
from projections import Views
from projections.answers import Answer
from projections.asking import Asking, ask, position_named
from projections.reached import reached
from projections.traces import Shown
from web.asked import Asked, address
from web.house import House

A = TypeVar("A", bound=Answer)


def files_of(path: str) -> str:
    """Return what the addresses of the files of a page's tables begin with."""
    if path == "/":
        return ""
    return f"{path}/-" if path.count("/") == 1 else path


class AtHand(NamedTuple):
    """What a page knows of a subject: its kind, and the unit of its amounts if it has one."""

    kind: str
    unit: str | None = None


class Question:
    """What an address asks: its times, the names in its path, and what else it says.

    Args:
        house: The store.
        path: The path of the address.
        names: What stands in the places of the path: `{"reference": "SCP"}`.
        words: What the query string says.

    `subjects` are those that were looked up for a page, which names each of them many times. What an answer says of
    subjects by itself is put `at_hand`: a large board names hundreds, and need not ask for each.
    `is_for_once` is set where what is answered is not of the record alone, such as how long something took: nobody
    keeps that answer.

    Raises:
        InvalidValueError: If a time is not one.
        NotFoundError: If the log has not come that far.
    """

    def __init__(self, house: House, path: str, names: Mapping[str, str], words: Mapping[str, str]) -> None:
        self.house = house
        self.path = path
        self.names = names
        self.words = words
        self.asked = Asked.of(words)
        self.register = house.register()
        self.views = Views(self.register)
        self._await_a_replica()
        with self.register.database.asking() as snapshot:
            self.now = ask(self.register)
            self.at: Asking = ask(self.register, **self.asked.when) if self.asked.when else self.now
            views = reached(snapshot, self.register.database)
        self.today = self.now.as_at
        self.head = self.now.position
        self.views_at = 0 if views is None else views.position
        self.subjects: dict[str, Shown | None] = {}
        self.at_hand: dict[str, AtHand] = {}
        self.is_behind = False
        self.is_for_once = False
        self._answers: dict[Hashable, Answer] = {}  # Each view is asked once for a page, kept for others or not.
        self._is_open = self.asked.known_at is None and self.asked.token is None

    def _await_a_replica(self) -> None:
        """Wait until a replica has come to the position that is asked about, as the command line does."""
        position = position_named(self.asked.token or self.asked.known_at)
        if position is not None and self.house.is_replica:
            await_position(self.register.log, position)

    @property
    def reference(self) -> str:
        """The reference in the path."""
        return self.names["reference"]

    @property
    def files(self) -> str:
        """What the addresses of the files of its tables begin with.

        Where a page of the whole store has its path, a reference may be spelt as a file is; `-` is no reference.
        """
        return files_of(self.path)

    @property
    def is_now(self) -> bool:
        """Whether it is about today, with everything that is on record."""
        return not self.at.by_token and self.at.position >= self.head and self.at.as_at == self.today

    @property
    def is_settled(self) -> bool:
        """Whether what it is known at is past, so that its answer is the same, letter by letter, while its ETag is."""
        return self.at.known_at < self.now.known_at

    @property
    def later(self) -> int:
        """How many events were recorded after what it takes in."""
        return max(self.head - self.at.position, 0)

    def word(self, name: str) -> str | None:
        """Return what the query string says under a name; `None` if it says nothing."""
        return self.words.get(name)

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        """Return which of some words the query string says; the first if it says none.

        Raises:
            InvalidValueError: If it says another.
        """
        said = self.words.get(name, choices[0])
        if said not in choices:
            raise InvalidValueError(f"{said!r} is not for {name}; say one of {', '.join(choices)}")
        return said

    def link(self, *parts: object, **more: object) -> str:
        """Return the address of a page of ours, asked for with the same times."""
        return self.asked.link(*parts, **more)

    def around(self, *parts: object, **more: object) -> tuple[str, str]:
        """Return what such an address begins and ends with, for many that are alike but for what comes between."""
        return self.asked.around(*parts, **more)

    def here(self, **more: object) -> str:
        """Return the address of this page with some of its words said otherwise, and left out where `None`."""
        parts = (unquote(part) for part in self.path.strip("/").split("/") if part)
        return address(tuple(parts), {**self.words, **more})

    def ask(self, kind: type[A], view: str, /, *names: Any, **more: Any) -> A:
        """Return the answer of a view, asked for with the times of the page.

        Args:
            kind: The class of the answer.
            view: The name of a method of `Views`.
            *names: What it is about.
            **more: What else it is asked for with.
        """
        key = (view, names, tuple(sorted(more.items())), self.asked.as_at is None, self._key)
        found = self._answers.get(key) or self.house.kept.get(key)
        if found is None:
            found = self._asked(view, names, more)
            if found.token == self.at.token and not self.is_behind:
                self.house.kept.put(key, found)
                self._answers[key] = found
        if found.known_at != self.at.known_at:
            found = found.model_copy(update={"known_at": self.at.known_at})
        return cast("A", found)

    @property
    def _end(self) -> Asking:
        """As at which day, and as known at which point, what leads on from the day of a page to others is asked.

        It is today, with what is known at the point the page was asked with, or now. A page that is asked for by token
        is the same for ever: there it is the day of the token.
        """
        if self._is_open and not self.is_behind:
            return self.now
        last = london_day(self.at.known_at) if self.at.by_token else self.today
        return replace(self.at, as_at=max(last, self.at.as_at), by_token=False)

    def link_on(self, on: date, *parts: object, known_at: int | None = None) -> str:
        """Return the address of a page as at another day, with what is known to whoever looks there from this page.

        A day alone would be asked with what was known at its end. What was recorded later, as all of an uploaded
        history is, would not be there, though this page names the day because of it.

        Args:
            on: The day.
            *parts: What stands between the slashes of the address.
            known_at: The point to know it at where the page says none; where `ask_to_the_end` asks, if left out.
        """
        more = {"known_at": self._end.position if known_at is None else known_at} if self._is_open else {}
        return self.link(*parts, as_at=on.isoformat(), **more)

    def links_on(self, *parts: object) -> Callable[[date], str]:
        """Return what gives the address that `link_on` does for a day; for many days."""
        begins, _, ends = self.link_on(date.min, *parts).partition(f"as_at={date.min}")
        return lambda on: f"{begins}as_at={on}{ends}"

    def ask_to_the_end(self, kind: type[A], view: str, /, *names: Any) -> A:
        """Return the answer of a view as at today, with what is known at the point the page was asked with, or now.

        For what leads on from the day of a page to later days.
        """
        end = self._end
        key = ("to the end", view, names, end.as_at, end.token)
        found = self.house.kept.get(key)
        if found is None:
            found = getattr(self.views, view)(*names, known_at=end)
            if not self.is_behind:
                self.house.kept.put(key, found)
        return cast("A", found)

    def _asked(self, view: str, names: tuple[Any, ...], more: Mapping[str, Any]) -> Answer:
        method = getattr(self.views, view)
        try:
            # Every question of the page is asked of the same state, without working out again which that is.
            found: Answer = method(*names, **more, as_at=self.asked.as_at, known_at=self.at)
        except NotFoundError:
            if not self._is_open or self.is_behind:
                raise
            # The views may be behind a log that can only be read here: then they answer as far as they have come.
            found = method(*names, **more, **self.asked.when)
            if found.token != self.at.token:
                self._go_back_to(found)
        return found

    def _go_back_to(self, found: Answer) -> None:
        position, _, root = found.token.partition("@")
        self.is_behind = True
        self.at = replace(
            self.at, as_at=found.as_at, known_at=found.known_at, position=int(position), root=bytes.fromhex(root)
        )

    @property
    def _key(self) -> tuple[object, ...]:
        """What an answer hangs on besides its question: what is told of later records goes as far as the views."""
        return (self.at.as_at, self.at.token, self.at.by_token, self.now.token, self.views_at)

    @property
    def etag(self) -> str:
        """What tells this answer from others at its address: its times, what else `_key` says, and the day it is."""
        said = (__version__, self.path, sorted(self.words.items()), *self._key, self.today)
        return f'W/"{hashlib.sha256(repr(said).encode()).hexdigest()[:32]}"'
