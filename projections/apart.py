"""What may not be held against each other: a benefit's target may stand under one release and its claims under another.

Each amount counts under the release that was stated for it (decision 6), so a total may hold claims of a benefit whose
target is in another total. A percentage of the two would mislead.
"""

from __future__ import annotations

from collections.abc import Sequence

from benefits.values import from_pence
from projections.answers import ApartOnBoard
from projections.board import BenefitFigures
from projections.series import AT, Series


def apart(benefits: Sequence[BenefitFigures]) -> list[ApartOnBoard]:
    """Return the amounts of benefits that stand in another total than what they would be held against."""
    return sorted(
        (one for benefit in benefits if benefit.in_money and benefit.target.total for one in _apart(benefit)),
        key=lambda one: (one.release, one.kind, one.fund, one.figure, one.reference),
    )


def _apart(benefit: BenefitFigures) -> list[ApartOnBoard]:
    """Return each amount claimed under another release than the target's; and the target, if all of them are."""
    target, release = benefit.target.total, benefit.target.release
    claims = {
        under: from_pence(amounts[AT[Series.CLAIMED]])
        for under, amounts in benefit.by_release.items()
        if amounts[AT[Series.CLAIMED]]
    }
    if target is None or release is None or not claims or set(claims) == {release}:
        return []
    others = {under: ("claimed", amount, [release]) for under, amount in claims.items() if under != release}
    mine = {} if release in claims else {release: ("target", target, sorted(claims))}
    said = benefit.row.state
    return [
        ApartOnBoard(
            release=under,
            kind=said["kind"],
            fund=said["fund"],
            reference=benefit.row.reference,
            figure=figure,
            amount=amount,
            other_releases=elsewhere,
        )
        for under, (figure, amount, elsewhere) in (others | mine).items()
    ]
