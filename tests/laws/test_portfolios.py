"""Of any history: a portfolio is the sum of its parts, moving makes no money, and figures say what they are made of."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test

from benefits.errors import NotFoundError
from tests.laws.machine import History
from tests.laws.oracle import FIGURES, HANDED, Json, NotThere

Totals = dict[tuple[str, str, str, str], Decimal]
"""By release, kind, fund and figure: what is not nought."""


class Portfolios(History):
    """A history that is told to its end, and then looked through from portfolio to pound."""

    days: ClassVar[int] = 1
    """As at how many days it is looked through, each as known at another position, and every move at one more."""

    def ask(self, data: st.DataObject, view: str) -> None:
        """Ask nothing on the way."""

    def hold_to_the_laws(self) -> None:
        self.hold_acts_that_move_to_what_was_there()
        self.hold_what_was_merged_to_silence()
        chance = Random(self.read_log().head)
        for _ in range(self.days):
            on = chance.choice(self.oracle.days_that_matter())
            self.look_at_everything({"as_at": on, "known_at": chance.randint(self.oracle.head // 2, self.oracle.head)})

    # --- a portfolio is the sum of its parts ---------------------------------------------------

    def look_at_everything(self, asked: Json) -> None:
        """Hold every board to its parts and every figure on it to its explanation."""
        for portfolio in self.names["PORTFOLIO"]:
            self.look_through(portfolio, asked, list(FIGURES))
            self.look_at_the_lines(portfolio, asked)
        for programme in self.names["PROGRAMME"]:
            self.look_through(programme, asked, list(FIGURES))

    def look_at_the_lines(self, name: str, asked: Json) -> None:
        """Hold a portfolio to the lines of its programmes, each without the figures of its parts."""
        try:
            portfolio = self.views.portfolio(name, **asked)
        except NotFoundError:
            return
        assert portfolio.totals == self.views.board(name, **asked).totals
        added: Totals = {}
        for line in portfolio.programmes:
            for key, amount in totals(line).items():
                added[key] = added.get(key, Decimal(0)) + amount
            for total in line.totals:
                of: Json = {"release": total.release, "kind": total.kind, "fund": total.fund, "own": True}
                for figure in FIGURES:
                    explained = self.views.explain(line.programme.reference, figure, **of, **asked)
                    assert explained.total == getattr(total, figure), (line.programme.reference, of, figure)
                    assert sum(part.amount for part in explained.parts) == (explained.total or 0)
        assert {key: amount for key, amount in added.items() if amount} == totals(portfolio)

    # --- moving makes no money -----------------------------------------------------------------

    def hold_acts_that_move_to_what_was_there(self) -> None:
        """Re-homing, merging and splitting leave a portfolio's totals alone, as at any day, unless it is left."""
        for first, last in self.moves:
            chance = Random(first)
            effective = self.read_log().events[first - 1].on
            days = [*self.oracle.days_that_matter(), effective, effective - timedelta(days=1)]
            for on in chance.sample(days, self.days + 1):
                for portfolio in self.names["PORTFOLIO"]:
                    if self.leaves_alone(portfolio, first, last, on):
                        self.count("acts that moved held to what was there")
                        before, after = (self.totals_of(portfolio, on, position) for position in (first - 1, last))
                        assert before == after, (first, on, portfolio)

    def leaves_alone(self, portfolio: str, first: int, last: int, on: date) -> bool:
        """Tell whether an act is about programmes of a portfolio only, or about none of them."""
        try:
            its = set(self.oracle.scope(portfolio, on, last))
        except NotThere:
            return False
        about = {
            programme
            for event in self.oracle.events[first - 1 : last]
            for position in (first - 1, last)
            for programme in self.oracle.known(position)[event.stream].programmes(on)
        }
        return about <= its or not about & its

    def hold_what_was_merged_to_silence(self) -> None:
        """Nothing more is to come of a benefit that is part of another: no target, no forecast, no claim."""
        money = self.read_log().money(self.oracle.head)
        for benefit in self.oracle.known(self.oracle.head).values():
            for merged in [fact for fact in benefit.facts if fact.type == "benefit-merged"]:
                later = [fact.type for fact in benefit.facts if fact[:2] > merged[:2]]
                assert not {"target-set", "forecast-made", *HANDED} & set(later)
                mine = [place for place in money if place.benefit == benefit.reference and place.series == "claimed"]
                assert all(place.on < merged.on for place in mine), benefit.reference

    def totals_of(self, portfolio: str, on: date, position: int) -> Totals:
        return totals(self.views.board(portfolio, as_at=on, known_at=position))


def totals(board: Any) -> Totals:
    """Return the totals of a board, a portfolio or a line of one."""
    return {
        (total.release, total.kind, total.fund, figure): getattr(total, figure)
        for total in board.totals
        for figure in FIGURES
        if getattr(total, figure)
    }


def test_a_portfolio_is_the_sum_of_its_parts_and_every_figure_that_of_what_made_it(stores, laws):
    class Here(Portfolios):
        store = staticmethod(stores)
        acts: ClassVar[dict[str, int]] = {}

    try:
        run_state_machine_as_test(Here, settings=laws)
    finally:
        print(Here.acts)  # noqa: T201  # What was covered; pytest shows it with -s, or when a law is broken.
