"""Every fact that may stand in the log, and the closed registry that reads them back.

A fact is frozen and says one thing. Its `type_name` and `schema_version` are written in the log
and are never renamed; a new meaning is a new schema version, which `benefits.upcasts` reads from
the old one. Position, dates, actor and command id belong to the log and stand in no body.

A new kind of fact is added to the union of its aggregate below; the type checker then lists every
room it must visit.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, ClassVar, Final, Literal, Self, get_args
from uuid import UUID

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    ValidationError,
    model_validator,
)
from pydantic_core import CoreSchema

from benefits.errors import InvalidValueError, UnknownEventTypeError
from benefits.upcasts import upcast
from benefits.values import (
    BodyKind,
    Bound,
    Combine,
    Copy,
    Day,
    Direction,
    EvidenceType,
    Finding,
    Frequency,
    Fund,
    GivenDate,
    Grade,
    KeyDecision,
    Line,
    Nation,
    Outcome,
    Period,
    Pounds,
    Quantity,
    Recurrence,
    Reference,
    Release,
    SavingKind,
    Sha256,
    Text,
    Verb,
)

Kind = Literal[
    "store",
    "authority",
    "portfolio",
    "programme",
    "milestone",
    "body",
    "post",
    "decision",
    "document",
    "benefit",
    "measure",
]
"""What a subject can be."""


class Dating(Enum):
    """Where a kind of fact takes the day from which it is true."""

    GIVEN = "given"  # by the recorder; today in London if nothing is given
    HAPPENED = "happened"  # likewise, and not in the future: it has happened
    PERIOD = "period"  # the last day of the fact's period
    CLAIM = "claim"  # that of the claim it is about
    AFTER_LAST_DAY = "after-last-day"  # the day after the fact's last day


@dataclass(frozen=True, slots=True)
class Names:
    """Marks a field that names another subject, and of which kinds that subject may be."""

    kinds: tuple[str, ...]


AuthorityRef = Annotated[Reference, Names(("authority",))]
PortfolioRef = Annotated[Reference, Names(("portfolio",))]
ProgrammeRef = Annotated[Reference, Names(("programme",))]
PostRef = Annotated[Reference, Names(("post",))]
TakerRef = Annotated[Reference, Names(("body", "post"))]
DecisionRef = Annotated[Reference, Names(("decision",))]
DocumentRef = Annotated[Reference, Names(("document",))]


class Value(BaseModel):
    """A part of a fact."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)


# --- parts of facts ----------------------------------------------------------------------------


def _split(words: str, *, most: int) -> list[str]:
    return [part.strip() for part in words.split(":", most)]


