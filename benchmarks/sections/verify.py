"""The whole log worked out again: bodies, commitments, leaves, tree."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select, type_coerce
from sqlalchemy.types import NullType

from benchmarks.bench import SQLITE
from benchmarks.measuring import side_by_side
from benchmarks.results import Figure, Reach, Row
from benefits.store import verify_log
from benefits.store.tables import event

if TYPE_CHECKING:
    from benchmarks.bench import Bench
    from benefits.store import Database

_PAGE: Final = 256

# How much memory a process needs at most, that opens a store and perhaps verifies it.
_PEAK: Final = """
import sys
from pathlib import Path
from benefits.store import Database, verify_log
database = Database(sys.argv[1], read_only=True)
with database.reading() as connection:
    connection.exec_driver_sql("SELECT 1")
if sys.argv[2] == "verify":
    assert not verify_log(database).findings
status = Path("/proc/self/status").read_text().split()
print(int(status[status.index("VmHWM:") + 1]) * 1024)
"""


def measure(bench: Bench) -> None:
    """Verify each size, beside hashing the same bytes in memory and reading the rows alone; and the memory it takes."""
    for database in bench.databases:
        for size in bench.sizes:
            _measure(bench, database, size)


def _measure(bench: Bench, database: str, size: int) -> None:
    with bench.register(database, size) as register:
        bench.say(f"verify: {size:,} events on {database}")
        bodies = [row.body or b"" for row in register.log.read()]
        store = register.database
        timings = side_by_side(
            {
                "ours": lambda _: _verify(store),
                "chain": lambda _: _chain(bodies),
                "rows": lambda _: _read(store),
                "canonical": lambda _: _canonicalise(bodies),
            },
            rounds=min(bench.rounds, 5),
        )
    ours = Figure.of(timings["ours"].each(size))
    for theirs, peer, reach in (
        ("chain", "SHA-256 chain over the bodies, in memory", Reach(0.08, 0.2)),
        ("rows", "reading the rows alone", None),
        ("canonical", "SHA-256 chain, each body decoded and canonicalised first", None),
    ):
        bench.add(
            Row(
                "verify",
                "verify the whole log, one process",
                database,
                size,
                ours,
                peer,
                Figure.of(timings[theirs].each(size)),
                note="an event",
                reach=reach,
            )
        )
    if database == SQLITE and Path("/proc/self/status").exists():
        url = bench.store(database, size)
        bench.add(
            Row(
                "verify",
                "memory to verify, at most",
                database,
                size,
                Figure(_peak(url, "verify"), "B"),
                "memory to open the store",
                Figure(_peak(url, "open"), "B"),
                reach=Reach(1.5, is_most=True),
            )
        )


def _verify(store: Database) -> None:
    report = verify_log(store)
    assert not report.findings, report.findings


def _chain(bodies: list[bytes]) -> bytes:
    link = b""
    for body in bodies:
        link = hashlib.sha256(link + body).digest()
    return link


def _canonicalise(bodies: list[bytes]) -> bytes:
    link = b""
    for body in bodies:
        again = json.dumps(json.loads(body), sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
        link = hashlib.sha256(link + again).digest()
    return link


def _read(store: Database) -> int:
    """Read what verifying reads, as the driver gives it."""
    columns: list[Any] = [type_coerce(column, NullType()) for column in event.c]
    read = 0
    with store.reading() as connection:
        rows = connection.execute(select(*columns).order_by(event.c.position), execution_options={"yield_per": _PAGE})
        for page in rows.partitions():
            read += len(page)
    return read


def _peak(url: str, what: str) -> int:
    done = subprocess.run([sys.executable, "-c", _PEAK, url, what], check=True, capture_output=True, text=True)
    return int(done.stdout)
