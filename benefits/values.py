"""The values of the domain: money, dates with their precision, periods, financial years, references.

Words become values here, once. Every parser accepts its own value or its words, and raises
`InvalidValueError` for anything else. Past the door there is no float, no naive datetime and no
string that means something else.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from enum import StrEnum
from functools import cache, lru_cache
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from pydantic import BeforeValidator, GetCoreSchemaHandler, GetJsonSchemaHandler, PlainSerializer, WithJsonSchema
from pydantic_core import CoreSchema, core_schema

from benefits.errors import InvalidValueError

PENNY: Final = Decimal("0.01")
_TENTH: Final = Decimal("0.1")
MOST_POUNDS: Final = Decimal(10) ** 13
LONDON: Final = "Europe/London"


@cache
def london() -> ZoneInfo:
    """Return the time zone in which a day begins and ends."""
    return ZoneInfo(LONDON)


# --- text --------------------------------------------------------------------------------------


_NOT_IN_A_LINE: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_NOT_IN_TEXT: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def _plain(text: object, *, most: int, newlines: bool, what: str) -> str:
    if not isinstance(text, str):
        raise InvalidValueError(f"{what} must be text, not {type(text).__name__}")
    found = (_NOT_IN_TEXT if newlines else _NOT_IN_A_LINE).search(text)
    if found is not None:
        code = ord(found[0])
        if 0xD800 <= code <= 0xDFFF:
            raise InvalidValueError(f"{what} holds half a character (U+{code:04X}); save the file as UTF-8")
        raise InvalidValueError(f"{what} holds a control character (U+{code:04X}); remove it")
    text = text.strip()
    if not text:
        raise InvalidValueError(f"{what} is empty; write something or leave it out")
    if len(text) > most:
        raise InvalidValueError(f"{what} has {len(text):,} characters; the most is {most:,}")
    return text


Line = Annotated[str, BeforeValidator(lambda text: _plain(text, most=300, newlines=False, what="the text"))]
"""One line of text, up to 300 characters."""

Text = Annotated[str, BeforeValidator(lambda text: _plain(text, most=20_000, newlines=True, what="the text"))]
"""Free text, up to 20,000 characters."""


def a_or_an(noun: str) -> str:
    """Return a noun with its article: `a body`, `an authority`."""
    return f"an {noun}" if noun[:1] in "aeiou" else f"a {noun}"


# --- references --------------------------------------------------------------------------------

_REFERENCE: Final = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?")
_COMMAND_ID: Final = re.compile(r"[\x21-\x7e]{1,100}")
_SHA256: Final = re.compile(r"[0-9a-f]{64}")


def reference(text: object) -> str:
    """Return the code people use for a subject, for example `SCP-PROC`.

    Raises:
        InvalidValueError: If it is not 1 to 64 letters, digits, dots, hyphens or underscores.
    """
    if not isinstance(text, str) or not _REFERENCE.fullmatch(text.strip()):
        raise InvalidValueError(
            f"{text!r} is not a reference; use 1 to 64 letters, digits, hyphens, dots or underscores, like SCP-PROC"
        )
    return text.strip()


Reference = Annotated[
    str, BeforeValidator(reference), WithJsonSchema({"type": "string", "pattern": f"^{_REFERENCE.pattern}$"})
]


def actor(text: object) -> str:
    """Return who acts: a post's reference, optionally `post/person-reference`.

    Raises:
        InvalidValueError: If it is neither; names of persons are not accepted.
    """
    if not isinstance(text, str) or text.count("/") > 1:
        raise InvalidValueError(f"{text!r} is not an actor; give a post's reference, or post/person-reference")
    return "/".join(reference(part) for part in text.split("/"))


def command_id(text: object) -> str:
    """Return the id that makes a command safe to send twice.

    Raises:
        InvalidValueError: If it is not 1 to 100 printable characters without a space.
    """
    if not isinstance(text, str) or not _COMMAND_ID.fullmatch(text) or text.startswith("@"):
        raise InvalidValueError(
            f"{text!r} is not a command id; use 1 to 100 printable characters without spaces, not starting with @"
        )
    return text


def sha256_hex(text: object) -> str:
    """Return a SHA-256 as 64 lower-case hexadecimal digits.

    Raises:
        InvalidValueError: If it is anything else.
    """
    if not isinstance(text, str) or not _SHA256.fullmatch(text.strip().lower()):
        raise InvalidValueError(f"{text!r} is not a SHA-256; it has 64 hexadecimal digits (sha256sum FILE prints it)")
    return text.strip().lower()


Sha256 = Annotated[
    str, BeforeValidator(sha256_hex), WithJsonSchema({"type": "string", "pattern": f"^{_SHA256.pattern}$"})
]


# --- numbers -----------------------------------------------------------------------------------


_POUND_SIGN: Final = re.compile(r"^(-?)£")
_AS_STORED: Final = re.compile(r"-?[1-9][0-9]{0,11}(?:\.[0-9]{1,2})?")
"""Most amounts, as the log has them: they are read by the million, and need no second look."""


def _decimal(value: object, what: str) -> Decimal:
    if isinstance(value, bool | float) or not isinstance(value, str | int | Decimal):
        raise InvalidValueError(
            f"{value!r} is not {what}; give it as text such as 1500000.00 (a {type(value).__name__} is not exact)"
        )
    words = _POUND_SIGN.sub(r"\1", value.strip()) if isinstance(value, str) else value
    if isinstance(words, str):
        if "," in words and not re.fullmatch(r"-?\d{1,3}(?:,\d{3})+(?:\.\d+)?", words):
            raise InvalidValueError(f"{value!r} is not {what}; commas stand between groups of three digits")
        if not re.fullmatch(r"-?[\d,]+(?:\.\d+)?", words, re.ASCII):
            raise InvalidValueError(f"{value!r} is not {what}; write digits such as 1500000.00")
        words = words.replace(",", "")
    try:
        number = Decimal(words)
    except InvalidOperation as error:
        raise InvalidValueError(f"{value!r} is not {what}") from error
    if not number.is_finite() or abs(number) >= MOST_POUNDS:
        raise InvalidValueError(f"{value!r} is not {what}; it must be below {MOST_POUNDS:,} either way")
    return number or abs(number)  # no negative zero; a sum would round a long fraction away


def pounds(value: object) -> Decimal:
    """Return an exact amount of money in pounds and pence; negative for a dis-benefit.

    Raises:
        InvalidValueError: If it is a float, not a number, or has a third decimal.
    """
    if isinstance(value, str) and _AS_STORED.fullmatch(value):
        return Decimal(value).quantize(PENNY)
    amount = _decimal(value, "an amount of money")
    if amount != amount.quantize(PENNY):
        raise InvalidValueError(f"{value!r} has a fraction of a penny; round it to two decimals yourself")
    return amount.quantize(PENNY)


def quantity(value: object) -> Decimal:
    """Return an exact number in a benefit's own unit, with at most six decimals.

    Raises:
        InvalidValueError: If it is a float, not a number, or has more decimals.
    """
    number = _decimal(value, "a number")
    if number != number.quantize(Decimal("0.000001")):
        raise InvalidValueError(f"{value!r} has more than six decimals")
    return number


def plain_number(number: Decimal) -> str:
    """Return a number in digits, without exponent and trailing zeros, for example `3000` or `0.7`."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def pence(amount: Decimal) -> int:
    """Return an amount of pounds in whole pence."""
    return int((amount * 100).to_integral_exact())