class Worded(Value):
    """A part that may also be said in one string."""

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Return the schema of what is stored, or of what may be said, which the string may be instead."""
        stored = handler(schema)
        return stored if handler.mode == "serialization" else {"anyOf": [{"type": "string"}, stored]}


class Override(Worded):
    """A guard set aside: which rule, why, and on what authority."""

    rule: Line = Field(description="The code of the rule set aside, as the refusal names it.")
    reason: Text = Field(description="Why the rule is set aside.")
    authority: Line | None = Field(None, description="On what authority, for example a post or a decision.")

    @model_validator(mode="before")
    @classmethod
    def _from_words(cls, value: Any) -> Any:
        """Read `RULE: REASON`."""
        if isinstance(value, str):
            rule, found, reason = value.partition(":")
            if not found:
                raise InvalidValueError(f"{value!r} is not an override; write RULE: REASON")
            return {"rule": rule.strip(), "reason": reason.strip()}
        return value


class Evidence(Value):
    """What shows that a saving was realised."""

    document: DocumentRef = Field(description="The document's reference.")
    type: EvidenceType = Field(description="What the evidence is.")
    source: Line = Field(description="The system or return it comes from.")
    period: Period | None = Field(None, description="The period it covers; the claim's if left out.")
    extracted_by: PostRef = Field(description="The post that extracted it.")
    extracted_on: Day = Field(description="The day it was extracted.")
    copy_of: Copy = Field(Copy.COPY, description="Whether it is the original or a copy.")
    sha256: Sha256 = Field(description="SHA-256 of the file.")


class ProfileLine(Worded):
    """An amount for a period of a target or forecast, never spread inside it."""

    period: Period
    amount: Quantity

    @model_validator(mode="before")
    @classmethod
    def _from_words(cls, value: Any) -> Any:
        """Read `PERIOD=AMOUNT`."""
        if isinstance(value, str):
            period, found, amount = value.partition("=")
            if not found:
                raise InvalidValueError(f"{value!r} is not a line; write PERIOD=AMOUNT, such as 2007/08=1500000")
            return {"period": period.strip(), "amount": amount.strip()}
        return value


def _verbs(value: Any) -> Any:
    if isinstance(value, str):
        return tuple(verb.strip() for verb in value.replace("+", ",").split(","))
    return value


Letter = Annotated[Line, Field(max_length=12)]
Verbs = Annotated[tuple[Verb, ...], BeforeValidator(_verbs), Field(min_length=1)]


class Recommendation(Worded):
    """What a report asked for under one letter; each verb is a clause."""

    letter: Letter
    verbs: Verbs
    text: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_words(cls, value: Any) -> Any:
        """Read `LETTER: VERB+VERB: TEXT`; the text may be left out."""
        if isinstance(value, str):
            parts = _split(value, most=2)
            if len(parts) < 2:
                raise InvalidValueError(f"{value!r} is not a recommendation; write LETTER: VERB+VERB: TEXT")
            return {"letter": parts[0], "verbs": parts[1]} | ({"text": parts[2]} if len(parts) > 2 else {})
        return value


class Resolution(Worded):
    """What was resolved under one letter; each verb is a clause."""

    letter: Letter
    verbs: Verbs
    outcome: Outcome
    text: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_words(cls, value: Any) -> Any:
        """Read `LETTER: VERB+VERB: OUTCOME: TEXT`; the text may be left out."""
        if isinstance(value, str):
            parts = _split(value, most=3)
            if len(parts) < 3:
                raise InvalidValueError(f"{value!r} is not a resolution; write LETTER: VERB+VERB: OUTCOME: TEXT")
            words = {"letter": parts[0], "verbs": parts[1], "outcome": parts[2]}
            return words | ({"text": parts[3]} if len(parts) > 3 else {})
        return value


def _unlike_letters(parts: tuple[Recommendation | Resolution, ...]) -> None:
    letters = [part.letter.casefold() for part in parts]
    for letter in letters:
        if letters.count(letter) > 1:
            raise InvalidValueError(f"letter {letter} is used twice; give every recommendation or resolution its own")


# --- the fact ----------------------------------------------------------------------------------


class Fact(Value):
    """One thing that is so, said once.

    Every fact may say that it rests on an assumption, which guards were set aside for it, and how
    exactly its date was given.
    """

    type_name: ClassVar[str]
    schema_version: ClassVar[int] = 1
    dating: ClassVar[Dating] = Dating.GIVEN
    opens: ClassVar[Kind | None] = None  # the kind of subject whose stream this fact opens

    assumed: Text | None = Field(None, description="What the fact rests on, where its source does not say it.")
    overrides: tuple[Override, ...] | None = Field(None, description="Guards set aside, each with its reason.")
    dated: GivenDate | None = Field(None, description="The date as given, where it is not to the day.")

    def to_body(self) -> bytes:
        """Return the canonical JSON that the log stores and proves."""
        return canonical(self.model_dump(mode="json", exclude_none=True))


def canonical(value: Any) -> bytes:
    """Return JSON with sorted keys, no space, UTF-8, and nothing but text, integers, booleans and null."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


# --- the store itself --------------------------------------------------------------------------


class StoreOpened(Fact):
    """The log begins: its random namespace, and whether it is a sandbox whose clock may be set."""

    type_name = "store-opened"
    opens = "store"

    namespace: UUID
    sandbox: bool


class ClockAccepted(Fact):
    """An administrator looked at a clock that stands behind the log and lets recording go on."""

    type_name = "clock-accepted"

    clock: Line = Field(description="What the clock read.")
    behind: Line = Field(description="The last recorded instant, which it stands behind.")
    reason: Text = Field(description="What was found.")


# --- structure ---------------------------------------------------------------------------------


class AuthorityOpened(Fact):
    """A council or other public body comes on record, with the nation whose law it is under."""

    type_name = "authority-opened"
    opens = "authority"

    reference: Reference
    title: Line = Field(description="Its name.")
    nation: Nation = Field(description="The nation whose law and bank holidays apply.")


