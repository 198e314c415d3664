"""What a test does not care about: stores, programmes and benefits with defaults."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from benefits import BenefitsRegister, initialise
from benefits.act import Receipt
from projections import follow, prepare

SHA = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
EVIDENCE: dict[str, object] = {
    "document": "REPORT",
    "type": "ledger",
    "source": "General ledger",
    "extracted_by": "FINANCE",
    "extracted_on": "2026-04-01",
    "sha256": SHA,
}


@contextmanager
def new_register(
    url: str, clock: Callable[[], datetime], *, sandbox: bool = False, account: str = "test"
) -> Iterator[BenefitsRegister]:
    """Make a store and open its register; PMO acts where a call does not say."""
    initialise(url, sandbox=sandbox, clock=clock)
    with BenefitsRegister(url, on_append=(follow,), user="PMO", clock=clock, account=account) as register:
        prepare(register)
        yield register


def a_programme(register: BenefitsRegister, reference: str = "SCP", **act: Any) -> str:
    """Open a programme with all that it needs, from 1 April 2025."""
    act = {"effective_on": "2025-04-01"} | act
    register.authority.open("COUNCIL", title="Rivershire Council", nation="england", **act)
    register.portfolio.open("CHANGE", title="Change portfolio", authority="COUNCIL", **act)
    register.programme.open(reference, title="Strategic change", portfolio="CHANGE", **act)
    for post in ("OWNER", "FINANCE", "PMO"):
        register.post.establish(post, title=post.title(), authority="COUNCIL", **act)
    register.body.constitute("CABINET", title="Cabinet", authority="COUNCIL", body_kind="executive", **act)
    register.document.file("REPORT", title="Monthly report", programmes=[reference], **act)
    return reference


def a_benefit(
    register: BenefitsRegister,
    reference: str = "B-1",
    *,
    programme: str = "SCP",
    target: str | None = "40000",
    release: str = "cash-releasing",
    **act: Any,
) -> str:
    """Bring a benefit all the way into delivery, from 1 April 2025; a programme is opened if there is none."""
    act = {"effective_on": "2025-04-01"} | act
    if register.log.of_type("programme-opened") == []:
        a_programme(register, programme, **act)
    if register.log.of_type("decision-taken") == []:
        register.decision.take(
            "D-1",
            title="Business case",
            body="CABINET",
            programmes=[programme],
            resolutions=["a: approve: carried"],
            **act,
        )
        register.decision.make_effective("D-1", **act)
    register.profile.identify(
        reference,
        title="Reduce agency spend",
        programme=programme,
        release=release,
        kind="efficiency",
        fund="general-fund",
        **act,
    )
    register.profile.appoint_owner(reference, post="OWNER", **act)
    register.profile.agree_measure(reference, measure="Agency spend", source="Ledger", direction="decrease", **act)
    register.profile.agree_baseline(reference, value="980000", taken="2024/25", **act)
    if target is not None:
        register.profile.set_target(reference, lines=[f"2025/26={target}"], **act)
    register.profile.authorise(reference, decision="D-1", resolution="a", **act)
    register.profile.start_delivery(reference, **act)
    return reference


def a_claim(
    register: BenefitsRegister, reference: str = "B-1", *, period: str = "2025-05", amount: str = "3200", **act: Any
) -> Receipt:
    """Claim a saving with ledger evidence, by the owner."""
    act = {"by": "OWNER"} | act
    return register.saving.claim(reference, period=period, amount=amount, evidence=EVIDENCE, **act)
