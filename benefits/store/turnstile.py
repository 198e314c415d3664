"""A turnstile in front of a SQLite store's one lock for writing, so that no process waits while others go on and on.

SQLite's own way of waiting is to sleep, each time longer, and to try again: whoever wrote just now is there first. Here
one process at a time passes to wait for the lock, and it is next; the others come after it in the order they came in.
"""

from __future__ import annotations

import os
import sys
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def passing(store: Path, timeout_seconds: float) -> Iterator[bool]:
    """Let one process at a time through, and give whether it was this one's turn before the time was out.

    The turnstile is a lock on a file beside the store, which the system lets go of when a process ends, however it
    ends. Where the file cannot be made or locked, everybody passes: it keeps the order, and never the store.
    """
    try:
        turn = os.open(store.with_name(f"{store.name}-turn"), os.O_RDONLY | os.O_CREAT | os.O_CLOEXEC, 0o666)
    except OSError:
        yield True
        return
    place = _Place(turn)
    try:
        yield place.wait(timeout_seconds)
    finally:
        place.leave()


class _Place:
    """A place in the line, under an open file that it closes when it is left."""

    def __init__(self, turn: int) -> None:
        self._turn = turn
        self._is_first = threading.Event()
        self._leaving = threading.Lock()
        self._is_left = False
        self._is_waited_for = False

    def wait(self, timeout_seconds: float) -> bool:
        """Return True once it is the first, or False when the time is out."""
        if sys.platform == "win32":
            return True  # Which has no such lock: writers wait as SQLite has them wait.
        try:
            fcntl.flock(self._turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pass
        except OSError:
            return True  # Not every file system has it either.
        else:
            return True
        # The system keeps the order only of those who wait without an end, so that is for a thread that may be left.
        self._is_waited_for = True
        threading.Thread(target=self._wait_without_end, name="turnstile", daemon=True).start()
        return self._is_first.wait(timeout_seconds)

    def leave(self) -> None:
        """Give the place up; if it is still waited for, as soon as it is the first."""
        with self._leaving:
            self._is_left = True
            if not self._is_waited_for or self._is_first.is_set():
                os.close(self._turn)

    def _wait_without_end(self) -> None:
        if sys.platform != "win32":
            with suppress(OSError):
                fcntl.flock(self._turn, fcntl.LOCK_EX)
        with self._leaving:
            self._is_first.set()
            if self._is_left:
                os.close(self._turn)