class PortfolioOpened(Fact):
    """A portfolio of programmes of one authority comes on record."""

    type_name = "portfolio-opened"
    opens = "portfolio"

    reference: Reference
    title: Line = Field(description="Its name.")
    authority: AuthorityRef = Field(description="The authority it belongs to.")


class ProgrammeOpened(Fact):
    """A programme comes on record in a portfolio."""

    type_name = "programme-opened"
    opens = "programme"

    reference: Reference
    title: Line = Field(description="Its name.")
    portfolio: PortfolioRef = Field(description="The portfolio it belongs to.")


class ProgrammeStageEntered(Fact):
    """A programme enters a stage, named in its own words."""

    type_name = "programme-stage-entered"
    dating = Dating.HAPPENED

    stage: Line = Field(description="The stage's name.")


class ProgrammeTargetSet(Fact):
    """What a programme as a whole is to save; the benefits that are to do it are identified against it."""

    type_name = "programme-target-set"

    amount: Pounds = Field(description="Pounds, over all periods named.")
    period: Period | None = Field(None, description="By when or for which years, if stated.")
    release: Release = Field(Release.NOT_STATED, description="Whether it is to release cash.")
    kind: SavingKind = Field(SavingKind.NOT_STATED, description="The kind of saving.")
    fund: Fund = Field(Fund.NOT_STATED, description="The fund it is to relieve.")


# --- milestones --------------------------------------------------------------------------------


class MilestonePlanned(Fact):
    """A dated point of a programme's plan; its due date is baseline and first forecast."""

    type_name = "milestone-planned"
    opens = "milestone"

    reference: Reference
    title: Line = Field(description="What will have been reached.")
    programme: ProgrammeRef = Field(description="The programme it belongs to.")
    due: GivenDate | None = Field(None, description="When it is due; leave it out where no date is printed.")


class MilestoneReforecast(Fact):
    """A milestone is now expected at another date; its baseline stays."""

    type_name = "milestone-reforecast"

    due: GivenDate = Field(description="The date now expected.")
    reason: Text | None = Field(None, description="Why.")


class MilestoneReached(Fact):
    """A milestone is reached, on the fact's effective date."""

    type_name = "milestone-reached"
    dating = Dating.HAPPENED

    note: Text | None = Field(None, description="What was reached.")


# --- bodies and posts --------------------------------------------------------------------------


class BodyConstituted(Fact):
    """A body exists from the fact's effective date."""

    type_name = "body-constituted"
    opens = "body"

    reference: Reference
    title: Line = Field(description="Its name.")
    authority: AuthorityRef = Field(description="The authority it belongs to.")
    body_kind: BodyKind = Field(description="What it is in law; an advisory board authorises nothing.")


class BodyDissolved(Fact):
    """A body exists no longer after its last day."""

    type_name = "body-dissolved"
    dating = Dating.AFTER_LAST_DAY

    last_day: Day = Field(description="The last day on which it existed.")


class PostEstablished(Fact):
    """A post exists from the fact's effective date."""

    type_name = "post-established"
    opens = "post"

    reference: Reference
    title: Line = Field(description="The post's title, never a person's name.")
    authority: AuthorityRef = Field(description="The authority it belongs to.")


class PostHolderAppointed(Fact):
    """A person, named by a random reference into the directory, holds a post from the effective date."""

    type_name = "post-holder-appointed"

    person: Reference = Field(description="The person's reference in the directory, never a name.")
    interim: bool = Field(False, description="Whether the holder is interim.")
    external: bool = Field(False, description="Whether the holder is not employed by the authority.")


class PostVacated(Fact):
    """Nobody holds a post after its holder's last day."""

    type_name = "post-vacated"
    dating = Dating.AFTER_LAST_DAY

    last_day: Day = Field(description="The holder's last day.")


# --- decisions and documents -------------------------------------------------------------------


