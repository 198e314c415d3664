"""Whatever is recorded after a period was closed, its figures never change; and nothing is lost from the whole."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from benefits import BenefitsError, BenefitsRegister
from benefits.errors import NotFoundError
from projections import Views
from tests import strategies as some
from tests.builders import EVIDENCE, a_benefit, a_programme, new_register

CLOSED = "2025/26"
ASIDE = ["separate-accounts: Tests have one account"]
_NAMES = st.sampled_from(["B-1", "B-2"])


def _act(act: str, /, **drawn: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[str, dict[str, Any]]]:
    return st.tuples(st.just(act), st.fixed_dictionaries(drawn))


_ACTS = st.one_of(
    _act("claim", name=_NAMES, period=some.months(), amount=some.pounds()),
    _act("claim", name=_NAMES, period=some.past_months(), amount=some.pounds()),
    _act("verify", name=_NAMES, claim=some.past_months()),
    _act("reverse", name=_NAMES, claim=some.past_months(), amount=some.pounds()),
    _act("correct", pick=some.picks, amount=some.pounds()),
    _act("move", pick=some.picks, period=some.months()),
    _act("withdraw", pick=some.picks),
    _act("target", name=_NAMES, lines=some.lines(), on=some.days()),
    _act("kind", pick=some.picks, kind=some.kinds, release=some.releases),
    _act("rehome", pick=some.picks, on=some.days()),
    _act("treat", name=_NAMES, amount=some.pounds(), on=some.days()),
    _act("merge", on=some.days()),
)


class Story:
    """A council whose year was closed, and what is recorded afterwards."""

    def __init__(self, register: BenefitsRegister, set_clock: Callable[[datetime], None]) -> None:
        self.register = register
        self.set_clock = set_clock
        self.now = datetime(2026, 5, 2, 9, tzinfo=UTC)

    def do(self, act: str, said: dict[str, Any]) -> None:
        """Record something, or be refused."""
        self.now += timedelta(hours=36)
        self.set_clock(self.now)
        with suppress(BenefitsError):
            getattr(self, act)(**said)

    def claim(self, name: str, period: str, amount: str) -> None:
        self.register.saving.claim(name, period=period, amount=amount, evidence=EVIDENCE, by="OWNER")

    def verify(self, name: str, claim: str) -> None:
        self.register.saving.verify(name, claim=claim, method="Ledger match", by="FINANCE", overrides=ASIDE)

    def reverse(self, name: str, claim: str, amount: str) -> None:
        self.register.saving.reverse(name, claim=claim, amount=amount, reason="Counted twice", by="FINANCE")

    def _one(self, type_name: str, pick: int) -> int:
        found = self.register.log.of_type(type_name)
        if not found:
            raise NotFoundError(f"there is no {type_name} yet")
        return found[pick % len(found)].position

    def correct(self, pick: int, amount: str) -> None:
        self.register.correct(self._one("saving-claimed", pick), reason="Wrong", changes={"amount": amount})

    def move(self, pick: int, period: str) -> None:
        self.register.correct(self._one("saving-claimed", pick), reason="Wrong", changes={"period": period})

    def withdraw(self, pick: int) -> None:
        kind = ("saving-claimed", "saving-verified", "target-set", "project-rehomed")[pick % 4]
        self.register.withdraw(self._one(kind, pick), reason="Wrong")

    def target(self, name: str, lines: list[str], on: Any) -> None:
        self.register.profile.set_target(name, lines=lines, effective_on=on)

    def kind(self, pick: int, kind: str, release: str) -> None:
        changes = {"kind": kind, "release": release}
        self.register.correct(self._one("benefit-identified", pick), reason="Wrong", changes=changes)

    def rehome(self, pick: int, on: Any) -> None:
        self.register.project.rehome("FLEET", programme=("SCP", "OTHER")[pick % 2], effective_on=on)

    def treat(self, name: str, amount: str, on: Any) -> None:
        treatment = {"head": "Fleet", "treatment": "in-approved-budget", "amount": amount}
        self.register.saving.treat(name, year=CLOSED, effective_on=on, **treatment)

    def merge(self, on: Any) -> None:
        self.register.profile.merge("B-1", into="B-2", reason="One team", effective_on=on)


def closed_figures(views: Views) -> dict[str, list[dict[str, Any]]]:
    """Every row of the closed year, of the portfolio, its programmes, and its benefits; by year and by month."""
    found = {}
    for name in ("CHANGE", "SCP", "OTHER", "B-1", "B-2"):
        for by in ("year", "month"):
            rows = [one for one in views.years(name, by=by).rows if one.closed is not None]
            found[f"{name} {by}"] = [one.to_json() for one in rows]
    return found


def hold_to_the_board(views: Views, name: str) -> None:
    """All periods, with their adjustments, come to what the board says."""
    board, years = views.board(name), views.years(name)
    for figure in ("claimed", "verified"):
        on_board: dict[tuple[str, str, str], Decimal] = {}
        for total in board.totals:
            on_board[total.release, total.kind, total.fund] = getattr(total, figure)
        by_year = dict.fromkeys(on_board, Decimal("0.00"))
        for row in years.rows:
            key = (row.release, row.kind, row.fund)
            by_year[key] = by_year.get(key, Decimal(0)) + getattr(row, figure) + getattr(row, f"{figure}_adjustment")
        assert {key: amount for key, amount in by_year.items() if amount} == {
            key: amount for key, amount in on_board.items() if amount
        }


def test_a_closed_periods_figures_never_change(stores, laws):
    @laws
    @given(before=st.lists(_ACTS, max_size=6), after=st.lists(_ACTS, min_size=1, max_size=12))
    def holds(before: list[tuple[str, dict[str, Any]]], after: list[tuple[str, dict[str, Any]]]) -> None:
        clock = [datetime(2026, 5, 1, 9, tzinfo=UTC)]
        with stores() as url, new_register(url, lambda: clock[0]) as register:
            a_programme(register)
            register.programme.open("OTHER", title="Other", portfolio="CHANGE", effective_on="2025-04-01")
            register.project.open("FLEET", title="Fleet", programme="SCP", effective_on="2025-04-01")
            for name in ("B-1", "B-2"):
                a_benefit(register, name)
                position = register.log.of_type("benefit-identified")[-1].position
                register.correct(position, reason="Of the project", changes={"project": "FLEET"})
            story, views = Story(register, lambda now: clock.__setitem__(0, now)), Views(register)
            for act, said in before:
                story.do(act, said)
            # When the year is closed
            register.authority.close_period("COUNCIL", period=CLOSED)
            figures = closed_figures(views)

            # Then nothing recorded afterwards changes it, and nothing is missing from the whole
            for act, said in after:
                story.do(act, said)
            assert closed_figures(views) == figures
            for name in ("CHANGE", "SCP", "OTHER"):
                hold_to_the_board(views, name)

    holds()
