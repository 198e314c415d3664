"""The log, to read: events at gapless positions, each under its leaf, never changed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from benefits.proof.merkle import TILE_HEIGHT, TILE_WIDTH, Frontier
from benefits.store.errors import head_lost
from benefits.store.questions import Question
from benefits.store.rows import CommandRow, EventRow, Head, microseconds

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence
    from datetime import datetime
    from uuid import UUID

    from benefits.store.database import Database
    from benefits.store.questions import Snapshot

_AT_ONCE: Final = 500
_NO_END: Final = 2**62
"""A position that no log comes to."""


def _events(words: str) -> Question:
    return Question("SELECT", ", ".join(EventRow._fields), "FROM event WHERE", words, row=EventRow._make)


_HEAD: Final = Question("SELECT size, recorded_at, frontier FROM head", row=Head._make)
_POSITION_AT: Final = Question(
    "SELECT position FROM event WHERE recorded_at <= :instant ORDER BY recorded_at DESC LIMIT 1"
)
_COMMAND: Final = Question(
    "SELECT", ", ".join(CommandRow._fields), "FROM command WHERE command_id = :id", row=CommandRow._make
)
_LEAVES: Final = Question("SELECT leaf FROM event WHERE position > :start AND position <= :stop ORDER BY position")
_TILES: Final = Question(
    'SELECT hash FROM tile WHERE level = :level AND "index" >= :start AND "index" < :stop ORDER BY "index"'
)
_TYPES: Final = Question("SELECT position, type FROM event WHERE position IN (:positions)")
_NAMING: Final = Question(
    "SELECT DISTINCT originator_id FROM event WHERE instr(body, :words) > 0",
    on_postgresql="SELECT DISTINCT originator_id FROM event WHERE position(:words IN body) > 0",
)
_AT: Final = _events("position = :position")
_AFTER: Final = _events("position > :after AND position <= :upto ORDER BY position LIMIT :limit")
_SOME: Final = _events("position IN (:positions)")
_OF_TYPE: Final = _events("type = :type ORDER BY position")
_STREAM: Final = _events("originator_id = :stream AND originator_version >= :version ORDER BY originator_version")
_STREAMS: Final = _events("originator_id IN (:streams) AND position <= :upto")


class Log:
    """Read a store's log. `appending.AppendableLog` appends to it."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def find_command(self, asked: Snapshot, command_id: str) -> CommandRow | None:
        """Return what a command id was used for, or None if it was not used."""
        found: CommandRow | None = _COMMAND.one(asked, id=command_id)
        return found

    def of_type(self, type_name: str) -> list[EventRow]:
        """Return every event of a type, in order; for types that are few, because the whole log is looked at."""
        return self._ask(_OF_TYPE, type=type_name)

    def streams_naming(self, reference: str) -> list[UUID]:
        """Return the streams in which some body holds a reference as a text; the whole log is looked at."""
        with self.database.asking() as asked:
            return _NAMING.values(asked, words=json.dumps(reference, ensure_ascii=False).encode())

    def head(self) -> Head:
        """Return how far the log has come.

        Raises:
            StoreDamagedError: If its one row is not there.
        """
        with self.database.asking() as asked:
            known = self.database.head
            if known is not None:
                return known
            head: Head | None = _HEAD.one(asked)
            if head is None:
                raise head_lost(self.database.name)
            self.database.see(head)
            return head

    def position_at(self, instant: datetime) -> int:
        """Return the position of the last event recorded at or before an instant; 0 if there is none."""
        with self.database.asking() as asked:
            return _POSITION_AT.value(asked, instant=microseconds(instant)) or 0

    def root_at(self, size: int) -> bytes:
        """Return the root of the tree when the log had that many events; a few hundred hashes give it.

        Raises:
            ValueError: If the log never had that many.
        """
        head = self.head()
        return head.root if size == head.size else self.root_of_range(0, size)

    def root_of_range(self, start: int, stop: int) -> bytes:
        """Return the root over the leaves from `start` up to and without `stop`, of which proofs are made.

        Args:
            start: Counted from 0, and a multiple of the largest power of two below `stop - start`, as in a tree it is.
            stop: At most the log's size.

        Raises:
            ValueError: If the log has no such leaves.
        """
        with self.database.asking() as asked:
            size = self.head().size
            if not 0 <= start <= stop <= size:
                msg = f"the log has {size} events, not {stop}"
                raise ValueError(msg)
            frontier = Frontier()
            for level in range((stop - start).bit_length() // TILE_HEIGHT, -1, -1):
                for root in _hashes(asked, level, start + frontier.size, stop):
                    frontier.append_subtree(root, TILE_HEIGHT * level)
            return frontier.root()

    def row(self, position: int) -> EventRow | None:
        """Return the event at a position, or None if there is none."""
        return next(iter(self._ask(_AT, position=position)), None)

    def read(self, after: int = 0, limit: int | None = None, upto: int | None = None) -> list[EventRow]:
        """Return the events after a position, at most `limit` of them and none beyond `upto`, in order."""
        return self._ask(_AFTER, after=after, limit=_or_no_end(limit), upto=_or_no_end(upto))

    def read_positions(self, positions: Iterable[int]) -> dict[int, EventRow]:
        """Return the events at some positions, by position; those that are not there are left out."""
        with self.database.asking() as asked:
            return {row.position: row for some in _paged(set(positions)) for row in _SOME(asked, positions=some)}

    def types_at(self, positions: Iterable[int]) -> dict[int, str]:
        """Return the types of the events at some positions, by position; those that are not there are left out."""
        with self.database.asking() as asked:
            return dict(row for some in _paged(set(positions)) for row in _TYPES(asked, positions=some))

    def read_stream(self, originator_id: UUID, version: int = 1) -> list[EventRow]:
        """Return the events of a stream in order, from a version of it on."""
        return self._ask(_STREAM, stream=originator_id, version=version)

    def read_streams(self, originator_ids: Collection[UUID], upto: int | None = None) -> list[EventRow]:
        """Return the events of several streams in order of position, none beyond `upto`."""
        last = _or_no_end(upto)
        with self.database.asking() as asked:
            rows: list[EventRow] = [
                row for some in _paged(originator_ids) for row in _STREAMS(asked, streams=some, upto=last)
            ]
        rows.sort()  # Positions differ, so nothing further is compared.
        return rows

    def _ask(self, question: Question, **values: Any) -> list[EventRow]:
        with self.database.asking() as asked:
            return question(asked, **values)


def _or_no_end(number: int | None) -> int:
    return _NO_END if number is None else number


def _paged(wanted: Collection[Any]) -> Iterator[list[Any]]:
    """Yield what is wanted in order, in lists that a database takes at once."""
    in_order = sorted(wanted)
    return (in_order[start : start + _AT_ONCE] for start in range(0, len(in_order), _AT_ONCE))


def _hashes(asked: Snapshot, level: int, start: int, stop: int) -> Sequence[bytes]:
    """Return the roots of the complete tiles of a level that stand between two sizes; level 0 is the leaves."""
    if level == 0:
        return _LEAVES.values(asked, start=start, stop=stop)
    width = TILE_WIDTH**level
    return _TILES.values(asked, level=level, start=-(-start // width), stop=stop // width)
