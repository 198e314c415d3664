"""A programme, portfolio or benefit by financial year or month, with closed periods as they were closed.

What is recorded of a closed period later does not change it: it stands as a prior-period adjustment in the period that
was open when it was recorded. So every row but the open ones stays as it was, and all rows still come to the board.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, cached_property, lru_cache, partial
from typing import Any, Final, NamedTuple

from pydantic import Field

from benefits.errors import InvalidValueError
from benefits.store import ANY, Condition, Log, Question, Snapshot
from benefits.terms import MONEY_UNIT
from benefits.values import Period, financial_year, from_pence, london_day_of
from projections import board
from projections.answers import Amount, Answer, Row
from projections.cells import cells
from projections.explain import Amount as Part
from projections.explain import Class
from projections.ground import Ground, StateRow, SumsByYear, states
from projections.periods import Closing, closed_by, closings
from projections.series import ASSUMED, AT, Series, is_counted
from projections.stated import Bucket, Lines, Stated, places

NOUGHT: Final = board.NOUGHT
_A_DAY: Final = timedelta(days=1)


class YearRow(Row):
    """A period of one release, kind and fund. Of a closed period, everything is as it was when it was closed."""

    period: str | None = Field(
        description="The financial year or month; null for lines that cross from one to another."
    )
    release: str = Field(description="The release stated for the amounts.")
    kind: str = Field(description="The kind of saving.")
    fund: str = Field(description="The fund.")
    closed: int | None = Field(description="The event that closed the period; null while it is open.")
    assumed: bool = Field(description="Whether some of it rests on an assumption.")
    target: Amount | None = Field(description="Lines of targets in force for the period; null without one.")
    forecast: Amount | None = Field(description="Lines of forecasts in force for the period; null without one.")
    claimed: Amount = Field(description="What is claimed for the period.")
    verified: Amount = Field(description="What finance has verified of it.")
    claimed_adjustment: Amount = Field(
        description="What was recorded of earlier, closed periods while this one was open: claimed."
    )
    verified_adjustment: Amount = Field(description="Likewise, verified.")
    in_budget: Amount | None = Field(
        description="What is out of the base budget in the year; null where nothing is said, and for months."
    )


class YearMeasures(Row):
    """The named measures of one release, kind and fund. They answer different questions, and are never added."""

    release: str = Field(description="The release.")
    kind: str = Field(description="The kind of saving.")
    fund: str = Field(description="The fund.")
    year: str = Field(description="The financial year that the day falls in.")
    in_year_target: Amount | None = Field(description="in_year: the target of that year; null without one.")
    in_year_claimed: Amount = Field(description="in_year: what is claimed for that year so far.")
    in_year_verified: Amount = Field(description="in_year: what is verified of that.")
    full_year: Amount | None = Field(description="full_year: what is stated for a full year; null where it is not.")
    full_year_increment: Amount | None = Field(
        description="full_year less the target of the first year: what arrives in the year after it."
    )
    cumulative_cash_claimed: Amount = Field(description="cumulative_cash: what is claimed over all years.")
    cumulative_cash_verified: Amount = Field(description="cumulative_cash: what is verified over all years.")


class BudgetGap(Row):
    """A benefit in a year: what is out of the base budget beside what is verified."""

    reference: str = Field(description="The benefit.")
    year: str = Field(description="The financial year.")
    in_budget: Amount = Field(description="What is out of the base budget in that year.")
    verified: Amount = Field(description="What is verified for that year.")
    difference: Amount = Field(description="By how much the one is above the other.")


class Years(Answer):
    """A programme, portfolio or benefit by financial year or month."""

    reference: str = Field(description="What was asked for.")
    by: str = Field(description="year or month.")
    rows: list[YearRow] = Field(description="A row a period, release, kind and fund; the last ones cross periods.")
    measures: list[YearMeasures] = Field(description="The named measures, by release, kind and fund.")
    in_budget_not_verified: list[BudgetGap] = Field(description="Out of the budget, and not verified.")
    verified_not_in_budget: list[BudgetGap] = Field(description="Verified, and not out of the budget.")


@dataclass
class _Sums:
    """What a row adds up: its figures, and, where they are opened, what each event adds to each of them."""

    amounts: dict[str, Decimal] = field(default_factory=dict)
    parts: dict[str, list[Part]] = field(default_factory=dict)
    assumed: bool = False

    def add(self, name: str, amount: Decimal) -> None:
        self.amounts[name] = self.amounts.get(name, NOUGHT) + amount

    def open(self, name: str, part: Part) -> None:
        self.add(name, part.amount)
        self.parts.setdefault(name, []).append(part)

    def of(self, name: str) -> Decimal | None:
        return self.amounts.get(name)


@lru_cache(maxsize=4_096)
def year_of(day: date) -> Period:
    """Return the financial year a day falls in."""
    return Period.of(financial_year(day))


@lru_cache(maxsize=4_096)
def month_of(day: date) -> Period:
    """Return the month a day falls in."""
    return Period.of(day.isoformat()[:7])


_BUCKETS: Final[Mapping[str, Bucket]] = {"year": year_of, "month": month_of}


def bucket_of(by: str) -> Bucket:
    """Return what gives the period a day falls in, where time is cut by `year` or `month`.

    Raises:
        InvalidValueError: If it is neither.
    """
    if by not in _BUCKETS:
        raise InvalidValueError(f"{by!r} is no way to cut time; ask by {' or '.join(_BUCKETS)}")
    return _BUCKETS[by]


def by(period: str | None) -> str:
    """Return how time is cut where one period is asked for: by year, or, for a month, by month."""
    return "month" if period is not None and "-" in period else "year"


@dataclass(frozen=True)
class Asked:
    """What is asked for: some programmes, or one benefit of any; by year or month; as at a day, as known then."""

    programmes: Sequence[str]
    benefit: str | None
    by: str
    on: date
    position: int

    @cached_property
    def bucket(self) -> Bucket:
        """Gives the period a day falls in."""
        return bucket_of(self.by)

    @cached_property
    def counted(self) -> frozenset[str] | None:
        """The programmes whose periods count; `None` where every one does."""
        return None if self.benefit is not None else frozenset(self.programmes)


class _Then:
    """What an answer is made of, as at its day, as known then: each is read once, however often it is asked for."""

    def __init__(self, connection: Snapshot, asked: Asked) -> None:
        self.connection = connection
        self.asked = asked

    @cached_property
    def benefits(self) -> Sequence[StateRow]:
        """The states of the benefits that are in money."""
        return _benefits(self.connection, self.asked, self.asked.on, self.asked.position)

    @cached_property
    def claims(self) -> Sequence[_Added]:
        """What all claims of a day come to; of a year, under its first day, where time is cut by years."""
        return tuple(_cells(self.connection, self.asked))

    @cached_property
    def verified(self) -> Mapping[tuple[str, int], int]:
        """By benefit and the year in which a financial year begins: what is verified, in pence."""
        whose = _whose(self.asked)
        query = Question(
            "SELECT benefit, year, sum(verified) FROM view_delta WHERE verified <> 0 AND",
            whose.words,
            "GROUP BY benefit, year",
        )
        return {(benefit, year): int(pence) for benefit, year, pence in query(self.connection, **whose.values)}


ROW_FIGURES: Final = (
    "claimed",
    "verified",
    "claimed_adjustment",
    "verified_adjustment",
    "target",
    "forecast",
    "in_budget",
)
"""The figures of a row."""

_Rows = defaultdict[tuple[Class, Period | None], _Sums]


def _summed(then: _Then, log: Log, *, opened: bool) -> tuple[_Rows, Sequence[Closing]]:
    asked = then.asked
    by_programme = closings(then.connection, asked.programmes, asked.on, asked.position)
    closed = sorted({one for each in by_programme.values() for one in each}, key=lambda one: one.event)
    rows: _Rows = defaultdict(_Sums)
    _claims(then, log, closed, rows, opened=opened)
    _profiles(then, closed, rows, opened=opened)
    return rows, closed


def behind(connection: Snapshot, log: Log, asked: Asked, figure: str, period: str) -> list[Part]:
    """Return what makes a figure of a period, of every release, kind and fund."""
    rows, _ = _summed(_Then(connection, asked), log, opened=True)
    return [part for (_, one), sums in rows.items() if str(one) == period for part in sums.parts.get(figure, ())]


def parts(connection: Snapshot, log: Log, asked: Asked, ground: Ground | None = None) -> dict[str, Any]:
    """Return the parts of the answer, by the names of its fields.

    Args:
        connection: Where the views are read.
        log: The log.
        asked: What is asked.
        ground: What it is made of, of all that is asked for, where that is at hand.
    """
    then = _Then(connection, asked)
    if ground is not None:
        then.benefits, then.verified = _in_money(ground.states, asked), _verified(ground.sums)
    rows, closed = _summed(then, log, opened=False)
    found = [
        _row(of, period, sums, closed_by(closed, period) if period else None)
        for (of, period), sums in sorted(rows.items(), key=lambda one: (_order(one[0][1]), one[0][0]))
    ]
    gaps = _gaps(then)
    return {
        "rows": found,
        "measures": _measures(then),
        "in_budget_not_verified": [gap for gap in gaps if gap.in_budget > gap.verified],
        "verified_not_in_budget": [gap for gap in gaps if gap.verified > gap.in_budget],
    }


def _order(period: Period | None) -> date:
    return period.first_day if period else date.max


def _row(of: Class, period: Period | None, sums: _Sums, closing: Closing | None) -> YearRow:
    return YearRow(
        period=str(period) if period else None,
        **of._asdict(),
        closed=closing.event if closing else None,
        assumed=sums.assumed,
        target=sums.of("target"),
        forecast=sums.of("forecast"),
        claimed=sums.of("claimed") or NOUGHT,
        verified=sums.of("verified") or NOUGHT,
        claimed_adjustment=sums.of("claimed_adjustment") or NOUGHT,
        verified_adjustment=sums.of("verified_adjustment") or NOUGHT,
        in_budget=sums.of("in_budget"),
    )


# --- claims --------------------------------------------------------------------------------------


def _whose(asked: Asked) -> Condition:
    """Return the condition that a delta is asked for."""
    known = Condition("effective_on <= :on AND position <= :position", {"on": asked.on, "position": asked.position})
    if asked.benefit is not None:
        return known & Condition("benefit = :benefit", {"benefit": asked.benefit})
    return known & Condition("programme IN (:programmes)", {"programmes": list(asked.programmes)})


class _Added(NamedTuple):
    """What claims add: all of a day or year, release, kind and fund, or what one event adds to one claim."""

    on: date
    of: Class
    claimed: int
    verified: int
    assumed: int
    event: int = 0
    benefit: str = ""
    claim: int | None = None

    def parts(self) -> Iterator[tuple[str, Part]]:
        """Yield what it adds to the figures of a row."""
        for name, amount in (("claimed", self.claimed), ("verified", self.verified)):
            if amount:
                yield name, Part(self.event, self.benefit, from_pence(amount), None, self.of, self.claim)


def _claims(then: _Then, log: Log, closed: Sequence[Closing], rows: _Rows, *, opened: bool) -> None:
    """Add what is claimed and verified: for its period, or, recorded after close, where it was an adjustment."""
    connection, asked = then.connection, then.asked
    late = _late(connection, asked, closed)
    adjusted = {asked.bucket(one.on) for one in late}
    if opened:
        in_time = [one for one in _events(connection, asked) if one not in late]
    else:
        in_time = [one for one in then.claims if asked.bucket(one.on) not in adjusted]
        for period in adjusted:
            of = Condition(
                "effective_on >= :first_day AND effective_on <= :last_day",
                {"first_day": period.first_day, "last_day": period.last_day},
            )
            in_time += [one for one in _events(connection, asked, of) if one not in late]
    assumed: dict[tuple[Class, Period], int] = {}
    for one in in_time:
        key = (one.of, asked.bucket(one.on))
        sums = rows[key]
        for name, part in one.parts():
            sums.open(name, part)
        # How many claims rest on an assumption is no amount; of a closed period, those that did when it was closed.
        assumed[key] = assumed.get(key, 0) + one.assumed
    recorded = log.read_positions(one.event for one in late)
    for one in late:
        period = asked.bucket(london_day_of(recorded[one.event].recorded_at))
        while (closing := closed_by(closed, period)) is not None and closing.event < one.event:
            period = asked.bucket(period.last_day + _A_DAY)
        for name, part in one.parts():
            rows[one.of, period].open(f"{name}_adjustment", part)
    for key, count in assumed.items():
        if count:
            rows[key].assumed = True


def _cells(connection: Snapshot, asked: Asked) -> Iterator[_Added]:
    claimed, verified, assumed = (AT[name] for name in (Series.CLAIMED, Series.VERIFIED, ASSUMED))
    by_year = asked.by == "year"
    for cell in cells(connection, asked.programmes, asked.benefit, asked.on, asked.position, by_year=by_year):
        amounts = cell.amounts
        of = Class(cell.release, cell.kind, cell.fund)
        yield _Added(cell.effective_on, of, amounts[claimed], amounts[verified], amounts[assumed])


_EVENT: Final = "effective_on, release, kind, fund, position, benefit, claim"
_ADDS: Final = ", ".join(f"sum({name})" for name in (Series.CLAIMED, Series.VERIFIED, ASSUMED))


def _events(connection: Snapshot, asked: Asked, of: Condition = ANY) -> Iterator[_Added]:
    """Yield what each event adds to each claim, in all programmes that are asked for together."""
    whose = _whose(asked) & of
    query = Question("SELECT", f"{_EVENT}, {_ADDS}", "FROM view_delta WHERE", whose.words, "GROUP BY", _EVENT)
    for on, release, kind, fund, event, benefit, claim, *sums in query(connection, **whose.values):
        claimed, verified, assumed = map(int, sums)
        yield _Added(on, Class(release, kind, fund), claimed, verified, assumed, event, benefit, claim)


def _late(connection: Snapshot, asked: Asked, closed: Sequence[Closing]) -> Collection[_Added]:
    """Return what was recorded of closed periods after they were closed."""
    if not closed:
        return ()
    said = "effective_on >= :{0}_first AND effective_on <= :{0}_last AND position > :{0}_event"
    names = [f"closed_{nth}" for nth in range(len(closed))]
    since = Condition(
        f"({' OR '.join(said.format(name) for name in names)})",
        {
            f"{name}_{bound}": value
            for name, one in zip(names, closed, strict=True)
            for bound, value in (
                ("first", one.period.first_day),
                ("last", one.period.last_day),
                ("event", one.event),
            )
        },
    )
    after = Condition("position > :after", {"after": min(one.event for one in closed)})
    found: dict[_Added, None] = {}
    for one in _events(connection, asked, after & since):
        closing = closed_by(closed, asked.bucket(one.on))
        if closing is not None and one.event > closing.event:
            found[one] = None
    return found


# --- targets, forecasts and budgets --------------------------------------------------------------


def _profiles(then: _Then, closed: Sequence[Closing], rows: _Rows, *, opened: bool) -> None:
    """Add the lines in force: of open periods as they stand, of a closed one as they stood when it was closed."""
    asked = then.asked
    for closing in [None, *closed]:
        benefits = then.benefits
        if closing is not None:
            benefits = _benefits(then.connection, asked, closing.on, closing.event)

        def are_told(period: Period | None, closing: Closing | None = closing) -> bool:
            return (closed_by(closed, period) if period else None) == closing

        for name in ("target", "forecast"):
            add = _open_lines if opened else _add_lines
            add(name, list(_in_force(benefits, name, asked)), asked, are_told, rows)
        if asked.by == "year":
            for row in benefits:
                _budget(row.state, asked, closed, closing, rows)


def _benefits(connection: Snapshot, asked: Asked, on: date, position: int) -> list[StateRow]:
    # A benefit asked for by itself may have been elsewhere then.
    programmes = None if asked.benefit is not None else asked.programmes
    found = states(connection, programmes, on, position, "benefit")
    return _in_money(found, asked)


def _in_money(states: Iterable[StateRow], asked: Asked) -> list[StateRow]:
    benefits = (row for row in states if row.kind == "benefit" and asked.benefit in (None, row.reference))
    return [row for row in benefits if row.state["unit"] == MONEY_UNIT]


class _InForce(NamedTuple):
    """The target or forecast in force of a benefit, as it counts for whoever asks."""

    said: Stated
    of: Class
    lines: Lines
    assumed: bool


def _in_force(benefits: Iterable[StateRow], name: str, asked: Asked) -> Iterator[_InForce]:
    for row in benefits:
        said = row.state
        version = said[name]
        if version:
            of = Class(version["release"], said["kind"], said["fund"])
            assumed = "identified" in said["assumed"] or name in said["assumed"]
            yield _InForce(said, of, said.lines(name, asked.counted), assumed)


def _add_lines(
    name: str, stated: Iterable[_InForce], asked: Asked, are_told: Callable[[Period | None], bool], rows: _Rows
) -> None:
    """Add lines to their rows. Most benefits are planned for the same periods as others: those are added up at once."""
    alike: defaultdict[tuple[Class, str], list[_InForce]] = defaultdict(list)
    for one in stated:
        alike[one.of, one.lines.periods].append(one)
    for (of, periods), found in alike.items():
        amounts = [sum(each, NOUGHT) for each in zip(*(one.lines.amounts for one in found), strict=True)]
        assumed = any(one.assumed for one in found)
        for period, lines in places(periods, asked.bucket).items():
            if are_told(period):
                sums = rows[of, period]
                sums.assumed |= assumed
                sums.add(name, sum([amounts[at] for at in lines], NOUGHT))


def _open_lines(
    name: str, stated: Iterable[_InForce], asked: Asked, are_told: Callable[[Period | None], bool], rows: _Rows
) -> None:
    """Add lines to their rows one by one, each with the event that said it."""
    for one in stated:
        for period in places(one.lines.periods, asked.bucket):
            if are_told(period):
                sums = rows[one.of, period]
                sums.assumed |= one.assumed
                for line in one.lines.within(period, asked.bucket):
                    sums.open(name, Part(line.event, one.said["reference"], line.amount, line.period, one.of))


def _budget(
    said: Stated,
    asked: Asked,
    closed: Sequence[Closing],
    closing: Closing | None,
    rows: _Rows,
) -> None:
    of = Class(said["release"], said["kind"], said["fund"])
    for year, treatments in _by_year(said, asked).items():
        if closed_by(closed, year) == closing:
            sums = rows[of, year]
            sums.amounts.setdefault("in_budget", NOUGHT)
            for one in treatments:
                sums.open("in_budget", Part(one["event"], said["reference"], Decimal(one["amount"]), one["year"], of))
                sums.assumed |= bool(one["assumed"])


def _by_year(said: Stated, asked: Asked) -> dict[Period, list[Mapping[str, Any]]]:
    """Return what brought amounts out of the base budget by each year, up to the last spoken of or the present one."""
    if not said["budget"]:
        return {}
    banked = board.banked(said, asked.counted)
    years = [Period.of(one["year"]) for one in said["budget"]]
    last = max(*(year.last_day for year in years), year_of(asked.on).last_day)
    found: dict[Period, list[Mapping[str, Any]]] = {}
    year = min(years, key=lambda one: one.first_day)
    while True:
        found[year] = [one for one in banked if one["last_day"] <= year.last_day.isoformat()]
        if year.last_day >= last:
            return found
        year = year_of(year.last_day + _A_DAY)


# --- named measures, and the two lists -----------------------------------------------------------


def _measures(then: _Then) -> list[YearMeasures]:
    found: dict[Class, dict[str, Decimal]] = {}
    this = year_of(then.asked.on)
    for one in then.claims:
        sums = found.setdefault(one.of, {})
        for name, pence in (("claimed", one.claimed), ("verified", one.verified)):
            sums[f"cumulative_cash_{name}"] = sums.get(f"cumulative_cash_{name}", NOUGHT) + from_pence(pence)
            if one.on >= this.first_day:
                sums[f"in_year_{name}"] = sums.get(f"in_year_{name}", NOUGHT) + from_pence(pence)
    for measure in _stated(then):
        sums = found.setdefault(measure.of, {})
        sums[measure.name] = sums.get(measure.name, NOUGHT) + measure.amount
    return [
        YearMeasures(
            **of._asdict(),
            year=str(this),
            in_year_target=sums.get("in_year_target"),
            in_year_claimed=sums.get("in_year_claimed", NOUGHT),
            in_year_verified=sums.get("in_year_verified", NOUGHT),
            full_year=sums.get("full_year"),
            full_year_increment=sums.get("full_year_increment"),
            cumulative_cash_claimed=sums.get("cumulative_cash_claimed", NOUGHT),
            cumulative_cash_verified=sums.get("cumulative_cash_verified", NOUGHT),
        )
        for of, sums in sorted(found.items())
    ]


class _Measure(NamedTuple):
    """What a target says of a measure: how much, and what gives the lines or words that make it."""

    name: str
    of: Class
    amount: Decimal
    opened: Callable[[], list[Part]]


def _stated(then: _Then) -> Iterator[_Measure]:
    """Yield what targets say of the measures: this year's lines, full years, and these less the first year's lines."""
    asked = then.asked
    this = year_of(asked.on)
    for row in then.benefits:
        said, version = row.state, row.state["target"]
        if version is None:
            continue
        of = Class(version["release"], said["kind"], said["fund"])
        lines = said.lines("target", asked.counted)
        due = lines.of_period(this, year_of)
        if due is not None:
            yield _Measure("in_year_target", of, due, partial(_parts, row, of, lines, this))
        if said["full_year"] is not None and is_counted(said, asked.on.isoformat(), asked.counted):
            full_year = Part(version["event"], row.reference, Decimal(said["full_year"]), None, of)
            yield _Measure("full_year", of, full_year.amount, partial(list, [full_year]))
            less = [part._replace(amount=-part.amount) for part in _first_year(row, of, lines)]
            if less:
                increment = [full_year, *less]
                amount = sum([part.amount for part in increment], NOUGHT)
                yield _Measure("full_year_increment", of, amount, partial(list, increment))


def _parts(row: StateRow, of: Class, lines: Lines, year: Period, *, own: bool = False) -> list[Part]:
    """Return the lines of a year; only its `own`, where what was handed over from elsewhere does not count."""
    found = (line for line in lines.within(year, year_of) if not (own and line.is_handed_over))
    return [Part(line.event, row.reference, line.amount, line.period, of) for line in found]


def _first_year(row: StateRow, of: Class, lines: Lines) -> list[Part]:
    """Return the lines of the first year that has some of its own: a full year stays where it was stated."""
    for year in sorted((year for year in places(lines.periods, year_of) if year), key=lambda year: year.first_day):
        own = _parts(row, of, lines, year, own=True)
        if own:
            return own
    return []


def of_measure(connection: Snapshot, asked: Asked, figure: str) -> list[Part]:
    """Return what makes one of the measures that targets state."""
    return [part for one in _stated(_Then(connection, asked)) if one.name == figure for part in one.opened()]


MEASURES: Final = ("in_year_target", "full_year", "full_year_increment")
"""The measures that targets state; those of claims are figures of a period, or of all of them."""


def _gaps(then: _Then) -> list[BudgetGap]:
    """Return each benefit and year in which what is out of the budget is not what is verified."""
    asked = then.asked
    verified = {key: from_pence(pence) for key, pence in then.verified.items()}
    budgets = {
        (row.reference, year.first_day.year): sum((Decimal(one["amount"]) for one in treatments), NOUGHT)
        for row in then.benefits
        for year, treatments in _by_year(row.state, asked).items()
    }
    return [
        _gap(benefit, year, budgets.get((benefit, year), NOUGHT), verified.get((benefit, year), NOUGHT))
        for benefit, year in sorted(budgets.keys() | verified.keys())
    ]


def _verified(sums: SumsByYear) -> dict[tuple[str, int], int]:
    """Return what is verified of each benefit and year, of all releases together."""
    found: dict[tuple[str, int], int] = {}
    for (benefit, _, year), amounts in sums.items():
        pence = amounts[AT[Series.VERIFIED]]
        if pence:
            found[benefit, year] = found.get((benefit, year), 0) + pence
    return found


def _gap(reference: str, year: int, in_budget: Decimal, verified: Decimal) -> BudgetGap:
    return BudgetGap(
        reference=reference,
        year=_in_words(year),
        in_budget=in_budget,
        verified=verified,
        difference=abs(in_budget - verified),
    )


@cache
def _in_words(year: int) -> str:
    return financial_year(date(year, 4, 1))