class DecisionTaken(Fact):
    """What a body or officer resolved on a report's recommendations, on the day of the meeting."""

    type_name = "decision-taken"
    opens = "decision"
    dating = Dating.HAPPENED

    reference: Reference
    title: Line = Field(description="What the decision is about.")
    body: TakerRef = Field(description="The body, or the post, that took it.")
    programmes: tuple[ProgrammeRef, ...] = Field((), description="The programmes it concerns.")
    report: DocumentRef | None = Field(None, description="The report it was taken on.")
    recommendations: tuple[Recommendation, ...] = Field(
        (), description="What was recommended: LETTER: VERB+VERB: TEXT."
    )
    resolutions: tuple[Resolution, ...] = Field(
        (), description="What was resolved: LETTER: VERB+VERB: OUTCOME: TEXT. Outcomes: carried, not-carried, ..."
    )
    key: KeyDecision = Field(KeyDecision.NOT_STATED, description="Whether it was declared key.")
    printed_date: GivenDate | None = Field(None, description="The date the paper bears, where it is another.")

    @model_validator(mode="after")
    def _letters(self) -> Self:
        _unlike_letters(self.recommendations)
        _unlike_letters(self.resolutions)
        return self


class DecisionPublished(Fact):
    """The record of a decision is published."""

    type_name = "decision-published"
    dating = Dating.HAPPENED


class DecisionMadeEffective(Fact):
    """Resolutions of a decision may be acted on from the fact's effective date."""

    type_name = "decision-made-effective"
    dating = Dating.HAPPENED

    resolutions: tuple[Letter, ...] = Field((), description="The letters; all of them if left out.")
    reason: Line | None = Field(None, description="Why, for example: not called in.")


class DocumentFiled(Fact):
    """A document comes on record; its versions follow."""

    type_name = "document-filed"
    opens = "document"

    reference: Reference
    title: Line = Field(description="The document's title.")
    programmes: tuple[ProgrammeRef, ...] = Field((), description="The programmes it concerns.")


class DocumentVersionAdded(Fact):
    """An issue of a document, on its printed date."""

    type_name = "document-version-added"

    version: Line = Field(description="The version as printed, for example Draft 2.5.")
    sha256: Sha256 | None = Field(None, description="SHA-256 of the file, where there is one.")
    reason: Line | None = Field(None, description="Why it was issued.")


# --- benefits ----------------------------------------------------------------------------------


class BenefitIdentified(Fact):
    """A measurable improvement seen as an advantage is identified for a programme."""

    type_name = "benefit-identified"
    opens = "benefit"

    reference: Reference
    title: Line = Field(description="The benefit, starting with a word of change: reduce, increase, ...")
    programme: ProgrammeRef = Field(description="The programme that is to bring it about.")
    release: Release = Field(Release.NOT_STATED, description="Whether it releases cash.")
    kind: SavingKind = Field(SavingKind.NOT_STATED, description="The kind of saving.")
    fund: Fund = Field(Fund.NOT_STATED, description="The fund its amounts belong to.")
    unit: Line = Field("GBP", description="GBP for money, otherwise the unit it is measured in.")
    dis_benefit: bool = Field(False, description="Whether it is a disadvantage, netted with negative amounts.")


class BenefitDescribed(Fact):
    """The profile of a benefit: what will be seen, who answers for it, and what finance will want to see."""

    type_name = "benefit-described"

    description: Text = Field(description="What the benefit is.")
    outcome: Text | None = Field(None, description="What will be observed when it is there.")
    recurrence: Recurrence = Field(Recurrence.NOT_STATED, description="Whether it comes every year.")
    price_base: Line | None = Field(None, description="The price base of its amounts, for example 2007/08 prices.")
    accountable: PostRef | None = Field(None, description="The post accountable for it (SRO).")
    verifier: PostRef | None = Field(None, description="The finance post that verifies it.")
    evidence_required: Text | None = Field(None, description="What a claim must be shown with.")


class BenefitOwnerAppointed(Fact):
    """A post owns a benefit from the fact's effective date."""

    type_name = "benefit-owner-appointed"

    post: PostRef = Field(description="The owner's post.")


class MeasureAgreed(Fact):
    """How a benefit is measured is agreed."""

    type_name = "measure-agreed"

    measure: Line = Field(description="What is measured.")
    source: Line = Field(description="The system or return it is read from.")
    direction: Direction = Field(description="Which way it improves.")
    frequency: Frequency = Field(Frequency.MONTHLY, description="How often it is read.")
    combine: Combine = Field(Combine.SUM, description="How periods combine.")


class BaselineAgreed(Fact):
    """The starting value a benefit is measured from; a new one is a new version, the first stays on record."""

    type_name = "baseline-agreed"

    value: Quantity = Field(description="The value, in the benefit's unit.")
    taken: GivenDate = Field(description="When the value was taken.")
    decision: DecisionRef | None = Field(None, description="The decision that agreed it.")
    business_case: DocumentRef | None = Field(None, description="The business case it stands in.")


