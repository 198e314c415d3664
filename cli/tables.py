"""Answers as tables and CSV."""

from __future__ import annotations

import csv
import json
import os
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from rich.table import Table

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_LIVE = ("=", "+", "-", "@", "\t", "\r")


def amount(value: object) -> str:
    """Return a number, or the words of one, as people read it; a dash for what is not known."""
    if isinstance(value, Decimal):
        return f"{value:,}"
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return f"{Decimal(value):,}"
    return "–" if value is None else str(value)


def yes(value: bool) -> str:
    """Return a word for what holds, and nothing for what does not."""
    return "assumed" if value else ""


def table(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]], *, numbers: Iterable[str] = ()) -> None:
    """Write a table to standard output; nothing if it has no rows."""
    from rich import box
    from rich.table import Table

    found = [[_cell(cell) for cell in row] for row in rows]
    if not found:
        return
    right = set(numbers)
    drawn = Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=False)
    for index, column in enumerate(columns):
        widest = max((len(row[index]) for row in found), default=0)
        is_whole = column in right or widest <= 18 or not any(" " in row[index] for row in found)
        drawn.add_column(
            column,
            justify="right" if column in right else "left",
            overflow="fold",
            no_wrap=is_whole,
            min_width=max(widest, len(column)) if is_whole else None,
        )
    for row in found:
        drawn.add_row(*row)
    draw(drawn)


def _cell(value: object) -> str:
    if value is None:
        return "–"
    text = str(value)
    return "".join(character if character.isprintable() or character == "\n" else "�" for character in text)


def draw(drawn: Table) -> None:
    """Write to standard output, as wide as the terminal; wider where a number or a word would be cut off."""
    from rich.console import Console
    from rich.measure import Measurement

    columns = os.environ.get("COLUMNS", "")
    width = None if sys.stdout.isatty() else int(columns) if columns.isdecimal() else 200
    console = Console(file=sys.stdout, width=width, highlight=False, markup=False, emoji=False)
    console.width = max(console.width, Measurement.get(console, console.options.update(width=10_000), drawn).minimum)
    with console.capture() as drawing:
        console.print(drawn)
    click.echo("\n".join(line.rstrip() for line in drawing.get().splitlines()))


def write_json(value: Any, *, indent: int | None = 2) -> None:
    """Write JSON to standard output."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=indent))


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
