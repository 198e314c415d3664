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


def _number(percent: Decimal) -> float:
    return float(percent)  # `float` itself has a signature that pydantic takes as long to read as a model to build.


Percent = Annotated[
    Decimal,
    PlainSerializer(_number, return_type=float, when_used="json"),
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

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    def to_json(self) -> dict[str, Any]:
        """Return the answer as JSON values, in the order of its fields."""
        return self.model_dump(mode="json")


class Answer(Row):
    """An answer, with the two times it was asked for and the token that asks it again."""

    as_at: date = Field(description="The day the answer is about.")
    known_at: Instant = Field(description="The instant up to which records are taken in.")
    token: str = Field(
        description="position@root-hash: with the same as_at, asks the same again; proves what it was answered from."
    )
    sandbox: bool = Field(description="Whether the store is a sandbox, whose clock may be set.")


class Restated(Row):
    """A field that a later record changed."""

    position: int = Field(description="The event that changed it.")
    type: str = Field(description="The event's type.")
    reference: str = Field(description="The subject it is about.")
    field: str = Field(description="The field that changed.")
    was: Any = Field(description="Its value before; null if there was none.")
    now: Any = Field(description="Its value after; null if there is none.")


class ProgrammeOnBoard(Row):
    """A programme's headline. `identified` counts only targets like the programme's own in release, kind and fund."""

    reference: str = Field(description="The programme's reference.")
    title: str | None = Field(description="Its name.")
    stage: str | None = Field(description="The stage it is in, in its own words.")
    within: str | None = Field(description="The programme it is a part of.")
    mandate: str | None = Field(description="The decision that mandated it; null before that.")
    target: Amount | None = Field(description="What the programme as a whole is to save.")
    identified: Amount | None = Field(description="The current targets of its benefits that are like its own target.")
    to_be_identified: Amount | None = Field(description="Target less identified.")
    assumed: bool = Field(description="Whether something said of it rests on an assumption.")


class BenefitOnBoard(Row):
    """A benefit's line. The claimed amounts are `null` where the benefit is not in money."""

    reference: str = Field(description="The benefit's reference.")
    title: str | None = Field(description="What the benefit is.")
    programme: str | None = Field(description="The programme that is to bring it about; where it moved, the present.")
    project: str | None = Field(description="The project that is to bring it about.")
    categories: list[str] = Field(description="Its categories; it is counted once, however many.")
    merged_into: str | None = Field(description="The benefit it became part of.")
    release: str = Field(description="Whether it releases cash.")
    kind: str = Field(description="The kind of saving.")
    fund: str = Field(description="The fund its amounts belong to.")
    unit: str = Field(description="GBP for money, otherwise the unit it is measured in.")
    state: str = Field(description="How far it has come, worked out from its facts.")
    assurance: str | None = Field(description="The lowest class of assurance among its claims; null without claims.")
    assumed: bool = Field(description="Whether some figure of it rests on an assumption.")
    owner: str | None = Field(description="The post that owns it.")
    target_shared: bool = Field(description="Whether several posts answer for its target.")
    baseline: Amount | None = Field(description="The value it is measured from.")
    target: Amount | None = Field(description="The target in force: all periods it names.")
    original_target: Amount | None = Field(description="The first target: all periods it names.")
    target_to_date: Amount | None = Field(description="The target in force, for periods that have ended by then.")
    forecast: Amount | None = Field(description="The forecast in force: all periods it names.")
    forecast_to_date: Amount | None = Field(description="The forecast in force, for periods that have ended by then.")
    claimed: Amount | None = Field(description="What is claimed, less what was reversed.")
    verified: Amount | None = Field(description="What finance has verified of it.")
    measured_only: Amount | None = Field(description="What was read from the measure, and is not verified.")
    claimed_only: Amount | None = Field(description="What is neither measured nor verified.")
    challenged: Amount | None = Field(
        description="What is claimed and under challenge; it is still in the other figures."
    )
    in_budget: Amount | None = Field(
        description="What is out of the base budget, a year; null where nothing is said of a budget."
    )
    variance: Amount | None = Field(description="Claimed less target.")
    percent_of_original: Percent | None = Field(description="Claimed in per cent of the original target.")
    percent_of_current: Percent | None = Field(description="Claimed in per cent of the target in force.")
    reading: ReadingOnBoard | None = Field(description="The latest reading of a benefit that is not in money.")


class TotalOnBoard(Row):
    """Sums of what may be added: amounts of one release, kind and fund."""

    release: str = Field(description="The release that was stated for each figure added here.")
    kind: str = Field(description="The kind of saving.")
    fund: str = Field(description="The fund.")
    assumed: bool = Field(description="Whether some of it rests on an assumption.")
    target: Amount | None = Field(description="Targets in force; null if none was stated for this release.")
    original_target: Amount | None = Field(description="First targets.")
    target_to_date: Amount | None = Field(description="Targets in force, for periods that have ended by then.")
    forecast: Amount | None = Field(description="Forecasts in force.")
    forecast_to_date: Amount | None = Field(description="Forecasts in force, for periods that have ended by then.")
    claimed: Amount = Field(description="What is claimed: the sum of the next three.")
    verified: Amount = Field(description="What finance has verified of it.")
    measured_only: Amount = Field(description="What was read from the measure, and is not verified.")
    claimed_only: Amount = Field(description="What is neither measured nor verified.")
    challenged: Amount = Field(description="What is claimed and under challenge.")
    in_budget: Amount | None = Field(description="What is out of the base budget, a year; null where nothing is said.")


class ApartOnBoard(Row):
    """An amount of a benefit that stands in a total without what it would be held against: a claim, or a target."""

    release: str = Field(description="The release of the total it stands in.")
    kind: str = Field(description="The kind of saving.")
    fund: str = Field(description="The fund.")
    reference: str = Field(description="The benefit.")
    figure: str = Field(description="claimed, whose target stands elsewhere, or target, whose claims do.")
    amount: Amount = Field(description="How much of that figure of the total it is.")
    other_releases: list[str] = Field(description="The releases under which its target, or its claims, stand.")


class ProjectOnBoard(Row):
    """A project or workstream of a programme."""

    reference: str = Field(description="The project's reference.")
    title: str | None = Field(description="Its name.")
    level: str | None = Field(description="project or workstream.")
    programme: str | None = Field(description="The programme it belongs to; where it moved, the present one.")
    within: str | None = Field(description="The project it is a part of.")
    stage: str | None = Field(description="The stage it is in.")
    director: str | None = Field(description="The post or posts that direct it.")
    assumed: bool = Field(description="Whether something said of it rests on an assumption.")


class MilestoneOnBoard(Row):
    """A milestone: planned, late or reached; dates as given."""

    reference: str = Field(description="The milestone's reference.")
    title: str | None = Field(description="What will have been reached.")
    programme: str | None = Field(description="The programme it belongs to; where it moved, the present one.")
    project: str | None = Field(description="The project it belongs to.")
    state: str = Field(description="planned, late or reached.")
    baseline: str | None = Field(description="When it was first due, as given.")
    forecast: str | None = Field(description="When it is now expected, as given.")
    actual: str | None = Field(description="When it was reached, as given.")
    assumed: bool = Field(description="Whether something said of it rests on an assumption.")


class ClauseOnBoard(Row):
    """A clause of a resolution: one verb."""

    letter: str = Field(description="The letter of the resolution.")
    verb: str = Field(description="What the clause does.")
    outcome: str = Field(description="What became of it.")


class DelegationOnBoard(Row):
    """What a resolution delegates: open until it is exercised, and overdue once its day has passed unused."""

    letter: str = Field(description="The letter of the resolution.")
    to: list[str] = Field(description="The posts or bodies it is delegated to.")
    is_joint: bool = Field(description="Whether several hold it jointly, so that it takes all of them to exercise it.")
    due: str | None = Field(description="By when it is to be exercised, as given; null where no date is printed.")
    exercised_on: str | None = Field(description="When it was exercised, as given; null while it is open.")
    is_overdue: bool = Field(description="Whether it was due before the day asked about, and was not exercised.")


class DecisionOnBoard(Row):
    """A decision: decided, published or effective."""

    reference: str = Field(description="The decision's reference.")
    title: str | None = Field(description="What it is about.")
    body: str | None = Field(description="The body, or post, that took it.")
    effective_on: str | None = Field(description="The day of the meeting, as given.")
    state: str | None = Field(description="decided, published or effective.")
    assumed: bool = Field(description="Whether something said of it rests on an assumption.")
    overrides: list[str] = Field(description="The rules that were set aside to record it.")
    resolutions: list[ClauseOnBoard] = Field(description="What was resolved, a row a clause.")
    delegations: list[DelegationOnBoard] = Field(description="What its resolutions delegate, where it is recorded.")


class DocumentOnBoard(Row):
    """A report or other document about a programme."""

    reference: str = Field(description="The document's reference.")
    title: str | None = Field(description="What it is called.")
    programmes: list[str] = Field(description="All programmes it is about, those of other boards too.")


class ReadingOnBoard(Row):
    """The latest reading of a measure."""

    period: str = Field(description="The period that was read.")
    value: str = Field(description="The value, in the measure's unit.")
    bound: str = Field(description="How the printed value stands to the true one.")


class MeasureOnBoard(Row):
    """A measure that is no benefit and enters no total."""

    reference: str = Field(description="The measure's reference.")
    title: str | None = Field(description="What is measured.")
    unit: str | None = Field(description="Its unit.")
    assumed: bool = Field(description="Whether something said of it rests on an assumption.")
    reading: ReadingOnBoard | None = Field(description="Its latest reading; null before the first.")


class PortfolioOnBoard(Row):
    """A portfolio's name."""

    reference: str = Field(description="The portfolio's reference.")
    title: str | None = Field(description="Its name.")


class Board(Answer):
    """A programme, or all programmes of a portfolio, on one page.

    `restated` is what records since `known_at` changed; it is `null` when asked by token.
    """

    portfolio: PortfolioOnBoard | None = Field(description="The portfolio asked for; null for a programme.")
    programme: ProgrammeOnBoard | None = Field(description="The programme asked for; null for a portfolio.")
    programmes: list[ProgrammeOnBoard] = Field(description="Every programme on the page.")
    benefits: list[BenefitOnBoard] = Field(description="A line a benefit, by reference.")
    totals: list[TotalOnBoard] = Field(
        description="Sums of what may be added; the rows themselves are never added together."
    )
    apart: list[ApartOnBoard] = Field(
        description="Of which benefits claimed and target of a total are not the same: compare these one by one."
    )
    projects: list[ProjectOnBoard] = Field(description="A line a project or workstream, by reference.")
    milestones: list[MilestoneOnBoard] = Field(description="A line a milestone, by reference.")
    decisions: list[DecisionOnBoard] = Field(description="A line a decision, in the order they were taken.")
    documents: list[DocumentOnBoard] = Field(description="A line a document, by reference.")
    measures: list[MeasureOnBoard] = Field(description="A line a measure that is no benefit, by reference.")
    restated: list[Restated] | None = Field(
        description="What records since then changed in this answer; null when asked by token."
    )
