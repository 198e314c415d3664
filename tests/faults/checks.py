"""What must hold of a store whatever happened to it."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from benefits import BenefitsRegister
from benefits.store import Database, verify_log
from benefits.store.tables import command
from benefits.work import STORE_STREAM
from projections import Views, catch_up, rebuild
from projections.bounds import VERSION
from projections.tables import metadata, progress
from tests.faults.lines import LINES_A_BENEFIT, PROGRAMME, claimed_after

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from uuid import UUID

    from benefits.store import EventRow, Log
    from projections.answers import Board
    from tests.faults.lines import Line

A_PAGE = 10_000


def recorded_ids(url: str) -> list[str]:
    """Return the ids of the commands recorded, in order, once every writer is out of the way.

    Nothing is half-written: the log is whole and gapless, and each command has one row and one event.
    """
    with BenefitsRegister(url) as register:
        with register.database.writing():
            pass  # A server may still be committing for a client that was killed.
        with register.database.reading() as connection:
            report = verify_log(register.database)
            assert report.findings == ()
            head, rows = register.log.head(), register.log.read()
            assert [row.position for row in rows] == list(range(1, head.size + 1))
            assert (report.size, report.root) == (head.size, head.root)
            commands = connection.execute(select(command).order_by(command.c.first_position)).all()
            assert [(one.command_id, one.first_position, one.last_position) for one in commands] == [
                (row.command_id, row.position, row.position) for row in rows
            ]
    ids = [row.command_id for row in rows]
    assert ids[:1] in ([], [STORE_STREAM])
    return ids[1:]


def assert_views_agree(url: str, lines: Sequence[Line]) -> None:
    """Expect the views to stand at the head, to equal rebuilt ones, and to say what the commands come to."""
    with BenefitsRegister(url) as register:
        database = register.database
        if lines:  # What `init` records is followed by the first who asks.
            with database.reading() as connection:
                at = connection.execute(select(progress)).one()
            assert (at.version, at.position, at.broken) == (VERSION, register.log.head().size, None)
        catch_up(register)
        assert_views_equal_rebuilt_ones(register)
        if any(line.said["command"] == "programme.open" for line in lines):
            assert claimed_on(Views(register).board(PROGRAMME)) == claimed_after(lines)


def assert_views_equal_rebuilt_ones(register: BenefitsRegister) -> None:
    """Expect a rebuild to change no row of the views."""
    followed = rows_of_views(register.database)
    rebuild(register)
    assert rows_of_views(register.database) == followed


def assert_recorded_up_to_a_line(url: str, lines: Sequence[Line], acknowledged: Collection[str] = ()) -> int:
    """Expect the store to hold a file's commands up to one of them, all that was acknowledged, and views to match.

    Returns:
        How many commands are recorded.
    """
    ids = recorded_ids(url)
    assert ids == [line.id for line in lines[: len(ids)]]
    assert set(acknowledged) <= set(ids)
    assert_views_agree(url, lines[: len(ids)])
    return len(ids)


def digest_of_views(database: Database) -> str:
    """Return a digest of everything the views remember, however much that is."""
    digest = sha256()
    with database.reading() as connection:
        for table in metadata.sorted_tables:
            query = select(table).order_by(*table.primary_key)
            for row in connection.execute(query, execution_options={"yield_per": A_PAGE}):
                digest.update(repr(tuple(row)).encode())
    return digest.hexdigest()


def follow_to_the_end(log: Log) -> Following:
    """Read the whole log, page by page."""
    following = Following()
    while page := log.read(after=following.seen, limit=A_PAGE):
        following.take(page)
    return following


class Following:
    """Follows the log of writers whose lines are `a_writers_lines`: nothing is lost, doubled or out of order."""

    def __init__(self) -> None:
        self.seen = 0
        self.said: Counter[str] = Counter()
        self._versions: Counter[UUID] = Counter()
        self._digest = sha256()

    def take(self, page: Sequence[EventRow]) -> None:
        """Expect each event to be the next of the log, of its stream, and of its writer."""
        for row in page:
            self.seen += 1
            self._versions[row.originator_id] += 1
            assert (row.position, row.originator_version) == (self.seen, self._versions[row.originator_id])
            writer, _, number = row.command_id.partition("-")
            if number:
                self.said[writer] += 1
                benefit, line = divmod(self.said[writer] - 1, LINES_A_BENEFIT)
                assert number == f"{benefit + 1}-{line + 1}", row.command_id
            self._digest.update(row.leaf)

    def digest(self) -> str:
        """Return the digest of the leaves seen so far."""
        return self._digest.hexdigest()


def rows_of_views(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Return everything the views remember."""
    with database.reading() as connection:
        return {
            table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
            for table in metadata.sorted_tables
        }


def claimed_on(board: Board) -> dict[str, Decimal]:
    """Return what is claimed of each benefit on a board, without those that have no claim."""
    total = sum((one.claimed or Decimal(0) for one in board.totals), Decimal(0))
    found = {one.reference: one.claimed for one in board.benefits if one.claimed}
    assert total == sum(found.values(), Decimal(0))
    return found
