"""Funding plans: what programmes cost, and where the money is to come from.

An amount that is not printed is listed as unknown and enters no sum; a sum of which nothing is known is `None`,
never nought.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Final, NamedTuple

from pydantic import Field

from benefits.errors import NotFoundError
from benefits.store import Question, Snapshot
from benefits.terms import FundingForm, Recurrence
from benefits.values import Period, year_begun
from projections.answers import Amount, Answer, Row
from projections.bounds import THEN

NOUGHT: Final = Decimal("0.00")

Find = Callable[[str], Any]
"""Gives the rectangle of a subject at the time of the question, or raises `NotFoundError`."""


# --- what is answered --------------------------------------------------------------------------


class FundingSum(Row):
    """Cost and funding, of one plan or of several, each counted once.

    Sums hold the amounts that are printed; `unknown` lists the others. A sum is null where nothing of it is known.
    """

    reference: str = Field(description="The plan, or what was asked for.")
    title: str | None = Field(description="Its name.")
    planned_cost: Amount | None = Field(description="What all lines cost, over all years.")
    ongoing_cost: Amount | None = Field(description="Of it, the lines that are said to come every year.")
    one_off_cost: Amount | None = Field(description="Of it, the lines that are said to come once.")
    available: Amount | None = Field(description="The funding identified, in every form.")
    in_kind: Amount | None = Field(description="Of it, what is said to be in kind: somebody's time.")
    financing: Amount | None = Field(description="Of it, cover from reserves and the like, which is never delivery.")
    cash_available: Amount | None = Field(description="The funding identified that is not said to be in kind.")
    gap: Amount | None = Field(description="Planned cost less what is available; negative if more than enough is.")
    cash_gap: Amount | None = Field(description="Planned cost less what is available and not in kind.")
    surplus: Amount | None = Field(description="What single lines have beyond their cost, in all.")
    shortfall: Amount | None = Field(description="What single lines lack of their cost, in all.")
    posts: Amount | None = Field(description="The posts the lines pay for, in full-time equivalents.")
    spend_profile: Amount | None = Field(description="What the spend profile comes to; null without one.")
    spent: Amount | None = Field(description="What was spent by then; null where none is recorded.")
    unknown: list[str] = Field(description="The lines, and the sources as LINE: SOURCE, whose amount is not printed.")
    assumed: bool = Field(description="Whether something of it rests on an assumption.")


SUMS: Final = tuple(
    name for name in FundingSum.model_fields if name not in {"reference", "title", "unknown", "assumed"}
)
"""The sums that every plan, programme and portfolio has."""


class PlanPeriod(Row):
    """An amount for a period, never spread inside it."""

    period: str = Field(description="The period.")
    amount: Amount = Field(description="The amount for it.")


class PlanLine(Row):
    """A cost line. One whose cost, or some of whose funding, is not printed has neither shortfall nor surplus."""

    line: str = Field(description="The line's code in the plan.")
    activity: str = Field(description="What it pays for.")
    programme: str | None = Field(description="The programme it is for: the plan's own, unless it is marked.")
    own: bool | None = Field(description="Whether it is for the programme asked for; null if none was asked for.")
    amount: Amount | None = Field(description="What it costs, over all years; null where that is not printed.")
    periods: list[PlanPeriod] = Field(description="The amount by period; empty where one amount is printed.")
    recurrence: str = Field(description="Whether it comes every year.")
    posts: Amount | None = Field(description="The posts it pays for, in full-time equivalents.")
    available: Amount | None = Field(description="The funding identified for it; null where none of that is printed.")
    shortfall: Amount | None = Field(description="What it lacks of its cost.")
    surplus: Amount | None = Field(description="What it has beyond its cost.")
    event: int = Field(description="The event that says so.")
    assumed: str | None = Field(description="What it rests on, where its source does not say it.")


class PlanSource(Row):
    """A source of money for a line."""

    line: str = Field(description="The cost line it is for.")
    source: str = Field(description="Where it comes from.")
    amount: Amount | None = Field(description="The amount; null where it is not printed.")
    form: str = Field(description="What the funding is.")
    decision: str | None = Field(description="The decision that set it aside.")
    event: int = Field(description="The event that says so.")
    assumed: str | None = Field(description="What it rests on, where its source does not say it.")


class PlanLeftOut(Row):
    """A cost that the plan does not count."""

    what: str = Field(description="What is not counted.")
    reason: str | None = Field(description="Why not.")
    event: int = Field(description="The event that says so.")
    assumed: str | None = Field(description="What it rests on, where its source does not say it.")


class PlanSpend(Row):
    """What was spent in a period."""

    period: str = Field(description="The period.")
    amount: Amount = Field(description="What was spent; negative if it was paid back.")
    line: str | None = Field(description="The cost line it was spent on.")
    source: str | None = Field(description="The system or return it was read from.")
    event: int = Field(description="The event that says so.")
    assumed: str | None = Field(description="What it rests on, where its source does not say it.")


class PlanYear(Row):
    """A financial year of a plan. Amounts that no single year is printed for stand in a last row, without a year."""

    year: str | None = Field(description="The financial year; null for what is not printed by year.")
    ongoing: Amount | None = Field(description="The cost of lines that come every year; null without any.")
    one_off: Amount | None = Field(description="The cost of lines that come once.")
    not_stated: Amount | None = Field(description="The cost of lines of which neither is printed.")
    total: Amount | None = Field(description="The cost of all three.")
    profiled: Amount | None = Field(description="What the spend profile says.")
    spent: Amount | None = Field(description="What was spent by then.")


class Plan(FundingSum):
    """A funding plan: its lines in the order first planned, its sources, and its sums."""

    programme: str | None = Field(description="The programme it is recorded on.")
    shared_with: list[str] = Field(description="Other programmes that it serves as well.")
    document: str | None = Field(description="The document it stands in.")
    restates: str | None = Field(description="The plan that prices the same; where both are shown, only that counts.")
    own_cost: Amount | None = Field(description="What the lines of the programme asked for cost.")
    own_available: Amount | None = Field(description="The funding identified for these lines.")
    own_gap: Amount | None = Field(description="The first less the second.")
    lines: list[PlanLine] = Field(description="The cost lines.")
    sources: list[PlanSource] = Field(description="The sources of money, a row a line and source.")
    left_out: list[PlanLeftOut] = Field(description="Costs that the plan does not count.")
    profile_event: int | None = Field(description="The event that says when it is to be spent.")
    spending: list[PlanSpend] = Field(description="What was spent, in the order of its periods.")
    year_count: int | None = Field(description="How many financial years its spend profile, or else its lines, name.")
    years: list[PlanYear] = Field(description="Its cost, spend profile and spending by financial year.")


class Funding(FundingSum, Answer):
    """The funding plans of a programme or portfolio, or one plan; the sums count each plan once.

    A programme's answer has every plan that serves it, whole: `own` marks its lines, and the sums `own_...` are of
    these only.
    """

    line: str | None = Field(description="Only this line of the plans; null for all.")
    own_cost: Amount | None = Field(description="What the lines of the programme asked for cost; otherwise null.")
    own_available: Amount | None = Field(description="The funding identified for these lines.")
    own_gap: Amount | None = Field(description="The first less the second.")
    plans: list[Plan] = Field(description="The plans, by reference.")


# --- a plan's amounts --------------------------------------------------------------------------


class Cost(NamedTuple):
    """A cost line: its plan's reference and code, whose it is, and what it costs, in all or by period."""

    plan: str
    line: str
    programme: str | None
    amount: Decimal | None
    periods: tuple[tuple[Period, Decimal], ...]
    recurrence: str
    posts: Decimal | None


