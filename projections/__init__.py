"""What is known: read models folded from facts, every question askable as at any date."""

from __future__ import annotations

from projections.behind import FIGURES
from projections.follower import catch_up, follow, prepare
from projections.rebuilding import rebuild
from projections.views import Views

__all__ = ["FIGURES", "Views", "catch_up", "follow", "prepare", "rebuild"]
