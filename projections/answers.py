"""What views answer with: typed rows, whose JSON names are the same everywhere.

Money is a string with two decimals, `null` is unknown, dates are written as precisely as they were given.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema

Amount = Annotated[
    Decimal,
    PlainSerializer(lambda amount: format(amount, "f"), return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "examples": ["4390000.00"]}),
]
"""Pounds with two decimals, or a number in a benefit's own unit."""

Percent = Annotated[
    Decimal,
    PlainSerializer(float, return_type=float, when_used="json"),
    WithJsonSchema({"type": "number", "examples": [292.7]}),
]
"""Per cent with one decimal."""


def _zulu(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


Instant = Annotated[
    datetime,
    PlainSerializer(_zulu, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]


class Row(BaseModel):
    """A part of an answer."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    def to_json(self) -> dict[str, Any]:
        """Return the answer as JSON values, in the order of its fields."""
        return self.model_dump(mode="json")


class Answer(Row):
    """An answer, with the two times it was asked for and the token that asks it again."""

    as_at: date = Field(description="The day the answer is about.")
    known_at: Instant = Field(description="The instant up to which records are taken in.")
    token: str = Field(description="position@root-hash: asks the same again, and proves what it was answered from.")
    sandbox: bool = Field(description="Whether the store is a sandbox, whose clock may be set.")


class Restated(Row):
    """A field that a later record changed."""

    position: int
    type: str
    reference: str
    field: str
    was: Any
    now: Any


# --- the board ---------------------------------------------------------------------------------


class ProgrammeOnBoard(Row):
    """A programme's headline. `identified` counts only targets like the programme's own in release, kind and fund."""

    reference: str
    title: str | None
    stage: str | None
    target: Amount | None
    identified: Amount | None
    to_be_identified: Amount | None
    assumed: bool


class BenefitOnBoard(Row):
    """A benefit's line. The claimed amounts are `null` where the benefit is not in money."""

    reference: str
    title: str | None
    programme: str | None
    release: str
    kind: str
    fund: str
    unit: str
    state: str
    assurance: str | None
    assumed: bool
    owner: str | None
    baseline: Amount | None
    target: Amount | None
    original_target: Amount | None
    target_to_date: Amount | None
    forecast: Amount | None
    forecast_to_date: Amount | None
    claimed: Amount | None
    verified: Amount | None
    measured_only: Amount | None
    claimed_only: Amount | None
    challenged: Amount | None
    in_budget: Amount | None
    variance: Amount | None
    percent_of_original: Percent | None
    percent_of_current: Percent | None
    reading: ReadingOnBoard | None


class TotalOnBoard(Row):
    """Sums of what may be added: amounts of one release, kind and fund."""

    release: str
    kind: str
    fund: str
    assumed: bool
    target: Amount | None
    original_target: Amount | None
    target_to_date: Amount | None
    forecast: Amount | None
    forecast_to_date: Amount | None
    claimed: Amount
    verified: Amount
    measured_only: Amount
    claimed_only: Amount
    challenged: Amount
    in_budget: Amount | None


class MilestoneOnBoard(Row):
    """A milestone: planned, late or reached; dates as given."""

    reference: str
    title: str | None
    state: str
    baseline: str | None
    forecast: str | None
    actual: str | None
    assumed: bool


class ClauseOnBoard(Row):
    """A clause of a resolution: one verb."""

    letter: str
    verb: str
    outcome: str


class DecisionOnBoard(Row):
    """A decision: decided, published or effective."""

    reference: str
    title: str | None
    body: str | None
    effective_on: str | None
    state: str | None
    assumed: bool
    overrides: list[str]
    resolutions: list[ClauseOnBoard]


class ReadingOnBoard(Row):
    """The latest reading of a measure."""

    period: str
    value: str
    bound: str


class MeasureOnBoard(Row):
    """A measure that is no benefit and enters no total."""

    reference: str
    title: str | None
    unit: str | None
    assumed: bool
    reading: ReadingOnBoard | None


class PortfolioOnBoard(Row):
    """A portfolio's name."""

    reference: str
    title: str | None


class Board(Answer):
    """A programme, or all programmes of a portfolio, on one page.

    `restated` is what records since `known_at` changed; it is `null` when asked by token.
    """

    portfolio: PortfolioOnBoard | None
    programme: ProgrammeOnBoard | None
    programmes: list[ProgrammeOnBoard]
    benefits: list[BenefitOnBoard]
    totals: list[TotalOnBoard]
    milestones: list[MilestoneOnBoard]
    decisions: list[DecisionOnBoard]
    measures: list[MeasureOnBoard]
    restated: list[Restated] | None


# --- the trail, and what a figure is made of ---------------------------------------------------


class TrailRow(Row):
    """One event."""

    position: int
    recorded_at: Instant
    effective_on: date
    actor: str
    type: str
    reference: str
    corrects: int | None
    reason: str | None
    assumed: str | None
    overrides: list[str]
    command_id: str
    body: dict[str, Any] | None = Field(description="What it says; null where the words were erased.")
    leaf: str = Field(description="The RFC 6962 leaf hash, in hexadecimal.")


class Trail(Answer):
    """The events about a subject and all that belongs to it, in the order of recording."""

    reference: str | None
    events: list[TrailRow]


class Part(Row):
    """What one event adds to a figure."""

    position: int
    recorded_at: Instant
    effective_on: date
    actor: str
    type: str
    reference: str
    period: str | None
    amount: Amount
    assumed: str | None
    corrects: int | None
    reason: str | None


class Explanation(Answer):
    """A figure, and the events that make it: `parts` sum to `total` exactly."""

    reference: str
    figure: str
    release: str | None
    kind: str | None
    fund: str | None
    total: Amount | None
    parts: list[Part]


class Change(Restated):
    """A field that differs between two askings, and the event that made it so.

    `clock` is `known` where the event was recorded between them, `true` where it took effect between them.
    """

    recorded_at: Instant
    effective_on: date
    clock: str


class Changes(Answer):
    """What differs from an earlier asking, event by event."""

    reference: str
    since_as_at: date
    since_known_at: Instant
    since_token: str
    changes: list[Change]


class Shown(Answer):
    """Everything a view knows of one subject."""

    reference: str
    kind: str
    stated_at: int
    state: dict[str, Any]
    restated: list[Restated] | None
