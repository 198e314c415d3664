"""What the program tells those who run it: JSON lines if they ask for them, and warnings as plain words.

Nothing that is recorded is told: no body, no amount, no person; only positions, types, references, tokens and times.
"""

from __future__ import annotations

import json
import logging
import sys
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final

import click

from benefits.errors import InvalidValueError

OURS: Final = ("benefits", "cli", "projections", "web")
LEVELS: Final = ("debug", "info", "warning", "error")

_OF_EVERY_ENTRY: Final = frozenset(logging.makeLogRecord({}).__dict__)


def listen(level: str | None, file: str | None, slow_ms: str | None) -> None:
    """Have what the program tells written as is asked for, until something else is asked for.

    Args:
        level: One of `LEVELS`: from there on it is written as JSON lines. With a file, warnings if left out.
        file: Where to; standard error if left out. A file that cannot be written stops nothing.
        slow_ms: From how many milliseconds on a question is slow.

    Raises:
        InvalidValueError: If that is no level, or no number.
    """
    from projections.timing import SLOW, SLOW_MS

    if level is not None and level.lower() not in LEVELS:
        raise InvalidValueError(f"{level!r} is not a level of the log; say one of {', '.join(LEVELS)}")
    if slow_ms is not None and not slow_ms.isdecimal():
        raise InvalidValueError(f"{slow_ms!r} is not a number of milliseconds; say from how many on a question is slow")
    SLOW.ms = SLOW_MS if slow_ms is None else int(slow_ms)
    handlers: list[logging.Handler] = []
    if level is not None or file is not None:
        told = _StandardError() if file is None else _file(file)
        told.setFormatter(JsonLines())
        handlers.append(told)
    if level is None or file is not None:
        handlers.append(_StandardError(logging.WARNING))
    for handler in {handler for name in OURS for handler in logging.getLogger(name).handlers}:
        handler.close()
    for name in OURS:
        logger = logging.getLogger(name)
        logger.handlers = list(handlers)
        logger.setLevel((level or "warning").upper())


class JsonLines(logging.Formatter):
    """An entry as a line: time in UTC, level, logger, message, and whatever else is said of it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line.

        Of an error it says the kind and the way it came, and not its words: they may hold what is recorded.
        """
        said: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="microseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        said |= {name: value for name, value in record.__dict__.items() if name not in _OF_EVERY_ENTRY}
        if record.exc_info is not None and record.exc_info[1] is not None:
            from traceback import extract_tb

            error = record.exc_info[1]
            said["error"] = type(error).__name__
            said["trace"] = [f"{at.filename}:{at.lineno} {at.name}" for at in extract_tb(error.__traceback__)]
        return json.dumps(said, ensure_ascii=False, default=str)


class _StandardError(logging.Handler):
    """Standard error, whichever that is at the time."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write an entry."""
        click.echo(self.format(record), err=True)


def _file(path: str) -> logging.Handler:
    """Return what writes to a file, or, if that cannot be written, to nowhere."""
    from logging.handlers import WatchedFileHandler

    class File(WatchedFileHandler):
        """A file that whoever keeps it short may move away."""

        is_lost = False

        def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802  # The library's name.
            """Say once that it cannot be written."""
            if not self.is_lost:
                self.is_lost = True
                _cannot_be_written(path, sys.exc_info()[1])

        def close(self) -> None:
            """Let go of it, also of what it would not take."""
            with suppress(OSError):
                super().close()

    try:
        return File(path, encoding="utf-8")
    except OSError as error:
        _cannot_be_written(path, error)
        return logging.NullHandler()


def _cannot_be_written(path: str, error: BaseException | None) -> None:
    why = getattr(error, "strerror", None) or error
    click.echo(f"The log {path} cannot be written ({why}); going on without it.", err=True)
