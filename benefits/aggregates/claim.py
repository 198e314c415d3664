"""Claims as they stand: what is left of each, and how much of that finance has verified."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final, assert_never

from benefits.events import SavingChallenged, SavingClaimed, SavingReversed, SavingVerified
from benefits.stream import Dated
from benefits.terms import Grade

ZERO: Final = Decimal("0.00")


@dataclass(frozen=True)
class Claim:
    """A claim as it stands: what is left of it, and how much of that finance has verified."""

    dated: Dated
    fact: SavingClaimed
    claimed: Decimal
    verified: Decimal = ZERO
    grade: Grade | None = None
    is_challenged: bool = False

    @property
    def position(self) -> int:
        """The event that recorded it."""
        return self.dated.position

    @property
    def effective_on(self) -> date:
        """The last day of its period."""
        return self.dated.effective_on

    @property
    def is_live(self) -> bool:
        """Whether anything is left of it."""
        return self.claimed != 0


def towards_nought(amount: Decimal, limit: Decimal) -> Decimal:
    """Return an amount cut to between nought and a limit of either sign."""
    return min(max(amount, ZERO), limit) if limit >= 0 else max(min(amount, ZERO), limit)


def evolve_claim(claim: Claim, fact: SavingVerified | SavingChallenged | SavingReversed) -> Claim:
    """Return a claim after a fact about it; what is verified never exceeds what is claimed."""
    match fact:
        case SavingVerified():
            verified = towards_nought(fact.amount, claim.claimed)
            return replace(claim, verified=verified, grade=fact.grade if verified else None, is_challenged=False)
        case SavingChallenged():
            return replace(claim, is_challenged=True)
        case SavingReversed():
            left = claim.claimed - towards_nought(fact.amount, claim.claimed)
            verified = towards_nought(claim.verified - fact.amount, left)
            return replace(claim, claimed=left, verified=verified, is_challenged=claim.is_challenged and left != 0)
        case _:
            assert_never(fact)


def claims_of(facts: Sequence[Dated]) -> dict[int, Claim]:
    """Return the claims among a benefit's facts, by position, each with what was found of it, in that order.

    A finding is about the words it was made on: once the claim is corrected, it counts no more.
    """
    claims: dict[int, Claim] = {}
    for dated in sorted(facts, key=lambda dated: dated.position):
        match dated.fact:
            case SavingClaimed() as fact:
                claims[dated.position] = Claim(dated, fact, fact.amount)
            case SavingVerified() | SavingChallenged() | SavingReversed() as fact:
                if fact.claim in claims and not is_void(dated, claims[fact.claim]):
                    claims[fact.claim] = evolve_claim(claims[fact.claim], fact)
            case _:
                pass
    return claims


def is_void(finding: Dated, claim: Claim) -> bool:
    """Tell whether a finding was made on words of the claim that no longer stand."""
    return isinstance(finding.fact, SavingVerified) and finding.stated_at < claim.dated.stated_at
