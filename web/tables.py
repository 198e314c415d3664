"""A table is said once, columns and rows, and shown as HTML, CSV, Excel and JSON."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from benefits.terms import MONEY_UNIT
from web import words

if TYPE_CHECKING:
    from web.question import Question

Value = str | int | Decimal | date | None
"""What a cell holds. `None` is not known; an empty string says that there is nothing to say."""

FORMS: Final[Mapping[str, str]] = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
"""The files a table is given as, by the end of their names."""

_LIVE: Final = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
"""What a spreadsheet takes for the beginning of a formula; the wide forms too, where they are written."""

_NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")
NOT_IN_NAMES: Final = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_CELL: Final = 32_767  # Excel's; XlsxWriter leaves out what is longer.
_WIDEST: Final = 60


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name for programs, its heading for people, and how its cells are read.

    Args:
        field: Its name in JSON.
        heading: What stands above it.
        kind: `text`, `number` (right-aligned, with the unit of each cell), or `state` (a word that stands out).
        href: Where the table is sorted by it.
        order: How the table is sorted by it, as browsers say it: `ascending` or `descending`.
        is_below: Whether a page shows its cells below those of the column before it, to be narrower; files do not.
    """

    field: str
    heading: str
    kind: str = "text"
    href: str | None = None
    order: str | None = None
    is_below: bool = False

    @property
    def is_number(self) -> bool:
        """Whether its cells are numbers."""
        return self.kind == "number"


class Cell(NamedTuple):
    """A value, where it leads, and in what unit it is where it is a number; and what stood in its place before."""

    value: Value
    href: str | None = None
    unit: str | None = None
    was: str | None = None

    @property
    def shown(self) -> str:
        """The words on the page."""
        value = self.value
        if isinstance(value, str):
            return value
        if value is None:
            return words.UNKNOWN
        if isinstance(value, Decimal):
            return words.measured(value, self.unit)
        if isinstance(value, int):
            return f"{value}" if self.unit == "event" else words.number(value)
        return str(value)

    @property
    def tag(self) -> str:
        """The colour of a word that says a state."""
        return words.TAGS.get(str(self.value), "grey")

    @property
    def plain(self) -> str | int | None:
        """The value for programs: numbers as the answers have them, unknown as `None`; after what was there before."""
        if self.was is not None:
            return f"was: {self.was}\nis now: {self.shown}"
        if isinstance(self.value, Decimal):
            return format(self.value, "f")
        return self.value.isoformat() if isinstance(self.value, date) else self.value


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Args:
        name: Its name in addresses: `/board/SCP/NAME.csv`.
        caption: What it is called on the page.
        columns: Its columns.
        rows: Its rows, a cell a column.
        note: What has to be known to read it.
        empty: What is said in its place where it has no rows; nothing is shown if left out.
    """

    name: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    note: str | None = None
    empty: str | None = None

    @classmethod
    def of(
        cls,
        name: str,
        caption: str,
        columns: Sequence[Column],
        rows: Iterable[Sequence[Cell | Value]],
        *,
        note: str | None = None,
        empty: str | None = None,
    ) -> Table:
        """Return a table of values, or of cells where a value leads somewhere or has a unit."""
        found = [[one if isinstance(one, Cell) else Cell(one) for one in row] for row in rows]
        assert all(len(row) == len(columns) for row in found), f"a row of {name} has not {len(columns)} cells"
        return cls(name, caption, columns, found, note, empty)

    @property
    def places(self) -> list[tuple[int, Column, Column | None]]:
        """The columns as a page shows them: where its cells are, it, and the one whose cells stand below them."""
        after = [*self.columns[1:], None]
        return [
            (at, column, below if below is not None and below.is_below else None)
            for at, (column, below) in enumerate(zip(self.columns, after, strict=True))
            if not column.is_below
        ]


def text(field: str, heading: str) -> Column:
    """Return a column of words."""
    return Column(field, heading)


def below(field: str, heading: str) -> Column:
    """Return a column of words that a page shows below the words of the column before it."""
    return Column(field, heading, is_below=True)


def state(field: str, heading: str) -> Column:
    """Return a column of words that say a state."""
    return Column(field, heading, "state")


def number(field: str, heading: str) -> Column:
    """Return a column of numbers."""
    return Column(field, heading, "number")


def money(value: Decimal | None, href: str | None = None, unit: str = MONEY_UNIT) -> Cell:
    """Return a cell of pounds, or of another unit; one that is not known leads nowhere."""
    return Cell(value, href if value is not None else None, unit)


def percent(value: Decimal | None) -> Cell:
    """Return a cell of per cent."""
    return Cell(value, unit="%")


def event(position: int | None, question: Question) -> Cell:
    """Return a cell that names an event of the log, and leads to it."""
    return Cell(position if position is not None else "", event_link(question, position), "event")


def event_link(question: Question, position: int | None) -> str | None:
    """Return the address of an event; one recorded after what the page takes in is shown as known now."""
    if position is None:
        return None
    if position > question.at.position:
        return f"/event/{position}"
    return question.link("event", position)


def assumed(value: object) -> Cell:
    """Return a cell that says whether something rests on an assumption."""
    return Cell("assumed" if value else "")


# --- files -------------------------------------------------------------------------------------


def file_of(table: Table, form: str, question: Question) -> bytes:
    """Return a table as a file of one of `FORMS`."""
    if form == "csv":
        return as_csv(table)
    return as_xlsx(table, question) if form == "xlsx" else as_json(table, question)


def file_name(table: Table, form: str, question: Question) -> str:
    """Return the name of the file: what it is of, its day, and the point of the log it was answered from."""
    about = "-".join([*question.names.values(), table.name])
    return f"{NOT_IN_NAMES.sub('-', about)}-{question.at.as_at}-event-{question.at.position}.{form}"


def as_csv(table: Table) -> bytes:
    """Return a table as CSV; text a spreadsheet would run is quoted with an apostrophe.

    It begins with a byte order mark, without which Excel reads pound signs as two other characters.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([_safe(column.heading) for column in table.columns])
    for row in table.rows:
        writer.writerow(["" if cell.plain is None else _safe(str(cell.plain)) for cell in row])
    return out.getvalue().encode("utf-8-sig")


