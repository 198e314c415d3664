"""Verify a log: everything that is stored is worked out again and compared.

This finds a value that was changed, and a row that was dropped, swapped or inserted, in whatever was not rebuilt to
match. Who rebuilds the whole log, or cuts its end and makes the head match, is found only by comparing with a token
that was kept elsewhere: pass it as `against`.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from operator import lt
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from benefits.errors import InvalidValueError
from benefits.proof.entry import commitment, entry
from benefits.proof.merkle import HASH_SIZE, TILE_HEIGHT, TILE_WIDTH, Frontier, Tile, leaf_hash, tile_root

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    Progress = Callable[[int, int], None]
    """Told now and then how many events are verified, and of how many."""

BODY_BLANKED: Final = "body-blanked"
"""The stored name of the fact that a body was erased; its `blanks` is the position."""

FINDINGS_KEPT: Final = 20

_WRONG_KIND: Final = (AttributeError, TypeError, ValueError)
"""What comes of hashing what is not of its column's type."""


class StoredEvent(NamedTuple):
    """An event's row as the database gives it, whatever that is: nothing is trusted to have its column's type.

    The first ten columns are those of the entry, in its order.
    """

    position: Any
    recorded_at: Any
    effective_on: Any
    originator_id: Any
    originator_version: Any
    type: Any
    schema_version: Any
    actor: Any
    account: Any
    command_id: Any
    body: Any
    salt: Any
    commitment: Any
    leaf: Any


class StoredHead(NamedTuple):
    """The head's row."""

    size: Any
    recorded_at: Any
    frontier: Any


class StoredTile(NamedTuple):
    """A tile's row."""

    level: Any
    index: Any
    hash: Any


