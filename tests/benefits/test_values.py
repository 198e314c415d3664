"""Words become values once, exactly, or are refused with what to write instead."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benefits.errors import InvalidValueError
from benefits.events import SavingClaimed
from benefits.values import (
    GivenDate,
    Period,
    Precision,
    a_or_an,
    actor,
    command_id,
    day,
    end_of,
    financial_year,
    from_pence,
    instant,
    london_day,
    pence,
    percentage,
    plain_number,
    pounds,
    quantity,
    reference,
    sha256_hex,
)

# --- money -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "exact"),
    [
        ("4390000", "4390000.00"),
        ("4,390,000.50", "4390000.50"),
        ("£4,390,000", "4390000.00"),
        ("-£1,234.5", "-1234.50"),
        ("  12.30 ", "12.30"),
        (7, "7.00"),
        (Decimal("1E+3"), "1000.00"),
        ("-0.00", "0.00"),
        ("9999999999999.99", "9999999999999.99"),
        ("1.5000", "1.50"),
    ],
)
def test_money_is_read_to_the_penny(words, exact):
    assert str(pounds(words)) == exact


@pytest.mark.parametrize(
    "words",
    [
        *("", " ", "abc", "4.390.000", "1,23", "12,3456", ",5", "5.", ".5", "+5", "1e3", "1_000", "0x10", "NaN"),
        *("Infinity", "£", "--5", "5-", "१२", "1 000", "0.001", "1\x00", "10000000000000", "1" * 5_000),
        *(0.1, 1.0, True, None, [], {}, b"1", float("nan"), float("inf")),
        *(Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity"), Decimal("1E+999999"), Decimal("1E-999999")),
        "1.00000000000000000000000000000000000001",
    ],
)
def test_what_is_no_exact_amount_of_money_is_refused(words):
    with pytest.raises(InvalidValueError):
        pounds(words)


def test_a_float_is_refused_with_the_reason():
    with pytest.raises(
        InvalidValueError, match=r"0\.1 is not an amount of money; give it as text .* float is not exact"
    ):
        pounds(0.1)


def test_a_fraction_of_a_penny_is_left_for_a_person_to_round():
    with pytest.raises(InvalidValueError, match="has a fraction of a penny; round it"):
        pounds("0.005")


@given(st.integers(-(10**15) + 1, 10**15 - 1))
def test_pence_come_back_from_pounds_and_from_words(amount):
    assert pence(from_pence(amount)) == amount
    assert pounds(f"{from_pence(amount):,}") == from_pence(amount)


@given(st.decimals(-(10**13) + 1, 10**13 - 1, places=6))
def test_a_quantity_comes_back_from_its_words(number):
    assert quantity(plain_number(quantity(number))) == number


def test_a_quantity_has_at_most_six_decimals():
    assert plain_number(quantity("0.700000")) == "0.7"
    assert plain_number(quantity("3000")) == "3000"
    with pytest.raises(InvalidValueError, match="more than six decimals"):
        quantity("0.0000001")


@pytest.mark.parametrize(
    ("part", "whole", "per_cent"),
    [("4390000", "1500000", "292.7"), ("590000", "2200000", "26.8"), ("1", "2000", "0.1"), ("-5", "10", "-50.0")],
)
def test_percentages_have_one_decimal_half_up(part, whole, per_cent):
    assert percentage(Decimal(part), Decimal(whole)) == Decimal(per_cent)


def test_there_is_no_percentage_of_nought():
    assert percentage(Decimal(1), Decimal(0)) is None


# --- days and instants -----------------------------------------------------------------------------


def test_a_day_is_written_as_computers_and_as_people_write_it():
    assert day("2008-03-31") == day("31/3/2008") == day(date(2008, 3, 31)) == date(2008, 3, 31)


@pytest.mark.parametrize(
    "words",
    [
        *("2008-02-30", "31/2/2008", "2008-3-1", "2008033", "03/2008", "31/3/08", "0000-01-01", "2008-03-31T00:00"),
        *("tomorrow", "", "2008-W01-1", "२००८-०३-३१", 20080331, None, datetime(2008, 3, 31, tzinfo=UTC), 1.5),
    ],
)
def test_what_is_no_day_is_refused(words):
    with pytest.raises(InvalidValueError):
        day(words)


def test_a_date_as_an_instant_is_its_noon_in_london_summer_and_winter():
    assert instant("2008-01-31") == datetime(2008, 1, 31, 12, tzinfo=UTC)
    assert instant("2008-06-18") == datetime(2008, 6, 18, 11, tzinfo=UTC)


def test_the_end_of_a_day_is_london_s_summer_and_winter():
    assert end_of(date(2008, 1, 31)) == datetime(2008, 1, 31, 23, 59, 59, 999999, tzinfo=UTC)
    assert end_of(date(2008, 6, 18)) == datetime(2008, 6, 18, 22, 59, 59, 999999, tzinfo=UTC)
    assert end_of(date.max).date() == date.max


@given(st.dates(date(1, 1, 2), date(9999, 12, 30)))
def test_a_day_ends_where_the_next_begins(when):
    assert london_day(end_of(when)) == when
    assert london_day(end_of(when) + timedelta(microseconds=1)) == when + timedelta(days=1)


@pytest.mark.parametrize(
    "words",
    [
        *("2008-06-18T10:00", "2008-06-18Tx", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59-05:00", 5, None),
        datetime(2008, 6, 18),  # noqa: DTZ001  # It is the naive one that is refused.
    ],
)
def test_an_instant_names_its_zone_and_lies_within_the_years_there_are(words):
    with pytest.raises(InvalidValueError):
        instant(words)


# --- dates as given --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "on", "precision", "shown"),
    [
        ("2007-11-15", date(2007, 11, 15), Precision.DAY, "2007-11-15"),
        ("15/11/2007", date(2007, 11, 15), Precision.DAY, "2007-11-15"),
        ("2007-11", date(2007, 11, 30), Precision.MONTH, "2007-11"),
        ("in 2007-11", date(2007, 11, 30), Precision.MONTH, "2007-11"),
        ("by 2006-04", date(2006, 4, 1), Precision.MONTH, "by 2006-04"),
        ("By  2006-04", date(2006, 4, 1), Precision.MONTH, "by 2006-04"),
        ("2008-02", date(2008, 2, 29), Precision.MONTH, "2008-02"),
        ("2007/08", date(2008, 3, 31), Precision.FY, "2007/08"),
        ("by 2007/08", date(2007, 4, 1), Precision.FY, "by 2007/08"),
        ("2007/08 Q1", date(2007, 6, 30), Precision.QUARTER, "2007/08 Q1"),
        ("2007/08 Q3", date(2007, 12, 31), Precision.QUARTER, "2007/08 Q3"),
        ("2007/08 Q4", date(2008, 3, 31), Precision.QUARTER, "2007/08 Q4"),
        ("by 2007/08 Q4", date(2008, 1, 1), Precision.QUARTER, "by 2007/08 Q4"),
        ("1999/00", date(2000, 3, 31), Precision.FY, "1999/00"),
        (date(2007, 11, 15), date(2007, 11, 15), Precision.DAY, "2007-11-15"),
    ],
)
def test_a_date_keeps_its_precision_and_is_shown_as_given(words, on, precision, shown):
    given_date = GivenDate.of(words)

    assert (given_date.day, given_date.precision, str(given_date)) == (on, precision, shown)
    assert GivenDate.of(str(given_date)) == given_date


@pytest.mark.parametrize(
    "words",
    ["2007/09", "2007/8", "2007/08 Q5", "2007-13", "9999/00", "by", "by then", "", "Nov 2007", 2007, None, 1.5, "200"],
)
def test_what_is_no_date_is_refused(words):
    with pytest.raises(InvalidValueError):
        GivenDate.of(words)


def test_a_wrong_financial_year_is_put_right_in_the_message():
    with pytest.raises(InvalidValueError, match="after 2007 comes 08"):
        GivenDate.of("2007/09")


@given(st.dates(date(1, 1, 1), date(9999, 12, 31)))
def test_a_day_reads_back_from_its_words(when):
    assert GivenDate.of(str(GivenDate.of(when))).day == when


# --- periods ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "first", "last", "shown"),
    [
        ("2008-03", date(2008, 3, 1), date(2008, 3, 31), "2008-03"),
        ("2007/08", date(2007, 4, 1), date(2008, 3, 31), "2007/08"),
        ("2007/08 Q3", date(2007, 10, 1), date(2007, 12, 31), "2007-10..2007-12"),
        ("2007-04..2010-03", date(2007, 4, 1), date(2010, 3, 31), "2007-04..2010-03"),
        ("2007-04 to 2010-03", date(2007, 4, 1), date(2010, 3, 31), "2007-04..2010-03"),
        ("2007/08..2009/10", date(2007, 4, 1), date(2010, 3, 31), "2007-04..2010-03"),
        ("2007-04..2008-03", date(2007, 4, 1), date(2008, 3, 31), "2007/08"),
    ],
)
def test_a_period_is_a_month_a_financial_year_or_a_span_of_months(words, first, last, shown):
    period = Period.of(words)

    assert (period.first_day, period.last_day, str(period)) == (first, last, shown)


@pytest.mark.parametrize(
    "words", ["2008-03-31", "200", "2010-03..2007-04", "..2008-03", "2008-03..", "by 2008-03", "", 2008, None, 1.5]
)
def test_what_is_no_period_is_refused(words):
    with pytest.raises(InvalidValueError):
        Period.of(words)


@given(st.dates(date(1, 1, 1), date(9999, 12, 31)), st.integers(0, 60))
def test_a_period_reads_back_from_its_words(when, months):
    last = min(when.year * 12 + when.month - 1 + months, 9999 * 12 + 11)
    period = Period.of(
        f"{when.isoformat()[:7]}..{last // 12:04d}-{last % 12 + 1:02d}" if months else when.isoformat()[:7]
    )

    assert Period.of(str(period)) == period


def test_periods_overlap_if_they_share_a_day():
    assert Period.of("2007/08").overlaps(Period.of("2008-03"))
    assert not Period.of("2007/08").overlaps(Period.of("2008-04"))


def test_a_period_that_crosses_the_end_of_march_lies_in_no_financial_year():
    assert Period.of("2008-03").financial_year == "2007/08"
    assert Period.of("2007-04..2010-03").financial_year is None
    assert financial_year(date(2000, 3, 31)) == "1999/00"


# --- codes and text --------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["SCP-PROC", "a", "B.014_x", " SCP ", "x" * 64])
def test_a_reference_is_letters_digits_and_marks_between_them(words):
    assert reference(words) == words.strip()


@pytest.mark.parametrize(
    "words", ["", "-SCP", "SCP-", "SCP PROC", "SCP/PROC", "SCP\x00", "ÄRA", "x" * 65, "SCP\nB", "store:", 5, None]
)
def test_what_is_no_reference_is_refused(words):
    with pytest.raises(InvalidValueError, match="like SCP-PROC"):
        reference(words)


def test_an_actor_is_a_post_or_a_post_and_a_person_s_reference():
    assert actor("PMO") == "PMO"
    assert actor("PMO/p-7f3a") == "PMO/p-7f3a"
    for words in ("", "PMO/", "/p-1", "A/B/C", "Jo Smith", 5):
        with pytest.raises(InvalidValueError):
            actor(words)


@pytest.mark.parametrize("words", ["", "two words", "@S001", "x" * 101, "café", "a\x00", 5, None])
def test_what_is_no_command_id_is_refused(words):
    with pytest.raises(InvalidValueError):
        command_id(words)


def test_a_hash_is_64_hexadecimal_digits_in_any_case():
    assert sha256_hex("AB" * 32) == "ab" * 32
    for words in ("ab" * 31, "xy" * 32, "", None):
        with pytest.raises(InvalidValueError, match="sha256sum FILE prints it"):
            sha256_hex(words)


@pytest.mark.parametrize("words", ["", "  ", "a\x00b", "a\nb", "\ud800", "\x7f", "x" * 301, 5, None, ["a"]])
def test_what_is_no_line_of_text_is_refused(words):
    from pydantic import ValidationError

    from benefits.events import ProgrammeStageEntered

    with pytest.raises((InvalidValueError, ValidationError)):
        ProgrammeStageEntered(stage=words)


def test_an_amount_is_stored_as_text_with_two_decimals():
    fact = SavingClaimed(period="2007/08", amount="-5", claimant="X")  # type: ignore[arg-type]

    assert b'"amount":"-5.00"' in fact.to_body()


def test_a_noun_has_its_article():
    assert (a_or_an("body"), a_or_an("authority")) == ("a body", "an authority")