class Source(NamedTuple):
    """A source of money for a cost line."""

    plan: str
    line: str
    source: str
    amount: Decimal | None
    form: str


@dataclass(frozen=True)
class Amounts:
    """The amounts of a plan, of some lines of it, or of several plans, and the figures they come to.

    Every figure has the name by which a printed figure asks for it.
    """

    costs: tuple[Cost, ...] = ()
    sources: tuple[Source, ...] = ()
    profile: tuple[tuple[Period, Decimal], ...] | None = None
    spends: tuple[tuple[Period, Decimal], ...] = ()

    @property
    def planned_cost(self) -> Decimal | None:
        """What all lines cost."""
        return sum_known([cost.amount for cost in self.costs], None)

    @property
    def ongoing_cost(self) -> Decimal | None:
        """What the lines that come every year cost."""
        return self._cost_of(Recurrence.RECURRING)

    @property
    def one_off_cost(self) -> Decimal | None:
        """What the lines that come once cost."""
        return self._cost_of(Recurrence.ONE_OFF)

    def _cost_of(self, recurrence: Recurrence) -> Decimal | None:
        # Where no line is said to recur, nothing does only if every line says whether it does.
        is_stated = bool(self.costs) and all(cost.recurrence != Recurrence.NOT_STATED for cost in self.costs)
        amounts = [cost.amount for cost in self.costs if cost.recurrence == recurrence]
        return sum_known(amounts, NOUGHT if is_stated else None)

    @property
    def _none(self) -> Decimal | None:
        """What nothing of a sort comes to: nought in a plan that says something, unknown in one that does not."""
        return NOUGHT if self.costs or self.sources else None

    @property
    def available(self) -> Decimal | None:
        """The funding identified, in every form."""
        return self._funding(set(FundingForm))

    @property
    def in_kind(self) -> Decimal | None:
        """The funding in kind."""
        return self._funding({FundingForm.IN_KIND})

    @property
    def financing(self) -> Decimal | None:
        """The funding that is cover, never delivery."""
        return self._funding({FundingForm.FINANCING_ADJUSTMENT})

    @property
    def cash_available(self) -> Decimal | None:
        """The funding that is not in kind."""
        return self._funding(set(FundingForm) - {FundingForm.IN_KIND})

    def _funding(self, forms: set[FundingForm]) -> Decimal | None:
        return sum_known([source.amount for source in self.sources if source.form in forms], self._none)

    @property
    def gap(self) -> Decimal | None:
        """Planned cost less the funding identified."""
        return _less(self.planned_cost, self.available)

    @property
    def cash_gap(self) -> Decimal | None:
        """Planned cost less the funding that is not in kind."""
        return _less(self.planned_cost, self.cash_available)

    @property
    def surplus(self) -> Decimal | None:
        """What single lines have beyond their cost, in all."""
        return sum_known([surplus for _, surplus in map(self.left_of, self.costs)], None)

    @property
    def shortfall(self) -> Decimal | None:
        """What single lines lack of their cost, in all."""
        return sum_known([shortfall for shortfall, _ in map(self.left_of, self.costs)], None)

    def available_for(self, cost: Cost) -> Decimal | None:
        """Return the funding identified for a line; `None` where it has sources, and no amount of theirs is printed."""
        return sum_known(self._funding_of(cost), NOUGHT)

    def left_of(self, cost: Cost) -> tuple[Decimal | None, Decimal | None]:
        """Return a line's shortfall and surplus; `None` where its cost or some of its funding is not printed."""
        funding = self._funding_of(cost)
        if cost.amount is None or None in funding:
            return None, None
        lacks = cost.amount - sum((amount for amount in funding if amount is not None), NOUGHT)
        return max(lacks, NOUGHT), max(-lacks, NOUGHT)

    def _funding_of(self, cost: Cost) -> list[Decimal | None]:
        return self._by_line.get((cost.plan, cost.line), [])

    @cached_property
    def _by_line(self) -> Mapping[tuple[str, str], list[Decimal | None]]:
        found: dict[tuple[str, str], list[Decimal | None]] = {}
        for one in self.sources:
            found.setdefault((one.plan, one.line), []).append(one.amount)
        return found

    @property
    def posts(self) -> Decimal | None:
        """The posts that lines pay for."""
        return sum_known([cost.posts for cost in self.costs], None, Decimal(0))

    @property
    def spend_profile(self) -> Decimal | None:
        """What the spend profile comes to."""
        return None if self.profile is None else sum((amount for _, amount in self.profile), NOUGHT)

    @property
    def spent(self) -> Decimal | None:
        """What was spent."""
        return sum_known([amount for _, amount in self.spends], None)

    @property
    def years(self) -> int | None:
        """How many financial years the spend profile names; without one, the cost lines."""
        named = self.profile if self.profile is not None else self._by_period()
        years = {year for period, _ in named for year in _years_of(period)}
        return len(years) or None

    def _by_period(self) -> list[tuple[Period, Decimal]]:
        return [line for cost in self.costs for line in cost.periods]

    @property
    def unknown(self) -> list[tuple[str, str]]:
        """The plan, and the line or `LINE: SOURCE`, of every amount that is not printed."""
        return [
            *((cost.plan, cost.line) for cost in self.costs if cost.amount is None),
            *((one.plan, f"{one.line}: {one.source}") for one in self.sources if one.amount is None),
        ]

    def by_year(self) -> list[PlanYear]:
        """Return cost, spend profile and spending by financial year, earliest first, and last what is of no one year.

        The rows come to the whole cost, the whole profile and all that was spent.
        """
        found: dict[str | None, dict[str, Decimal]] = {}
        for name, year, amount in self._in_years():
            row = found.setdefault(year, {})
            row[name] = row.get(name, NOUGHT) + amount
        costs = [_COLUMNS[each] for each in Recurrence]
        return [
            PlanYear(
                year=year,
                ongoing=row.get("ongoing"),
                one_off=row.get("one_off"),
                not_stated=row.get("not_stated"),
                total=sum_known([row[name] for name in costs if name in row], None),
                profiled=row.get("profiled"),
                spent=row.get("spent"),
            )
            for year, row in sorted(found.items(), key=lambda one: (one[0] is None, one[0] or ""))
        ]

    def _in_years(self) -> Iterator[tuple[str, str | None, Decimal]]:
        """Yield each amount with its column and its financial year; what crosses years, or names none, has none."""
        for cost in self.costs:
            column = _COLUMNS[Recurrence(cost.recurrence)]
            if cost.periods:
                yield from ((column, period.financial_year, amount) for period, amount in cost.periods)
            elif cost.amount is not None:
                yield column, None, cost.amount
        yield from (("profiled", period.financial_year, amount) for period, amount in self.profile or ())
        yield from (("spent", period.financial_year, amount) for period, amount in self.spends)


