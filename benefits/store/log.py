"""The log: events at gapless positions, each under its leaf, appended under the head and never changed."""

from __future__ import annotations

import json
import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Protocol

from sqlalchemy import LargeBinary, Select, String, bindparam, cast, func, insert, literal_column, select, update
from sqlalchemy import exc as sql

from benefits.proof.entry import commitment, entry
from benefits.proof.merkle import TILE_HEIGHT, TILE_WIDTH, Frontier, Tile, leaf_hash
from benefits.store.errors import ClockBehindError, head_lost
from benefits.store.listening import CHANNEL
from benefits.store.prepared import Prepared
from benefits.store.rows import CommandRow, EventRow, Head, Header, instant_of, microseconds
from benefits.store.tables import account, command, event, head, tile

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime
    from uuid import UUID

    from sqlalchemy import Connection

    from benefits.store.database import Database, Transaction

SALT_SIZE: Final = 16
CLOCK_TOLERANCE: Final = timedelta(hours=1)

_NO_HEADER: Final = Header()
_EVENTS: Final = select(event)
_TYPES: Final = select(event.c.position, event.c.type)
_STREAMS_A_QUERY: Final = 500

_UPDATE_HEAD: Final = update(head).values(  # It has one row.
    size=bindparam("new_size"), recorded_at=bindparam("new_recorded_at"), frontier=bindparam("new_frontier")
)
# PostgreSQL tells of it at commit, and only then. A statement of its own would be one more journey to the server.
_UPDATE_HEAD_AND_TELL: Final = _UPDATE_HEAD.returning(
    func.pg_notify(literal_column(f"'{CHANNEL}'"), cast(head.c.size, String))
)
_ACCOUNT: Final = select(account.c.reference).where(account.c.name == bindparam("wanted"))
_FIND_COMMAND: Final = select(command).where(command.c.command_id == bindparam("wanted"))
_HEAD: Final = select(head.c.size, head.c.recorded_at, head.c.frontier)
_POSITION_AT: Final = (
    select(event.c.position)
    .where(event.c.recorded_at <= bindparam("instant"))
    .order_by(event.c.recorded_at.desc())
    .limit(literal_column("1"))  # Not bound: the statement is made once, for any instant.
    .offset(literal_column("0"))
)


_STREAM: Final = (
    select(event)
    .where(event.c.originator_id == bindparam("stream"), event.c.originator_version >= bindparam("version"))
    .order_by(event.c.originator_version)
)


class Written(Protocol):
    """What is appended: `eventsourcing.persistence.StoredEvent`, or anything like it."""

    @property
    def originator_id(self) -> UUID | str:
        """The stream."""

    @property
    def originator_version(self) -> int:
        """Where it stands in its stream."""

    @property
    def topic(self) -> str:
        """The stored name of the fact."""

    @property
    def state(self) -> bytes:
        """The body, as it will stay."""


