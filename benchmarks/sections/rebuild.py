"""Every view worked out anew from the log."""

from __future__ import annotations

import json
from contextlib import closing
from typing import TYPE_CHECKING, Any, Final

from eventsourcing.projection import ProjectionRunner
from sqlalchemy import select

from benchmarks.bench import POSTGRESQL
from benchmarks.measuring import side_by_side
from benchmarks.peers.library import Savings, Totals, TotalsOfSavings, environment_of
from benchmarks.results import Figure, Reach, Row
from benchmarks.sections.append import claim_words
from benefits.store.tables import event
from projections import rebuild

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.bench import Bench
    from benefits import BenefitsRegister

RUNNER_EVENTS: Final = 2_000
"""What the library's runner is given; its pace does not depend on how much that is."""

RUNNER_TIMEOUT: Final = 120.0
_EVENTS_A_SAVING: Final = 40


def measure(bench: Bench) -> None:
    """Rebuild the views of each size, beside reading and decoding every event, and the library's runner."""
    for database in bench.databases:
        for size in bench.sizes:
            _measure(bench, database, size)


def _measure(bench: Bench, database: str, size: int) -> None:
    with bench.register(database, size) as register:
        bench.say(f"rebuild: {size:,} events on {database}")
        contenders: dict[str, Any] = {
            "ours": lambda _: rebuild(register),
            "decode": lambda _: read_and_decode(register),
        }
        if bench.has_postgres and size == bench.sizes[0]:
            contenders["runner"] = _runner(bench)
        timings = side_by_side(contenders, rounds=min(bench.rounds, 3))
    ours = Figure.of(timings["ours"].each(size))
    for theirs, peer, events, reach in (
        ("decode", "SELECT and json.loads of every event", size, Reach(0.10, 0.40)),
        ("runner", "eventsourcing, ProjectionRunner on PostgreSQL, one view of totals", RUNNER_EVENTS, Reach(30)),
    ):
        if theirs in timings:
            figure = Figure.of(timings[theirs].each(events))
            bench.add(
                Row("rebuild", "rebuild every view", database, size, ours, peer, figure, note="an event", reach=reach)
            )


def _runner(bench: Bench) -> Callable[[int], None]:
    """Return what runs the library's runner over its own events, from the first, into a database with no view yet."""
    environment = environment_of(bench.new_url(POSTGRESQL))
    with closing(Savings(environment)) as savings:
        for _ in range(RUNNER_EVENTS // _EVENTS_A_SAVING):
            savings.open("P001", [claim_words("P001-J01-B01", number) for number in range(_EVENTS_A_SAVING - 1)])
        head = savings.recorder.max_notification_id()

    def run(_: int) -> None:
        view = {f"TOTALS_{name}": value for name, value in environment_of(bench.new_url(POSTGRESQL)).items()}
        with ProjectionRunner(
            application_class=Savings, projection_class=TotalsOfSavings, view_class=Totals, env={**environment, **view}
        ) as runner:
            runner.wait(head, timeout=RUNNER_TIMEOUT)
            assert runner.view.total()

    return run


def read_and_decode(register: BenefitsRegister) -> int:
    """Read the log and decode every body; return how many there are."""
    query = select(event.c.position, event.c.type, event.c.body).order_by(event.c.position)
    decoded = 0
    with register.database.reading() as connection:
        for page in connection.execute(query, execution_options={"yield_per": 1_000}).partitions():
            for _, _, body in page:
                json.loads(body)
                decoded += 1
    return decoded