_COLUMNS: Final = {
    Recurrence.RECURRING: "ongoing",
    Recurrence.ONE_OFF: "one_off",
    Recurrence.NOT_STATED: "not_stated",
}


def sum_known(amounts: Sequence[Decimal | None], none: Decimal | None, start: Decimal = NOUGHT) -> Decimal | None:
    """Return the sum of what is known of some amounts; `None` if nothing is, and `none` without amounts."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known, start) if known else (None if amounts else none)


def _less(whole: Decimal | None, part: Decimal | None) -> Decimal | None:
    return whole - part if whole is not None and part is not None else None


def _years_of(period: Period) -> Iterator[int]:
    """Yield the first calendar year of every financial year a period touches."""
    yield from range(year_begun(period.first_day), year_begun(period.last_day) + 1)


def together(amounts: Iterable[Amounts]) -> Amounts:
    """Return the amounts of several plans as one."""
    each = list(amounts)
    profiles = [one.profile for one in each if one.profile is not None]
    return Amounts(
        tuple(cost for one in each for cost in one.costs),
        tuple(source for one in each for source in one.sources),
        tuple(line for profile in profiles for line in profile) if profiles else None,
        tuple(spend for one in each for spend in one.spends),
    )


# --- plans -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class PlanRow:
    """A plan as it is kept, or as much of it as is asked for."""

    reference: str
    said: Mapping[str, Any]

    @property
    def serves(self) -> frozenset[str]:
        """The programmes it serves."""
        own = self.said["programme"]
        return frozenset(self.said["shared_with"]) | ({own} if own else frozenset())

    @property
    def codes(self) -> list[str]:
        """The codes of its cost lines."""
        return [cost["line"] for cost in self.said["costs"]]

    def programme_of(self, cost: Mapping[str, Any]) -> str | None:
        """Return whose a cost line is: that of the programme it is marked for, else of the plan's own."""
        marked: str | None = cost["programme"] or self.said["programme"]
        return marked

    def lines_of(self, programmes: Iterable[str]) -> frozenset[str]:
        """Return the codes of the lines that are some programmes'."""
        wanted = frozenset(programmes)
        return frozenset(cost["line"] for cost in self.said["costs"] if self.programme_of(cost) in wanted)

    def only(self, lines: Iterable[str]) -> PlanRow:
        """Return the plan with only some of its lines, and what is identified for them and spent on them.

        A spend profile is of the whole plan, and so not of some lines of it.
        """
        wanted = frozenset(lines)
        kept = {
            name: [one for one in self.said[name] if one["line"] in wanted] for name in ("costs", "sources", "spent")
        }
        return replace(self, said={**self.said, **kept, "profile": None})

    def only_for(self, programmes: Iterable[str]) -> PlanRow:
        """Return what of the plan is some programmes': all of it, if it serves no other."""
        wanted = frozenset(programmes)
        return self if self.serves <= wanted else self.only(self.lines_of(wanted))

    @property
    def amounts(self) -> Amounts:
        """Its amounts."""
        said = self.said
        profile = said["profile"]
        return Amounts(
            tuple(map(self._cost, said["costs"])),
            tuple(
                Source(self.reference, one["line"], one["source"], amount_of(one["amount"]), one["form"])
                for one in said["sources"]
            ),
            None if profile is None else _periods(profile["lines"]),
            _periods(said["spent"]),
        )

    def _cost(self, cost: Mapping[str, Any]) -> Cost:
        periods = _periods(cost["lines"] or ())
        amount = sum((each for _, each in periods), NOUGHT) if cost["lines"] else amount_of(cost["amount"])
        posts = amount_of(cost["posts"])
        programme = self.programme_of(cost)
        return Cost(self.reference, cost["line"], programme, amount, periods, cost["recurrence"], posts)

    @property
    def assumed(self) -> bool:
        """Whether something of it rests on an assumption."""
        rows = [one for name in ("costs", "sources", "left_out", "spent") for one in self.said[name]]
        return bool(self.said["assumed"]) or any(row["assumed"] for row in rows)


