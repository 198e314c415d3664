"""A turnstile in front of a SQLite store's one lock for writing, so that no process waits while others go on and on.

SQLite's own way of waiting is to sleep, each time longer, and to try again: whoever wrote just now is there first. Here
one process at a time passes to wait for the lock, and it is next; those who are to pass after it try equally often.
"""

from __future__ import annotations

import os
import sys
import time
from contextlib import contextmanager
from random import SystemRandom
from typing import TYPE_CHECKING, Final

if sys.platform != "win32":
    import fcntl

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_SHORTEST_SECONDS: Final = 0.001
_LONGEST_SECONDS: Final = 0.005
_CHANCE: Final = SystemRandom()


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
    try:
        yield _is_ours(turn, time.monotonic() + timeout_seconds)
    finally:
        os.close(turn)


def _is_ours(turn: int, give_up: float) -> bool:
    if sys.platform == "win32":
        return True  # Which has no such lock: writers wait as SQLite has them wait.
    while True:
        try:
            fcntl.flock(turn, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > give_up:
                return False
            time.sleep(_CHANCE.uniform(_SHORTEST_SECONDS, _LONGEST_SECONDS))
        except OSError:  # Not every file system has it either.
            return True
        else:
            return True
