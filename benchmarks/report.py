"""The page: every comparison in a table, what was to be reached, and on what it was measured."""

from __future__ import annotations

import json
from dataclasses import asdict
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from benchmarks import pictures
from benchmarks.machine import NOT_INSTALLED
from benchmarks.measuring import growth
from benchmarks.pictures import BY_COMMAND, QUESTION
from benchmarks.results import Figure, Row
from benchmarks.sections import SECTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from benchmarks.bench import Bench
    from benchmarks.results import Reach

PAGE: Final = "README.md"
FIGURES: Final = "figures.json"

_ABOUT: Final = (
    "Measured by `{command}`: everything side by side in one run, in turns, on one machine. Each figure is the median "
    "of its turns, and half of them lie between the two in brackets. What is recorded is on the disk before it counts. "
    "The ratio says how many times as fast as the peer we are; of bytes, how many times as many we need. *To reach* is "
    "the limit that the project has set itself, in brackets what it aims at."
)
_GROWTH: Final = (
    "The exponent with which a figure grows with the number of events: 1 is in proportion, 0 not at all. Of what is "
    "given for each event, 0 is in proportion."
)
_TIMES: Final = ((1.0, 1, "s"), (1e-3, 1e3, "ms"), (1e-6, 1e6, "µs"), (0.0, 1e9, "ns"))
_WEIGHTS: Final = ((1e9, 1e-9, "GB"), (1e6, 1e-6, "MB"), (1e4, 1e-3, "kB"), (0.0, 1, "B"))


class Grown(NamedTuple):
    """How a figure grows with the number of events in the log."""

    what: str
    database: str
    who: str
    sizes: tuple[int, ...]
    seconds: tuple[float, ...]
    exponent: float


def write(folder: Path, bench: Bench, command: str, machine: dict[str, str]) -> None:
    """Write the page, the pictures if what draws them is installed, and every figure, into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    drawn = pictures.draw(folder, bench.rows, grown(bench.rows))
    (folder / PAGE).write_text(page(bench, command, machine, drawn), encoding="utf-8")
    measured = [{**asdict(row), "ratio": row.ratio, "is_met": row.is_met} for row in bench.rows]
    said = {"command": command, "measured_on": machine, "rows": measured}
    (folder / FIGURES).write_text(json.dumps(said, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def page(bench: Bench, command: str, machine: dict[str, str], drawn: dict[str, str] | None = None) -> str:
    """Return the page, in Markdown.

    Args:
        bench: The run.
        command: What asks for the same again.
        machine: On what it was measured, and with which versions.
        drawn: The pictures beside the page, with what they show.
    """
    met = [row.is_met for row in bench.rows if row.is_met is not None]
    lines = [
        "# Speed",
        "",
        _ABOUT.format(command=command),
        "",
        f"Of {len(met)} limits, {sum(met)} are reached.",
        "",
    ]
    absent = [name for name, said in machine.items() if said == NOT_INSTALLED]
    if absent:
        lines += [f"Not installed, and so not compared with: {', '.join(absent)}.", ""]
    for name, shows in (drawn or {}).items():
        lines += [f"![{shows}]({name})", ""]
    for section in SECTIONS:
        rows = [row for row in bench.rows if row.section == section]
        if rows:
            about = (import_module(f"benchmarks.sections.{section}").__doc__ or "").strip()
            lines += [f"## {section.capitalize()}", "", about, "", *_table(rows), ""]
    found = grown(bench.rows)
    if found:
        lines += [
            "## Growth",
            "",
            _GROWTH,
            "",
            *_markdown(
                ("what", "database", "who", "events", "exponent"),
                ((one.what, one.database, one.who, _sizes(one.sizes), f"{one.exponent:z.2f}") for one in found),
            ),
            "",
        ]
    lines += ["## Measured on", "", *_markdown(("what", "which"), machine.items())]
    return "\n".join(lines) + "\n"


def grown(rows: Sequence[Row]) -> list[Grown]:
    """Return how every time of ours grows that was measured at several sizes; and the peers', of the as-at question."""
    series: dict[tuple[str, str, str], dict[int, float]] = {}
    for row in rows:
        for who, figure in (("benefits", row.ours), (row.peer, row.theirs)):
            is_asked = who == "benefits" or row.what in (QUESTION, BY_COMMAND)
            if is_asked and figure is not None and figure.unit == "s" and row.size:
                series.setdefault((row.what, row.database, who), {})[row.size] = figure.value
    found = []
    for (what, database, who), by_size in series.items():
        sizes = tuple(sorted(by_size))
        seconds = tuple(by_size[size] for size in sizes)
        exponent = growth(sizes, seconds)
        if exponent is not None:
            found.append(Grown(what, database, who, sizes, seconds, exponent))
    return found


def _table(rows: Sequence[Row]) -> list[str]:
    heads = ("what", "database", "events", "ours", "peer", "the peer's", "ratio", "to reach", "reached")
    return _markdown(
        heads,
        (
            (
                f"{row.what} ({row.note})" if row.note else row.what,
                row.database,
                f"{row.size:,}" if row.size else "",
                figure_in_words(row.ours),
                row.peer,
                figure_in_words(row.theirs) if row.theirs is not None else "not installed" if row.peer else "",
                _ratio(row.ratio),
                _reach(row.reach) if row.reach is not None else "",
                {True: "yes", False: "**no**", None: ""}[row.is_met],
            )
            for row in rows
        ),
    )


def _markdown(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[str]:
    lines = [heads, ["---"] * len(heads), *rows]
    return [f"| {' | '.join(str(cell).replace('|', chr(92) + '|') for cell in line)} |" for line in lines]


def _sizes(sizes: Sequence[int]) -> str:
    return " – ".join(f"{size:,}" for size in (sizes[0], sizes[-1]))


def figure_in_words(figure: Figure) -> str:
    """Return a figure with its unit, and between what half of its samples lie."""
    scale, unit = _scale(figure)
    words = f"{_three(figure.value * scale)} {unit}"
    if figure.low is not None and figure.high is not None and figure.samples > 1:
        words += f" ({_three(figure.low * scale)}–{_three(figure.high * scale)})"
    return words


def _scale(figure: Figure) -> tuple[float, str]:
    if figure.unit not in ("s", "B"):
        return 1, figure.unit
    known = _TIMES if figure.unit == "s" else _WEIGHTS
    return next((scale, unit) for least, scale, unit in known if abs(figure.value) >= least)


def _three(value: float) -> str:
    """Return a number to three figures."""
    if value == 0 or abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def _ratio(ratio: float | None) -> str:
    return "" if ratio is None else f"{_three(ratio) if ratio >= 1 else format(ratio, '.2g')}×"


def _reach(reach: Reach) -> str:
    sign = "≤" if reach.is_most else "≥"
    unit = "" if reach.of == "ours" else "×"

    def said(value: float) -> str:
        return figure_in_words(Figure(value)) if reach.is_time else f"{value:.3g}{unit}"

    return f"{sign} {said(reach.bound)}" + (f" ({said(reach.aim)})" if reach.aim is not None else "")
