"""Funding decided: what decisions set aside. An amount that is not printed enters no sum."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from pydantic import Field

from benefits.store import Question, Snapshot
from benefits.terms import FundingForm
from benefits.values import GivenDate
from projections.answers import Amount, Answer, Row
from projections.bounds import THEN
from projections.funding import NOUGHT, Find, amount_of, sum_known


class DecisionFunding(Row):
    """What one decision set aside for one purpose."""

    decision: str = Field(description="The decision.")
    title: str | None = Field(description="What the decision is about.")
    body: str = Field(description="The body, or post, that took it.")
    decided_on: str = Field(description="The day of the meeting, as given.")
    purpose: str = Field(description="What the funding is for.")
    amount: Amount | None = Field(description="The amount; null where it is not printed.")
    form: str = Field(description="What the funding is.")
    resolution: str | None = Field(description="The letter of the resolution.")
    event: int = Field(description="The event that says so.")
    assumed: str | None = Field(description="What it, or the decision, rests on, where no source says it.")


class FundingDecided(Answer):
    """What decisions taken by then set aside, in the order in which they were taken."""

    body: str | None = Field(description="Only decisions of this body or post; null for all.")
    programme: str | None = Field(description="Only decisions about this programme or portfolio; null for all.")
    total: Amount | None = Field(
        description="The amounts that are printed; null where none is, or where authorities would be added together."
    )
    financing: Amount | None = Field(description="Of it, cover from reserves and the like, which is never delivery.")
    unknown_count: int = Field(description="How many amounts are not printed; they are not in the total.")
    decisions: list[DecisionFunding] = Field(description="A row a decision and purpose.")


_DECIDED = "SELECT reference, state FROM view_state WHERE kind = 'decision' AND"
_DECISIONS: Final = Question(_DECIDED, THEN)
_OF_PROGRAMMES: Final = Question(_DECIDED, "programme IN (:programmes) AND", THEN)


def decided(
    connection: Snapshot, body: str | None, programmes: Sequence[str] | None, on: date, position: int, find: Find
) -> dict[str, Any]:
    """Return what decisions set aside: the rows of a `FundingDecided`, their total, and how many are not printed.

    Only those of one taker, or about some programmes, where they are named. `find` gives the takers.
    """
    when = {"on": on, "position": position}
    found = (
        _DECISIONS(connection, **when)
        if programmes is None
        else _OF_PROGRAMMES(connection, programmes=list(programmes), **when)
    )
    taken = {reference: json.loads(said) for reference, said in found}
    rows = [
        (GivenDate.of(said["effective_on"]).day, _decided(reference, said, funding))
        for reference, said in taken.items()
        if said["body"] is not None and body in (None, said["body"])
        for funding in said["funding"]
    ]
    decisions = [row for _, row in sorted(rows, key=lambda one: (one[0], one[1].event))]
    authorities = {json.loads(find(taker).state)["authority"] for taker in {row.body for row in decisions}}
    cover = [row for row in decisions if row.form == FundingForm.FINANCING_ADJUSTMENT]
    total, financing = (sum_known([row.amount for row in each], NOUGHT) for each in (decisions, cover))
    return {
        "total": total if len(authorities) < 2 else None,
        "financing": financing if len(authorities) < 2 else None,
        "unknown_count": sum(row.amount is None for row in decisions),
        "decisions": decisions,
    }


def _decided(reference: str, said: Mapping[str, Any], funding: Mapping[str, Any]) -> DecisionFunding:
    return DecisionFunding(
        decision=reference,
        title=said["title"],
        body=said["body"],
        decided_on=said["effective_on"],
        purpose=funding["purpose"],
        amount=amount_of(funding["amount"]),
        form=funding["form"],
        resolution=funding["resolution"],
        event=funding["event"],
        assumed=funding["assumed"] or said["assumed"].get("taken"),
    )
