"""One benefit with all its events, loaded so that a rule can judge it."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack, closing
from datetime import date
from typing import TYPE_CHECKING

from benchmarks import stores
from benchmarks.history import EVENTS_OF_A_PROGRAMME
from benchmarks.measuring import side_by_side
from benchmarks.peers.library import Savings, SavingsWithSnapshots, environment_of
from benchmarks.results import Figure, Reach, Row
from benchmarks.sections.append import claim_words
from benefits import BenefitsRegister
from benefits.aggregates.benefit import as_it_stood

if TYPE_CHECKING:
    from benchmarks.bench import Bench


def measure(bench: Bench) -> None:
    """Load the longest benefit of a programme's 60 months, beside the library's aggregate of as many events."""
    for database in bench.databases:
        _measure(bench, database)


def _measure(bench: Bench, database: str) -> None:
    size = EVENTS_OF_A_PROGRAMME
    entries = list(bench.entries(size))
    events = Counter(entry.reference for entry in entries if entry.command.startswith(("profile", "saving", "correct")))
    ((name, longest),) = events.most_common(1)
    bench.say(f"load: a benefit of {longest} events among {size:,} from {database}")
    with ExitStack() as open_here:
        url = bench.new_url(database)
        stores.write(url, entries)
        register = open_here.enter_context(BenefitsRegister(url))
        plain, snapshots = (
            open_here.enter_context(closing(kind(environment_of(bench.new_url(database)))))
            for kind in (Savings, SavingsWithSnapshots)
        )
        words = [claim_words(name, number) for number in range(longest - 1)]
        saving, kept = plain.open("P001", words), snapshots.open("P001", words)
        snapshots.take_snapshot(kept)
        timings = side_by_side(
            {
                "ours": lambda _: as_it_stood(register.subject(name), date.max),
                "plain": lambda _: plain.load(saving),
                "snapshot": lambda _: snapshots.load(kept),
            },
            rounds=bench.rounds,
            shortest=0.05,
        )
    for theirs, peer, reach in (
        ("plain", "eventsourcing, repository", Reach(3)),
        ("snapshot", "eventsourcing, repository with a snapshot of all of it", None),
    ):
        bench.add(
            Row(
                "load",
                f"load one benefit of {longest} events",
                database,
                size,
                Figure.of(timings["ours"]),
                peer,
                Figure.of(timings[theirs]),
                reach=reach,
            )
        )
