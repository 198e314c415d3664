"""Claims as money: what each claim adds to each series, on the last day of its period."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Final, NamedTuple, assert_never

from benefits.aggregates.benefit import Claim, claims_of
from benefits.events import BenefitIdentified, SavingClaimed, SavingReversed, SavingVerified
from benefits.stream import Dated, Subject
from benefits.values import Grade, pence


class Series(StrEnum):
    """The series of a claim. The three of the headline split are disjoint and sum to claimed."""

    CLAIMED = "claimed"
    VERIFIED = "verified"
    MEASURED_ONLY = "measured_only"
    CLAIMED_ONLY = "claimed_only"
    CHALLENGED = "challenged"


SPLIT: Final = (Series.VERIFIED, Series.MEASURED_ONLY, Series.CLAIMED_ONLY)

ASSURANCES: Final = ("claimed", "measured", "verified-preliminary", "verified-interim", "verified-final")
"""Classes of assurance, lowest first."""

ASSUMED: Final = "claims.assumed"
COUNTS: Final = tuple(f"claims.{assurance}" for assurance in ASSURANCES)
"""Series that count claims: how many live claims have something in a class of assurance, or rest on an assumption."""


class Place(NamedTuple):
    """Where an amount belongs."""

    programme: str
    effective_on: date
    series: str
    release: str
    kind: str
    fund: str


def money(subject: Subject) -> Mapping[Place, int]:
    """Return a benefit's series as its facts now stand, in pence; nothing that is nought."""
    opened = subject.opened
    if not isinstance(opened, BenefitIdentified):
        return {}
    found: dict[Place, int] = {}
    assumed = _assumed_claims(subject.facts)
    for claim in claims_of(subject.facts).values():
        release = claim.fact.release or opened.release
        for series, amount in _amounts(claim, rests_on_assumption=claim.position in assumed).items():
            place = Place(
                opened.programme, claim.effective_on, series, release.value, opened.kind.value, opened.fund.value
            )
            found[place] = found.get(place, 0) + amount
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


def _assumed_claims(facts: tuple[Dated, ...]) -> set[int]:
    """Return the positions of the claims that rest, themselves or in what was found of them, on an assumption."""
    found: set[int] = set()
    for dated in facts:
        match dated.fact:
            case SavingClaimed(assumed=str()):
                found.add(dated.position)
            case (SavingVerified(assumed=str()) | SavingReversed(assumed=str())) as fact:
                found.add(fact.claim)
            case _:
                pass
    return found