class StoredCommand(NamedTuple):
    """What a command's row says of the log."""

    command_id: Any
    first_position: Any
    last_position: Any


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was recorded. `position` is the first event it is about."""

    position: int
    message: str


@dataclass(frozen=True, slots=True)
class Report:
    """What verifying a log came to.

    `root` is that of the events as they stand, and None if some are missing. `blanked` are the positions of events
    whose bodies were erased. `complete` is False if so much was found that verifying stopped.
    """

    size: int
    root: bytes | None
    findings: tuple[Finding, ...]
    blanked: tuple[int, ...]
    complete: bool

    @property
    def is_whole(self) -> bool:
        """Whether nothing was found."""
        return not self.findings

    @property
    def token(self) -> str | None:
        """`position@root-hash`, of the events as they stand; None if some are missing."""
        return None if self.root is None else f"{self.size}@{self.root.hex()}"


def verify(
    rows: Iterable[tuple[Any, ...]],
    head: StoredHead | None,
    tiles: Iterable[StoredTile],
    commands: Iterable[StoredCommand] = (),
    *,
    against: str | None = None,
    progress: Progress | None = None,
    keep: int = FINDINGS_KEPT,
) -> Report:
    """Return what is found in a log.

    Memory grows with the number of streams and of tiles, not of events.

    Args:
        rows: Every row of the events, in order of position, as `StoredEvent` names them.
        head: The head's row, or None if it is not there.
        tiles: Every tile, in any order.
        commands: Every command, in order of first position.
        against: A token given earlier, `position@root`, with which the log must agree.
        progress: Told now and then how far it has come.
        keep: Stop when so much is found.

    Raises:
        InvalidValueError: If `against` is not a token.
    """
    return _Verification(head, tiles, commands, against, keep).run(rows, progress)


class _EnoughFoundError(Exception):
    """As much is found as was asked for."""


class _Findings:
    def __init__(self, keep: int) -> None:
        self.keep = keep
        self.all: list[Finding] = []

    def add(self, position: int, message: str) -> None:
        self.all.append(Finding(position, message))
        if len(self.all) >= self.keep:
            raise _EnoughFoundError

    def among(self, first: int, last: int) -> bool:
        """Return whether anything was found among those positions, which then upsets what is worked out from them."""
        return any(first <= finding.position <= last for finding in self.all)


class _Verification:
    def __init__(
        self,
        head: StoredHead | None,
        tiles: Iterable[StoredTile],
        commands: Iterable[StoredCommand],
        against: str | None,
        keep: int,
    ) -> None:
        self.head = head
        self.findings = _Findings(keep)
        self.token = None if against is None else _token(against)
        self.tree = _Tree(tiles, self.findings, None if self.token is None else self.token[0])
        self.commands = _Commands(iter(commands), self.findings)
        self.position = 0
        self.recorded_at = 0
        self.versions: dict[Any, int] = {}
        self.blanked: set[int] = set()
        self.said_blanked: set[int] = set()

    def run(self, rows: Iterable[tuple[Any, ...]], progress: Progress | None) -> Report:
        complete = True
        try:
            for block in _blocks(rows):
                if not self.take(block):
                    for row in block:
                        self.look_at(StoredEvent(*row))
                if progress is not None:
                    progress(self.position, _whole(self.head.size) if self.head else self.position)
            self.end()
        except _EnoughFoundError:
            complete = False
        return Report(
            size=self.position,
            root=self.tree.root() if complete and self.tree.is_known else None,
            findings=tuple(self.findings.all),
            blanked=tuple(sorted(self.blanked)),
            complete=complete,
        )

    def take(self, block: Sequence[tuple[Any, ...]]) -> bool:
        """Take a block of rows that are all in order, or take none and return False.

        A block at once, column by column, takes a third of the time of row by row; `look_at` then says where.
        """
        columns = StoredEvent(*zip(*block, strict=True))
        first, last = self.position + 1, self.position + len(block)
        try:
            if not (
                columns.position == tuple(range(first, last + 1))
                and tuple(map(commitment, columns.salt, columns.body)) == columns.commitment
                and tuple(map(leaf_hash, map(entry, *columns[:10], columns.commitment))) == columns.leaf
                and all(map(lt, (self.recorded_at, *columns.recorded_at), columns.recorded_at))
                and self.continues(columns.originator_id, columns.originator_version)
            ):
                return False
        except _WRONG_KIND:
            return False
        self.position, self.recorded_at = last, columns.recorded_at[-1]
        self.commands.follow(first, columns.command_id)
        self.tree.grow(columns.leaf)
        if BODY_BLANKED in columns.type:
            for type_, body in zip(columns.type, columns.body, strict=True):
                self.said_blanked.update(_blanked_by(type_, body))
        return True

    def continues(self, streams: Iterable[Any], versions: Iterable[int]) -> bool:
        """Return whether each event is the next of its stream; if all are, remember them."""
        latest: dict[Any, int] = {}
        known = self.versions
        for stream, version in zip(streams, versions, strict=True):
            if (latest.get(stream) or known.get(stream, 0)) + 1 != version:
                return False
            latest[stream] = version
        known.update(latest)
        return True

    def look_at(self, row: StoredEvent) -> None:
        """Take one row, and say what is wrong with it."""
        position = row.position
        if position != self.position + 1 and not self.is_after_a_gap(position):
            return
        self.position = position
        problem = self.problem_of(row)
        if problem:
            self.findings.add(position, f"The event at position {position} is not as it was recorded: {problem}")
        elif not self.findings.all:
            # What was changed or is missing puts others out of order that are not to blame.
            self.look_at_order(row)
        self.recorded_at = row.recorded_at
        self.versions[row.originator_id] = row.originator_version
        self.said_blanked.update(_blanked_by(row.type, row.body))
        self.commands.follow(position, [row.command_id])
        self.tree.grow([row.leaf])

    def is_after_a_gap(self, position: int) -> bool:
        if position <= self.position:
            self.findings.add(position, f"There is an event at position {position}, before the first")
            return False
        self.tree.is_known = False
        first, last = self.position + 1, position - 1
        which = f"event at position {first} is" if first == last else f"events at positions {first} to {last} are"
        self.findings.add(first, f"The {which} missing")
        return True

    def problem_of(self, row: StoredEvent) -> str:
        """Return what is wrong with a row by itself; empty if nothing is."""
        try:
            if row.body is None and row.salt is None:
                self.blanked.add(row.position)
            elif row.body is None or row.salt is None:
                return "its body and salt are erased together or not at all"
            elif commitment(row.salt, row.body) != row.commitment:
                return "its body, salt or commitment was changed"
            if leaf_hash(entry(*row[:10], row.commitment)) != row.leaf:
                return "its header, commitment or leaf was changed"
        except _WRONG_KIND:
            return "it holds a value of the wrong kind"
        return ""

    def look_at_order(self, row: StoredEvent) -> None:
        if row.recorded_at <= self.recorded_at:
            self.findings.add(
                row.position, f"The event at position {row.position} was recorded before the one that it follows"
            )
        expected = self.versions.get(row.originator_id, 0) + 1
        if row.originator_version != expected:
            self.findings.add(
                row.position,
                f"The event at position {row.position} is version {row.originator_version} of its stream, "
                f"where {expected} comes next",
            )

    def end(self) -> None:
        self.commands.end()
        for position in sorted(self.blanked - self.said_blanked):
            self.findings.add(position, f"The body of the event at position {position} is erased, and no event says so")
        for position in sorted(self.said_blanked - self.blanked):
            self.findings.add(
                position, f"An event says that the body at position {position} was erased, and it is there"
            )
        self.compare_head()
        if self.token is not None:
            self.compare_token(*self.token)

    def compare_head(self) -> None:
        end = self.position
        if self.head is None:
            self.findings.add(end + 1, f"The head is missing; the log ends at position {end}")
            return
        size, recorded_at, frontier = self.head
        if size != end:
            first = min(_whole(size), end) + 1
            self.findings.add(first, f"The head counts {size} events, and the log ends at position {end}")
            return
        if recorded_at != self.recorded_at and not self.findings.among(end, end):
            self.findings.add(end, f"The head's time is not that of the last event, at position {end}")
        self.tree.compare(frontier)

    def compare_token(self, position: int, root: bytes) -> None:
        if position > self.position:
            gone = position - self.position
            self.findings.add(
                self.position + 1,
                f"The log ends at position {self.position}, and the token was given at {position}: {gone} "
                f"{'event is' if gone == 1 else 'events are'} gone",
            )
        elif self.tree.wanted_root not in {None, root}:
            self.findings.add(
                position, f"The log up to position {position} is not the one for which the token was given"
            )


class _Tree:
    """The tree over the leaves that are stored, compared with the tiles and the head that are stored."""

    def __init__(self, tiles: Iterable[StoredTile], findings: _Findings, wanted: int | None) -> None:
        self.tiles = {(tile.level, tile.index): tile.hash for tile in tiles}
        self.findings = findings
        self.frontier = Frontier()  # Of whole tiles; the leaves after them wait.
        self.waiting: list[bytes] = []
        self.is_known = True  # Until an event is missing.
        self.wanted = wanted
        self.wanted_root = self.root() if wanted == 0 else None

    @property
    def size(self) -> int:
        return self.frontier.size + len(self.waiting)

    def grow(self, leaves: Sequence[Any]) -> None:
        if not self.is_known:
            return
        if self.wanted is not None and self.size < self.wanted <= self.size + len(leaves):
            upto, self.wanted = self.wanted - self.size, None
            self.grow(leaves[:upto])
            self.wanted_root = self.root()
            self.grow(leaves[upto:])
            return
        self.waiting += (
            leaf if type(leaf) is bytes and len(leaf) == HASH_SIZE else bytes(HASH_SIZE) for leaf in leaves
        )
        while len(self.waiting) >= TILE_WIDTH:
            root = tile_root(self.waiting[:TILE_WIDTH])
            del self.waiting[:TILE_WIDTH]
            index = self.frontier.size // TILE_WIDTH
            for tile in (Tile(1, index, root), *self.frontier.append_subtree(root, TILE_HEIGHT)):
                self.compare_tile(tile)

    def compare_tile(self, tile: Tile) -> None:
        first, last = tile.index * tile.width + 1, (tile.index + 1) * tile.width
        stored = self.tiles.pop((tile.level, tile.index), None)
        if stored is None:
            self.findings.add(first, f"The tile over positions {first} to {last} is missing")
        elif stored != tile.hash and not self.findings.among(first, last):
            self.findings.add(first, f"The tile over positions {first} to {last} is not of the events that stand there")

    def compare(self, stored: Any) -> None:
        """Compare with the head's tree, and with the tiles that are left over."""
        if not self.is_known:
            return
        size = self.size
        for level, index in sorted(self.tiles, key=str):
            self.findings.add(size, f"There is a tile {index} of level {level}, beyond the log's {size} events")
        peaks = self.grown().to_bytes()
        if type(stored) is not bytes or len(stored) != len(peaks):
            self.findings.add(size, f"The head's tree is not one of {size} events")
            return
        first = 1
        for at, height in enumerate(height for height in reversed(range(size.bit_length())) if size >> height & 1):
            last = first + (1 << height) - 1
            peak = slice(at * HASH_SIZE, (at + 1) * HASH_SIZE)
            if stored[peak] != peaks[peak] and not self.findings.among(first, last):
                self.findings.add(first, f"The head's tree is not that of the events at positions {first} to {last}")
            first = last + 1

    def grown(self) -> Frontier:
        frontier = self.frontier.copy()
        for leaf in self.waiting:
            frontier.append(leaf)
        return frontier

    def root(self) -> bytes:
        return self.grown().root()