def _safe(words_: str) -> str:
    return f"'{words_}" if words_.startswith(_LIVE) and not _NUMBER.fullmatch(words_) else words_


def as_json(table: Table, question: Question) -> bytes:
    """Return a table as JSON: when it is about, and a row a row, by the names of its columns."""
    said = {
        **_times(question),
        "table": table.name,
        "rows": [
            {column.field: cell.plain for column, cell in zip(table.columns, row, strict=True)} for row in table.rows
        ],
    }
    return json.dumps(said, ensure_ascii=False).encode()


def as_xlsx(table: Table, question: Question) -> bytes:
    """Return a table as a workbook: words as words, never as formulas; numbers as numbers; a second sheet says when."""
    from xlsxwriter import Workbook  # noqa: PLC0415  # It takes long to load, and few ask for it.

    out = io.BytesIO()
    book = Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": table.caption, "created": question.at.known_at.replace(tzinfo=None)})
    bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    plain = book.add_format({"valign": "top", "text_wrap": True})
    formats = {
        MONEY_UNIT: book.add_format({"num_format": "£#,##0.00;-£#,##0.00", "valign": "top"}),
        "%": book.add_format({"num_format": "#,##0.0", "valign": "top"}),
        None: book.add_format({"valign": "top"}),
    }
    sheet = book.add_worksheet(_sheet_name(table.name))
    for at, column in enumerate(table.columns):
        sheet.write_string(0, at, column.heading, bold)
        longest = max([len(column.heading), *(len(row[at].shown) for row in table.rows)])
        sheet.set_column(at, at, min(longest, _WIDEST) + 2)
    for down, row in enumerate(table.rows, start=1):
        for at, cell in enumerate(row):
            if isinstance(cell.value, Decimal | int):
                form = plain if cell.unit == "event" else formats.get(cell.unit, formats[None])
                sheet.write_number(down, at, float(cell.value), form)
            elif cell.value not in (None, ""):
                sheet.write_string(down, at, _fitting(str(cell.plain)), plain)
    sheet.freeze_panes(1, 1)
    if table.rows:
        sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
    sheet.repeat_rows(0)
    about = book.add_worksheet("about")
    about.set_column(0, 0, 14)
    about.set_column(1, 1, _WIDEST)
    for down, (name, value) in enumerate([("table", table.caption), *_times(question).items()]):
        about.write_string(down, 0, name.replace("_", " "), bold)
        about.write_string(down, 1, _fitting(str(value)), plain)
    if table.note:
        about.write_string(down + 1, 0, "note", bold)
        about.write_string(down + 1, 1, _fitting(table.note), plain)
    book.close()
    return out.getvalue()


def _fitting(words_: str) -> str:
    return words_ if len(words_) <= _LONGEST_CELL else f"{words_[: _LONGEST_CELL - 1]}…"


def _sheet_name(name: str) -> str:
    return name[:31]


def _times(question: Question) -> dict[str, Any]:
    return {
        "as_at": question.at.as_at.isoformat(),
        "known_at": question.at.known_at.isoformat().replace("+00:00", "Z"),
        "token": question.at.token,
        "sandbox": question.register.is_sandbox,
    }
