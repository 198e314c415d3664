"""A history written straight into a log, as the register would have written it one command at a time.

To judge a million commands takes half an hour. What is written here is what judging them would write, event for event
and byte for byte, with the record of every command; a test holds it to that by giving the register the same commands.
"""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import uuid5

from eventsourcing.persistence import StoredEvent

from benefits import BenefitsRegister, initialise
from benefits.act import Act, request_hash
from benefits.commands import command_named
from benefits.events import FactCorrected
from benefits.parts import Dating
from benefits.store import AppendableLog, Header

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from uuid import UUID

    from benchmarks.history import Entry
    from benefits.parts import Fact

PAGE: Final = 1_000
"""Events a transaction."""

ACCOUNT: Final = "benchmark"
"""Whose account everything is recorded from."""

_CLAIM: Final = command_named("saving.claim")
_GIVEN: Final = frozenset({Dating.GIVEN, Dating.HAPPENED})


class Prepared(NamedTuple):
    """An entry as the log takes it."""

    event: StoredEvent
    header: Header
    request: bytes


def line(entry: Entry, position: int) -> bytes:
    """Return an entry as a line of a file that `benefits apply` takes.

    Args:
        entry: The entry.
        position: Where it is to stand in the log; its id is made of that.
    """
    said: dict[str, Any] = {
        "id": identity(position),
        "command": entry.command,
        "by": entry.by,
        "now": entry.at.isoformat(),
    }
    if entry.corrects is not None:
        at, reason = entry.corrects
        said["data"] = {"at": at, "reason": reason, "set": {"amount": entry.words["amount"]}}
    else:
        said["data"] = {"reference": entry.reference, **entry.words}
        if _says_its_day(entry):
            said["effective_on"] = entry.on.isoformat()
    return json.dumps(said).encode() + b"\n"


def identity(position: int) -> str:
    """Return the id of the command that recorded the event at a position."""
    return f"H-{position:07d}"


def fact_of(entry: Entry) -> Fact:
    """Return the fact an entry records."""
    if entry.corrects is not None:
        at, reason = entry.corrects
        whole = _CLAIM.model.model_validate(entry.words)
        return FactCorrected(
            corrects=at,
            reason=reason,
            fact_type=whole.type_name,
            fact_version=whole.schema_version,
            fact=whole.model_dump(mode="json", exclude_none=True),
        )
    model = command_named(entry.command).model
    words = {**entry.words, "reference": entry.reference} if model.opens else entry.words
    return model.model_validate(words)


def prepared(entries: Iterable[Entry], namespace: UUID, account: str) -> Iterator[Prepared]:
    """Yield entries as the log takes them, each in its place in its stream.

    Args:
        entries: From the first of the history on.
        namespace: Under which the store's streams are named.
        account: The reference of the account that records.
    """
    streams: dict[str, tuple[UUID, int]] = {}
    for position, entry in enumerate(entries, start=2):
        fact = fact_of(entry)
        stream, version = streams.get(entry.reference) or (uuid5(namespace, entry.reference.casefold()), 0)
        streams[entry.reference] = (stream, version + 1)
        header = Header(
            effective_on=entry.on,
            actor=entry.by,
            account=account,
            command_id=identity(position),
            schema_version=fact.schema_version,
            recorded_at=entry.at,
        )
        yield Prepared(StoredEvent(stream, version + 1, fact.type_name, fact.to_body()), header, _request(entry))


def write(
    url: str, entries: Iterable[Entry], stop_at: int | None = None, tell: Callable[[int], None] | None = None
) -> Iterator[Prepared]:
    """Make a sandbox and write a history into its log; its views are still to be built.

    Args:
        url: Where there is no store yet.
        entries: From the first of the history on.
        stop_at: How many events the log is to have; None writes them all.
        tell: Told how many events are written.

    Returns:
        What is left of the history, to be appended.
    """
    initialise(url, sandbox=True)
    with BenefitsRegister(url, account=ACCOUNT) as register:
        with register.database.writing() as connection:
            account = AppendableLog(register.database).account_reference(connection, ACCOUNT)
        waiting = prepared(entries, register.info.namespace, account)
        written = register.log.head().size
        while page := list(islice(waiting, PAGE if stop_at is None else min(PAGE, stop_at - written))):
            append(register, page)
            written += len(page)
            if tell is not None:
                tell(written)
    return waiting


def append(register: BenefitsRegister, page: Sequence[Prepared]) -> None:
    """Append events with the record of their commands, all in one transaction."""
    with register.database.writing() as connection:
        log = AppendableLog(register.database)
        rows = log.append([one.event for one in page], [one.header for one in page])
        for row, one in zip(rows, page, strict=True):
            log.record_command(connection, row.command_id, one.request, row.position, row.position)


def _says_its_day(entry: Entry) -> bool:
    return entry.effective_on is not None and command_named(entry.command).model.dating in _GIVEN


def _request(entry: Entry) -> bytes:
    if entry.corrects is not None:
        at, reason = entry.corrects
        words = {"reason": reason, "set": {"amount": entry.words["amount"]}}
        return request_hash("correct", str(at), words, Act(), entry.by)
    act = Act(effective_on=entry.on.isoformat()) if _says_its_day(entry) else Act()
    return request_hash(entry.command, entry.reference, entry.words, act, entry.by)
