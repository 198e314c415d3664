"""Claims as money: what each claim adds to each series, on the last day of its period."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple, assert_never

from benefits.aggregates.benefit import Claim, claims_of, is_void
from benefits.events import BenefitIdentified, SavingClaimed, SavingReversed, SavingVerified
from benefits.stream import Dated, Subject
from benefits.values import Grade, pence
from projections.homes import Homes, home_on


class Series(StrEnum):
    """The series of a claim. The three of the headline split are disjoint and sum to claimed."""

    CLAIMED = "claimed"
    VERIFIED = "verified"
    MEASURED_ONLY = "measured_only"
    CLAIMED_ONLY = "claimed_only"
    CHALLENGED = "challenged"


ASSURANCES: Final = ("claimed", "measured", "verified-preliminary", "verified-interim", "verified-final")
"""Classes of assurance, lowest first."""

ASSUMED: Final = "claims.assumed"
COUNTS: Final = tuple(f"claims.{assurance}" for assurance in ASSURANCES)
"""Series that count claims: how many live claims have something in a class of assurance, or rest on an assumption."""


class Place(NamedTuple):
    """Where an amount belongs; `claim` is the event that made the claim."""

    programme: str
    effective_on: date
    series: str
    release: str
    kind: str
    fund: str
    claim: int


def money(subject: Subject, homes: Homes) -> Mapping[Place, int]:
    """Return a benefit's series as its facts now stand, in pence; nothing that is nought.

    An amount belongs to the programme the benefit was in on the last day of the claim's period.
    """
    opened = subject.opened
    if not isinstance(opened, BenefitIdentified):
        return {}
    found: dict[Place, int] = {}
    claims = claims_of(subject.facts)
    assumed = _assumed_claims(subject.facts, claims)
    for claim in claims.values():
        release = claim.fact.release or opened.release
        for series, amount in _amounts(claim, rests_on_assumption=claim.position in assumed).items():
            place = Place(
                home_on(homes, claim.effective_on),
                claim.effective_on,
                series,
                release.value,
                opened.kind.value,
                opened.fund.value,
                claim.position,
            )
            found[place] = amount
    return {place: amount for place, amount in found.items() if amount}


def _amounts(claim: Claim, *, rests_on_assumption: bool) -> dict[str, int]:
    if not claim.is_live:
        return {}
    claimed, verified = pence(claim.claimed), pence(claim.verified)
    rest = Series.MEASURED_ONLY if claim.fact.measured else Series.CLAIMED_ONLY
    amounts: dict[str, int] = {Series.CLAIMED: claimed, Series.VERIFIED: verified, rest: claimed - verified}
    if claim.is_challenged:
        amounts[Series.CHALLENGED] = claimed
    if claimed != verified:
        amounts["claims.measured" if claim.fact.measured else "claims.claimed"] = 1
    if verified and claim.grade:
        amounts[f"claims.{_assurance(claim.grade)}"] = 1
    if rests_on_assumption:
        amounts[ASSUMED] = 1
    return amounts


def _assurance(grade: Grade) -> str:
    match grade:
        case Grade.PRELIMINARY:
            return "verified-preliminary"
        case Grade.INTERIM:
            return "verified-interim"
        case Grade.FINAL:
            return "verified-final"
        case _:
            assert_never(grade)


def _assumed_claims(facts: tuple[Dated, ...], claims: Mapping[int, Claim]) -> set[int]:
    """Return the claims that rest on an assumption: their own, or that of the finding that stands or a reversal."""
    found: set[int] = set()
    findings: dict[int, bool] = {}
    for dated in sorted(facts, key=lambda dated: dated.position):
        match dated.fact:
            case SavingClaimed(assumed=str()):
                found.add(dated.position)
            case SavingVerified() as fact if fact.claim in claims and not is_void(dated, claims[fact.claim]):
                findings[fact.claim] = fact.assumed is not None
            case SavingReversed(assumed=str()) as fact:
                found.add(fact.claim)
            case _:
                pass
    return found | {claim for claim, is_assumed in findings.items() if is_assumed}
