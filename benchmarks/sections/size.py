"""What an event takes on disk: the log with its indexes, tree and commands; and the views beside it."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Final

from benchmarks.bench import bytes_on_disk
from benchmarks.peers.library import Recorder, environment_of
from benchmarks.results import Figure, Reach, Row
from benchmarks.sections.append import stored

if TYPE_CHECKING:
    from benchmarks.bench import Bench

_PAGE: Final = 1_000


def measure(bench: Bench) -> None:
    """Weigh each size's log, and its views, beside the library's log of the same bodies."""
    for database in bench.databases:
        for size in bench.sizes:
            bench.say(f"size: {size:,} events on {database}")
            whole = bytes_on_disk(bench.store(database, size))
            log = bench.log_bytes[database, size]
            theirs = _library(bench, database, size)
            for what, ours, reach in (
                ("bytes on disk: log, indexes, tree, commands", log, Reach(2, 1.3, is_most=True)),
                ("bytes on disk: all of that, and the views", whole, None),
            ):
                bench.add(
                    Row(
                        "size",
                        what,
                        database,
                        size,
                        Figure(ours / size, "B"),
                        "eventsourcing, its log alone",
                        Figure(theirs / size, "B"),
                        note="an event",
                        reach=reach,
                    )
                )


def _library(bench: Bench, database: str, size: int) -> int:
    url = bench.new_url(database)
    with closing(Recorder(environment_of(url))) as recorder, bench.register(database, size) as register:
        for after in range(0, size, _PAGE):
            recorder.fill(stored(row) for row in register.log.read(after=after, limit=_PAGE))
    return bytes_on_disk(url)
