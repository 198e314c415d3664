"""What was claimed for each financial year or month, as it stands: each amount in the period it is for."""

from __future__ import annotations

from datetime import date
from operator import add

from pydantic import Field

from benefits.store import Snapshot
from benefits.values import Period, from_pence
from projections.answers import Amount, Answer, Row
from projections.cells import cells
from projections.series import ASSUMED, AT, NOTHING, Amounts, Series
from projections.years import Asked


class PeriodTotal(Row):
    """A period of one release, kind and fund: what is claimed for it, split by assurance."""

    period: str = Field(description="The financial year or month.")
    release: str = Field(description="The release stated for the amounts.")
    kind: str = Field(description="The kind of saving.")
    fund: str = Field(description="The fund.")
    assumed: bool = Field(description="Whether some of it rests on an assumption.")
    claimed: Amount = Field(description="What is claimed for the period.")
    verified: Amount = Field(description="What finance has verified of it.")
    measured_only: Amount = Field(description="Measured, and not verified.")
    claimed_only: Amount = Field(description="Claimed, and neither measured nor verified.")
    challenged: Amount = Field(description="Claims under challenge, at their full amount.")


class Totals(Answer):
    """A programme, portfolio or benefit by financial year or month, whenever things were recorded."""

    reference: str = Field(description="What was asked for.")
    by: str = Field(description="year or month.")
    rows: list[PeriodTotal] = Field(description="A row a period, release, kind and fund.")


_Of = tuple[Period, str, str, str]


def _in_order(one: tuple[_Of, Amounts]) -> tuple[date, str, str, str]:
    (period, release, kind, fund), _ = one
    return period.first_day, release, kind, fund


def rows(connection: Snapshot, asked: Asked) -> list[PeriodTotal]:
    """Return a row for each period, release, kind and fund of which something is claimed."""
    sums: dict[_Of, Amounts] = {}
    by_year = asked.by == "year"
    for cell in cells(connection, asked.programmes, asked.benefit, asked.on, asked.position, by_year=by_year):
        key = (asked.bucket(cell.effective_on), cell.release, cell.kind, cell.fund)
        sums[key] = tuple(map(add, sums.get(key, NOTHING), cell.amounts))
    return [
        PeriodTotal(
            period=str(period),
            release=release,
            kind=kind,
            fund=fund,
            assumed=bool(amounts[AT[ASSUMED]]),
            **{series.value: from_pence(amounts[AT[series]]) for series in Series},
        )
        for (period, release, kind, fund), amounts in sorted(sums.items(), key=_in_order)
        if any(amounts)
    ]
