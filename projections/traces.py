"""What views answer with of single subjects and events: the list, the trail, an explanation, what changed."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import Field

from projections.answers import Amount, Answer, Instant, Restated, Row


class TrailRow(Row):
    """One event."""

    position: int = Field(description="Its place in the log, from 1.")
    recorded_at: Instant = Field(description="When it was recorded.")
    effective_on: date = Field(description="The day from which it is true.")
    actor: str = Field(description="The post that recorded it, perhaps with a person's reference.")
    type: str = Field(description="The stored name of the fact.")
    reference: str = Field(description="The subject it is about.")
    corrects: int | None = Field(description="The event it corrects or withdraws.")
    reason: str | None = Field(description="The reason it gives.")
    assumed: str | None = Field(description="What it rests on, where its source does not say it.")
    overrides: list[str] = Field(description="The rules that were set aside to record it.")
    after_close: bool = Field(
        description="Whether it changed what is claimed or verified of a period that was closed by then."
    )
    command_id: str = Field(description="The id of the command that recorded it.")
    body: dict[str, Any] | None = Field(description="What it says; null where the words were erased.")
    leaf: str = Field(description="The RFC 6962 leaf hash, in hexadecimal.")


class Trail(Answer):
    """The events about a subject and all that belongs to it, in the order of recording."""

    reference: str | None = Field(description="The subject asked for; null for the whole log.")
    events: list[TrailRow] = Field(description="The events, in the order of recording.")


class Listed(Row):
    """Something on record."""

    reference: str = Field(description="Its reference.")
    kind: str = Field(description="What it is: programme, benefit, decision, document, ...")
    title: str | None = Field(description="Its name.")
    programmes: list[str] = Field(description="The programmes it belongs to, or concerns.")


class References(Answer):
    """What is on record, by kind and reference."""

    references: list[Listed] = Field(description="A line a subject.")


class EventInFull(Answer):
    """One event: its header and every word it says."""

    event: TrailRow = Field(description="The event, as the trail has it, its words in `body`.")
    corrected_by: int | None = Field(
        description="The last later event that corrects or withdraws the same fact, as known then; null if none."
    )
    account: str = Field(description="The account it was recorded from, as a random reference.")
    schema_version: int = Field(description="The version of its body's shape.")
    originator_version: int = Field(description="Its place among the events of its subject.")
    commitment: str = Field(description="The hash that commits to the body, in hexadecimal.")


class Part(Row):
    """What one event adds to a figure."""

    position: int = Field(description="The event.")
    recorded_at: Instant = Field(description="When it was recorded.")
    effective_on: date = Field(description="The day from which it is true.")
    actor: str = Field(description="The post that recorded it.")
    type: str = Field(description="The stored name of the fact.")
    reference: str = Field(description="The benefit, plan, programme or decision.")
    claim: int | None = Field(description="The event that made the claim it adds to; null for a target or forecast.")
    period: str | None = Field(description="The period of that claim, or of that line of the target or forecast.")
    what: str | None = Field(description="What it adds it for: a cost line, a source, a purpose; null for a benefit.")
    amount: Amount = Field(description="What it adds; negative if it takes away.")
    assumed: str | None = Field(description="What it rests on, where its source does not say it.")
    corrects: int | None = Field(description="The event it corrects or withdraws.")
    reason: str | None = Field(description="The reason it gives.")


class Explanation(Answer):
    """A figure, and the events that make it: `parts` sum to `total` exactly."""

    reference: str = Field(description="What was asked for: a benefit, programme, portfolio, plan or body.")
    figure: str = Field(description="The figure that is explained.")
    release: str | None = Field(description="Only amounts of this release; null for all.")
    kind: str | None = Field(description="Only amounts of this kind of saving; null for all.")
    fund: str | None = Field(description="Only amounts of this fund; null for all.")
    period: str | None = Field(description="Only this financial year or month, as `years` has it; null for all.")
    own: bool = Field(description="Whether programmes within the programme were left out.")
    programme: str | None = Field(description="Of a benefit that moved, only what belongs to this; null for all.")
    total: Amount | None = Field(description="The figure; null where nothing was said.")
    parts: list[Part] = Field(description="What each event adds; they sum to the total.")


class Change(Restated):
    """A field that differs between two askings, and the event that made it so.

    `clock` is `known` where the event was recorded between them, `true` where it took effect between them.
    """

    recorded_at: Instant = Field(description="When the event was recorded.")
    effective_on: date = Field(description="The day from which it is true.")
    clock: str = Field(description="known: it was recorded in between; true: it took effect in between.")


class Changes(Answer):
    """What differs from an earlier asking, event by event."""

    reference: str = Field(description="The programme or portfolio.")
    since_as_at: date = Field(description="The day the earlier asking is about.")
    since_known_at: Instant = Field(description="The instant the earlier asking is known at.")
    since_token: str = Field(description="The token of the earlier asking.")
    changes: list[Change] = Field(description="Every field that differs, with the event that made it so.")


class Shown(Answer):
    """Everything a view knows of one subject."""

    reference: str = Field(description="The subject's reference.")
    kind: str = Field(description="What it is: benefit, decision, milestone, ...")
    stated_at: int = Field(description="The event whose words began this state.")
    state: dict[str, Any] = Field(description="Its fields, which depend on the kind; empty ones are null.")
    restated: list[Restated] | None = Field(
        description="What records since then changed in it; null by token, or without a programme."
    )
