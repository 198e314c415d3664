"""Every figure of every view opens into events that sum to it: in all five cases, and in every kind of fact."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from decimal import Decimal
from typing import Any, Final

import pytest

from benefits import BenefitsRegister, initialise
from benefits.intake import apply, merged
from projections import Views, explain, follow, prepare
from projections.behind import PLAN_FIGURES, PROGRAMME_FIGURES
from projections.years import MEASURES, ROW_FIGURES
from tests.cli.running import ROOT

CASES: Final = sorted((ROOT / "cases").glob("*.jsonl"))
EVERY: Final = ROOT / "tests" / "golden" / "every.jsonl"
TIMES: Final = [
    {"as_at": "2005-10-31"},
    {"as_at": "2008-03-31", "known_at": "2008-06-18"},
    {"as_at": "2008-09-30", "known_at": "2012-12-31"},
    {"as_at": "2012-10-31", "known_at": "2012-12-31"},
    {"as_at": "2013-03-31", "known_at": "2012-12-31"},
]
_CLASS: Final = ("release", "kind", "fund")


class Walk:
    """Opens every figure it meets, and counts them."""

    def __init__(self, views: Views, when: dict[str, Any]) -> None:
        self.views = views
        self.when = when
        self.opened = 0

    def hold(self, name: str, figure: str, said: Any, **only: Any) -> None:
        """Hold a figure to the sum of the events behind it."""
        found = self.views.explain(name, figure, **only, **self.when)
        where = (name, figure, only, self.when)
        assert sum((one.amount for one in found.parts), Decimal(0)) == (found.total or 0), where
        assert (found.total or Decimal(0)) == (said or Decimal(0)), where
        self.opened += 1

    def board(self, name: str) -> None:
        """Open every figure of a board."""
        board = self.views.board(name, **self.when)
        for total in board.totals:
            of = {each: getattr(total, each) for each in _CLASS}
            for figure in explain.FIGURES:
                self.hold(name, figure, getattr(total, figure), **of)
        for benefit in board.benefits:
            for figure in explain.FIGURES:
                self.hold(benefit.reference, figure, getattr(benefit, figure), programme=name)
        for programme in board.programmes:
            for figure in PROGRAMME_FIGURES:
                self.hold(programme.reference, figure, getattr(programme, figure.replace("programme_", "")))
        for by in ("year", "month"):
            self.years(name, by)

    def years(self, name: str, by: str) -> None:
        """Open every figure of every row of a view by year or month."""
        years = self.views.years(name, by=by, **self.when)
        for row in years.rows:
            if row.period is not None:
                of = {each: getattr(row, each) for each in _CLASS}
                for figure in ROW_FIGURES:
                    self.hold(name, figure, getattr(row, figure), period=row.period, **of)
        for measure in years.measures:
            of = {each: getattr(measure, each) for each in _CLASS}
            for figure in MEASURES:
                self.hold(name, figure, getattr(measure, figure), **of)
            for figure in ("claimed", "verified"):
                self.hold(name, figure, getattr(measure, f"cumulative_cash_{figure}"), **of)
        for gap in (*years.in_budget_not_verified, *years.verified_not_in_budget):
            if not any(row.closed for row in years.rows):
                self.hold(gap.reference, "verified", gap.verified, period=gap.year)

    def funding(self, name: str) -> None:
        """Open every sum of funding plans."""
        funding = self.views.funding(name, **self.when)
        board = self.views.board(name, **self.when)
        if board.programme is not None and len(board.programmes) == 1:
            for figure, own in (("planned_cost", "own_cost"), ("available", "own_available"), ("gap", "own_gap")):
                self.hold(name, figure, getattr(funding, own), own=True)
        for one in (funding, *funding.plans):
            for figure in PLAN_FIGURES:
                self.hold(one.reference, figure, getattr(one, figure))

    def portfolio(self, name: str) -> None:
        """Open every figure of a portfolio's lines."""
        portfolio = self.views.portfolio(name, **self.when)
        for line in portfolio.programmes:
            for total in line.totals:
                of = {each: getattr(total, each) for each in _CLASS}
                for figure in explain.FIGURES:
                    self.hold(line.programme.reference, figure, getattr(total, figure), own=True, **of)
        if portfolio.funding is not None:
            for figure in PLAN_FIGURES:
                self.hold(name, figure, getattr(portfolio.funding, figure))

    def printed(self) -> None:
        """Open every printed figure that is recomputed from the whole of another."""
        for one in self.views.figures(**self.when).figures:
            if one.of and one.figure != "years" and not (one.percent or one.lines or one.part_of):
                self.hold(one.of, str(one.figure), one.recomputed)

    def decided(self, body: str) -> None:
        """Open what a body set aside."""
        self.hold(body, "funding_decided", self.views.funding_decided(body=body, **self.when).total)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def views(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Views]:
    """The views of a store with all five cases and every kind of fact."""
    with ExitStack() as stack:
        url = f"sqlite:///{tmp_path_factory.mktemp('every')}/store.db"
        if request.param == "postgresql":
            url = stack.enter_context(request.getfixturevalue("postgres").database())
        initialise(url, sandbox=True)
        register = stack.enter_context(BenefitsRegister(url, on_append=(follow,)))
        prepare(register)
        assert apply(register, merged([*CASES, EVERY])).refused == []
        yield Views(register)


@pytest.mark.parametrize("when", TIMES, ids=lambda when: "-known-".join(when.values()))
def test_every_figure_of_every_view_opens_into_events_that_sum_to_it(views, when):
    walk = Walk(views, when)
    for name, kind in there(views, when):
        if kind in ("programme", "portfolio"):
            walk.board(name)
            walk.funding(name)
        if kind == "portfolio":
            walk.portfolio(name)
        if kind == "benefit":
            walk.years(name, "year")
        if kind == "body":
            walk.decided(name)
    walk.printed()

    assert walk.opened > 100


def there(views: Views, when: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what is on record then, with what it is."""
    kinds = {
        "portfolio-opened": "portfolio",
        "programme-opened": "programme",
        "benefit-identified": "benefit",
        "body-constituted": "body",
    }
    for row in views.trail(**when).events:
        if row.type in kinds:
            assert row.body is not None
            yield json.loads(json.dumps(row.body))["reference"], kinds[row.type]
