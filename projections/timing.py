"""How long each question takes: said of all to whoever listens, and of slow ones to everybody.

What is said is what was asked and by which token it is asked again; never what was answered.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from time import perf_counter
from typing import Any, Final, TypeVar

V = TypeVar("V", bound=type)

LOG: Final = logging.getLogger(__name__)


SLOW_MS: Final = 1_000


@dataclass
class Slow:
    """From how many milliseconds on a question is slow, for the whole process."""

    ms: float = SLOW_MS


SLOW: Final = Slow()


def timed(views: V) -> V:
    """Have every public method of a class timed: a question each."""
    for name, method in list(vars(views).items()):
        if not name.startswith("_") and callable(method):
            setattr(views, name, _timed(name, method))
    return views


def _timed(view: str, method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def asked(*given: Any, **when: Any) -> Any:
        began = perf_counter()
        answer = method(*given, **when)
        ms = (perf_counter() - began) * 1_000
        if ms >= SLOW.ms or LOG.isEnabledFor(logging.INFO):
            _say(view, next(iter((*given[1:], *map(when.get, ("name", "position")))), None), answer, ms)
        return answer

    return asked


def _say(view: str, about: object, answer: Any, ms: float) -> None:
    is_slow = ms >= SLOW.ms
    of = "" if about is None else f" of {about}"
    LOG.log(
        logging.WARNING if is_slow else logging.INFO,
        "%s%s%s took %.0f ms, as at %s, known at %s",
        "slow: " if is_slow else "",
        view,
        of,
        ms,
        answer.as_at,
        answer.token,
        extra={
            "view": view,
            "about": about,
            "as_at": answer.as_at.isoformat(),
            "known_at": answer.known_at.isoformat(),
            "token": answer.token,
            "ms": round(ms, 3),
        },
    )