def amount_of(words: str | None) -> Decimal | None:
    """Return an amount as it is kept; `None` where it is not printed."""
    return None if words is None else Decimal(words)


def _periods(lines: Iterable[Mapping[str, Any]]) -> tuple[tuple[Period, Decimal], ...]:
    return tuple((Period.of(line["period"]), Decimal(line["amount"])) for line in lines)


_PLANS: Final = Question(
    # So written, no index on programmes serves: the few plans there are are found by kind, and not among all else.
    "SELECT reference, state FROM view_state WHERE kind = 'funding' AND programme || '' IN (:programmes) AND",
    THEN,
)


def plans(connection: Snapshot, programmes: Sequence[str], on: date, position: int) -> list[PlanRow]:
    """Return the plans that serve some programmes, each once, as at a day, as known at a position."""
    found = dict(_PLANS(connection, programmes=list(programmes), on=on, position=position))
    return [PlanRow(reference, json.loads(said)) for reference, said in sorted(found.items())]


def only_line(rows: Sequence[PlanRow], line: str, asked: str) -> list[PlanRow]:
    """Return the plans that have a line, with only that line.

    Raises:
        NotFoundError: If none has it.
    """
    found = [row.only({line}) for row in rows if line in row.codes]
    if not found:
        there = ", ".join(dict.fromkeys(code for row in rows for code in row.codes)) or "none"
        raise NotFoundError(f"{asked} has no cost line {line}; it has {there}", subject=asked)
    return found


