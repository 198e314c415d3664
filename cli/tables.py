"""Answers as tables, JSON and CSV."""

from __future__ import annotations

import csv
import json
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_LIVE = ("=", "+", "-", "@", "\t", "\r")
UNKNOWN: Final = "–"

_PLAIN: Final = str.maketrans({"–": "-", "’": "'", "×": "x", "…": "...", "£": "GBP "})
"""What stands for a character of ours where it cannot be shown."""

_STYLES: Final[dict[str, str]] = {
    **dict.fromkeys(
        ("verified", "verified-final", "reached", "effective", "equal", "same-as", "carried", "ok"), "green"
    ),
    **dict.fromkeys(("late", "differs", "contradicts", "not-carried", "rejected", "problem"), "red"),
    **dict.fromkeys(
        ("challenged", "partly-delivered", "claimed-only", "assumed", "stands", "outstanding", "warning"), "yellow"
    ),
}
"""The colours of words that stand alone in a cell. They say nothing that the word does not."""


def amount(value: object) -> str:
    """Return a number, or the words of one, as people read it; a dash for what is not known."""
    if isinstance(value, Decimal):
        return f"{value:,}"
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return f"{Decimal(value):,}"
    return UNKNOWN if value is None else str(value)


def yes(value: object) -> str:
    """Return a word for what rests on an assumption, and nothing for what does not."""
    return "assumed" if value else ""


def can_show(characters: str) -> bool:
    """Tell whether standard output can show some characters."""
    try:
        characters.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return False
    return True


def say(words: str) -> None:
    """Write words to standard output, in the characters it has."""
    click.echo(_shown(words))


def _shown(words: str) -> str:
    """Return words in the characters that standard output has."""
    if can_show(words):
        return words
    encoding = sys.stdout.encoding or "utf-8"
    return words.translate(_PLAIN).encode(encoding, "replace").decode(encoding)


def note(words: str, *, stands_out: bool = False) -> None:
    """Write a sentence, in lines no longer than the window is wide."""
    console, is_fixed = _console()
    lines = wrapped(words, console.width, then="") if is_fixed else [words]
    say("\n".join(strong(line) if stands_out else line for line in lines))


def strong(words: str) -> str:
    """Return words that stand out, where the terminal can do that."""
    return words if os.environ.get("TERM") in ("dumb", "unknown") else click.style(words, bold=True)


# --- tables ------------------------------------------------------------------------------------


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *, numbers: Iterable[str] = ()) -> None:
    """Write a table to standard output; nothing if it has no rows.

    In a window too narrow for it, the words of a row are put under each other, beside its numbers; in one narrower
    still, each row is written as a paragraph. Nothing is left out, and no number or reference is cut in two.
    """
    found = [[_cell(cell) for cell in row] for row in rows]
    if not found:
        return
    right = set(numbers)
    console, is_fixed = _console()
    drawn = _full(columns, found, right)
    if is_fixed and _least(console, drawn) > console.width:
        stacked = _stacked(columns, found, right) if right else None
        if stacked is None or _least(console, stacked) > console.width:
            _paragraphs(console, title, columns, found)
            return
        drawn = stacked
    console.width = max(console.width, _least(console, drawn))
    with console.capture() as drawing:
        console.print(drawn)
    lines = [line.rstrip() for line in drawing.get().splitlines()]
    say("\n".join([*map(strong, wrapped(title, console.width)), *lines]))


def width() -> int:
    """Return how many columns there are to write in."""
    return _console()[0].width


def _console() -> tuple[Console, bool]:
    """Return where to draw, and whether its width is given: a file may be as wide as it takes."""
    from rich.console import Console

    columns = os.environ.get("COLUMNS", "")
    is_fixed = sys.stdout.isatty() or columns.isdecimal()
    given = None if sys.stdout.isatty() else int(columns) if columns.isdecimal() else 200
    return Console(file=sys.stdout, width=given, highlight=False, markup=False, emoji=False), is_fixed


def _least(console: Console, drawn: Table) -> int:
    from rich.measure import Measurement

    return Measurement.get(console, console.options.update(width=10_000), drawn).minimum


def _empty() -> Table:
    from rich import box
    from rich.table import Table

    return Table(box=box.SIMPLE_HEAD, pad_edge=False)


def _full(columns: Sequence[str], rows: list[list[str]], right: set[str]) -> Table:
    """Return a table with a column for each column."""
    drawn = _empty()
    for index, column in enumerate(columns):
        widest = max((_widest(row[index]) for row in rows), default=0)
        is_whole = column in right or widest <= 18 or not any(" " in row[index] for row in rows)
        drawn.add_column(
            column,
            justify="right" if column in right else "left",
            overflow="fold",
            no_wrap=is_whole,
            width=max(widest, len(column)) if is_whole else None,  # Known here, so that rich need not measure it.
        )
    for row in rows:
        drawn.add_row(*(_coloured(cell) for cell in row))
    return drawn


def _widest(cell: str) -> int:
    from rich.cells import cell_len

    return max((cell_len(line) for line in cell.split("\n")), default=0)


