"""The store that is asked, held open to be read only, and what was answered lately."""

from __future__ import annotations

import os
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from benefits import BenefitsRegister
from benefits.store import StoreNotFoundError

if TYPE_CHECKING:
    from litestar import Response

    from projections.answers import Answer

V = TypeVar("V")

KEPT: Final = 40_000
"""How many rows of answers are kept: those of dozens of boards of two hundred benefits, or of one long trail."""

DRAWN: Final = 64_000_000
"""How many bytes of pages and files are kept as they were drawn; a large board has more than a million."""


PATIENCE: Final = 1.0
"""Seconds after which whoever draws is waited for no longer."""


class Kept(Generic[V]):
    """What was given lately, by what makes each of it: an answer to the same question never changes.

    Args:
        most: How much is kept in all. What is more than that by itself is not kept.
        weigh: How much one is.
    """

    def __init__(self, most: int, weigh: Callable[[V], int]) -> None:
        self._most = most
        self._weigh = weigh
        self._answers: OrderedDict[Hashable, V] = OrderedDict()
        self._weights: dict[Hashable, int] = {}
        self._whole = 0
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> V | None:
        """Return an answer that is kept."""
        with self._lock:
            found = self._answers.get(key)
            if found is not None:
                self._answers.move_to_end(key)
            return found

    def put(self, key: Hashable, answer: V) -> None:
        """Keep an answer, and let those go that were asked for longest ago."""
        weight = self._weigh(answer)
        if weight > self._most:
            return
        with self._lock:
            self._whole += weight - self._weights.get(key, 0)
            self._answers[key], self._weights[key] = answer, weight
            self._answers.move_to_end(key)
            while self._whole > self._most:
                oldest, _ = self._answers.popitem(last=False)
                self._whole -= self._weights.pop(oldest)

    def clear(self) -> None:
        """Let all go."""
        with self._lock:
            self._answers.clear()
            self._weights.clear()
            self._whole = 0


def rows_of(answer: Answer) -> int:
    """Return how many rows an answer has, and one for itself."""
    return 1 + sum(len(value) for _, value in answer if isinstance(value, list))


def bytes_of(response: Response[bytes]) -> int:
    """Return how many bytes a page or file has."""
    return len(response.content)


class Turns:
    """Has pages drawn one after the other, and not all at once.

    Python runs one thread at a time. Each row that is read from a file gives the others a chance to go on, so that
    several pages at once would change places thousands of times, and each takes longer than if it had waited. From a
    page that takes its time, such as a long trail, the next one takes the turn over, and both are drawn.
    """

    def __init__(self) -> None:
        self._given = threading.Condition()
        self._holder: object | None = None
        self._since = 0.0

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait until nobody has the turn, or until whoever has it has had it long enough."""
        me = object()
        with self._given:
            while (left := self._left()) > 0:
                self._given.wait(left)
            self._holder, self._since = me, time.monotonic()
        try:
            yield
        finally:
            with self._given:
                if self._holder is me:
                    self._holder = None
                    self._given.notify()

    def _left(self) -> float:
        """Return how many seconds are to be waited for whoever has the turn."""
        return 0 if self._holder is None else self._since + PATIENCE - time.monotonic()


class House:
    """A store that pages are made of.

    Nothing is written to it, whoever asks. A file that is replaced, as a restore does, is opened anew: whoever held
    the old one open would go on reading what is no longer there.

    Args:
        url: A SQLite file or a database's URL.
        is_replica: Whether it follows another store, and may be a little behind it.

    Raises:
        StoreError: If there is no store of this version there.
    """

    def __init__(self, url: str, *, is_replica: bool = False) -> None:
        self.is_replica = is_replica
        self._url = url
        self._lock = threading.Lock()
        self._register = BenefitsRegister(url, read_only=True)
        self._mark = self._marked()
        self.kept: Kept[Answer] = Kept(KEPT, rows_of)
        self.drawn: Kept[Response[bytes]] = Kept(DRAWN, bytes_of)
        self._turns = Turns()

    @property
    def name(self) -> str:
        """The file, or the URL without its password."""
        return self._register.database.name

    def register(self) -> BenefitsRegister:
        """Return the register of the store that is there now.

        Raises:
            StoreError: If there is none any more.
        """
        mark = self._marked()
        if mark != self._mark:
            with self._lock:
                if mark != self._mark:
                    opened = BenefitsRegister(self._url, read_only=True)
                    self._register.close()
                    self._register, self._mark = opened, mark
                    self.kept.clear()
                    self.drawn.clear()
        return self._register

    def turn(self) -> AbstractContextManager[None]:
        """Return what waits for one's turn to draw; a server draws on while its database works for others."""
        return self._turns.turn() if self._register.database.is_sqlite else nullcontext()

    def close(self) -> None:
        """Let go of the store."""
        self._register.close()

    def _marked(self) -> tuple[int, ...]:
        """Return what tells a file from one that stands in its place.

        A file in a folder that cannot be written is read as it stands when it is opened, so there every change of it
        counts.
        """
        if not self._register.database.is_sqlite:
            return ()
        path = Path(self._register.database.name)
        try:
            found = path.stat()
        except OSError:
            raise StoreNotFoundError(f"{path} is not there any more; put it back, and ask again") from None
        mark = (found.st_dev, found.st_ino)
        if os.access(path, os.W_OK) and os.access(path.absolute().parent, os.W_OK):
            return mark
        return (*mark, found.st_mtime_ns, found.st_size)
