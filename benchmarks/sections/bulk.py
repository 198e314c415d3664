"""A thousand events in one transaction."""

from __future__ import annotations

from contextlib import ExitStack, closing
from itertools import count, islice
from typing import TYPE_CHECKING, Any, Final

from benchmarks import stores
from benchmarks.bench import SQLITE
from benchmarks.measuring import side_by_side
from benchmarks.peers.library import Recorder, environment_of
from benchmarks.peers.raw import RawPostgres, RawSqlite, sqlite_values
from benchmarks.results import Figure, Reach, Row
from benchmarks.sections.append import stored
from benefits import BenefitsRegister, intake
from projections import follow

if TYPE_CHECKING:
    from benchmarks.bench import Bench
    from benefits.store import EventRow

PAGE: Final = 1_000
INTAKE: Final = 100
"""Lines a turn of the intake takes: it judges each."""


def measure(bench: Bench) -> None:
    """Append the last pages of a history to a log that holds the rest, on each database."""
    for database in bench.databases:
        _measure(bench, database)


def _measure(bench: Bench, database: str) -> None:
    size = bench.sizes[0]
    rounds = min(bench.rounds, size // PAGE - 2)
    bench.say(f"bulk: {rounds + 1} transactions of {PAGE:,} events on {database}")
    with bench.register(database, size) as register:
        rows = register.log.read()
    first = size - (rounds + 1) * PAGE
    pages = [rows[start : start + PAGE] for start in range(first, size, PAGE)]
    with ExitStack() as open_here:
        raw: RawSqlite | RawPostgres
        if database == SQLITE:
            raw = open_here.enter_context(closing(RawSqlite(bench.place())))
        else:
            raw = open_here.enter_context(closing(RawPostgres(bench.new_url(database))))
        raw.append_many(_plain(rows[:first], database))
        recorder = open_here.enter_context(closing(Recorder(environment_of(bench.new_url(database)))))
        recorder.fill(map(stored, rows[:first]))
        url = bench.new_url(database)
        waiting = stores.write(url, bench.entries(size), first)
        log = open_here.enter_context(BenefitsRegister(url))
        prepared = [list(islice(waiting, PAGE)) for _ in pages]
        plain = [_plain(page, database) for page in pages]
        theirs = [[stored(row) for row in page] for page in pages]
        turns = {name: count() for name in ("raw", "recorder", "log", "intake")}

        # What a follower and a judge add is measured on as many lines as take about as long as the rest.
        taken = bench.new_url(database)
        stores.write(taken, bench.entries(size), size - INTAKE * (rounds + 1))
        judged = open_here.enter_context(BenefitsRegister(taken, on_append=(follow,), account=stores.ACCOUNT))
        bench.build_views(judged)
        lacking = judged.log.head().size + 1
        lines = [
            stores.line(entry, position)
            for position, entry in enumerate(bench.entries(size), start=2)
            if position >= lacking
        ]
        timings = side_by_side(
            {
                "raw": lambda _: raw.append_many(plain[next(turns["raw"])]),
                "recorder": lambda _: recorder.append(theirs[next(turns["recorder"])]),
                "log": lambda _: stores.append(log, prepared[next(turns["log"])]),
                "intake": lambda _: _take(judged, lines, next(turns["intake"])),
            },
            rounds=rounds,
            shortest=0,
        )
    figures = {name: Figure.of(timing.each(PAGE)) for name, timing in timings.items()}
    figures["intake"] = Figure.of(timings["intake"].each(INTAKE))
    raw_name = "sqlite3 executemany, same bytes" if database == SQLITE else "psycopg executemany, same bytes"
    for ours, what in (
        ("log", "append 1,000 events: idempotency, leaves, head"),
        ("intake", f"apply {INTAKE} lines: judged, recorded, followed"),
    ):
        for name, peer in (("raw", raw_name), ("recorder", "eventsourcing, recorder")):
            bench.add(
                Row(
                    "bulk",
                    what,
                    database,
                    size,
                    figures[ours],
                    peer,
                    figures[name],
                    note="an event" if ours == "log" else f"a line; {INTAKE} lines a transaction",
                    reach=Reach(0.25, 0.45) if (ours, name) == ("log", "raw") else None,
                )
            )


def _plain(rows: list[EventRow], database: str) -> list[tuple[Any, ...]]:
    """Return rows as the plain driver of a database takes them."""
    return [sqlite_values(row) if database == SQLITE else tuple(row) for row in rows]


def _take(register: BenefitsRegister, lines: list[bytes], turn: int) -> None:
    applied = intake.apply(register, lines[turn * INTAKE : (turn + 1) * INTAKE])
    assert applied.recorded == INTAKE, applied.refused
