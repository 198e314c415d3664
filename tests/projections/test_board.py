"""The board as at two dates."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from tests.builders import a_benefit, a_claim


def test_a_board_asked_for_an_earlier_day_shows_what_was_known_then(register, views, clock):
    # Given one month claimed by the end of April
    a_benefit(register)
    a_claim(register, period="2026-03", amount="3200")

    # When a second month is recorded in May
    clock.now = datetime(2026, 5, 5, tzinfo=UTC)
    a_claim(register, period="2026-04", amount="3350.50")

    # Then April's board has one month and today's has two
    (april,) = views.board("SCP", known_at=datetime(2026, 4, 30, tzinfo=UTC)).benefits
    (today,) = views.board("SCP").benefits
    assert april.claimed == Decimal("3200.00")
    assert today.claimed == Decimal("6550.50")
