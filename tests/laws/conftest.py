"""How hard the laws are tried: little by default and always alike, much in a campaign.

`BENEFITS_LAWS_EXAMPLES=500 pytest tests/laws` tries that many histories on each database, new ones every time.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from itertools import count
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, Phase, settings

from projections import subtotals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

    from tests.postgres import PostgresServer

CAMPAIGN = os.environ.get("BENEFITS_LAWS_EXAMPLES")

settings.register_profile(
    "laws",
    max_examples=int(CAMPAIGN or 8),
    stateful_step_count=50 if CAMPAIGN else 20,
    derandomize=CAMPAIGN is None,
    database=None,
    deadline=None,
    print_blob=True,
    # Shrinking a history takes minutes; `BENEFITS_LAWS_SHRINK=1` is for whoever looks for the cause.
    phases=list(Phase) if os.environ.get("BENEFITS_LAWS_SHRINK") else [Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(autouse=True)
def few_deltas_to_a_subtotal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Histories here are short, so that subtotals stand close together."""
    monkeypatch.setattr(subtotals, "LEAST", 2)
    monkeypatch.setattr(subtotals, "A_ROW", 0)


@pytest.fixture
def laws() -> settings:
    """How hard to try."""
    return settings.get_profile("laws")


@pytest.fixture(params=["sqlite", "postgresql"])
def stores(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], AbstractContextManager[str]]:
    """Gives the URL of an empty database for every example, of SQLite and then of PostgreSQL."""
    if request.param == "postgresql":
        server: PostgresServer = request.getfixturevalue("postgres")
        return server.database
    numbers = count(1)

    @contextmanager
    def file() -> Iterator[str]:
        path = tmp_path / f"{next(numbers)}.db"
        yield f"sqlite:///{path}"
        for left in tmp_path.glob(f"{path.name}*"):
            left.unlink()

    return file