class TargetSet(Fact):
    """A version of a benefit's target, by period; it replaces the version before it from its effective date."""

    type_name = "target-set"

    lines: tuple[ProfileLine, ...] = Field(min_length=1, description="PERIOD=AMOUNT, in the benefit's unit.")
    release: Release | None = Field(None, description="The release stated for the target; the benefit's if left out.")
    reason: Text | None = Field(None, description="Why it is set or changed.")
    decision: DecisionRef | None = Field(None, description="The decision that set it.")


class ForecastMade(Fact):
    """A version of what a benefit is expected to bring, by period; it replaces the version before it."""

    type_name = "forecast-made"

    lines: tuple[ProfileLine, ...] = Field(min_length=1, description="PERIOD=AMOUNT, in the benefit's unit.")
    release: Release | None = Field(None, description="The release stated for the forecast; the benefit's if left out.")
    reason: Text | None = Field(None, description="Why it is made or changed.")


class BenefitAuthorised(Fact):
    """A resolution that confers authority authorises a benefit."""

    type_name = "benefit-authorised"

    decision: DecisionRef = Field(description="The authorising decision.")
    resolution: Letter = Field(description="The letter of the resolution.")


class DeliveryStarted(Fact):
    """Work to deliver an authorised benefit has begun."""

    type_name = "delivery-started"
    dating = Dating.HAPPENED


class SavingClaimed(Fact):
    """The owner says what a benefit realised in a period, with evidence."""

    type_name = "saving-claimed"
    dating = Dating.PERIOD

    period: Period = Field(description="Month 2008-03, financial year 2007/08, or months 2007-04..2010-03.")
    amount: Pounds = Field(description="Pounds; negative for a dis-benefit.")
    claimant: PostRef = Field(description="The post that claims it; the recorder's if left out.")
    evidence: Evidence | None = Field(None, description="What shows it.")
    release: Release | None = Field(None, description="The release stated for the claim; the benefit's if left out.")
    measured: bool = Field(False, description="Whether the amount was read from the agreed measure.")


class SavingVerified(Fact):
    """Finance's finding on a claim; the latest finding on a claim stands."""

    type_name = "saving-verified"
    dating = Dating.CLAIM

    claim: int = Field(description="The claim: its position, @COMMAND-ID, or its period.")
    finding: Finding = Field(Finding.FULL, description="full, part, returned or rejected.")
    amount: Pounds = Field(description="Pounds verified; needed for part, otherwise worked out.")
    method: Line = Field(description="How it was tested, for example: ledger match.")
    verifier: PostRef = Field(description="The finance post that found it; the recorder's if left out.")
    grade: Grade = Field(Grade.FINAL, description="How final the finding is.")


class SavingChallenged(Fact):
    """Somebody doubts a claim; it stands, marked as challenged, until it is verified again or reversed."""

    type_name = "saving-challenged"
    dating = Dating.CLAIM

    claim: int = Field(description="The claim: its position, @COMMAND-ID, or its period.")
    reason: Text = Field(description="What is doubted.")


class SavingReversed(Fact):
    """An amount is taken out of a claim, and of what was verified of it."""

    type_name = "saving-reversed"
    dating = Dating.CLAIM

    claim: int = Field(description="The claim: its position, @COMMAND-ID, or its period.")
    amount: Pounds = Field(description="Pounds taken out; all that is left of the claim if left out.")
    reason: Text = Field(description="Why.")


# --- measures ----------------------------------------------------------------------------------


class MeasureDefined(Fact):
    """A figure worth watching that is not itself a benefit; it never enters a savings total."""

    type_name = "measure-defined"
    opens = "measure"

    reference: Reference
    title: Line = Field(description="What is measured.")
    programme: ProgrammeRef = Field(description="The programme it is watched for.")
    unit: Line = Field(description="The unit, for example calls a week.")
    direction: Direction = Field(Direction.HOLD, description="Which way it improves.")
    source: Line | None = Field(None, description="The system or return it is read from.")


