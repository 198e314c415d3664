"""How soon a command is there: processes, from nothing to their end."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.bench import SQLITE
from benchmarks.measuring import side_by_side
from benchmarks.results import Figure, Reach, Row

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.bench import Bench

BENEFITS: Final = Path(sys.executable).with_name("benefits")
"""The command, as it is installed."""

NOT_FOR_READING: Final = ("alembic", "web", "docs", "click_man", "matplotlib", "openpyxl")
"""What no command that reads needs: making stores, web pages and reports."""


def measure(bench: Bench) -> None:
    """Start the command to say its version, and to show a board, beside starting Python to import click."""
    size = bench.sizes[0]
    bench.say("start-up: the command, and Python with click")
    store = bench.store(SQLITE, size)
    timings = side_by_side(
        {
            "version": process([str(BENEFITS), "--version"]),
            "show": process([str(BENEFITS), "show", "P001", "--store", store]),
            "click": process([sys.executable, "-c", "import click"]),
            "python": process([sys.executable, "-c", ""]),
        },
        rounds=bench.rounds * 2,
        shortest=0,
    )
    for ours, what, reach in (
        ("version", "benefits --version", Reach(1 / 1.5)),
        ("show", "benefits show PROGRAMME", None),
    ):
        bench.add(
            Row(
                "startup",
                what,
                SQLITE if ours == "show" else "",
                size if ours == "show" else 0,
                Figure.of(timings[ours]),
                "python -c 'import click'",
                Figure.of(timings["click"]),
                reach=reach,
            )
        )
    loaded = needless(store)
    bench.add(
        Row(
            "startup",
            "modules that a read command loads and does not need",
            SQLITE,
            size,
            Figure(len(loaded), "modules"),
            note=", ".join(loaded),
            reach=Reach(0, is_most=True, of="ours"),
        )
    )


def process(command: list[str]) -> Callable[[int], None]:
    """Return what runs a command to its end; what it prints is read and thrown away."""

    def run(_: int) -> None:
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)

    return run


def needless(store: str) -> list[str]:
    """Return the packages that showing something loads without need."""
    command = [sys.executable, "-X", "importtime", str(BENEFITS), "show", "P001", "--store", store]
    done = subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    loaded = {line.rpartition("|")[2].strip().partition(".")[0] for line in done.stderr.splitlines()}
    return sorted(loaded & set(NOT_FOR_READING))
