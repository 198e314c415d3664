"""What is so of each kind of subject: one fold a kind, one step a fact.

States hold JSON values only, so that what is kept is what was folded. Money is text with two decimals.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from benefits.parts import Kind
from projections.papers import PAPERS
from projections.plans import FIGURE, FUNDING
from projections.profiles import PROFILES
from projections.structure import STRUCTURE
from projections.timeline import Fold

FOLDS: Final[Mapping[Kind, Fold[Any]]] = {
    **STRUCTURE,
    **PAPERS,
    **PROFILES,
    "funding": FUNDING,
    "figure": FIGURE,
}
"""Every kind of subject has one fold."""
