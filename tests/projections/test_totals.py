"""What was claimed by period, summed from subtotals and what came after them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from benefits.errors import InvalidValueError
from projections import rebuild, subtotals
from projections.tables import delta, subtotal, subtotal_of_benefit
from tests.builders import EVIDENCE, a_benefit


def claim(register, period, amount, **act):
    said = {"by": "OWNER", "evidence": EVIDENCE} | act
    return register.saving.claim("B-1", period=period, amount=amount, **said)


@pytest.fixture
def claims(register, monkeypatch, clock):
    """Two years of claims, of which one in three was corrected two claims later; subtotals stand close together."""
    monkeypatch.setattr(subtotals, "LEAST", 3)
    monkeypatch.setattr(subtotals, "A_ROW", 0)
    clock.now = clock.now.replace(year=2027, month=5)
    a_benefit(register)
    months = [f"{year}-{month:02}" for year in (2025, 2026) for month in range(1, 13)][3:]
    made = []
    for number, month in enumerate(months):
        made.append(claim(register, month, str(100 + number)).position)
        if number % 3 == 2:
            register.correct(made[-2], reason="Miscounted", changes={"amount": str(200 + number)})
    return register


def in_full(register, on, position):
    """The sums by year, of every delta."""
    found: dict[str, Decimal] = {}
    with register.database.reading() as connection:
        rows = connection.execute(
            select(delta.c.effective_on, delta.c.claimed).where(
                delta.c.effective_on <= on, delta.c.position <= position
            )
        ).all()
    for day, claimed in rows:
        start = day.year if day.month >= 4 else day.year - 1
        year = f"{start}/{(start + 1) % 100:02}"
        found[year] = found.get(year, Decimal(0)) + Decimal(claimed) / 100
    return {year: amount for year, amount in found.items() if amount}


def test_totals_are_those_of_every_delta_at_any_day_as_known_at_any_position(claims, views):
    head = claims.log.head().size
    with claims.database.reading() as connection:
        assert connection.execute(select(func.count(subtotal.c.upto.distinct()))).scalar_one() > 5
    for position in range(head - 30, head + 1):
        for on in (date(2025, 6, 30), date(2025, 12, 15), date(2026, 3, 31), date(2026, 12, 31)):
            rows = views.totals("SCP", as_at=on, known_at=position).rows
            assert {row.period: row.claimed for row in rows} == in_full(claims, on, position)


def test_a_board_s_claims_are_those_of_every_delta_at_any_day_as_known_at_any_position(claims, views):
    head = claims.log.head().size
    with claims.database.reading() as connection:
        assert connection.execute(select(func.count(subtotal_of_benefit.c.upto.distinct()))).scalar_one() > 5
    for position in range(head - 30, head + 1):
        for on in (date(2025, 6, 30), date(2025, 12, 15), date(2026, 3, 31), date(2026, 4, 1), date(2026, 12, 31)):
            (benefit,) = views.board("SCP", as_at=on, known_at=position).benefits
            assert benefit.claimed == sum(in_full(claims, on, position).values())


def test_a_portfolio_a_programme_and_a_benefit_have_the_same_totals(claims, views):
    expected = views.totals("SCP", by="month").rows

    assert len(expected) == 21
    assert views.totals("CHANGE", by="month").rows == expected
    assert views.totals("B-1", by="month").rows == expected


@pytest.mark.parametrize("table", [subtotal, subtotal_of_benefit], ids=lambda table: table.name)
def test_where_subtotals_stand_follows_from_the_log_alone(claims, table):
    def rows():
        with claims.database.reading() as connection:
            return sorted(map(tuple, connection.execute(select(table))))

    followed = rows()
    rebuild(claims)

    assert rows() == followed


def test_an_amount_recorded_late_stands_in_the_period_it_is_for(claims, views):
    before = {row.period: row.claimed for row in views.totals("SCP").rows}
    claims.authority.close_period("COUNCIL", period="2025/26", effective_on="2027-05-01")
    first = next(event.position for event in views.trail("B-1").events if event.type == "saving-claimed")
    claims.correct(first, reason="Miscounted", changes={"amount": "150"})

    after = {row.period: row.claimed for row in views.totals("SCP").rows}

    assert after == before | {"2025/26": before["2025/26"] + 50}
    assert views.years("SCP").rows[-1].claimed_adjustment == 50


def test_a_way_to_cut_time_that_is_none_is_refused(claims, views):
    with pytest.raises(InvalidValueError, match="ask by year or month"):
        views.totals("SCP", by="week")