def _stacked(columns: Sequence[str], rows: list[list[str]], right: set[str]) -> Table:
    """Return a table with all that is words in its first column, and a column for each number."""
    from rich.text import Text

    drawn = _empty()
    drawn.collapse_padding = True
    worded = [index for index, column in enumerate(columns) if column not in right]
    counted = [index for index, column in enumerate(columns) if column in right]
    longest = max((len(word) for row in rows for index in worded for word in row[index].split()), default=0)
    names = [columns[index] for index in worded if columns[index]]
    is_named = len(names) > 5  # So many that nobody would know which is which.
    heading = names[0] if is_named else ", ".join([names[0], *map(str.lower, names[1:])])
    drawn.add_column(heading, overflow="fold", min_width=max(18, longest))
    is_tall = any(" " in columns[index] for index in counted)
    for index in counted:
        above, _, last = columns[index].rpartition(" ")
        shown = f"{above}\n{last}" if is_tall else last
        wide = max([_widest(shown), *(_widest(row[index]) for row in rows)])
        drawn.add_column(shown, justify="right", no_wrap=True, min_width=wide)
    for row in rows:
        words = Text(row[worded[0]], style="bold")
        said = [index for index in worded[1:] if row[index] not in ("", UNKNOWN)]
        for place, index in enumerate(said):
            name = f"{columns[index].lower()} " if is_named and columns[index] else ""
            words.append(", " if place else "\n", "not bold").append(name, "not bold")
            words.append(row[index], f"not bold {_STYLES.get(row[index], '')}")
        drawn.add_row(words, *(row[index] for index in counted))
        drawn.add_section()
    return drawn


def _paragraphs(console: Console, title: str, columns: Sequence[str], rows: list[list[str]]) -> None:
    """Write each row as a paragraph: its first cell, and the others under it with their names."""
    lines = [strong(title)]
    for row in rows:
        named = list(zip(columns, row, strict=True))
        is_titled = columns[1] == "Title"
        first = f"{row[0]}: {row[1]}" if is_titled else f"{columns[0]}: {row[0]}" if columns[0] else row[0]
        lines += ["", *map(strong, wrapped(first, console.width))]
        said = [f"{column}: {cell}" if column else cell for column, cell in named[1 + is_titled :] if cell]
        lines += flowing(said, console.width)
    say("\n".join([*lines, ""]))


def wrapped(words: str, columns: int, indent: str = "", then: str = "  ") -> list[str]:
    """Return lines of words no longer than some columns; no reference or number is cut in two."""
    from textwrap import wrap

    return [
        part
        for line in words.split("\n")
        for part in wrap(
            line,
            columns,
            initial_indent=indent,
            subsequent_indent=indent + then,
            break_long_words=False,
            break_on_hyphens=False,
        )
        or [""]
    ]


def flowing(said: Iterable[str], columns: int) -> list[str]:
    """Return lines with as many short sayings as there is room for in each."""
    lines: list[str] = []
    room = 0
    for one in said:
        if "\n" in one or len(one) > columns // 2:
            lines += wrapped(one, columns, "  ")
            room = 0
        elif len(one) + 3 <= room:
            lines[-1] += f"   {one}"
            room -= len(one) + 3
        else:
            lines.append(f"  {one}")
            room = columns - len(lines[-1])
    return lines


def _coloured(cell: str) -> Text | str:
    from rich.text import Text

    style = _STYLES.get(cell)
    return Text(cell, style) if style else cell


def _cell(value: object) -> str:
    if value is None:
        return UNKNOWN
    text = str(value)
    return _shown("".join(character if character.isprintable() or character == "\n" else "�" for character in text))


def bar(value: Decimal | None, of: Decimal | None, highest: Decimal, cells: int = 12) -> str:
    """Return a bar as long as a number, with a mark where it should come to."""
    full, empty, mark = ("█", "░", "┃") if can_show("█░┃") else ("#", ".", "|")
    if highest <= 0 or (value is None and of is None):
        return ""
    drawn = [full] * _level(value or Decimal(0), highest, cells)
    drawn += [empty] * (cells - len(drawn))
    if of is not None:
        drawn.insert(_level(of, highest, cells), mark)
    return "".join(drawn)


def sparkline(values: Sequence[Decimal | None], highest: Decimal) -> str:
    """Return a line of blocks, one a number, each as high as its number; a dot where there is none."""
    blocks, nothing = ("▁▂▃▄▅▆▇█", "·") if can_show("▁▂▃▄▅▆▇█·") else ("_.-:=+*#", " ")
    most = len(blocks) - 1
    return "".join(
        nothing if value is None else blocks[_level(value, highest, most) if highest > 0 else 0] for value in values
    )


def _level(value: Decimal, highest: Decimal, most: int) -> int:
    return int(min(max(value, Decimal(0)), highest) * most / highest)


# --- for programs --------------------------------------------------------------------------------


def write_json(value: Any, *, indent: int | None = 2) -> None:
    """Write JSON to standard output; escaped where it cannot show every character."""
    words = json.dumps(value, ensure_ascii=False, indent=indent)
    click.echo(words if can_show(words) else json.dumps(value, indent=indent))


def write_csv(rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows as CSV; text a spreadsheet would run is quoted with an apostrophe."""
    writer = None
    for row in rows:
        if writer is None:
            writer = csv.DictWriter(sys.stdout, list(row), lineterminator="\r\n")
            writer.writeheader()
        writer.writerow({name: _safe(value) for name, value in row.items()})


def _safe(value: Any) -> Any:
    if isinstance(value, list | dict):
        value = json.dumps(value, ensure_ascii=False)
    if isinstance(value, str) and value.startswith(_LIVE) and not _NUMBER.fullmatch(value):
        return f"'{value}"
    return value