class _Commands:
    """Each command is kept with the positions of the events that name it, and each event's command is kept."""

    def __init__(self, rows: Iterator[StoredCommand], findings: _Findings) -> None:
        self.rows = rows
        self.findings = findings
        self.next = next(rows, None)
        self.open: StoredCommand | None = None
        self.running = ""
        self.last = 0

    def follow(self, first: int, command_ids: Sequence[str]) -> None:
        """Take the command ids of events that follow one another."""
        for position, command_id in enumerate(command_ids, first):
            if command_id != self.running:
                self.close(self.last if position == first else position - 1)
                self.running = command_id
                if command_id and not self.is_kept(position, command_id):
                    self.pass_those_before(position)
                    if not self.is_kept(position, command_id):
                        self.findings.add(
                            position, f"Nothing is kept of command {command_id!r}, which recorded position {position}"
                        )
        self.last = first + len(command_ids) - 1

    def is_kept(self, position: int, command_id: str) -> bool:
        """Return whether the next command is the one that begins here; if so, go on to the next."""
        kept = self.next
        if kept is None or kept.first_position != position or kept.command_id != command_id:
            return False
        self.open = kept
        self.next = next(self.rows, None)
        return True

    def close(self, last: int) -> None:
        """End the run of events that name one command."""
        kept, self.open = self.open, None
        if kept is not None and kept.last_position != last:
            self.findings.add(
                kept.first_position,
                f"Command {kept.command_id!r} recorded positions {kept.first_position} to {last}, "
                f"and is kept as if to {kept.last_position}",
            )

    def pass_those_before(self, position: int) -> None:
        """Pass commands that are kept where no event begins them."""
        while self.next is not None and _whole(self.next.first_position) < position:
            self.findings.add(
                _whole(self.next.first_position),
                f"Command {self.next.command_id!r} is kept as if from position {self.next.first_position}, "
                "where no event begins it",
            )
            self.next = next(self.rows, None)

    def end(self) -> None:
        self.close(self.last)
        while self.next is not None:
            self.pass_those_before(_whole(self.next.first_position) + 1)


def _blocks(rows: Iterable[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    """Give the rows as many at a time as a tile covers."""
    iterator = iter(rows)
    while block := list(islice(iterator, TILE_WIDTH)):
        yield block


def _blanked_by(type_: Any, body: Any) -> Iterator[int]:
    """Give the position of the event whose body was erased, if this event says so of one."""
    if type_ == BODY_BLANKED and body is not None:
        with suppress(ValueError, KeyError, TypeError):
            yield _whole(json.loads(body)["blanks"])


def _whole(value: Any) -> int:
    return value if type(value) is int else 0


def _token(written: str) -> tuple[int, bytes]:
    position, _, root = written.strip().partition("@")
    if position.isascii() and position.isdigit() and len(root) == 2 * HASH_SIZE:
        with suppress(ValueError):
            return int(position), bytes.fromhex(root)
    msg = f"{written!r} is not a token; one is a position, @ and 64 hexadecimal digits"
    raise InvalidValueError(msg)