def from_pence(amount: int) -> Decimal:
    """Return whole pence as pounds with two decimals."""
    return PENNY * amount


def percentage(part: Decimal, whole: Decimal) -> Decimal | None:
    """Return part of whole in per cent, one decimal, half up; `None` where the whole is nought."""
    if not whole:
        return None
    return (part * 100 / whole).quantize(_TENTH, ROUND_HALF_UP)


def share(value: object) -> Decimal:
    """Return a share in per cent, above 0 and up to 100, with at most two decimals.

    Raises:
        InvalidValueError: If it is anything else.
    """
    number = _decimal(value.strip().removesuffix("%").strip() if isinstance(value, str) else value, "a share")
    if not 0 < number <= 100 or number != number.quantize(PENNY):
        raise InvalidValueError(f"{value!r} is not a share; write per cent above 0 and up to 100, such as 60 or 33.33")
    return number


_NUMBER_SAID: Final = {"type": ["string", "number"], "pattern": r"^-?£?[\d,]+(\.\d+)?$"}

Pounds = Annotated[
    Decimal,
    BeforeValidator(pounds),
    PlainSerializer(lambda amount: f"{amount:.2f}", return_type=str, when_used="json"),
    WithJsonSchema(_NUMBER_SAID | {"examples": ["4390000.00", "4,390,000"]}, mode="validation"),
    WithJsonSchema({"type": "string", "pattern": r"^-?\d{1,13}\.\d{2}$"}, mode="serialization"),
]
Quantity = Annotated[
    Decimal,
    BeforeValidator(quantity),
    PlainSerializer(plain_number, return_type=str, when_used="json"),
    WithJsonSchema(_NUMBER_SAID | {"examples": ["3000", "0.7"]}, mode="validation"),
    WithJsonSchema({"type": "string", "pattern": r"^-?\d{1,13}(\.\d{1,6})?$"}, mode="serialization"),
]

