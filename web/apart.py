"""What has to be said beside a total whose claims and targets are, in part, not of the same benefits, in words."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from projections.answers import ApartOnBoard, Board
from web import words
from web.pictures import Class, class_of


def cautions(answer: Board) -> dict[Class, str]:
    """Return what has to be said beside each total that may not be compared, with the benefits it is about."""
    return {of: _caution(of, found) for of, found in groupby(answer.apart, key=class_of)}


def _caution(of: Class, found: Iterable[ApartOnBoard]) -> str:
    return (
        f"Under {_quoted(str(of.release))}, claimed and target are not of the same benefits: "
        f"{'; '.join(map(_said, found))}. Compare them benefit by benefit."
    )


def _said(one: ApartOnBoard) -> str:
    of, its = ("what is claimed", "target stands") if one.figure == "claimed" else ("the target", "claims stand")
    under = " and ".join(map(_quoted, one.other_releases))
    return f"{words.pounds(one.amount)} of {of} is of {one.reference}, whose {its} under {under}"


def _quoted(release: str) -> str:
    return f"“{words.spoken(release).lower()}”"
