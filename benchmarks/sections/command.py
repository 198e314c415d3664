"""The same question as a whole command, from the shell's prompt to the answer."""

from __future__ import annotations

import json
import subprocess
import sys
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from benchmarks.history import movements
from benchmarks.measuring import side_by_side
from benchmarks.peers import journals
from benchmarks.pictures import BY_COMMAND
from benchmarks.questions import Answer, Question, answered, questions, without_nought
from benchmarks.results import Figure, Reach, Row
from benchmarks.sections.startup import BENEFITS
from benefits.values import pence

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from benchmarks.bench import Bench
    from benchmarks.history import Movement

ASKED: Final = 6
_LONGEST: Final = {"beancount": 100_000}
"""Events up to which a program is asked: Beancount takes minutes, and much memory, for more."""

_REACHES: Final = {"ledger": Reach(15), "hledger": Reach(100)}
"""At a million events."""

_SQLALCHEMY: Final = "python -c 'import sqlalchemy'"


def measure(bench: Bench) -> None:
    """Ask each size by command, beside the commands of plain-text accounting; all must answer alike."""
    for size in bench.sizes:
        _measure(bench, size)


def _measure(bench: Bench, size: int) -> None:
    moved = list(movements(bench.entries(size)))
    asked = questions(moved, ASKED)
    stores = {database: bench.store(database, size) for database in bench.databases}
    programs = [one for one in journals.installed() if size <= _LONGEST.get(one.name, size)]
    written: dict[str, Path] = {}
    for program in programs:
        if program.suffix not in written:
            bench.say(f"command: writing a journal of {len(moved):,} movements")
            written[program.suffix] = bench.place(program.suffix)
            journals.write(written[program.suffix], moved)
    _check(stores, programs, written, asked[:2], moved)
    contenders: dict[str, Callable[[int], object]] = {}
    for database, url in stores.items():
        contenders[f"totals {database}"] = _asking(partial(_totals, url), asked)
        contenders[f"board {database}"] = _asking(partial(_board, url), asked)
    for program in programs:
        contenders[program.name] = _asking(partial(journals.answer, program, written[program.suffix]), asked)
    contenders[_SQLALCHEMY] = lambda _: subprocess.run([sys.executable, "-c", "import sqlalchemy"], check=True)
    bench.say(f"command: {size:,} events")
    timings = side_by_side(contenders, rounds=bench.rounds, shortest=0)
    for database in stores:
        for verb, what in (
            ("totals", BY_COMMAND),
            ("board", "benefits board PROGRAMME --as-at D"),
        ):
            for peer in (*(one.name for one in programs), _SQLALCHEMY):
                reach = _REACHES.get(peer) if size == 1_000_000 else None
                ours, theirs = (Figure.of(timings[name]) for name in (f"{verb} {database}", peer))
                bench.add(Row("command", what, database, size, ours, peer, theirs, reach=reach))


def _asking(ask: Callable[[Question], object], asked: Sequence[Question]) -> Callable[[int], object]:
    return lambda number: ask(asked[number % len(asked)])


def _totals(url: str, question: Question) -> Answer:
    """Ask for totals by command."""
    said = _run(
        "totals", question.programme, "--as-at", str(question.as_at), "--known-at", str(question.known_at), url=url
    )
    found: Answer = {}
    for row in said["rows"]:
        found[row["period"]] = found.get(row["period"], 0) + pence(Decimal(row["claimed"]))
    return without_nought(found)


def _board(url: str, question: Question) -> int:
    """Ask for the board of a day by command, known at its end; return all that it says is claimed."""
    said = _run("board", question.programme, "--as-at", str(question.as_at), url=url)
    return sum(pence(Decimal(row["claimed"])) for row in said["totals"])


def _run(*words: str, url: str) -> Any:
    command = [str(BENEFITS), *words, "--store", url, "--format", "json"]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout, parse_float=Decimal)


def _check(
    stores: dict[str, str],
    programs: Sequence[journals.Program],
    written: dict[str, Path],
    asked: Sequence[Question],
    moved: Sequence[Movement],
) -> None:
    """Make sure that every command answers as the history itself does.

    Raises:
        RuntimeError: If one does not.
    """
    for question in asked:
        right = answered(moved, question)
        at_its_end = Question(question.programme, question.as_at, question.as_at)
        said: dict[str, object] = {one.name: journals.answer(one, written[one.suffix], question) for one in programs}
        said |= {f"totals, {database}": _totals(url, question) for database, url in stores.items()}
        wrong = {name: one for name, one in said.items() if one != right}
        whole = sum(answered(moved, at_its_end).values())
        boards = {f"board, {database}": _board(url, question) for database, url in stores.items()}
        wrong |= {name: one for name, one in boards.items() if one != whole}
        if wrong:
            msg = f"{question}: {wrong}; the history says {right}, and {whole} on the board"
            raise RuntimeError(msg)
