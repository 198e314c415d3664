"""Separation of duties is tested by person, whoever held which post when they acted."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from benefits.errors import RuleError
from tests.builders import a_benefit, a_claim


@pytest.fixture
def sandbox(sandbox, clock):
    clock.now = datetime(2026, 4, 1, 9, tzinfo=UTC)
    a_benefit(sandbox)
    return sandbox


def test_whoever_claimed_may_not_verify_from_a_post_they_were_moved_to_since(sandbox):
    sandbox.post.appoint_holder("OWNER", person="p-1", effective_on="2025-04-01")
    a_claim(sandbox, period="2025-05")
    sandbox.post.appoint_holder("OWNER", person="p-2", effective_on="2026-04-01")
    sandbox.post.appoint_holder("FINANCE", person="p-1", effective_on="2026-04-01")

    with pytest.raises(RuleError) as refused:
        sandbox.saving.verify("B-1", claim="2025-05", method="Ledger match", by="FINANCE")

    assert refused.value.rule == "separate-persons"


def test_whoever_corrected_a_claim_may_not_verify_it(sandbox):
    claim = a_claim(sandbox, period="2025-05")
    sandbox.correct(claim.position, reason="Typing", changes={"amount": "3100"}, by="FINANCE")

    with pytest.raises(RuleError, match="recorded the claim as it stands"):
        sandbox.saving.verify("B-1", claim="2025-05", method="Ledger match", by="FINANCE")


def test_whoever_verified_a_claim_may_not_correct_it(sandbox):
    claim = a_claim(sandbox, period="2025-05")
    sandbox.saving.verify("B-1", claim="2025-05", finding="part", amount="100", method="Ledger match", by="FINANCE")

    with pytest.raises(RuleError, match="may not correct it"):
        sandbox.correct(claim.position, reason="Typing", changes={"amount": "3100"}, by="FINANCE")

    assert sandbox.correct(claim.position, reason="Typing", changes={"amount": "3100"}, by="OWNER").position
