"""What is known: read models folded from facts, every question askable as at any date.

Imports wait until they are needed, so that a question loads only what answers it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from benefits.later import later

if TYPE_CHECKING:
    from projections.behind import FIGURES
    from projections.follower import catch_up, follow, prepare
    from projections.rebuilding import rebuild
    from projections.views import Views

__all__ = ["FIGURES", "Views", "catch_up", "follow", "prepare", "rebuild"]

__getattr__ = later(
    __name__,
    {
        "behind": ("FIGURES",),
        "follower": ("catch_up", "follow", "prepare"),
        "rebuilding": ("rebuild",),
        "views": ("Views",),
    },
)
