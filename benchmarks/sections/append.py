"""One event at a time, each on the disk before the next."""

from __future__ import annotations

import shutil
from contextlib import ExitStack, closing
from datetime import date
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from eventsourcing.persistence import StoredEvent
from sqlalchemy import make_url

from benchmarks import stores
from benchmarks.bench import SQLITE
from benchmarks.history import BENEFITS, FIRST_YEAR, MONTHS, PROJECTS, month, programme_names, programme_of
from benchmarks.measuring import side_by_side
from benchmarks.peers.library import Recorder, Savings, environment_of
from benchmarks.peers.raw import RawSqlite, sqlite_values
from benchmarks.results import Figure, Reach, Row
from benefits import BenefitsRegister
from projections import follow

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.bench import Bench
    from benefits.store import EventRow

TURN: Final = 25
"""Events a contender appends in a turn."""

CLAIMS_SO_FAR: Final = 20
"""Of a benefit in the library's application: about as many as ours have events."""


def measure(bench: Bench) -> None:
    """Append one claim at a time to an SQLite store that holds a history."""
    if SQLITE not in bench.databases:
        return
    size = bench.sizes[0]
    wanted = TURN * (bench.rounds + 1)
    bench.say(f"append: {wanted} single events to {size:,} on SQLite")
    with bench.register(SQLITE, size) as register:
        rows = register.log.read()
    with ExitStack() as open_here:
        raw = open_here.enter_context(closing(RawSqlite(bench.place())))
        raw.append_many([sqlite_values(row) for row in rows[:-wanted]])
        recorder = open_here.enter_context(closing(Recorder(environment_of(bench.new_url(SQLITE)))))
        recorder.fill(stored(row) for row in rows[:-wanted])
        savings = open_here.enter_context(closing(Savings(environment_of(bench.new_url(SQLITE)))))
        ids = [savings.open("P001", [claim_words("P001-J01-B01", at) for at in range(CLAIMS_SO_FAR)]) for _ in range(8)]
        url = bench.new_url(SQLITE)
        waiting = stores.write(url, bench.entries(size), size - wanted)
        log = open_here.enter_context(BenefitsRegister(url))
        copied = bench.place()
        shutil.copy(Path(make_url(bench.store(SQLITE, size)).database or ""), copied)
        whole = open_here.enter_context(BenefitsRegister(copied, on_append=(follow,), account=stores.ACCOUNT))
        raw_rows, library_rows = iter(rows[-wanted:]), iter(rows[-wanted:])
        claims, later = next_claims(size), count(CLAIMS_SO_FAR)

        def turn_of_raw(_: int) -> None:
            for _ in range(TURN):
                raw.append(sqlite_values(next(raw_rows)))

        def turn_of_recorder(_: int) -> None:
            for _ in range(TURN):
                recorder.append([stored(next(library_rows))])

        def turn_of_application(_: int) -> None:
            for _ in range(TURN):
                number = next(later)
                savings.claim(ids[number % len(ids)], claim_words("P001-J01-B01", number))

        def turn_of_log(_: int) -> None:
            for _ in range(TURN):
                stores.append(log, [next(waiting)])

        def turn_of_register(_: int) -> None:
            for _ in range(TURN):
                claim_next(whole, claims)

        timings = side_by_side(
            {
                "raw": turn_of_raw,
                "recorder": turn_of_recorder,
                "application": turn_of_application,
                "log": turn_of_log,
                "register": turn_of_register,
            },
            rounds=bench.rounds,
            shortest=0,  # Each event is appended once.
        )
    figures = {name: Figure.of(timing.each(TURN)) for name, timing in timings.items()}
    reach = Reach(0.40, 0.80)
    for ours, what in (
        ("log", "append one event: head lock, idempotency, leaf, head"),
        ("register", "claim one saving: load, rules, log, views"),
    ):
        for theirs, peer in (
            ("raw", "sqlite3, WAL, synchronous FULL, same bytes"),
            ("recorder", "eventsourcing, recorder"),
            ("application", "eventsourcing, load and save"),
        ):
            bench.add(
                Row(
                    "append",
                    what,
                    SQLITE,
                    size,
                    figures[ours],
                    peer,
                    figures[theirs],
                    reach=reach if theirs == "raw" else None,
                )
            )


def stored(row: EventRow) -> StoredEvent:
    """Return an event of our log as the library keeps it."""
    return StoredEvent(row.originator_id, row.originator_version, row.type, row.body or b"")


def claim_words(benefit: str, number: int) -> dict[str, Any]:
    """Return what a claim says, for a benefit and the month of a number."""
    programme = programme_of(benefit)
    owner = f"{benefit.rpartition('-')[0]}-OWNER"
    return {
        "period": str(month(number)),
        "amount": f"{1000 + number}.50",
        "claimant": owner,
        "evidence": {
            "document": f"{programme}-REPORT",
            "type": "ledger",
            "source": "General ledger",
            "extracted_by": owner,
            "extracted_on": date(FIRST_YEAR, 4, 1).isoformat(),
            "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        },
    }


def next_claims(size: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield claims that a history of so many events leaves to be made, each benefit in turn."""
    for number in range(MONTHS, MONTHS + 12):
        for programme in programme_names(size):
            for benefit in range(1, BENEFITS + 1):
                for project in range(1, PROJECTS + 1):
                    name = f"{programme}-J{project:02d}-B{benefit:02d}"
                    yield name, claim_words(name, number)


def claim_next(register: BenefitsRegister, claims: Iterator[tuple[str, dict[str, Any]]]) -> None:
    """Claim a saving as its owner would: loaded, judged, recorded, followed."""
    name, words = next(claims)
    register.saving.claim(name, by=words["claimant"], **words)
