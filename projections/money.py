"""Claims as money: what each claim adds to each series, on the last day of its period."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from operator import sub
from typing import NamedTuple

from benefits.aggregates.claim import Claim, claims_of, is_void
from benefits.events import BenefitIdentified, SavingChallenged, SavingClaimed, SavingReversed, SavingVerified
from benefits.stream import Change, Dated
from benefits.values import pence
from projections.homes import Homes, home_on
from projections.series import ASSUMED, COUNT_OF, NOTHING, SERIES, Amounts, Series


class Place(NamedTuple):
    """Where amounts belong; `claim` is the event that made the claim."""

    programme: str
    effective_on: date
    release: str
    kind: str
    fund: str
    claim: int


class Claims:
    """A benefit's claims, and where the amounts of each belong, kept up as its facts arrive.

    Args:
        facts: The benefit's facts so far.
        opened: What the benefit is, in its present words; `None` if they were erased or withdrawn.
        homes: The programmes it belongs to.
    """

    def __init__(self, facts: Iterable[Dated] = (), opened: BenefitIdentified | None = None, homes: Homes = ()) -> None:
        self._opened = opened
        self._homes = homes
        self._about: dict[int, dict[int, Dated]] = {}
        self._places: dict[int, Mapping[Place, Amounts]] = {}  # Of those that were asked for.
        for dated in facts:
            self._note(Change(None, dated))

    def take(
        self, change: Change | None, opened: BenefitIdentified | None, homes: Homes, *, whole: bool
    ) -> Iterator[tuple[Place, Amounts]]:
        """Take what an event changed of the benefit's facts, and yield what that adds, and where.

        Args:
            change: As `Timeline` tells; `None` if none of its facts was changed.
            opened: What the benefit is now.
            homes: The programmes it belongs to now.
            whole: Whether these two may be others than before.
        """
        touched = sorted({*self._about, *_claims_of(change)}) if whole else _claims_of(change)
        before = [self._standing(claim) for claim in touched]
        if change is not None:
            self._note(change)
        self._opened, self._homes = opened, homes
        for claim, stood in zip(touched, before, strict=True):
            self._places.pop(claim, None)
            stands = self._standing(claim)
            for place in sorted({*stood, *stands}):
                added = tuple(map(sub, stands.get(place, NOTHING), stood.get(place, NOTHING)))
                if any(added):
                    yield place, added

    def _standing(self, claim: int) -> Mapping[Place, Amounts]:
        found = self._places.get(claim)
        if found is None:
            facts = sorted(self._about.get(claim, {}).values(), key=lambda dated: dated.position)
            found = self._places[claim] = money(self._opened, facts, self._homes)
        return found

    def _note(self, change: Change) -> None:
        """Keep facts by the claim they are about."""
        before, after = change
        claim = _claim_of(before)
        if before is not None and claim is not None:
            del self._about[claim][before.position]
        claim = _claim_of(after)
        if after is not None and claim is not None:
            self._about.setdefault(claim, {})[after.position] = after


def _claims_of(change: Change | None) -> Sequence[int]:
    """Return the claims that a change is about: mostly one, sometimes none, or two."""
    return list(dict.fromkeys(claim for claim in map(_claim_of, change or ()) if claim is not None))


def _claim_of(dated: Dated | None) -> int | None:
    match dated.fact if dated is not None else None:
        case SavingClaimed():
            return dated.position if dated is not None else None
        case SavingVerified(claim=claim) | SavingChallenged(claim=claim) | SavingReversed(claim=claim):
            return claim
        case _:
            return None


def money(opened: BenefitIdentified | None, facts: Sequence[Dated], homes: Homes) -> Mapping[Place, Amounts]:
    """Return where the amounts of claims belong; nothing that is nought.

    An amount belongs to the programme the benefit was in on the last day of the claim's period.

    Args:
        opened: What the benefit is.
        facts: Its claims, with what was found of each.
        homes: The programmes it belongs to.
    """
    if opened is None:
        return {}
    claims = claims_of(facts)
    assumed = _assumed_claims(facts, claims)
    return {
        Place(
            home_on(homes, claim.effective_on),
            claim.effective_on,
            (claim.fact.release or opened.release).value,
            opened.kind.value,
            opened.fund.value,
            claim.position,
        ): _amounts(claim, rests_on_assumption=claim.position in assumed)
        for claim in claims.values()
        if claim.is_live
    }


def _amounts(claim: Claim, *, rests_on_assumption: bool) -> Amounts:
    claimed, verified = pence(claim.claimed), pence(claim.verified)
    measured = bool(claim.fact.measured)
    rest = claimed - verified
    by_series = {
        Series.CLAIMED: claimed,
        Series.VERIFIED: verified,
        Series.MEASURED_ONLY if measured else Series.CLAIMED_ONLY: rest,
        Series.CHALLENGED: claimed if claim.is_challenged else 0,
        COUNT_OF["measured" if measured else "claimed"]: 1 if rest else 0,
        ASSUMED: 1 if rests_on_assumption else 0,
    }
    if verified and claim.grade:
        by_series[COUNT_OF[f"verified-{claim.grade}"]] = 1
    return tuple([by_series.get(series, 0) for series in SERIES])


def _assumed_claims(facts: Sequence[Dated], claims: Mapping[int, Claim]) -> set[int]:
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