Share = Annotated[
    Decimal,
    BeforeValidator(share),
    PlainSerializer(plain_number, return_type=str, when_used="json"),
    WithJsonSchema({"type": ["string", "number"], "examples": ["60", "33.33"]}, mode="validation"),
    WithJsonSchema({"type": "string", "pattern": r"^\d{1,3}(\.\d{1,2})?$"}, mode="serialization"),
]


# --- dates -------------------------------------------------------------------------------------


def day(value: object) -> date:
    """Return a date from `2008-03-31` or, as people write it, `31/3/2008`.

    Raises:
        InvalidValueError: If there is no such day.
    """
    if isinstance(value, datetime) or not isinstance(value, date | str):
        raise InvalidValueError(f"{value!r} is not a date; write 2008-03-31 or 31/3/2008")
    if isinstance(value, date):
        return _ending(value)
    words = value.strip()
    try:
        if match := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", words, re.ASCII):
            return _ending(date(int(match[3]), int(match[2]), int(match[1])))
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}", words, re.ASCII):
            return _ending(date.fromisoformat(words))
    except InvalidValueError:
        raise
    except ValueError:
        raise InvalidValueError(f"{value!r} is not a date: there is no such day") from None
    raise InvalidValueError(f"{value!r} is not a date; write 2008-03-31 or 31/3/2008")


def _ending(when: date) -> date:
    """Refuse the last year a date can have: views mark with it what has no end."""
    if when.year == date.max.year:
        raise InvalidValueError(f"{when} is beyond the years that are kept; leave out what has no end")
    return when


Day = Annotated[date, BeforeValidator(day)]


def instant(value: object) -> datetime:
    """Return an instant in UTC; a date means its noon in London.

    Raises:
        InvalidValueError: If it is neither a date nor an instant with a zone.
    """
    if isinstance(value, str) and "T" in value:
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            raise InvalidValueError(f"{value!r} is not an instant; write 2008-05-30T12:00:00Z") from None
    if isinstance(value, datetime):
        if value.tzinfo is None:
            raise InvalidValueError(f"{value.isoformat()} names no time zone; add Z or an offset")
        try:
            london_day(value)
            return value.astimezone(UTC)
        except OverflowError:
            raise InvalidValueError(f"{value.isoformat()} is beyond the years a date can have") from None
    return datetime.combine(day(value), time(12), tzinfo=london()).astimezone(UTC)


def end_of(last: date) -> datetime:
    """Return the last microsecond of a day in London, in UTC."""
    if last == date.max:
        return datetime.max.replace(tzinfo=UTC)
    return datetime.combine(last + timedelta(days=1), time(), tzinfo=london()).astimezone(UTC) - timedelta(
        microseconds=1
    )


def london_day(moment: datetime) -> date:
    """Return the day it is in London at an instant."""
    return moment.astimezone(london()).date()


def _month(when: date) -> str:
    """Return the month of a day, written `2008-03`; `%Y` would leave the noughts off an early year."""
    return when.isoformat()[:7]


def london_day_of(microseconds: int) -> date:
    """Return the day it was in London at an instant, given in microseconds since 1970-01-01 UTC."""
    return london_day(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=microseconds))


def london_time(moment: datetime) -> str:
    """Return an instant as people in London write it, to the second."""
    return f"{moment.astimezone(london()):%Y-%m-%d %H:%M:%S}"


