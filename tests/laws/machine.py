"""Random histories, told to a real register act by act, with every view asked and held to the oracle on the way."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from random import Random
from typing import Any, ClassVar, TypeVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from sqlalchemy import func, select

from benefits import BenefitsError, BenefitsRegister
from benefits.act import Act, Receipt
from benefits.errors import InvalidValueError, NotFoundError, StoreError
from benefits.store.tables import command
from projections import Views, catch_up, follower, rebuild
from projections.tables import delta, progress, state, subtotal, subtotal_of_benefit
from tests import strategies as some
from tests.builders import EVIDENCE, a_programme, new_register
from tests.laws.oracle import (
    FIGURES,
    LONDON,
    SPLIT,
    Difference,
    Json,
    NotThere,
    Oracle,
    Subject,
    days_of,
    end_of_day,
    zulu,
)

Question = tuple[date, int, datetime]
"""As at which day, as known at which position, which is which instant."""


ACTS: list[tuple[str, dict[str, st.SearchStrategy[Any]]]] = []
"""What people do, each as often as it is to be done."""

A = TypeVar("A", bound=Callable[..., None])


def act(weight: int, **drawn: st.SearchStrategy[Any]) -> Callable[[A], A]:
    """Mark something people do; one rule does them all, so that the usual is done often."""

    def mark(method: A) -> A:
        ACTS.extend([(method.__name__, drawn)] * weight)
        return method

    return mark


class History(RuleBasedStateMachine):
    """A council records two portfolios of programmes, and asks about them all the time."""

    store: ClassVar[Callable[[], AbstractContextManager[str]]]
    """Gives the URL of an empty database, for as long as one example takes."""

    questions: ClassVar[int] = 3
    """At how many pairs of times every view is asked at the end of an example."""

    acts: ClassVar[dict[str, int]] = {}
    """How many acts were recorded and refused, and questions asked, over all examples."""

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2025, 11, 1, 9, tzinfo=UTC)
        self.resources = ExitStack()
        url = self.resources.enter_context(type(self).store())
        self.register = self.resources.enter_context(new_register(url, self.clock))
        # Another process, whose acts the views only see when they are next asked.
        self.elsewhere = self.resources.enter_context(
            BenefitsRegister(url, user="PMO", clock=self.clock, account="test")
        )
        self.saying = self.register
        self.views = Views(self.register)
        self.oracle = Oracle(())
        self.answered: list[tuple[str, tuple[Any, ...], Json, str]] = []
        self.names: dict[str, list[str]] = {}
        self.units: dict[str, str] = {}
        self.opened: dict[str, int] = {}
        self.claims: list[tuple[str, int]] = []
        self.moves: list[tuple[int, int]] = []
        """The acts that re-homed, merged or split, by their first and last events."""

    def clock(self) -> datetime:
        return self.now

    def teardown(self) -> None:
        try:
            if sys.exc_info()[0] is None and self.names:
                self.hold_to_the_laws()
        finally:
            self.resources.close()

    # --- saying --------------------------------------------------------------------------------

    def say(self, act: Callable[[], Receipt]) -> Receipt | None:
        """Record something, or be refused and see that nothing was left behind."""
        before = self.traces()
        try:
            receipt = act()
        except StoreError:
            raise
        except BenefitsError:
            self.count("refused")
            assert self.traces() == before, "a refused act leaves no trace"
            return None
        self.count(f"recorded {receipt.type}")
        head, broken, reached, commands = self.traces()
        recorded = self.register.log.read(after=before[0].size)
        assert [row.command_id for row in recorded] == [receipt.command_id] * (head.size - before[0].size)
        assert (receipt.position, broken, commands) == (before[0].size + 1, None, before[3] + 1)
        assert reached == (head.size if self.saying is self.register else before[2])
        if receipt.type in MOVING:
            self.moves.append((receipt.position, head.size))
        return receipt

    def traces(self) -> tuple[Any, ...]:
        with self.register.database.reading() as connection:
            broken, reached = connection.execute(select(progress.c.broken, progress.c.position)).one()
            commands = connection.execute(select(func.count()).select_from(command)).scalar_one()
            return self.register.log.head(), broken, reached, commands

    def count(self, what: str) -> None:
        self.acts[what] = self.acts.get(what, 0) + 1

    def new(self, kind: str) -> str:
        """Return a reference nobody has used."""
        return f"{kind}-{len(self.names.get(kind, ())) + 1}"

    def note(self, kind: str, name: str, receipt: Receipt | None) -> str | None:
        """Remember a reference if it was opened."""
        if receipt is not None:
            self.names.setdefault(kind, []).append(name)
            self.opened[name] = receipt.position
        return name if receipt else None

    def one(self, kind: str, pick: int) -> str:
        known = self.names.get(kind) or ["NOWHERE"]
        return known[pick % len(known)]

    # --- structure -----------------------------------------------------------------------------

    @initialize()
    def the_council_opens(self) -> None:
        act: Act = {"effective_on": "2025-03-25"}
        a_programme(self.register, "PROGRAMME-1", **act)
        self.register.portfolio.open("SECOND", title="Second portfolio", authority="COUNCIL", **act)
        self.register.programme.open("PROGRAMME-2", title="Two", portfolio="SECOND", **act)
        self.register.decision.take(
            "DECISION-1",
            title="Business case",
            body="CABINET",
            programmes=["PROGRAMME-1"],
            resolutions=["a: approve: carried"],
            effective_on="2025-03-25",
        )
        self.register.decision.make_effective("DECISION-1", effective_on="2025-03-25")
        self.names = {
            "PORTFOLIO": ["CHANGE", "SECOND"],
            "PROGRAMME": ["PROGRAMME-1", "PROGRAMME-2"],
            "DECISION": ["DECISION-1"],
            "POST": ["OWNER", "FINANCE", "PMO"],
        }
        on = date(2025, 4, 1)
        lines = ["2025-06=100", "2026-04..2027-03=900.50"]
        opened = self.register.project.open("PROJECT-1", title="One", programme="PROGRAMME-1", effective_on=on)
        self.note("PROJECT", "PROJECT-1", opened)
        for project, unit, worse in (("PROJECT-1", "GBP", False), (None, "GBP", True), (None, "calls a week", False)):
            programme = "PROGRAMME-2" if worse else "PROGRAMME-1"
            like = ("cash-releasing", "efficiency", "general-fund", unit)
            name = self.identify(programme, "Reduce", like, on, dis_benefit=worse, project=project)
            assert name is not None
            self.make_ready(name, on)
            self.say(lambda name=name: self.saying.profile.set_target(name, lines=lines, effective_on=on))  # type: ignore[misc]
        part = self.register.programme.open(
            "PROGRAMME-3", title="Three", portfolio="CHANGE", within="PROGRAMME-1", effective_on=on
        )
        self.note("PROGRAMME", "PROGRAMME-3", part)
        milestone = self.register.milestone.plan(
            "MILESTONE-1",
            title="Contract let",
            programme="PROGRAMME-1",
            project="PROJECT-1",
            due="2025-12",
            effective_on=on,
        )
        self.note("MILESTONE", "MILESTONE-1", milestone)
        for name, amount in (("BENEFIT-1", "400.10"), ("BENEFIT-2", "-250.05")):
            self.claim(name, "2025-05", amount)

    @act(
        3,
        hours=st.one_of(st.integers(0, 48), st.sampled_from([24 * 14, 24 * 40])),
        elsewhere=st.sampled_from([False, False, True]),
    )
    def time_passes(self, hours: int, elsewhere: bool) -> None:
        """The clock moves on, and from now on somebody else may be recording."""
        self.now += timedelta(hours=hours)
        self.saying = self.elsewhere if elsewhere else self.register

    @act(1, pick=some.picks, within=some.sometimes(some.picks), on=some.days(), assumed=some.assumptions())
    def open_a_programme(self, pick: int, within: int | None, on: date, assumed: str | None) -> None:
        name = self.new("PROGRAMME")
        portfolio = self.one("PORTFOLIO", pick)
        whole = None if within is None else self.one("PROGRAMME", within)
        if whole is not None:
            portfolio = self.known(whole).opening["portfolio"]
        receipt = self.say(
            lambda: self.saying.programme.open(
                name, title=f"Number {name[-1]}", portfolio=portfolio, within=whole, effective_on=on, assumed=assumed
            )
        )
        self.note("PROGRAMME", name, receipt)

    @act(
        2,
        pick=some.picks,
        what=st.sampled_from(["stage", "target", "stages", "review", "objective", "mandate", "role", "no role"]),
        amount=some.pounds(),
        release=some.releases,
        fund=some.funds,
        on=some.past_days(),
        assumed=some.assumptions(),
    )
    def a_programme_goes_on(
        self, pick: int, what: str, amount: str, release: str, fund: str, on: date, assumed: str | None
    ) -> None:
        name, programmes = self.one("PROGRAMME", pick), self.saying.programme
        act: Act = {"effective_on": on, "assumed": assumed}
        saving: Any = {"amount": amount, "release": release, "kind": "efficiency", "fund": fund}
        stages = [f"Wave {pick % 3}", "Wave 1=by 2026-04" if pick % 2 else "Wave 9"]
        match what:
            case "stage":
                self.say(lambda: programmes.enter_stage(name, stage=f"Wave {pick % 3}", **act))
            case "target":
                self.say(lambda: programmes.set_target(name, **saving, **act))
            case "stages":
                self.say(lambda: programmes.list_stages(name, stages=stages, **act))
            case "review":
                self.say(lambda: programmes.review_stage(name, stage="Wave 1", findings="Late", **act))
            case "objective":
                self.say(lambda: programmes.adopt_objective(name, objective="Less", priorities=["Thrift"], **act))
            case "mandate":
                decision = self.one("DECISION", pick)
                self.say(lambda: programmes.mandate(name, decision=decision, resolution="a", **act))
            case _:
                self.a_role_changes(programmes, name, what == "role", pick, on)

    def a_role_changes(self, of: Any, name: str, begins: bool, pick: int, on: date) -> None:
        """Assign or end one of few roles, so that they meet."""
        role, post = ("director", "manager")[pick % 2], self.one("POST", pick // 2)
        if begins:
            self.say(lambda: of.assign_role(name, role=role, post=post, effective_on=on))
        else:
            self.say(lambda: of.end_role(name, role=role, post=post, last_day=on))

    @act(
        1,
        period=st.one_of(some.past_months(), st.sampled_from(some.YEARS)),
        on=some.past_days(),
        again=st.booleans(),
        assumed=some.assumptions(),
    )
    def the_books_are_closed(self, period: str, on: date, again: bool, assumed: str | None) -> None:
        """Close a period late enough, and perhaps open it again."""
        authority = self.saying.authority
        act: Act = {"effective_on": max(on, days_of(period)[1] + timedelta(days=1)), "assumed": assumed}
        self.say(lambda: authority.close_period("COUNCIL", period=period, **act))
        if again:
            self.say(lambda: authority.reopen_period("COUNCIL", period=period, reason="Late invoice", **act))

    # --- projects ------------------------------------------------------------------------------

    def known(self, name: str) -> Subject:
        """Return what is now known of a subject."""
        return self.read_log().named(name, self.oracle.head)

    def home(self, project: str, on: date) -> str:
        """Return the programme a project is in on a day, if it is there."""
        known = self.known(project)
        return known.home(on) if known.homes else "NOWHERE"

    @act(2, pick=some.picks, within=some.sometimes(some.picks), on=some.days(), assumed=some.assumptions())
    def open_a_project(self, pick: int, within: int | None, on: date, assumed: str | None) -> None:
        name = self.new("PROJECT")
        whole = None if within is None or within % 2 else self.one("PROJECT", within)
        programme = self.one("PROGRAMME", pick) if whole is None else self.home(whole, on)
        receipt = self.say(
            lambda: self.saying.project.open(
                name,
                title="Move house",
                programme=programme,
                within=whole,
                level="workstream" if whole else "project",
                effective_on=on,
                assumed=assumed,
            )
        )
        self.note("PROJECT", name, receipt)

    @act(5, pick=some.picks, to=some.picks, on=some.days(), assumed=some.assumptions())
    def rehome_a_project(self, pick: int, to: int, on: date, assumed: str | None) -> None:
        name, programme = self.one("PROJECT", pick), self.one("PROGRAMME", to)
        self.say(lambda: self.saying.project.rehome(name, programme=programme, effective_on=on, assumed=assumed))

    @act(
        2,
        pick=some.picks,
        to=some.sometimes(some.picks),
        on=some.sometimes(some.days()),
    )
    def think_again_of_a_move(self, pick: int, to: int | None, on: date | None) -> None:
        """Correct or withdraw what re-homed, merged or split."""
        if not self.moves:
            return
        first, last = self.moves[pick % len(self.moves)]
        position = first + pick % (last - first + 1)
        row = self.register.log.row(position)
        assert row is not None
        if (to is None and on is None) or row.type != "project-rehomed":
            self.say(lambda: self.saying.withdraw(position, reason="It never moved"))
            return
        changes = {} if to is None else {"programme": self.one("PROGRAMME", to)}
        self.say(lambda: self.saying.correct(position, reason="Moved elsewhere", changes=changes, effective_on=on))

    @act(1, pick=some.picks, to=some.picks, on=some.days(), new=st.booleans())
    def a_file_is_taken_in(self, pick: int, to: int, on: date, new: bool) -> None:
        """Record several things in one unit of work, or none of them."""
        project, benefit = self.new("PROJECT"), self.new("BENEFIT")
        moves = project if new else self.one("PROJECT", to)
        first, second = self.one("PROGRAMME", pick), self.one("PROGRAMME", to)
        before, saying = self.traces(), self.saying
        try:
            with saying.unit_of_work():
                opened = saying.project.open(project, title="Move in", programme=first, effective_on=on)
                identified = saying.profile.identify(
                    benefit, title="Reduce", programme=first, project=project, effective_on=on
                )
                saying.profile.set_target(benefit, lines=["2025-10=1.50", "2026/27=2"], effective_on=on)
                later = on + timedelta(days=pick % 200)
                moved = saying.project.rehome(moves, programme=second, effective_on=later)
        except BenefitsError:
            self.count("refused")
            assert self.traces() == before, "a refused act leaves no trace"
            return
        self.count("recorded together")
        self.note("PROJECT", project, opened)
        self.note("BENEFIT", benefit, identified)
        self.units[benefit] = "GBP"
        self.moves.append((moved.position, moved.position))

    @act(1, pick=some.picks, what=st.sampled_from(["stage", "review", "role", "no role"]), on=some.past_days())
    def a_project_goes_on(self, pick: int, what: str, on: date) -> None:
        name, projects = self.one("PROJECT", pick), self.saying.project
        match what:
            case "stage":
                self.say(lambda: projects.enter_stage(name, stage=f"Wave {pick % 3}", effective_on=on))
            case "review":
                self.say(lambda: projects.review_stage(name, stage="Wave 1", findings="Early", effective_on=on))
            case _:
                self.a_role_changes(projects, name, what == "role", pick, on)

    @act(2, pick=some.picks, to=some.sometimes(some.picks), on=some.sometimes(some.days()))
    def put_into_a_project(self, pick: int, to: int | None, on: date | None) -> None:
        """Correct which project a benefit or milestone is of, or that it is of none."""
        name = self.one(("BENEFIT", "BENEFIT", "MILESTONE")[pick % 3], pick)
        opening = next((fact for fact in self.known(name).facts if fact.position == self.opened[name]), None)
        if opening is None:
            return
        changes: Json = {"project": None}
        if to is not None:
            project = self.one("PROJECT", to)
            changes = {"project": project, "programme": self.home(project, on or opening.on)}
        self.say(lambda: self.saying.correct(self.opened[name], reason="Theirs", changes=changes, effective_on=on))

    @act(
        1,
        pick=some.picks,
        person=some.sometimes(st.sampled_from(["p-1", "p-2"])),
        on=some.days(),
        assumed=some.assumptions(),
    )
    def a_post_changes_hands(self, pick: int, person: str | None, on: date, assumed: str | None) -> None:
        name = self.one("POST", pick)
        if person is None:
            self.say(lambda: self.saying.post.vacate(name, last_day=on, assumed=assumed))
        else:
            self.say(lambda: self.saying.post.appoint_holder(name, person=person, effective_on=on, assumed=assumed))

    @act(
        1,
        pick=some.picks,
        count=st.integers(0, 2),
        on=some.given_dates(),
        what=st.sampled_from(["file", "version", "implication", "consultation", "approval"]),
    )
    def a_document_is_issued(self, pick: int, count: int, on: str, what: str) -> None:
        documents = self.saying.document
        name = self.new("DOCUMENT") if what == "file" else self.one("DOCUMENT", pick)
        version = f"Draft {pick % 3}"
        match what:
            case "file":
                programmes = self.names["PROGRAMME"][:count]
                receipt = self.say(lambda: documents.file(name, title="Paper", programmes=programmes, effective_on=on))
                self.note("DOCUMENT", name, receipt)
            case "version":
                self.say(lambda: documents.add_version(name, version=version, effective_on=on))
            case "implication":
                self.say(
                    lambda: documents.state_implication(
                        name, implication="legal", text="None", cleared_by="PMO", cleared_on=on, effective_on=on
                    )
                )
            case "consultation":
                self.say(lambda: documents.hold_consultation(name, consulted="Unions", effective_on=on))
            case _:
                case: Any = {"version": version, "stage": "full", "decision": self.one("DECISION", pick)}
                self.say(lambda: documents.approve_case(name, **case, resolution="a", benefit="9.50", effective_on=on))

    @act(
        1,
        pick=some.picks,
        what=st.sampled_from(["open", "cost", "source", "source", "left out", "profile", "spend", "figure"]),
        amount=some.sometimes(some.pounds()),
        lines=some.lines(),
        on=some.past_days(),
        assumed=some.assumptions(),
    )
    def a_plan_is_made(
        self, pick: int, what: str, amount: str | None, lines: list[str], on: date, assumed: str | None
    ) -> None:
        plans, line = self.saying.funding, f"{pick % 2}"
        name, programmes = self.one("FUNDING", pick), self.names["PROGRAMME"]
        act: Act = {"effective_on": on, "assumed": assumed}
        match what:
            case "open":
                name = self.new("FUNDING")
                shared = [programmes[-1]] if pick % 2 else []
                receipt = self.say(
                    lambda: plans.open(name, title="Plan", programme=programmes[0], shared_with=shared, **act)
                )
                self.note("FUNDING", name, receipt)
            case "cost":
                cost: Any = {"amount": amount} if pick % 3 else {"lines": lines}
                self.say(lambda: plans.plan_cost(name, line=line, activity="Staff", posts="1.50", **cost, **act))
            case "source":
                self.say(lambda: plans.identify(name, line=line, source="Reserves", amount=amount, **act))
            case "left out":
                self.say(lambda: plans.leave_out(name, what="Heating", **act))
            case "profile":
                self.say(lambda: plans.profile_spend(name, lines=lines, **act))
            case "spend":
                period = lines[0].partition("=")[0]
                self.say(lambda: plans.record_spend(name, period=period, amount=amount or "1", assumed=assumed))
            case _:
                name = self.new("FIGURE")
                benefit = self.one("BENEFIT", pick)
                receipt = self.say(
                    lambda: self.saying.figure.quote(
                        name,
                        title="As printed",
                        programmes=programmes[: pick % 3],
                        value="12.50",
                        of=benefit,
                        figure="target",
                        **act,
                    )
                )
                self.note("FIGURE", name, receipt)

    # --- milestones, decisions, measures -------------------------------------------------------

    @act(1, pick=some.picks, due=some.sometimes(some.given_dates()), on=some.days(), assumed=some.assumptions())
    def plan_a_milestone(self, pick: int, due: str | None, on: date, assumed: str | None) -> None:
        name, project = self.new("MILESTONE"), self.one("PROJECT", pick) if pick % 2 else None
        programme = self.one("PROGRAMME", pick) if project is None else self.home(project, on)
        receipt = self.say(
            lambda: self.saying.milestone.plan(
                name,
                title="Contract let",
                programme=programme,
                project=project,
                due=due,
                effective_on=on,
                assumed=assumed,
            )
        )
        self.note("MILESTONE", name, receipt)

    @act(2, pick=some.picks, due=some.sometimes(some.given_dates()), on=some.past_dates(), assumed=some.assumptions())
    def a_milestone_moves(self, pick: int, due: str | None, on: str, assumed: str | None) -> None:
        name = self.one("MILESTONE", pick)
        if due is None:
            self.say(lambda: self.saying.milestone.reach(name, effective_on=on, assumed=assumed))
        else:
            self.say(lambda: self.saying.milestone.reforecast(name, due=due, effective_on=on, assumed=assumed))

    @act(
        1,
        count=st.integers(0, 3),
        resolved=some.resolutions(),
        due=some.sometimes(some.given_dates()),
        on=some.past_dates(),
    )
    def take_a_decision(self, count: int, resolved: list[str], due: str | None, on: str) -> None:
        name = self.new("DECISION")
        programmes = self.names["PROGRAMME"][:count]
        made = [f"{one[0]}: {'OWNER+PMO' if count else 'OWNER'}: {due or ''}" for one in resolved if "delegate" in one]
        receipt = self.say(
            lambda: self.saying.decision.take(
                name,
                title="Next",
                body="CABINET",
                programmes=programmes,
                resolutions=resolved,
                effective_on=on,
                delegations=made or None,
            )
        )
        self.note("DECISION", name, receipt)

    @act(
        1,
        pick=some.picks,
        how=st.sampled_from(["publish", "fund", "all", "a", "b", "exercise a", "exercise b"]),
        on=some.past_days(),
    )
    def a_decision_goes_on(self, pick: int, how: str, on: date) -> None:
        name = self.one("DECISION", pick)
        if how == "publish":
            self.say(lambda: self.saying.decision.publish(name, effective_on=on))
        elif how == "fund":
            amount = f"{pick}.50" if pick % 2 else None
            self.say(lambda: self.saying.decision.fund(name, purpose="The move", amount=amount, resolution="a"))
        elif how.startswith("exercise"):
            urgent = ["decision-effective: Urgent"] if pick % 2 else None
            holders = ["PMO", "OWNER"][pick % 3 == 0 :]
            exercise = self.saying.decision.exercise
            self.say(lambda: exercise(name, resolution=how[-1], holders=holders, effective_on=on, overrides=urgent))
        else:
            letters = [] if how == "all" else [how]
            self.say(lambda: self.saying.decision.make_effective(name, resolutions=letters, effective_on=on))

    @act(
        1,
        pick=some.picks,
        define=st.sampled_from([False, False, True]),
        on=some.days(),
        period=some.past_months(),
        value=some.quantities(),
        bound=some.bounds,
        assumed=some.assumptions(),
    )
    def a_measure_is_read(
        self, pick: int, define: bool, on: date, period: str, value: str, bound: str, assumed: str | None
    ) -> None:
        if define:
            name, programme = self.new("MEASURE"), self.one("PROGRAMME", pick)
            receipt = self.say(
                lambda: self.saying.measure.define(
                    name, title="Calls", programme=programme, unit="calls a week", effective_on=on
                )
            )
            self.note("MEASURE", name, receipt)
        else:
            others = [name for name, unit in self.units.items() if unit != "GBP"]
            names = self.names.get("MEASURE", []) + others + ["BENEFIT-1"]
            name = names[pick % len(names)]
            self.say(lambda: self.saying.measure.read(name, period=period, value=value, bound=bound, assumed=assumed))

    # --- benefits ------------------------------------------------------------------------------

    def identify(
        self, programme: str, title: str, like: tuple[str, str, str, str], on: date, **more: Any
    ) -> str | None:
        name = self.new("BENEFIT")
        release, kind, fund, unit = like
        receipt = self.say(
            lambda: self.saying.profile.identify(
                name,
                title=title,
                programme=programme,
                release=release,
                kind=kind,
                fund=fund,
                unit=unit,
                effective_on=on,
                **more,
            )
        )
        if receipt is not None:
            self.units[name] = unit
        return self.note("BENEFIT", name, receipt)

    def make_ready(self, name: str, on: date) -> None:
        """Agree all that a claim needs, in order."""
        for what in ("owner", "measure", "baseline", "authority", "delivery"):
            self.agree(name, what, on, None)

    @act(
        2,
        pick=some.picks,
        release=some.releases,
        kind=some.kinds,
        fund=some.funds,
        unit=some.units,
        worse=st.booleans(),
        project=st.booleans(),
        on=some.days(),
        ready=st.booleans(),
        assumed=some.assumptions(),
    )
    def identify_a_benefit(
        self,
        pick: int,
        release: str,
        kind: str,
        fund: str,
        unit: str,
        worse: bool,
        project: bool,
        on: date,
        ready: bool,
        assumed: str | None,
    ) -> None:
        whole = self.one("PROJECT", pick) if project else None
        programme = self.one("PROGRAMME", pick) if whole is None else self.home(whole, on)
        like = (release, kind, fund, unit)
        name = self.identify(programme, "Reduce", like, on, project=whole, dis_benefit=worse, assumed=assumed)
        if name is not None and ready:
            self.make_ready(name, on)

    @act(
        4,
        pick=some.picks,
        to=some.picks,
        shares=some.split_shares(),
        merge=st.booleans(),
        on=some.days(),
        late=st.sampled_from([False, True, True]),
        assumed=some.assumptions(),
    )
    def merge_or_split(
        self, pick: int, to: int, shares: list[str], merge: bool, on: date, late: bool, assumed: str | None
    ) -> None:
        """Hand over between benefits that are alike; where there are none, identify one first."""
        giver = self.one("BENEFIT", pick)
        opening = self.known(giver).opening
        if not opening:
            return
        like = (opening["release"], opening["kind"], opening["fund"], opening["unit"])
        others = [name for name in self.names["BENEFIT"] if name != giver and self.is_like(name, like)]
        if not others or to % 4 == 0:
            other = self.identify(self.one("PROGRAMME", to), "Increase", like, on)
            others = [other] if other is not None else others
        takers = dict.fromkeys(others[(to + more) % len(others)] for more in range(len(shares)))
        parts = [f"{taker}={share}" for taker, share in zip(takers, shares, strict=False)]
        if late:  # After all that is said of them, as it has to be.
            on = max([on, *(fact.on for name in (giver, *takers) for fact in self.known(name).facts)])
        profile = self.saying.profile
        act: Act = {"effective_on": on, "assumed": assumed}
        if merge:
            self.say(lambda: profile.merge(giver, into=next(iter(takers)), reason="One effort", **act))
        else:
            self.say(lambda: profile.split(giver, parts=parts, reason="Two efforts", **act))

    def is_like(self, name: str, like: tuple[str, ...]) -> bool:
        opening = self.known(name).opening
        return tuple(opening.get(key) for key in ("release", "kind", "fund", "unit")) == like

    @act(
        3,
        pick=some.picks,
        year=st.sampled_from(some.YEARS),
        head=st.sampled_from(["Staffing", "Agency"]),
        treatment=some.treatments,
        amount=some.pounds(),
        on=some.days(),
        assumed=some.assumptions(),
    )
    def treat_in_a_budget(
        self, pick: int, year: str, head: str, treatment: str, amount: str, on: date, assumed: str | None
    ) -> None:
        name = self.one("BENEFIT", pick)
        said: Any = {"year": year, "head": head, "treatment": treatment, "amount": amount}
        self.say(lambda: self.saying.saving.treat(name, **said, effective_on=on, assumed=assumed))

    @act(
        1,
        pick=some.picks,
        what=st.sampled_from(["description", "owner", "measure", "baseline", "authority", "delivery", "posts"]),
        on=some.days(),
        assumed=some.assumptions(),
    )
    def agree_on_a_benefit(self, pick: int, what: str, on: date, assumed: str | None) -> None:
        self.agree(self.one("BENEFIT", pick), what, on, assumed)

    def agree(self, name: str, what: str, on: date, assumed: str | None) -> None:
        profile = self.saying.profile
        act: Any = {"effective_on": on, "assumed": assumed}
        match what:
            case "description":
                more: Any = {"recurrence": "recurring", "categories": ["Cost", "Quality"]}
                self.say(lambda: profile.describe(name, description="What it is", **more, **act))
            case "posts":
                self.say(lambda: profile.allocate_target(name, allocations=["OWNER=60.5", "PMO"], **act))
            case "owner":
                self.say(lambda: profile.appoint_owner(name, post="OWNER", **act))
            case "measure":
                self.say(
                    lambda: profile.agree_measure(name, measure="Spend", source="Ledger", direction="decrease", **act)
                )
            case "baseline":
                self.say(lambda: profile.agree_baseline(name, value="980000", taken="2024/25", **act))
            case "authority":
                self.say(lambda: profile.authorise(name, decision="DECISION-1", resolution="a", **act))
            case _:
                self.say(lambda: profile.start_delivery(name, **act))

    @act(
        4,
        pick=some.picks,
        forecast=st.booleans(),
        release=some.sometimes(some.releases),
        on=some.days(),
        assumed=some.assumptions(),
    )
    def set_a_target(
        self, pick: int, data: st.DataObject, forecast: bool, release: str | None, on: date, assumed: str | None
    ) -> None:
        name = self.one("BENEFIT", pick)
        lines = data.draw(some.lines(in_money=self.units.get(name) == "GBP"))
        profile = self.saying.profile
        version: Any = {"lines": lines, "release": release, "effective_on": on, "assumed": assumed}
        full_year: Any = {} if forecast or pick % 4 else {"full_year": "1200.50"}
        self.say(lambda: (profile.make_forecast if forecast else profile.set_target)(name, **version, **full_year))

    def claim(self, name: str, period: str, amount: str, **more: Any) -> None:
        receipt = self.say(
            lambda: self.saying.saving.claim(name, period=period, amount=amount, evidence=EVIDENCE, by="OWNER", **more)
        )
        if receipt is not None:
            self.claims.append((name, receipt.position))

    @act(
        4,
        pick=some.picks,
        claims=st.lists(st.tuples(some.past_periods(), some.pounds()), min_size=1, max_size=4),
        measured=st.booleans(),
        release=some.sometimes(some.releases),
        assumed=some.assumptions(),
    )
    def claim_savings(
        self, pick: int, claims: list[tuple[str, str]], measured: bool, release: str | None, assumed: str | None
    ) -> None:
        in_money = [name for name, unit in self.units.items() if unit == "GBP"]
        name = in_money[pick % len(in_money)] if pick % 20 else self.one("BENEFIT", pick)
        for period, amount in claims:
            self.claim(name, period, amount, measured=measured, release=release, assumed=assumed)

    @act(
        4,
        pick=some.picks,
        found=st.lists(st.tuples(some.findings, some.shares, some.grades), min_size=1, max_size=3),
        assumed=some.assumptions(),
    )
    def verify_claims(self, pick: int, found: list[tuple[str, int, str]], assumed: str | None) -> None:
        for more, (finding, share, grade) in enumerate(found):
            name, claim = self.a_claim(pick + more)
            amount = self.share_of(claim, share) if finding == "part" else None
            self.verify(name, claim=claim, finding=finding, amount=amount, grade=grade, assumed=assumed)

    def verify(self, name: str, **found: Any) -> None:
        till = ["separate-accounts: both use the till"]
        self.say(lambda: self.saying.saving.verify(name, method="Ledger match", by="FINANCE", overrides=till, **found))

    @act(3, pick=some.picks, reverse=st.booleans(), share=some.sometimes(some.shares), assumed=some.assumptions())
    def doubt_a_claim(self, pick: int, reverse: bool, share: int | None, assumed: str | None) -> None:
        name, claim = self.a_claim(pick)
        saving = self.saying.saving
        if reverse:
            amount = None if share is None else self.share_of(claim, share)
            self.say(lambda: saving.reverse(name, claim=claim, amount=amount, reason="It came back", assumed=assumed))
        else:
            self.say(lambda: saving.challenge(name, claim=claim, reason="Counted twice?", assumed=assumed))

    def a_claim(self, pick: int) -> tuple[str, int]:
        """Return one of the claims, more often a late one, so that they get histories of their own."""
        return self.claims[-1 - pick % min(len(self.claims), 3) if pick % 2 else pick % len(self.claims)]

    def share_of(self, claim: int, share: int) -> str:
        """Return some per cent of a claim as it was first recorded."""
        row = self.register.log.row(claim)
        assert row is not None
        assert row.body is not None
        amount = Decimal(json.loads(row.body)["amount"]) * share / 100
        return format(amount.quantize(Decimal("0.01")), "f")

    # --- corrections ---------------------------------------------------------------------------

    @act(4, picks=st.lists(some.picks, min_size=1, max_size=3), assumed=some.sometimes(some.assumptions()))
    def correct_things(self, picks: list[int], data: st.DataObject, assumed: str | None) -> None:
        for pick in picks:
            self.correct(self.lately(pick), data, assumed)

    def correct(self, position: int, data: st.DataObject, assumed: str | None) -> None:
        row = self.register.log.row(position)
        assert row is not None
        position = json.loads(row.body or b"{}").get("corrects", position)  # As one who had read the refusal.
        row = self.register.log.row(position)
        assert row is not None
        changes: Json = {}
        for field, values in CHANGES.get(row.type, {}).items():
            if data.draw(st.booleans(), label=f"change {field}"):
                changes[field] = data.draw(values(self), label=field)
        if data.draw(st.integers(0, 5)) == 0:
            changes["assumed"] = None
        dated_by_itself = row.type.startswith("saving-") or row.type in DATED_BY_THEMSELVES
        on = None if dated_by_itself else data.draw(some.sometimes(some.given_dates()), label="moved to")
        self.say(
            lambda: self.saying.correct(position, reason="Misread", changes=changes, effective_on=on, assumed=assumed)
        )

    @act(
        3,
        pick=some.picks,
        to=some.picks,
        release=some.sometimes(some.releases),
        due=some.sometimes(some.given_dates()),
        on=some.sometimes(some.days()),
    )
    def move_to_another_programme(
        self, pick: int, to: int, release: str | None, due: str | None, on: date | None
    ) -> None:
        """Correct where a benefit, milestone, measure or project belongs, or in which portfolio a programme is."""
        kind = ("BENEFIT", "MILESTONE", "BENEFIT", "MEASURE", "PROGRAMME", "PROJECT")[pick % 6]
        name = self.one(kind, pick)
        changes: Json = {"programme": self.one("PROGRAMME", to)}
        if kind == "BENEFIT" and release is not None:
            changes["release"] = release
        elif kind == "MILESTONE" and due is not None:
            changes["due"] = due
        elif kind == "PROGRAMME":
            changes = {"portfolio": self.one("PORTFOLIO", to)}
        if name in self.opened:
            self.say(
                lambda: self.saying.correct(self.opened[name], reason="Not theirs", changes=changes, effective_on=on)
            )

    @act(
        3,
        pick=some.picks,
        amount=some.sometimes(some.pounds()),
        period=some.sometimes(some.months()),
        measured=some.sometimes(st.booleans()),
    )
    def correct_a_claim(self, pick: int, amount: str | None, period: str | None, measured: bool | None) -> None:
        _, claim = self.a_claim(pick)
        said = {"amount": amount, "period": period, "measured": measured}
        changes = {field: value for field, value in said.items() if value is not None}
        self.say(lambda: self.saying.correct(claim, reason="Counted twice", changes=changes))

    @act(2, pick=some.picks)
    def withdraw_something(self, pick: int) -> None:
        position = self.lately(pick)
        self.say(lambda: self.saying.withdraw(position, reason="Recorded twice"))

    def lately(self, pick: int) -> int:
        """Return the position of an event, more often of one not long ago."""
        size = self.register.log.head().size
        if pick % 3 == 0:
            return self.a_claim(pick)[1]
        return size - pick % size if pick % 3 == 1 else 1 + pick % size

    def say_what_nobody_may(self, pick: int) -> None:
        """Say what is always refused."""
        saying, name = self.saying, self.one("BENEFIT", pick)
        refused: list[Callable[[], Receipt]] = [
            lambda: saying.programme.open(name.lower(), title="Taken", portfolio="CHANGE"),
            lambda: saying.saving.claim("NOBODY", period="2025-05", amount="1"),
            lambda: saying.saving.claim(name, period="2025-05", amount="1.001", evidence=EVIDENCE),
            lambda: saying.saving.claim(name, period="2036-05", amount="1", evidence=EVIDENCE),
            lambda: saying.correct(10**6, reason="Nothing there", changes={}),
            lambda: saying.milestone.reach("PROGRAMME-1"),
            lambda: saying.profile.set_target(name, lines=["2025-05=1", "2025/26=2"]),
        ]
        assert self.say(refused[pick % len(refused)]) is None

    @rule(
        data=st.data(),
        count=st.integers(1, 8),
        view=st.sampled_from(["none", "board", "show", "explain", "trail", "changes", "changes", "rebuild", "refusal"]),
    )
    def people_record_and_ask(self, data: st.DataObject, count: int, view: str) -> None:
        for _ in range(count):
            name, drawn = data.draw(st.sampled_from(ACTS))
            said = data.draw(st.fixed_dictionaries(drawn), label=name)
            getattr(self, name)(**said, **({"data": data} if name in ("correct_things", "set_a_target") else {}))
        self.ask(data, view)

    # --- asking --------------------------------------------------------------------------------

    def ask(self, data: st.DataObject, view: str) -> None:
        if view == "rebuild":
            self.hold_to_a_rebuild(data.draw(st.integers(1, 40), label="page"))
        elif view == "refusal":
            self.say_what_nobody_may(data.draw(some.picks))
        elif view == "changes":
            self.ask_what_changed(data)
        elif view != "none":
            self.ask_a_view(data, view)

    def ask_a_view(self, data: st.DataObject, view: str) -> None:
        question, asked = self.draw_question(data)
        if view == "board":
            self.ask_for_a_board(self.draw_name(data, "PROGRAMME", "PORTFOLIO", "BENEFIT"), asked, question)
        elif view == "show":
            self.ask_to_show(self.draw_name(data, *self.names), asked, question)
        elif view == "trail":
            whose = data.draw(st.sampled_from([None, *(name for names in self.names.values() for name in names)]))
            self.hold("trail", (whose,), asked, question, lambda: self.expected_trail(whose, question, asked))
        else:
            wanted = {
                key: data.draw(values)
                for key, values in (("release", some.releases), ("kind", some.kinds), ("fund", some.funds))
                if data.draw(st.integers(0, 3)) == 0
            } | ({"own": True} if data.draw(st.integers(0, 3)) == 0 else {})
            name = self.draw_name(data, "PROGRAMME", "PORTFOLIO", "BENEFIT")
            self.ask_to_explain(name, data.draw(st.sampled_from(FIGURES)), asked, question, wanted)

    def ask_for_a_board(self, name: str, asked: Json, question: Question) -> None:
        self.hold("board", (name,), asked, question, lambda: self.expected_board(name, question))
        self.hold_totals_to_the_board(name, asked)

    def hold_totals_to_the_board(self, name: str, asked: Json) -> None:
        """What was claimed for all periods comes to the totals of the board, wherever subtotals stand."""
        try:
            board = self.views.board(name, **asked)
        except BenefitsError:
            return
        series = ("claimed", "verified", "measured_only", "claimed_only", "challenged")
        on_board = {
            (one.release, one.kind, one.fund): [getattr(one, each) for each in series]
            for one in board.totals
            if any(getattr(one, each) for each in series)
        }
        for by in ("year", "month"):
            found: dict[tuple[str, str, str], list[Decimal]] = {}
            for row in self.views.totals(name, by=by, **asked).rows:
                sums = found.setdefault((row.release, row.kind, row.fund), [Decimal(0)] * len(series))
                sums[:] = [so_far + getattr(row, each) for so_far, each in zip(sums, series, strict=True)]
            assert {of: sums for of, sums in found.items() if any(sums)} == on_board

    def ask_to_show(self, name: str, asked: Json, question: Question) -> None:
        self.hold("show", (name,), asked, question, lambda: self.expected_show(name, question))

    def ask_to_explain(self, name: str, figure: str, asked: Json, question: Question, wanted: Json) -> None:
        self.hold(
            "explain",
            (name, figure),
            asked | wanted,
            question,
            lambda: self.expected_explanation(name, figure, question, wanted),
        )

    def ask_what_changed(self, data: st.DataObject) -> None:
        name = self.draw_name(data, "PROGRAMME", "PORTFOLIO")
        size = self.read_log().head
        position = data.draw(st.integers(1, size), label="since position")
        token = f"{position}@{self.root(position).hex()}"
        day = st.dates(date(2025, 11, 1), self.now.date())
        since: Any = data.draw(st.one_of(st.just(position), st.just(token), day), label="since")
        earlier = self.asking(None, position if since == token else since)
        asked: Json = {}
        if data.draw(st.booleans(), label="as at a day"):
            asked["as_at"] = earlier[0] + timedelta(days=data.draw(st.integers(-1, 250), label="days later"))
        if data.draw(st.booleans(), label="as known then"):
            asked["known_at"] = data.draw(st.integers(max(1, earlier[1] - 1), size), label="known at")
        question = self.asking(asked.get("as_at"), asked.get("known_at"))
        if since not in (position, token):
            earlier = (earlier[0], min(earlier[1], question[1]), earlier[2])
        self.ask_for_changes(name, since, earlier, asked, question)

    def ask_for_changes(self, name: str, since: Any, earlier: Question, asked: Json, question: Question) -> None:
        if earlier[1] > question[1] or earlier[0] > question[0]:
            with pytest.raises((InvalidValueError, NotFoundError)):
                self.views.changes(name, since, **asked)
            return
        self.hold("changes", (name, since), asked, question, lambda: self.expected_changes(name, earlier, question))
        self.hold_changes_to_the_boards(name, earlier, question)

    def look_through(self, name: str, asked: Json, figures: list[str]) -> None:
        """Hold one board's figures to one another, and to their explanations."""
        try:
            board = self.views.board(name, **asked)
        except NotFoundError:
            return
        self.count("boards looked through")
        made: dict[tuple[str, str], Decimal] = {}
        for total in board.totals:
            assert sum(getattr(total, split) for split in SPLIT) == total.claimed
            stated: Json = {"release": total.release, "kind": total.kind, "fund": total.fund}
            for figure in figures:
                explained = self.views.explain(name, figure, **stated, **asked)
                assert explained.total == getattr(total, figure), (stated, figure)
                assert sum(part.amount for part in explained.parts) == (explained.total or 0)
                for part in explained.parts:
                    key = (part.reference, figure)
                    made[key] = made.get(key, Decimal(0)) + part.amount
        for benefit in board.benefits:
            if benefit.claimed is not None:
                assert sum(getattr(benefit, split) for split in SPLIT) == benefit.claimed
            for figure in figures if benefit.unit == "GBP" else ():
                assert made.get((benefit.reference, figure), 0) == (getattr(benefit, figure) or 0)
            self.look_through_a_benefit(benefit.reference, asked, figures)
        for figure in FIGURES:
            in_money = [getattr(one, figure) for one in board.benefits if one.unit == "GBP"]
            totals = [getattr(total, figure) for total in board.totals]
            assert sum(filter(None, in_money)) == sum(filter(None, totals)), figure
        if board.portfolio is not None:
            self.hold_portfolio_to_its_programmes(board, asked)

    def look_through_a_benefit(self, name: str, asked: Json, figures: list[str]) -> None:
        """Hold the figures of the whole benefit, wherever it has been, to their explanations."""
        shown = self.views.show(name, **asked).state["figures"]
        for figure in figures:
            explained = self.views.explain(name, figure, **asked)
            assert (None if explained.total is None else format(explained.total, "f")) == shown[figure], (name, figure)
            assert sum(part.amount for part in explained.parts) == (explained.total or 0)

    def hold_portfolio_to_its_programmes(self, board: Any, asked: Json) -> None:
        """A portfolio is the sum of its programmes, each with its parts; a part without its whole stands alone."""
        there = {programme.reference for programme in board.programmes}
        top = [one.reference for one in board.programmes if one.within not in there]
        boards = [self.views.board(programme, **asked) for programme in top]
        for figure in FIGURES:
            whole: dict[tuple[str, ...], Decimal] = {}
            for total in board.totals:
                whole[total.release, total.kind, total.fund] = getattr(total, figure) or Decimal(0)
            parts: dict[tuple[str, ...], Decimal] = {}
            for one in boards:
                for total in one.totals:
                    key = (total.release, total.kind, total.fund)
                    parts[key] = parts.get(key, Decimal(0)) + (getattr(total, figure) or Decimal(0))
            assert parts == whole, figure

    # --- how an answer is held to the oracle ---------------------------------------------------

    def read_log(self) -> Oracle:
        rows = self.register.log.read()
        if len(rows) != self.oracle.head:
            self.oracle = self.oracle.grown(rows)
        return self.oracle

    def draw_name(self, data: st.DataObject, *kinds: str) -> str:
        return data.draw(
            st.sampled_from([name for kind in kinds for name in self.names.get(kind, ())]), label="asked about"
        )

    def draw_question(self, data: st.DataObject) -> tuple[Question, Json]:
        size = self.read_log().head
        asked: Json = {}
        if data.draw(st.booleans(), label="as at a day"):
            asked["as_at"] = data.draw(some.days(), label="as at")
        how = data.draw(st.sampled_from(["now", "position", "date", "instant"]), label="as known")
        if how == "position":
            asked["known_at"] = data.draw(st.integers(1, size), label="known at")
        elif how == "date":
            asked["known_at"] = data.draw(st.dates(date(2025, 10, 31), self.now.date()), label="known at")
        elif how == "instant":
            asked["known_at"] = self.oracle.recorded_at(data.draw(st.integers(1, size), label="known at"))
        return self.asking(asked.get("as_at"), asked.get("known_at")), asked

    def asking(self, as_at: date | None, known_at: int | date | datetime | None) -> Question:
        """Return what a question is about, as the design says what is left out is filled in."""
        oracle = self.read_log()
        today = self.now.astimezone(LONDON).date()
        if isinstance(known_at, int):
            known, position = oracle.recorded_at(known_at), known_at
        elif known_at is None and (as_at is None or as_at >= today):
            known, position = max(self.now, oracle.recorded_at(oracle.head)), oracle.head
        else:
            known = known_at if isinstance(known_at, datetime) else end_of_day(known_at or as_at or today)
            position = oracle.position_at(known)
        return as_at or known.astimezone(LONDON).date(), position, known

    def root(self, position: int) -> bytes:
        """Return the root of the tree of RFC 6962 over the first leaves."""
        leaves = [bytes.fromhex(event.leaf) for event in self.oracle.events[:position]]

        def over(hashes: list[bytes]) -> bytes:
            if len(hashes) <= 1:
                return hashes[0] if hashes else sha256().digest()
            middle = 1
            while middle * 2 < len(hashes):
                middle *= 2
            return sha256(b"\x01" + over(hashes[:middle]) + over(hashes[middle:])).digest()

        return over(leaves)

    def hold(
        self, view: str, names: tuple[Any, ...], asked: Json, question: Question, expected: Callable[[], Json]
    ) -> None:
        """Ask a view, and see that it says what the oracle says; then ask again by its token."""
        self.count(view)
        ask = getattr(self.views, view)
        try:
            wanted = expected()
        except NotThere:
            with pytest.raises((NotFoundError, InvalidValueError)):
                ask(*names, **asked)
            return
        on, position, known = question
        answer = ask(*names, **asked)
        got = answer.to_json()
        heading = {
            "as_at": on.isoformat(),
            "known_at": zulu(known),
            "token": f"{position}@{self.root(position).hex()}",
            "sandbox": False,
        }
        alike(got, heading | wanted)
        if position:
            by_token = {key: value for key, value in asked.items() if key != "known_at"} | {"token": answer.token}
            if view != "trail":  # Which is only cut at a day if one is named.
                by_token["as_at"] = on
            again = ask(*names, **by_token)
            differs = {"known_at", "restated"} | ({"as_at"} if view == "trail" else set())
            first, second = (
                {key: value for key, value in said.items() if key not in differs} for said in (got, again.to_json())
            )
            alike(second, first)
            assert getattr(again, "restated", None) is None
            self.answered.append((view, names, by_token, again.model_dump_json()))

    def told(self, found: list[Difference], **more: Any) -> list[Json]:
        events = self.oracle.events
        return [{"type": events[one.position - 1].type, **one._asdict(), **more} for one in found]

    def expected_board(self, name: str, question: Question) -> Json:
        on, position, _ = question
        restated = self.oracle.restated(name, on, position, self.oracle.head)
        return self.oracle.board(name, on, position) | {"restated": self.told(restated)}

    def expected_show(self, name: str, question: Question) -> Json:
        on, position, _ = question
        restated = self.oracle.restated(name, on, position, self.oracle.head, only=True)
        return self.oracle.show(name, on, position) | {"restated": self.told(restated)}

    def expected_trail(self, name: str | None, question: Question, asked: Json) -> Json:
        return {"reference": name, "events": self.oracle.trail(name, asked.get("as_at"), *question[:2])}

    def expected_explanation(self, name: str, figure: str, question: Question, wanted: Json) -> Json:
        on, position, _ = question
        parts, total = self.oracle.explain(name, figure, on, position, wanted)
        nothing: Json = {"release": None, "kind": None, "fund": None, "period": None, "own": False, "programme": None}
        return nothing | {"reference": name, "figure": figure, **wanted, "total": total, "parts": parts}

    def expected_changes(self, name: str, earlier: Question, question: Question) -> Json:
        on, position, _ = question
        oracle = self.oracle
        oracle.scope(name, on, position)
        known = self.told(oracle.restated(name, earlier[0], earlier[1], position), clock="known")
        true = self.told(oracle.took_effect(name, earlier[0], on, position), clock="true")
        for change in (*known, *true):
            event = oracle.events[change["position"] - 1]
            change["recorded_at"] = zulu(oracle.recorded_at(event.position))
            change["effective_on"] = event.on.isoformat()
        return {
            "reference": name,
            "since_as_at": earlier[0].isoformat(),
            "since_known_at": zulu(earlier[2]),
            "since_token": f"{earlier[1]}@{self.root(earlier[1]).hex()}",
            "changes": known + true,
        }

    def hold_changes_to_the_boards(self, name: str, earlier: Question, later: Question) -> None:
        """What changed, applied to the earlier board, gives the later one."""
        if not earlier[1]:
            return
        try:
            was, now = (self.views.board(name, as_at=on, known_at=position) for on, position, _ in (earlier, later))
        except NotFoundError:
            return
        self.count("changes applied")
        changes = self.views.changes(name, earlier[1], as_at=later[0], known_at=later[1])
        if changes.since_as_at == earlier[0]:
            self.apply(changes.changes, was, now)
        head = self.oracle.head
        try:
            at_head = self.views.board(name, as_at=earlier[0], known_at=head)
        except NotFoundError:
            return
        self.apply(was.restated, was, at_head)

    def apply(self, changes: Any, was: Any, now: Any) -> None:
        figures = self.figures(was)
        for change in changes:
            if change.field in FIGURES and change.reference.startswith(("BENEFIT", "PROGRAMME")):
                key = (change.reference, change.field)
                assert figures.get(key) == normal(change.was), change
                figures[key] = normal(change.now)
        assert {key: value for key, value in figures.items() if value} == self.figures(now)

    def figures(self, board: Any) -> dict[tuple[str, str], Decimal | None]:
        found = {
            (benefit.reference, figure): normal(getattr(benefit, figure))
            for benefit in board.benefits
            for figure in FIGURES
        }
        found |= {(programme.reference, "target"): normal(programme.target) for programme in board.programmes}
        return {key: value for key, value in found.items() if value}

    # --- at the end ----------------------------------------------------------------------------

    def hold_to_the_laws(self) -> None:
        self.ask_everything()
        for view, names, asked, answered in self.answered:
            assert getattr(self.views, view)(*names, **asked).model_dump_json() == answered
        self.hold_to_a_rebuild(2_000)

    def ask_everything(self) -> None:
        """Ask every view, at times that matter to this history: about the days on which something is true."""
        oracle = self.read_log()
        chance = Random(oracle.head)
        days = oracle.days_that_matter()
        for _ in range(self.questions):
            on = chance.choice(days) + timedelta(days=chance.choice([-1, 0, 0, 1]))
            position = chance.randint(oracle.head // 3, oracle.head)
            asked: Json = {"as_at": on, "known_at": position}
            question = self.asking(on, position)
            for name in (*self.names["PORTFOLIO"], chance.choice(self.names["PROGRAMME"])):
                self.ask_for_a_board(name, asked, question)
            self.look_through(chance.choice(self.names["PORTFOLIO"]), asked, chance.sample(FIGURES, 2))
            for names in self.names.values():
                self.ask_to_show(chance.choice(names), asked, question)
            for figure in chance.sample(FIGURES, 5):
                self.ask_to_explain(chance.choice(self.names["BENEFIT"]), figure, asked, question, {})
            since = chance.randint(1, position)
            earlier = self.asking(None, since)
            asked["as_at"] = max(on, earlier[0], chance.choice(days))
            question = self.asking(asked["as_at"], position)
            self.ask_for_changes(chance.choice(self.names["PORTFOLIO"]), since, earlier, asked, question)

    def hold_to_a_rebuild(self, page: int) -> None:
        """Views worked out anew, in pages of any size, are those that followed."""
        self.count("rebuilt")
        catch_up(self.register)
        followed = self.tables()
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(follower, "PAGE", page)
            rebuild(self.register)
        assert self.tables() == followed

    def tables(self) -> tuple[list[Any], ...]:
        with self.register.database.reading() as connection:
            return tuple(
                sorted(tuple(map(str, row)) for row in connection.execute(select(table)))
                for table in (state, delta, subtotal, subtotal_of_benefit)
            )


def alike(got: Any, wanted: Any, where: str = "") -> None:
    """Fail at the first place where an answer is not what it should be."""
    if isinstance(got, dict) and isinstance(wanted, dict):
        assert got.keys() == wanted.keys(), f"{where}: {got.keys() ^ wanted.keys()}"
        for key in got:
            alike(got[key], wanted[key], f"{where}.{key}")
    elif isinstance(got, list) and isinstance(wanted, list):
        for index, pair in enumerate(zip(got, wanted, strict=False)):
            alike(*pair, f"{where}[{index}]")
        longer = (got if len(got) > len(wanted) else wanted)[min(len(got), len(wanted)) :]
        assert len(got) == len(wanted), f"{where}: {len(got)} instead of {len(wanted)}: {longer}"
    else:
        assert got == wanted, f"{where}: {got!r} instead of {wanted!r}"


def normal(value: Any) -> Decimal | None:
    """Return a figure such that what is nought and what is not there are alike."""
    return None if value is None or not Decimal(value) else Decimal(value)


def _programmes(history: History) -> st.SearchStrategy[str]:
    return st.sampled_from(history.names["PROGRAMME"])


def _several_programmes(history: History) -> st.SearchStrategy[list[str]]:
    return st.lists(_programmes(history), max_size=3)


def _drawn(strategy: st.SearchStrategy[Any]) -> Callable[[History], st.SearchStrategy[Any]]:
    return lambda _: strategy


def _projects(history: History) -> st.SearchStrategy[str | None]:
    return some.sometimes(st.sampled_from(history.names["PROJECT"]))


MOVING = ("project-rehomed", "benefit-merged", "benefit-split")
"""The facts that move money from one place to another, and make none."""

DATED_BY_THEMSELVES = ("measure-read", "post-vacated", "role-ended", "spend-recorded", "funding-decided")
"""The facts whose date follows from what they say, as a claim's does."""

TITLES = _drawn(st.sampled_from(["Reduce", "Reduce more", "Increase"]))

CHANGES: dict[str, dict[str, Callable[[History], st.SearchStrategy[Any]]]] = {
    "portfolio-opened": {"title": TITLES},
    "programme-opened": {
        "title": TITLES,
        "portfolio": lambda history: st.sampled_from(history.names["PORTFOLIO"]),
        "within": lambda history: some.sometimes(_programmes(history)),
    },
    "programme-stage-entered": {"stage": TITLES},
    "programme-target-set": {"amount": _drawn(some.pounds()), "release": _drawn(some.releases)},
    "stages-listed": {"stages": _drawn(st.just(["Wave 1", "Wave 2=2026-05"]))},
    "role-assigned": {"post": _drawn(st.just("PMO"))},
    "role-ended": {"last_day": _drawn(some.days())},
    "period-closed": {"period": _drawn(some.past_months())},
    "project-opened": {"title": TITLES, "programme": _programmes, "within": _projects},
    "project-rehomed": {"programme": _programmes},
    "milestone-planned": {
        "programme": _programmes,
        "project": _projects,
        "due": _drawn(some.sometimes(some.given_dates())),
    },
    "milestone-reforecast": {"due": _drawn(some.given_dates())},
    "post-holder-appointed": {"person": _drawn(st.just("p-3"))},
    "post-vacated": {"last_day": _drawn(some.days())},
    "decision-taken": {"programmes": _several_programmes, "resolutions": _drawn(some.resolutions()), "title": TITLES},
    "decision-made-effective": {"resolutions": _drawn(st.lists(st.sampled_from("abA"), max_size=2, unique=True))},
    "delegation-exercised": {"note": TITLES},
    "document-filed": {"programmes": _several_programmes},
    "document-version-added": {"version": TITLES},
    "benefit-identified": {
        "title": TITLES,
        "programme": _programmes,
        "release": _drawn(some.releases),
        "kind": _drawn(some.kinds),
        "fund": _drawn(some.funds),
        "unit": _drawn(some.units),
        "project": _projects,
    },
    "benefit-described": {"categories": _drawn(st.lists(st.sampled_from(["Cost", "Quality"]), unique=True))},
    "target-allocated": {"allocations": _drawn(st.just(["FINANCE", "OWNER=33.3"]))},
    "budget-treated": {
        "amount": _drawn(some.pounds()),
        "year": _drawn(st.sampled_from(some.YEARS)),
        "treatment": _drawn(some.treatments),
    },
    "funding-decided": {"amount": _drawn(some.sometimes(st.just("9.99")))},
    "benefit-owner-appointed": {"post": _drawn(st.just("PMO"))},
    "baseline-agreed": {"value": _drawn(some.pounds())},
    "target-set": {"lines": _drawn(some.lines()), "release": _drawn(some.sometimes(some.releases))},
    "forecast-made": {"lines": _drawn(some.lines()), "release": _drawn(some.sometimes(some.releases))},
    "saving-claimed": {
        "amount": _drawn(some.pounds()),
        "period": _drawn(some.periods()),
        "measured": _drawn(st.booleans()),
        "release": _drawn(some.sometimes(some.releases)),
    },
    "saving-verified": {
        "finding": _drawn(some.findings),
        "amount": _drawn(some.pounds()),
        "grade": _drawn(some.grades),
    },
    "saving-reversed": {"amount": _drawn(some.pounds())},
    "measure-defined": {"programme": _programmes, "title": TITLES},
    "funding-plan-opened": {"shared_with": _several_programmes},
    "cost-planned": {"amount": _drawn(some.sometimes(some.pounds())), "programme": _programmes},
    "spend-recorded": {"period": _drawn(some.past_months())},
    "figure-quoted": {"programmes": _several_programmes, "value": _drawn(some.quantities())},
    "measure-read": {"value": _drawn(some.quantities()), "period": _drawn(some.months())},
}
"""What may have been wrong with a fact of each type, beside its date."""
