"""What facts are made of: the base of every fact, its parts, and the marks of fields that name other subjects."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, ClassVar, Literal, Self, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

from benefits.errors import InvalidValueError
from benefits.terms import Copy, EvidenceType, Outcome, Release, Verb
from benefits.values import Day, GivenDate, Line, Period, Quantity, Reference, Sha256, Share, Text

Kind = Literal[
    "store",
    "authority",
    "portfolio",
    "programme",
    "project",
    "milestone",
    "body",
    "post",
    "decision",
    "document",
    "benefit",
    "measure",
    "funding",
    "figure",
]
"""What a subject can be."""


class Dating(Enum):
    """Where a kind of fact takes the day from which it is true."""

    GIVEN = "given"  # by the recorder; today in London if nothing is given
    HAPPENED = "happened"  # likewise, and not in the future: it has happened
    PERIOD = "period"  # the last day of the fact's period
    CLAIM = "claim"  # that of the claim it is about
    AFTER_LAST_DAY = "after-last-day"  # the day after the fact's last day
    DECISION = "decision"  # that of the decision it is about


@dataclass(frozen=True, slots=True)
class Names:
    """Marks a field that names another subject, and of which kinds that subject may be."""

    kinds: tuple[str, ...]


AuthorityRef = Annotated[Reference, Names(("authority",))]
PortfolioRef = Annotated[Reference, Names(("portfolio",))]
ProgrammeRef = Annotated[Reference, Names(("programme",))]
ProjectRef = Annotated[Reference, Names(("project",))]
BenefitRef = Annotated[Reference, Names(("benefit",))]
FundingRef = Annotated[Reference, Names(("funding",))]
FigureRef = Annotated[Reference, Names(("figure",))]
AnyRef = Annotated[Reference, Names(tuple(kind for kind in get_args(Kind) if kind != "store"))]
PostRef = Annotated[Reference, Names(("post",))]
TakerRef = Annotated[Reference, Names(("body", "post"))]
DecisionRef = Annotated[Reference, Names(("decision",))]
DocumentRef = Annotated[Reference, Names(("document",))]
RecordRef = Annotated[Reference, Names(("decision", "document"))]


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
LineCode = Annotated[Line, Field(max_length=40)]
Verbs = Annotated[tuple[Verb, ...], BeforeValidator(_verbs), Field(min_length=1)]


def _takers(value: Any) -> Any:
    said = (value,) if isinstance(value, str) else value
    if isinstance(said, list | tuple) and all(isinstance(one, str) for one in said):
        return tuple(name.strip() for one in said for name in one.split("+"))
    return value


Takers = Annotated[tuple[TakerRef, ...], BeforeValidator(_takers)]


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


class Delegation(Worded):
    """To whom a resolution delegates, and by when it is to be exercised; several hold it jointly, as minuted."""

    letter: Letter
    to: Takers = Field(min_length=1)
    due: GivenDate | None = None
    in_consultation_with: Takers | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_words(cls, value: Any) -> Any:
        """Read `LETTER: TO+TO: DUE: CONSULTED+CONSULTED`; the last two may be left out."""
        if isinstance(value, str):
            parts = _split(value, most=3)
            if len(parts) < 2:
                raise InvalidValueError(f"{value!r} is not a delegation; write LETTER: TO+TO: DUE")
            names = ("letter", "to", "due", "in_consultation_with")
            return {name: part for name, part in zip(names, parts, strict=False) if part}
        return value

    @model_validator(mode="after")
    def _unlike(self) -> Self:
        for holders in (self.to, self.in_consultation_with or ()):
            each_once(holders)
        return self


def each_once(names: tuple[str, ...]) -> None:
    """Refuse a reference that is named twice."""
    folded = [name.casefold() for name in names]
    for name in names:
        if folded.count(name.casefold()) > 1:
            raise InvalidValueError(f"{name} is named twice; name everybody once")


class StageLine(Worded):
    """A stage of a programme, in its place in the list; perhaps with the date its start is planned for."""

    name: Line
    starts: GivenDate | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_words(cls, value: Any) -> Any:
        """Read `NAME` or `NAME=START`."""
        if isinstance(value, str):
            name, found, starts = value.partition("=")
            return {"name": name.strip()} | ({"starts": starts.strip()} if found else {})
        return value


class Allocation(Worded):
    """A post's part of a target; without a share it answers for all of it together with the others."""

    post: PostRef
    share: Share | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_words(cls, value: Any) -> Any:
        """Read `POST` or `POST=PER CENT`."""
        if isinstance(value, str):
            post, found, share = value.partition("=")
            return {"post": post.strip()} | ({"share": share} if found else {})
        return value


class SplitPart(Worded):
    """A benefit that takes a share of another's target and forecast."""

    benefit: BenefitRef
    share: Share

    @model_validator(mode="before")
    @classmethod
    def _from_words(cls, value: Any) -> Any:
        """Read `BENEFIT=PER CENT`."""
        if isinstance(value, str):
            benefit, found, share = value.partition("=")
            if not found:
                raise InvalidValueError(f"{value!r} is not a part; write BENEFIT=PER CENT, such as B-2=60")
            return {"benefit": benefit.strip(), "share": share}
        return value


class Handover(Value):
    """Lines of a target or forecast that go from one benefit to another, with the release stated for them."""

    release: Release
    lines: tuple[ProfileLine, ...]


def unlike_letters(parts: tuple[Recommendation | Resolution | Delegation, ...]) -> None:
    """Refuse a letter that is used twice."""
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