def counted(rows: Sequence[PlanRow]) -> list[PlanRow]:
    """Return the plans that are added up: not one that prices what another of them does."""
    there = {row.reference for row in rows}
    return [row for row in rows if row.said["restates"] not in there]


def sums(reference: str, title: str | None, rows: Sequence[PlanRow]) -> dict[str, Any]:
    """Return the fields of a `FundingSum` of some plans."""
    amounts = together(row.amounts for row in counted(rows))
    alone = len(rows) == 1 and rows[0].reference == reference
    return {
        "reference": reference,
        "title": title,
        **{name: getattr(amounts, name) for name in SUMS},
        "unknown": [what if alone else f"{plan}: {what}" for plan, what in amounts.unknown],
        "assumed": any(row.assumed for row in rows),
    }


def own_sums(rows: Sequence[PlanRow], programmes: Sequence[str] | None) -> dict[str, Any]:
    """Return what of some plans is some programmes' own: cost, funding and gap; all `None` if none was asked for."""
    mine = counted(rows)
    amounts = together(row.only_for(programmes).amounts for row in mine) if programmes is not None else Amounts()
    return {"own_cost": amounts.planned_cost, "own_available": amounts.available, "own_gap": amounts.gap}


def plan(row: PlanRow, programmes: Sequence[str] | None = None) -> Plan:
    """Return a plan with its lines, sources and sums; the lines of some programmes are marked as their own."""
    said, amounts = row.said, row.amounts
    own = None if programmes is None else row.lines_of(programmes)
    lines = [
        _line(cost, one, amounts, own=None if own is None else one.line in own)
        for cost, one in zip(said["costs"], amounts.costs, strict=True)
    ]
    return Plan(
        **sums(row.reference, said["title"], [row]),
        **own_sums([row], programmes),
        programme=said["programme"],
        shared_with=list(said["shared_with"]),
        document=said["document"],
        restates=said["restates"],
        lines=lines,
        sources=[PlanSource(**{**one, "amount": amount_of(one["amount"])}) for one in said["sources"]],
        left_out=[PlanLeftOut(**one) for one in said["left_out"]],
        profile_event=said["profile"]["event"] if said["profile"] else None,
        spending=[
            PlanSpend(**{name: one[name] for name in PlanSpend.model_fields} | {"amount": Decimal(one["amount"])})
            for one in said["spent"]
        ],
        year_count=amounts.years,
        years=amounts.by_year(),
    )


def _line(said: Mapping[str, Any], cost: Cost, amounts: Amounts, *, own: bool | None) -> PlanLine:
    shortfall, surplus = amounts.left_of(cost)
    return PlanLine(
        line=cost.line,
        activity=said["activity"],
        programme=cost.programme,
        own=own,
        amount=cost.amount,
        periods=[PlanPeriod(period=str(period), amount=amount) for period, amount in cost.periods],
        recurrence=cost.recurrence,
        posts=cost.posts,
        available=amounts.available_for(cost),
        shortfall=shortfall,
        surplus=surplus,
        event=said["event"],
        assumed=said["assumed"],
    )