class MeasureRead(Fact):
    """A measure, or a benefit that is not in money, was read for a period."""

    type_name = "measure-read"
    dating = Dating.PERIOD

    period: Period = Field(description="Month 2008-03, financial year 2007/08, or months 2007-04..2010-03.")
    value: Quantity = Field(description="The value, in the unit.")
    bound: Bound = Field(Bound.EXACTLY, description="How the printed value stands to the true one.")
    source: Line | None = Field(None, description="Where it was read.")


# --- facts about facts -------------------------------------------------------------------------


class FactCorrected(Fact):
    """A recorded fact was wrong: the whole fact again, of the same type, as it should have been."""

    type_name = "fact-corrected"

    corrects: int = Field(description="The position of the fact corrected.")
    reason: Text = Field(description="Why.")
    fact_type: str = Field(description="The stored name of the fact corrected.")
    fact_version: int = Field(description="The schema version of the replacement.")
    fact: dict[str, Any] = Field(description="The replacement, whole.")


class FactWithdrawn(Fact):
    """A recorded fact should not have been recorded; nothing stands in its place."""

    type_name = "fact-withdrawn"

    corrects: int = Field(description="The position of the fact withdrawn.")
    reason: Text = Field(description="Why.")


class BodyBlanked(Fact):
    """The words of an event were erased under a recorded legal basis; its proof stays."""

    type_name = "body-blanked"

    blanks: int = Field(description="The position of the event whose body is erased.")
    corrects: int | None = Field(None, description="The position that event corrected, if it was a correction.")
    legal_basis: Text = Field(description="The basis on which it is erased.")


@dataclass(frozen=True, slots=True)
class Blanked:
    """Stands where a body was erased: something was said here, and nobody can know what."""

    type_name: str


# --- the closed unions -------------------------------------------------------------------------


StoreFact = StoreOpened | ClockAccepted
AuthorityFact = AuthorityOpened
PortfolioFact = PortfolioOpened
ProgrammeFact = ProgrammeOpened | ProgrammeStageEntered | ProgrammeTargetSet
MilestoneFact = MilestonePlanned | MilestoneReforecast | MilestoneReached
BodyFact = BodyConstituted | BodyDissolved
PostFact = PostEstablished | PostHolderAppointed | PostVacated
DecisionFact = DecisionTaken | DecisionPublished | DecisionMadeEffective
DocumentFact = DocumentFiled | DocumentVersionAdded
BenefitFact = (
    BenefitIdentified
    | BenefitDescribed
    | BenefitOwnerAppointed
    | MeasureAgreed
    | BaselineAgreed
    | TargetSet
    | ForecastMade
    | BenefitAuthorised
    | DeliveryStarted
    | SavingClaimed
    | SavingVerified
    | SavingChallenged
    | SavingReversed
    | MeasureRead
)
MeasureFact = MeasureDefined | MeasureRead

SubjectFact = (
    StoreFact
    | AuthorityFact
    | PortfolioFact
    | ProgrammeFact
    | MilestoneFact
    | BodyFact
    | PostFact
    | DecisionFact
    | DocumentFact
    | BenefitFact
    | MeasureFact
)
"""A fact about a subject: what folds see."""

FactAboutFact = FactCorrected | FactWithdrawn | BodyBlanked
"""A fact about a fact: the loader applies it, and folds never see it."""

AnyFact = SubjectFact | FactAboutFact

REGISTRY: Final[dict[str, type[AnyFact]]] = {model.type_name: model for model in get_args(AnyFact)}
"""Every type the log may hold, by its stored name."""


def read_body(type_name: str, schema_version: int, body: bytes | None) -> AnyFact | Blanked:
    """Return the fact a stored body says, or `Blanked` if the body was erased.

    Raises:
        UnknownEventTypeError: If this version does not know the type or its schema version.
    """
    model = REGISTRY.get(type_name)
    if model is None or schema_version > model.schema_version:
        raise UnknownEventTypeError(
            f"the log holds an event of type {type_name!r}, schema version {schema_version}, which this version "
            "does not know; use the newer version that wrote it"
        )
    if body is None:
        return Blanked(type_name)
    return read_words(model, schema_version, json.loads(body))


def read_words(model: type[AnyFact], schema_version: int, words: dict[str, Any]) -> AnyFact:
    """Return the fact that JSON words of some schema version say, in today's shape."""
    try:
        return model.model_validate(upcast(model.type_name, schema_version, model.schema_version, words))
    except ValidationError as error:
        raise UnknownEventTypeError(f"a stored {model.type_name} does not read as one: {error}") from error
