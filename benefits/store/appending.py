"""Appending to a store's log: events at gapless positions, each under its leaf, written under the head."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Protocol

from sqlalchemy import String, bindparam, cast, func, insert, literal_column, select, update
from sqlalchemy import exc as sql

from benefits.proof.entry import commitment, entry
from benefits.proof.merkle import Frontier, Tile, leaf_hash
from benefits.store.errors import ClockBehindError
from benefits.store.listening import CHANNEL
from benefits.store.log import Log
from benefits.store.prepared import Prepared
from benefits.store.rows import EventRow, Head, Header, instant_of, microseconds
from benefits.store.tables import account, command, event, head, tile

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from sqlalchemy import Connection

    from benefits.store.database import Database
    from benefits.store.transaction import Transaction

SALT_SIZE: Final = 16
CLOCK_TOLERANCE: Final = timedelta(hours=1)

_NO_HEADER: Final = Header()
_UPDATE_HEAD: Final = update(head).values(  # It has one row.
    size=bindparam("new_size"), recorded_at=bindparam("new_recorded_at"), frontier=bindparam("new_frontier")
)
# PostgreSQL tells of it at commit, and only then. A statement of its own would be one more journey to the server.
_UPDATE_HEAD_AND_TELL: Final = _UPDATE_HEAD.returning(
    func.pg_notify(literal_column(f"'{CHANNEL}'"), cast(head.c.size, String))
)
_ACCOUNT: Final = select(account.c.reference).where(account.c.name == bindparam("wanted"))


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


class AppendableLog(Log):
    """A log that is appended to as well."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._insert_events = Prepared(insert(event), database.dialect)
        self._insert_tiles = Prepared(insert(tile), database.dialect)
        self._update_head = Prepared(_UPDATE_HEAD, database.dialect)
        self._update_head_and_tell = Prepared(_UPDATE_HEAD_AND_TELL, database.dialect)
        self._insert_command = Prepared(insert(command), database.dialect)

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