def _month_end(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def financial_year(when: date) -> str:
    """Return the financial year a day falls in, April to March, written `2007/08`."""
    start = year_begun(when)
    return f"{start:04d}/{(start + 1) % 100:02d}"


def year_begun(when: date) -> int:
    """Return the year in which the financial year of a day begins."""
    return when.year if when.month >= 4 else when.year - 1


class _Words:
    """A value that is written and read as one string."""

    @classmethod
    def of(cls, value: Any) -> Any:
        raise TypeError(f"{cls.__name__} has no words for {value!r}")

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            cls.of, serialization=core_schema.to_string_ser_schema(when_used="json")
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return {"type": "string", "description": (cls.__doc__ or "").splitlines()[0]}


def _span(words: str) -> tuple[date, date] | None:
    """The first and last day of a day, month, quarter or financial year in words; None if it is none of them."""
    try:
        if match := re.fullmatch(r"(\d{4})-(\d{2})", words, re.ASCII):
            first = _ending(date(int(match[1]), int(match[2]), 1))
            return first, _month_end(first.year, first.month)
        if match := re.fullmatch(r"(\d{4})/(\d{2})(?: ?Q([1-4]))?", words, re.ASCII):
            start = int(match[1])
            if int(match[2]) != (start + 1) % 100:
                raise InvalidValueError(
                    f"{words!r} is not a financial year; after {start} comes {(start + 1) % 100:02d}"
                )
            if match[3]:
                month = 4 + 3 * (int(match[3]) - 1)
                year = start + (month > 12)
                month = month - 12 if month > 12 else month
                return date(year, month, 1), _ending(_month_end(year, month + 2))
            return date(start, 4, 1), _ending(date(start + 1, 3, 31))
        if re.fullmatch(r"\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/\d{4}", words, re.ASCII):
            only = day(words)
            return only, only
    except ValueError as error:
        if isinstance(error, InvalidValueError):
            raise
        raise InvalidValueError(f"{words!r} names no month or year there is") from None
    return None


class Precision(StrEnum):
    """How exactly a date was given."""

    DAY = "day"
    MONTH = "month"
    QUARTER = "quarter"
    FY = "fy"


@dataclass(frozen=True, slots=True)
class GivenDate(_Words):
    """A date as given: 2007-11-15, 2007-11 (its last day), by 2006-04 (its first), 2007/08, 2007/08 Q3."""

    words: str
    day: date
    precision: Precision

    @classmethod
    def of(cls, value: object) -> GivenDate:
        """Return the date in words such as `2007-11-15`, `2007-11`, `by 2006-04`, `2007/08` or `2007/08 Q3`.

        *By* a month, quarter or financial year takes its first day, *in* one its last.

        Raises:
            InvalidValueError: If the words name no day, month, quarter or financial year.
        """
        if isinstance(value, GivenDate):
            return value
        if isinstance(value, date) and not isinstance(value, datetime):
            return cls(value.isoformat(), _ending(value), Precision.DAY)
        if not isinstance(value, str):
            raise InvalidValueError(f"{value!r} is not a date; write 2007-11-15, 2007-11, 'by 2006-04' or 2007/08")
        return cls._in_words(value)

    @classmethod
    @lru_cache(maxsize=4_096)
    def _in_words(cls, value: str) -> GivenDate:
        words = " ".join(value.split())
        by = words.lower().startswith("by ")
        bare = words[3:] if words.lower().startswith(("by ", "in ")) else words
        span = _span(bare)
        if span is None:
            raise InvalidValueError(f"{value!r} is not a date; write 2007-11-15, 2007-11, 'by 2006-04' or 2007/08")
        first, last = span
        if first == last:
            return cls(first.isoformat(), first, Precision.DAY)
        precision = Precision.MONTH if "/" not in bare else Precision.QUARTER if "Q" in bare else Precision.FY
        return cls(f"by {bare}" if by else bare, first if by else last, precision)

    def __str__(self) -> str:
        return self.words


@dataclass(frozen=True, slots=True)
class Period(_Words):
    """What an amount is for: a month 2008-03, a financial year 2007/08, or first and last month 2007-04..2010-03."""

    first_day: date
    last_day: date

    @classmethod
    def of(cls, value: object) -> Period:
        """Return the period in words: `2008-03`, `2007/08`, or `2007-04..2010-03`.

        Raises:
            InvalidValueError: If the words name no month, year or span of months.
        """
        if isinstance(value, Period):
            return value
        if not isinstance(value, str):
            raise InvalidValueError(f"{value!r} is not a period; write 2008-03, 2007/08 or 2007-04..2010-03")
        return cls._in_words(value)

    @classmethod
    @lru_cache(maxsize=4_096)
    def _in_words(cls, value: str) -> Period:
        words = " ".join(value.split())
        first_words, found, last_words = words.replace(" to ", "..").partition("..")
        first = _span(first_words.strip())
        last = _span(last_words.strip()) if found else first
        if first is None or last is None or first[0] == first[1] or last[0] == last[1]:
            raise InvalidValueError(f"{value!r} is not a period; write 2008-03, 2007/08 or 2007-04..2010-03")
        if last[1] < first[0]:
            raise InvalidValueError(f"{value!r} ends before it begins; write the earlier month first")
        return cls(first[0], last[1])

    def overlaps(self, other: Period) -> bool:
        """Tell whether some day falls in both."""
        return self.first_day <= other.last_day and other.first_day <= self.last_day

    @property
    def financial_year(self) -> str | None:
        """The financial year the period lies in; `None` if it crosses from one to another."""
        year = financial_year(self.first_day)
        return year if year == financial_year(self.last_day) else None

    def __str__(self) -> str:
        first, last = self.first_day, self.last_day
        if (first.year, first.month) == (last.year, last.month):
            return _month(first)
        if (first.month, last.month, last.year - first.year) == (4, 3, 1):
            return financial_year(first)
        return f"{_month(first)}..{_month(last)}"


def _whole_year(value: object) -> Period:
    """Return a financial year as a period."""
    period = Period.of(value)
    if period.financial_year is None or str(period) != period.financial_year:
        raise InvalidValueError(f"{value!r} is not a financial year; write 2012/13")
    return period


FinancialYear = Annotated[Period, BeforeValidator(_whole_year)]
"""A period that is a whole financial year."""
