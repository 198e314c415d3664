"""Rows of the log as the facts they say, for whoever reads: without the event-store library."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benefits.events import read_body
from benefits.proof.entry import commitment
from benefits.store.errors import StoreDamagedError
from benefits.stream import Recorded

if TYPE_CHECKING:
    from benefits.store.rows import EventRow


def recorded_of(row: EventRow) -> Recorded:
    """Return an event of the log as the fact it says, with its header.

    Raises:
        StoreDamagedError: If its body is not the one that was recorded.
        UnknownEventTypeError: If the registry does not hold its type and schema version.
    """
    if row.body is not None and (row.salt is None or commitment(row.salt, row.body) != row.commitment):
        raise StoreDamagedError(
            f"the words of event {row.position} are not those that were recorded; nothing is answered from them. "
            "Keep a copy of the store as it is, and run: benefits verify"
        )
    return Recorded(
        originator_id=row.originator_id,
        originator_version=row.originator_version,
        position=row.position,
        type_name=row.type,
        recorded_us=row.recorded_at,
        effective_on=row.effective_on,
        actor=row.actor,
        account=row.account,
        command_id=row.command_id,
        leaf=row.leaf,
        fact=read_body(row.type, row.schema_version, row.body),
    )
