"""What the log hands out and takes in: its rows, each with a name for every column."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple
from uuid import UUID, uuid5

from benefits.proof.merkle import Frontier

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def microseconds(instant: datetime) -> int:
    """Return an instant as the log keeps it: whole microseconds since 1970-01-01 UTC.

    Raises:
        TypeError: If the instant has no time zone.
    """
    return (instant - _EPOCH) // _MICROSECOND


def instant_of(microseconds: int) -> datetime:
    """Return the instant, in UTC, that the log keeps as microseconds since 1970-01-01 UTC."""
    return _EPOCH + timedelta(microseconds=microseconds)


class EventRow(NamedTuple):
    """An event as it stands in the log. `body` and `salt` are both None when it was blanked."""

    position: int
    recorded_at: int
    effective_on: date
    originator_id: UUID
    originator_version: int
    type: str
    schema_version: int
    actor: str
    account: str
    command_id: str
    body: bytes | None
    salt: bytes | None
    commitment: bytes
    leaf: bytes


class CommandRow(NamedTuple):
    """What a command id was used for, and the positions it recorded."""

    command_id: str
    request_hash: bytes
    first_position: int
    last_position: int


class Head(NamedTuple):
    """How far the log has come. `recorded_at` is 0 while it is empty."""

    size: int
    recorded_at: int
    frontier: bytes

    @property
    def root(self) -> bytes:
        """The hash of the whole tree."""
        return Frontier.from_bytes(self.size, self.frontier).root()


@dataclass(frozen=True, slots=True)
class Header:
    """What is said of an event beside its body.

    `recorded_at` is the instant wanted, for a sandbox; None takes the store's clock.
    """

    effective_on: date = date(1970, 1, 1)
    actor: str = ""
    account: str = ""
    command_id: str = ""
    schema_version: int = 1
    recorded_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoreInfo:
    """What a store says of itself."""

    format: str
    namespace: UUID
    sandbox: bool
    created_by: str
    revision: str

    def stream_id(self, name: str) -> UUID:
        """Return the id of a reference's stream: the same for every spelling in capitals or not."""
        return uuid5(self.namespace, name.casefold())
