"""What a programme has claimed by financial year, as at one day, as known on another; asked in the same process."""

from __future__ import annotations

from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, Final

from benchmarks.bench import POSTGRESQL
from benchmarks.history import movements
from benchmarks.measuring import growth, side_by_side
from benchmarks.peers.designs import Duck, PlainPostgres, PlainSqlite, Rectangles, Replay, Workbook, is_installed
from benchmarks.peers.simple_history import SimpleHistory
from benchmarks.pictures import QUESTION
from benchmarks.questions import Answer, Design, Question, answered, questions, without_nought
from benchmarks.results import Figure, Reach, Row
from benefits.values import pence
from projections import Views

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.bench import Bench
    from benchmarks.history import Movement
    from benefits import BenefitsRegister

ASKED: Final = 12
"""Different questions, one a round; all contenders get the same."""

REPLAY: Final = "replay in Python: SELECT, json.loads, sum"
_LONGEST_WORKBOOK: Final = 100_000
"""Events: a million take longer to write into a workbook than all the rest takes."""

_OURS: Final = "ours"


class Ours:
    """The register's own view, as anybody asks it."""

    def __init__(self, register: BenefitsRegister) -> None:
        self._views = Views(register)

    def ask(self, question: Question) -> Answer:
        """Return the answer."""
        found = self._views.totals(question.programme, as_at=question.as_at, known_at=question.known_at)
        sums: Answer = {}
        for row in found.rows:
            sums[row.period] = sums.get(row.period, 0) + pence(row.claimed)
        return without_nought(sums)

    def close(self) -> None:
        """Leave the register to whoever opened it."""


def measure(bench: Bench) -> None:
    """Ask each size on each database, beside every design and peer; all must answer alike before any is timed."""
    for database in bench.databases:
        ours: dict[int, float] = {}
        for size in bench.sizes:
            ours[size] = _measure(bench, database, size)
        exponent = growth(list(ours), list(ours.values()))
        if exponent is not None:
            bench.add(
                Row(
                    "asof",
                    "growth of that with the log",
                    database,
                    bench.sizes[-1],
                    Figure(exponent, "exponent"),
                    reach=Reach(0.5, 0.35, is_most=True, of="ours"),
                )
            )


def _measure(bench: Bench, database: str, size: int) -> float:
    moved = list(movements(bench.entries(size)))
    asked = questions(moved, ASKED)
    with ExitStack() as open_here:
        register = open_here.enter_context(bench.register(database, size))
        designs: dict[str, Design] = {_OURS: Ours(register)}
        for name, make in _peers(bench, database, size, moved):
            bench.say(f"asof: preparing {name} with {size:,} events")
            designs[name] = open_here.enter_context(closing(make()))
        check(designs, asked[:4], moved)
        bench.say(f"asof: {size:,} events on {database}")
        timings = side_by_side(
            {name: _asking(design, asked) for name, design in designs.items()},
            rounds=max(bench.rounds, min(ASKED, bench.rounds * 2)),
        )
    ours = Figure.of(timings[_OURS])
    for name, timing in timings.items():
        if name != _OURS:
            reach = Reach(300) if name == REPLAY and size == 1_000_000 else None
            bench.add(Row("asof", QUESTION, database, size, ours, name, Figure.of(timing), reach=reach))
    if size == 1_000_000:
        reach = Reach(0.003, 0.001, is_most=True, is_time=True, of="ours")
        bench.add(Row("asof", "the same, in time", database, size, ours, reach=reach))
    return timings[_OURS].median


def _peers(bench: Bench, database: str, size: int, moved: Sequence[Movement]) -> list[tuple[str, Callable[[], Design]]]:
    """Return what makes each peer that is installed; those that need no database of ours stand beside SQLite."""
    url = bench.store(database, size)
    peers: list[tuple[str, Callable[[], Design]]] = [(REPLAY, lambda: Replay(url))]
    if database == POSTGRESQL:
        return [*peers, ("plain covering index", lambda: PlainPostgres(bench.new_url(POSTGRESQL), moved))]
    peers += [
        ("plain covering index", lambda: PlainSqlite(bench.place(), moved)),
        ("rectangles in a B-tree, summed", lambda: Rectangles(bench.place(), moved)),
    ]
    if is_installed(Duck.PACKAGE):
        peers.append(("DuckDB", lambda: Duck(bench.place(".duckdb"), moved)))
    if all(map(is_installed, SimpleHistory.PACKAGES)):
        peers.append(("django-simple-history, as_of", lambda: SimpleHistory(bench.place(), moved)))
    if is_installed(Workbook.PACKAGE) and size <= _LONGEST_WORKBOOK:
        peers.append(("openpyxl, a workbook read and added up", lambda: Workbook(bench.place(".xlsx"), moved)))
    return peers


def _asking(design: Design, asked: Sequence[Question]) -> Callable[[int], Answer]:
    return lambda number: design.ask(asked[number % len(asked)])


def check(designs: dict[str, Design], asked: Sequence[Question], moved: Sequence[Movement]) -> None:
    """Make sure that every design answers as the history itself does.

    Raises:
        RuntimeError: If one does not: then it is no peer, or something is wrong with the register.
    """
    for question in asked:
        right = answered(moved, question)
        for name, design in designs.items():
            said = design.ask(question)
            if said != right:
                msg = f"{name} answers {question} with {said}, and the history says {right}"
                raise RuntimeError(msg)