class Log:
    """Append to a store's log, and read it."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self._insert_events = Prepared(insert(event), database.dialect)
        self._insert_tiles = Prepared(insert(tile), database.dialect)
        self._update_head = Prepared(_UPDATE_HEAD, database.dialect)
        self._update_head_and_tell = Prepared(_UPDATE_HEAD_AND_TELL, database.dialect)
        self._insert_command = Prepared(insert(command), database.dialect)
        self._find_command = Prepared(_FIND_COMMAND, database.dialect)
        self._head = Prepared(_HEAD, database.dialect)
        self._position_at = Prepared(_POSITION_AT, database.dialect)

    def append(
        self,
        events: Sequence[Written],
        headers: Sequence[Header] | None = None,
        *,
        accept_clock: bool = False,
    ) -> list[EventRow]:
        """Append events, all or none, and return their rows.

        Args:
            events: In the order they are to stand in the log.
            headers: One for each event; None gives each an empty one.
            accept_clock: Record although the clock is far behind, because somebody has looked at it.

        Raises:
            ClockBehindError: If the clock is more than an hour behind what was last recorded.
            IntegrityError: The event-store library's, if a stream already has one of those versions.
        """
        with self.database.transaction() as transaction:
            before = transaction.head
            assert before is not None  # A writing transaction holds the head.
            if not events:
                return []
            frontier = Frontier.from_bytes(before.size, before.frontier)
            instants = self._instants(before, headers or [_NO_HEADER] * len(events), accept_clock=accept_clock)
            rows: list[EventRow] = []
            tiles: list[Tile] = []
            for written, header, recorded_at in zip(
                events, headers or [_NO_HEADER] * len(events), instants, strict=True
            ):
                row = _row(frontier.size + 1, written, header, recorded_at)
                tiles += frontier.append(row.leaf)
                rows.append(row)
            after = Head(frontier.size, rows[-1].recorded_at, frontier.to_bytes())
            transaction.doomed = True  # Until all is written: rows without their head must never be committed.
            try:
                self._write(transaction, rows, tiles, after)
            except sql.IntegrityError as error:
                from eventsourcing.persistence import IntegrityError

                raise IntegrityError(str(error.orig)) from error
            transaction.doomed = False
            transaction.head = after
            return rows

    def _instants(self, before: Head, headers: Sequence[Header], *, accept_clock: bool) -> list[int]:
        """Return when each event is recorded: now, or when wanted, and always later than the one before."""
        now = microseconds(self.database.clock())
        behind = timedelta(microseconds=before.recorded_at - now)
        if behind > CLOCK_TOLERANCE and not accept_clock and any(header.recorded_at is None for header in headers):
            msg = (
                f"The clock says {instant_of(now):%Y-%m-%d %H:%M} UTC, and the last event was recorded at "
                f"{instant_of(before.recorded_at):%Y-%m-%d %H:%M} UTC; set the clock right, or have an administrator "
                "record that it was looked at: benefits accept-clock (in a sandbox, set its clock: --now)"
            )
            raise ClockBehindError(msg)
        instants: list[int] = []
        last = before.recorded_at
        for header in headers:
            wanted = now if header.recorded_at is None else microseconds(header.recorded_at)
            last = max(last + 1, wanted)
            instants.append(last)
        return instants

    def _write(self, transaction: Transaction, rows: Sequence[EventRow], tiles: Sequence[Tile], after: Head) -> None:
        connection = transaction.connection
        values: Iterable[tuple[Any, ...]] = rows
        if self.database.is_sqlite:
            # Which has no types for these two, and keeps them as SQLAlchemy does.
            values = ((*row[:2], row.effective_on.isoformat(), row.originator_id.hex, *row[4:]) for row in rows)
        self._insert_events.many(connection, values)
        if tiles:
            self._insert_tiles.many(connection, tiles)
        update_head = self._update_head if transaction.told else self._update_head_and_tell
        update_head(connection, new_size=after.size, new_recorded_at=after.recorded_at, new_frontier=after.frontier)
        transaction.told = True

    def find_command(self, connection: Connection, command_id: str) -> CommandRow | None:
        """Return what a command id was used for, or None if it was not used."""
        row = self._find_command(connection, wanted=command_id).one_or_none()
        return None if row is None else CommandRow._make(row)

    def record_command(
        self, connection: Connection, command_id: str, request_hash: bytes, first: int, last: int
    ) -> None:
        """Record what a command id is used for, with the first and last position it recorded."""
        self._insert_command(
            connection, command_id=command_id, request_hash=request_hash, first_position=first, last_position=last
        )

    def account_reference(self, connection: Connection, name: str) -> str:
        """Return the random reference the log says for an account, made when the account is first seen."""
        known = connection.execute(_ACCOUNT, {"wanted": name}).scalar()
        if known is not None:
            return str(known)
        reference = f"a-{secrets.token_hex(6)}"
        connection.execute(insert(account), {"reference": reference, "name": name})
        return reference

    def of_type(self, type_name: str) -> list[EventRow]:
        """Return every event of a type, in order; for types that are few, because the whole log is looked at."""
        return self._select(_EVENTS.where(event.c.type == type_name).order_by(event.c.position))

    def streams_naming(self, reference: str) -> list[UUID]:
        """Return the streams in which some body holds a reference as a text; the whole log is looked at."""
        words = bindparam("words", json.dumps(reference, ensure_ascii=False).encode(), LargeBinary)
        found = (
            func.instr(event.c.body, words) if self.database.is_sqlite else func.position(words.op("IN")(event.c.body))
        )
        with self.database.reading() as connection:
            return list(connection.execute(select(event.c.originator_id).where(found > 0).distinct()).scalars())

    def head(self) -> Head:
        """Return how far the log has come.

        Raises:
            StoreDamagedError: If its one row is not there.
        """
        with self.database.reading() as connection:
            known = self.database.head
            if known is not None:
                return known
            row = self._head(connection).one_or_none()
            if row is None:
                raise head_lost(self.database.name)
            head = Head._make(row)
            self.database.see(head)
            return head

    def position_at(self, instant: datetime) -> int:
        """Return the position of the last event recorded at or before an instant; 0 if there is none."""
        with self.database.reading() as connection:
            return self._position_at(connection, instant=microseconds(instant)).scalar() or 0

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
        with self.database.reading() as connection:
            size = self.head().size
            if not 0 <= start <= stop <= size:
                msg = f"the log has {size} events, not {stop}"
                raise ValueError(msg)
            frontier = Frontier()
            for level in range((stop - start).bit_length() // TILE_HEIGHT, -1, -1):
                for root in _hashes(connection, level, start + frontier.size, stop):
                    frontier.append_subtree(root, TILE_HEIGHT * level)
            return frontier.root()

    def row(self, position: int) -> EventRow | None:
        """Return the event at a position, or None if there is none."""
        found = self._select(_EVENTS.where(event.c.position == position))
        return found[0] if found else None

    def read(self, after: int = 0, limit: int | None = None, upto: int | None = None) -> list[EventRow]:
        """Return the events after a position, at most `limit` of them and none beyond `upto`, in order."""
        query = _EVENTS.where(event.c.position > after).order_by(event.c.position).limit(limit)
        return self._select(query if upto is None else query.where(event.c.position <= upto))

    def read_positions(self, positions: Iterable[int]) -> dict[int, EventRow]:
        """Return the events at some positions, by position; those that are not there are left out."""
        wanted = sorted(set(positions))
        rows: dict[int, EventRow] = {}
        with self.database.reading():
            for start in range(0, len(wanted), _STREAMS_A_QUERY):
                query = _EVENTS.where(event.c.position.in_(wanted[start : start + _STREAMS_A_QUERY]))
                rows |= {row.position: row for row in self._select(query)}
        return rows

    def types_at(self, positions: Iterable[int]) -> dict[int, str]:
        """Return the types of the events at some positions, by position; those that are not there are left out."""
        wanted = sorted(set(positions))
        types: dict[int, str] = {}
        with self.database.reading() as connection:
            for start in range(0, len(wanted), _STREAMS_A_QUERY):
                query = _TYPES.where(event.c.position.in_(wanted[start : start + _STREAMS_A_QUERY]))
                types |= {row.position: row.type for row in connection.execute(query)}
        return types

    def read_stream(self, originator_id: UUID, version: int = 1) -> list[EventRow]:
        """Return the events of a stream in order, from a version of it on."""
        asked = {"stream": originator_id, "version": version}
        with self.database.reading() as connection:
            return [EventRow._make(row) for row in connection.execute(_STREAM, asked)]

    def read_streams(self, originator_ids: Collection[UUID], upto: int | None = None) -> list[EventRow]:
        """Return the events of several streams in order of position, none beyond `upto`."""
        wanted = list(originator_ids)
        rows: list[EventRow] = []
        with self.database.reading():
            for start in range(0, len(wanted), _STREAMS_A_QUERY):
                query = _EVENTS.where(event.c.originator_id.in_(wanted[start : start + _STREAMS_A_QUERY]))
                rows += self._select(query if upto is None else query.where(event.c.position <= upto))
        rows.sort()  # Positions differ, so nothing further is compared.
        return rows

    def _select(self, query: Select[Any]) -> list[EventRow]:
        with self.database.reading() as connection:
            return [EventRow._make(row) for row in connection.execute(query)]


def _row(position: int, written: Written, header: Header, recorded_at: int) -> EventRow:
    salt = secrets.token_bytes(SALT_SIZE)
    body_commitment = commitment(salt, written.state)
    leaf = leaf_hash(
        entry(
            position=position,
            recorded_at=recorded_at,
            effective_on=header.effective_on,
            originator_id=written.originator_id,
            originator_version=written.originator_version,
            type=written.topic,
            schema_version=header.schema_version,
            actor=header.actor,
            account=header.account,
            command_id=header.command_id,
            body_commitment=body_commitment,
        )
    )
    return EventRow(
        position=position,
        originator_id=written.originator_id,  # type: ignore[arg-type]  # The library allows text; the column does not.
        originator_version=written.originator_version,
        type=written.topic,
        schema_version=header.schema_version,
        recorded_at=recorded_at,
        effective_on=header.effective_on,
        actor=header.actor,
        account=header.account,
        command_id=header.command_id,
        body=written.state,
        salt=salt,
        commitment=body_commitment,
        leaf=leaf,
    )


def _hashes(connection: Connection, level: int, start: int, stop: int) -> Sequence[bytes]:
    """Return the roots of the complete tiles of a level that stand between two sizes; level 0 is the leaves."""
    if level == 0:
        query = (
            select(event.c.leaf).where(event.c.position > start, event.c.position <= stop).order_by(event.c.position)
        )
    else:
        width = TILE_WIDTH**level
        query = (
            select(tile.c.hash)
            .where(tile.c.level == level, tile.c.index >= -(-start // width), tile.c.index < stop // width)
            .order_by(tile.c.index)
        )
    return connection.execute(query).scalars().all()
