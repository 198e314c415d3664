"""What a history is made of: days, periods, amounts and words, drawn where the rules have their edges."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from hypothesis import strategies as st

from benefits.terms import BANKED, Bound, Finding, Fund, Grade, Outcome, Release, SavingKind, Treatment, Verb

FIRST_DAY = date(2025, 3, 25)
LAST_DAY = date(2026, 9, 30)

MONTHS = [f"{year}-{month:02d}" for year in (2025, 2026) for month in range(1, 13)][2:19]
YEARS = ["2024/25", "2025/26", "2026/27"]
SPANS = ["2025-04..2025-06", "2025-10..2026-04", "2025-04..2027-03"]
MONTH_ENDS = [date(2025, 3, 31), date(2025, 6, 30), date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30)]
FIRSTS = [date(2025, 4, 1), date(2025, 7, 1), date(2025, 11, 1), date(2026, 2, 1), date(2026, 4, 1)]

picks = st.integers(0, 999)
"""Which of those on record: the remainder by how many there are."""


shares = st.sampled_from([1, 33, 50, 99, 100, 101, -10])
"""Per cent of an amount."""


def days() -> st.SearchStrategy[date]:
    """Days of two financial years, more often about the end of a month."""
    about = st.builds(
        lambda day, more: day + timedelta(days=more), st.sampled_from(MONTH_ENDS), st.sampled_from([0, 1, -1])
    )
    return st.one_of(st.sampled_from(FIRSTS), about, st.dates(FIRST_DAY, LAST_DAY))


def given_dates() -> st.SearchStrategy[str]:
    """Dates in words, as exact as papers give them."""
    return st.one_of(
        days().map(date.isoformat),
        st.sampled_from(MONTHS),
        st.sampled_from(MONTHS).map("by {}".format),
        st.sampled_from(["2025/26", "2025/26 Q2", "by 2025/26 Q4"]),
    )


def months() -> st.SearchStrategy[str]:
    """Single months."""
    return st.sampled_from(MONTHS)


def periods() -> st.SearchStrategy[str]:
    """Months, financial years and spans of months."""
    return st.one_of(months(), months(), st.sampled_from(YEARS), st.sampled_from(SPANS))


def past_days() -> st.SearchStrategy[date]:
    """Days that are most often past when histories begin, on 1 November 2025."""
    return st.one_of(st.dates(FIRST_DAY, date(2025, 11, 1)), days())


def past_dates() -> st.SearchStrategy[str]:
    """Dates in words that are most often past."""
    return st.one_of(past_days().map(date.isoformat), st.sampled_from(MONTHS[:8]), given_dates())


def past_months() -> st.SearchStrategy[str]:
    """Single months that are most often past."""
    return st.one_of(st.sampled_from(MONTHS[:8]), months())


def past_periods() -> st.SearchStrategy[str]:
    """Periods that are most often past."""
    return st.one_of(past_months(), past_months(), periods())


def pounds() -> st.SearchStrategy[str]:
    """Amounts to the penny, of either sign, sometimes nought."""
    pence = st.one_of(st.integers(-500_00, 500_00), st.sampled_from([1, 100_00, 33_33, -1, -250_05, 10**15 - 1]))
    return pence.map(lambda amount: f"{'-' if amount < 0 else ''}{abs(amount) // 100}.{abs(amount) % 100:02d}")


def quantities() -> st.SearchStrategy[str]:
    """Numbers in a benefit's own unit."""
    return st.decimals(-5000, 5000, places=3).map(lambda number: format(number, "f"))


def lines(*, in_money: bool = True) -> st.SearchStrategy[list[str]]:
    """Lines of a target or forecast that do not overlap, more often than not."""
    amounts = pounds() if in_money else quantities()
    apart = st.lists(st.tuples(months(), amounts), min_size=1, max_size=3, unique_by=lambda line: line[0])
    whole = st.tuples(periods(), amounts).map(lambda line: [line])
    return st.one_of(apart, whole).map(lambda found: [f"{period}={amount}" for period, amount in found])


def resolutions() -> st.SearchStrategy[list[str]]:
    """What was resolved under the letters a and b."""
    verbs = st.sampled_from([Verb.APPROVE, Verb.NOTE, Verb.ADOPT, Verb.DELEGATE])
    outcomes = st.sampled_from([Outcome.CARRIED, Outcome.CARRIED, Outcome.NOT_CARRIED])
    one = st.tuples(verbs, outcomes)
    return st.lists(one, max_size=2).map(
        lambda found: [f"{letter}: {verb}: {outcome}" for letter, (verb, outcome) in zip("ab", found, strict=False)]
    )


def assumptions() -> st.SearchStrategy[str | None]:
    """Now and then what a fact rests on."""
    return st.sampled_from([None, None, None, "The paper does not say"])


def sometimes(of: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Something or nothing."""
    return st.one_of(st.none(), of)


def split_shares() -> st.SearchStrategy[list[str]]:
    """Per cent of a benefit that others take over: all of it or less, in shares that do not come out even."""
    return st.sampled_from([["100"], ["50"], ["60", "40"], ["33.3", "66.7"], ["33.33", "33.33"], ["0.5", "99.5"]])


releases = st.sampled_from([one.value for one in Release])
kinds = st.sampled_from([one.value for one in SavingKind][:3])
funds = st.sampled_from([one.value for one in Fund][:2])
units = st.sampled_from(["GBP", "GBP", "GBP", "calls a week"])
findings = st.sampled_from([one.value for one in Finding])
grades = st.sampled_from([one.value for one in Grade])
bounds = st.sampled_from([one.value for one in Bound])
treatments = st.sampled_from([one.value for one in (*sorted(BANKED), *Treatment)])
