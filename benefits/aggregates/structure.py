"""The store, authorities, portfolios, programmes and documents: what opens, and little to refuse."""

from __future__ import annotations

from typing import assert_never

from benefits.aggregates.case import Case
from benefits.events import (
    AuthorityFact,
    AuthorityOpened,
    ClockAccepted,
    DocumentFact,
    DocumentFiled,
    DocumentVersionAdded,
    PortfolioFact,
    PortfolioOpened,
    ProgrammeFact,
    ProgrammeOpened,
    ProgrammeStageEntered,
    ProgrammeTargetSet,
    StoreFact,
    StoreOpened,
)


def decide_store(fact: StoreFact, case: Case) -> None:
    """Judge a fact about the store itself."""
    match fact:
        case StoreOpened() | ClockAccepted():
            return
        case _:
            assert_never(fact)


def decide_authority(fact: AuthorityFact, case: Case) -> None:
    """Judge a fact about an authority: a real store holds one, only a sandbox may hold several."""
    match fact:
        case AuthorityOpened():
            others = [name for name in case.authorities if name.casefold() != fact.reference.casefold()]
            if others and not case.sandbox:
                raise case.refuse(
                    "one-authority",
                    f"this store is {others[0]}'s; keep each authority in a store of its own "
                    "(only a sandbox may hold several)",
                )
        case _:
            assert_never(fact)


def decide_portfolio(fact: PortfolioFact, case: Case) -> None:
    """Judge a fact about a portfolio."""
    match fact:
        case PortfolioOpened():
            return
        case _:
            assert_never(fact)


def decide_programme(fact: ProgrammeFact, case: Case) -> None:
    """Judge a fact about a programme."""
    match fact:
        case ProgrammeOpened() | ProgrammeStageEntered():
            return
        case ProgrammeTargetSet():
            if fact.amount <= 0:
                raise case.refuse(
                    "target-positive", "a programme's target is an amount to be saved; give it above nought"
                )
        case _:
            assert_never(fact)


def decide_document(fact: DocumentFact, case: Case) -> None:
    """Judge a fact about a document: two issues may bear one version, as real ones do."""
    match fact:
        case DocumentFiled() | DocumentVersionAdded():
            return
        case _:
            assert_never(fact)
