"""What may not be held against each other: a benefit's target and its claims may stand under two releases.

Each amount counts under the release that was stated for it (decision 6), so a total may hold claims of a benefit whose
target is in another total. A percentage of the two would mislead; this says so in words, with the benefits it is about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from benefits.values import MONEY_UNIT
from projections.answers import BenefitOnBoard, Board, TotalOnBoard
from projections.traces import Explanation
from web import words
from web.pages.figures import FIGURES
from web.pictures import Class, class_of
from web.question import Question

_FIGURES: Final = ("target", "claimed")

By = Mapping[str, Mapping[str, Decimal]]
"""Amounts of each benefit, by release."""


def apart(question: Question, name: str, answer: Board) -> dict[Class, str]:
    """Return what has to be said beside each total whose claims and targets are, in part, not of the same benefits."""
    said: dict[Class, str] = {}
    if _are_of_their_own_release(answer):
        return said
    together: dict[tuple[str, str], list[TotalOnBoard]] = defaultdict(list)
    for one in answer.totals:
        together[one.kind, one.fund].append(one)
    for alike in together.values():
        if len(alike) > 1:
            targets, claims = (_by_benefit(question, name, alike, figure) for figure in _FIGURES)
            for one in alike:
                parts = [*_claims(one.release, targets, claims), *_targets(one.release, targets, claims)]
                if parts:
                    said[class_of(one)] = (
                        f"Under {_quoted(one.release)}, claimed and target are not of the same benefits: "
                        f"{'; '.join(parts)}. Compare them benefit by benefit."
                    )
    return said


def _are_of_their_own_release(answer: Board) -> bool:
    """Tell whether benefits, added up under the release stated for each, come to the totals, figure by figure.

    Then no amount was stated for another release, and no figure of a large board has to be opened to say so.
    """
    of_class: dict[Class, list[BenefitOnBoard]] = defaultdict(list)
    for one in answer.benefits:
        if one.unit == MONEY_UNIT:
            of_class[class_of(one)].append(one)
    return all(
        sum([getattr(one, figure) or 0 for one in of_class[class_of(total)]]) == (getattr(total, figure) or 0)
        for total in answer.totals
        for figure in FIGURES
    )


def _claims(release: str, targets: By, claims: By) -> list[str]:
    return [
        f"{words.pounds(claims[one][release])} of what is claimed is of {one}, whose target stands under {_and(its)}"
        for one, its in targets.items()
        if release not in its and claims.get(one, {}).get(release)
    ]


def _targets(release: str, targets: By, claims: By) -> list[str]:
    return [
        f"{words.pounds(targets[one][release])} of the target is of {one}, whose claims stand under {_and(its)}"
        for one, its in claims.items()
        if release not in its and targets.get(one, {}).get(release)
    ]


def _and(releases: Mapping[str, Decimal]) -> str:
    return " and ".join(map(_quoted, releases))


def _quoted(release: str) -> str:
    return f"“{words.spoken(release).lower()}”"


def _by_benefit(question: Question, name: str, alike: Sequence[TotalOnBoard], figure: str) -> By:
    found: dict[str, dict[str, Decimal]] = defaultdict(dict)
    for one in alike:
        if not getattr(one, figure):
            continue
        only = {"release": one.release, "kind": one.kind, "fund": one.fund}
        for part in question.ask(Explanation, "explain", name, figure, **only).parts:
            its = found[part.reference]
            its[one.release] = its.get(one.release, Decimal(0)) + part.amount
    return {one: {release: amount for release, amount in its.items() if amount} for one, its in found.items()}
