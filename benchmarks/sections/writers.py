"""Eight processes that record at the same time on PostgreSQL, and one that follows what they record."""

from __future__ import annotations

import multiprocessing
import time
from collections import Counter
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import uuid4

from eventsourcing.persistence import StoredEvent

from benchmarks import stores
from benchmarks.bench import POSTGRESQL
from benchmarks.history import BENEFITS, MONTHS
from benchmarks.measuring import Timing
from benchmarks.peers.library import Recorder, environment_of
from benchmarks.peers.raw import RawPostgres
from benchmarks.results import Figure, Reach, Row
from benchmarks.sections.append import claim_words
from benefits import BenefitsRegister
from benefits.parts import canonical
from benefits.store import Header, utc_now
from projections import follow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.bench import Bench

WRITERS: Final = 8
EVENTS: Final = 30
"""That each writer records in a turn."""

ROUNDS: Final = 5
_PAGE: Final = 500
POLL_SECONDS: Final = 0.01
PATIENCE_SECONDS: Final = 60.0
_ALL: Final = WRITERS * (EVENTS + 1)
"""Events a turn records, with the first of each writer, which is not timed."""

_BODY: Final = canonical(claim_words("P001-J01-B01", 1))


@dataclass
class _Followed:
    """What a reader saw, and what there was to see."""

    missed: int = 0
    doubled: int = 0
    events: int = 0


def measure(bench: Bench) -> None:
    """Let eight writers record beside each other: a plain INSERT, the library's recorder, our log, our register."""
    if not bench.has_postgres:
        return
    size = bench.sizes[0]
    urls = {name: bench.new_url(POSTGRESQL) for name in ("raw", "recorder", "log", "register")}
    for name in ("log", "register"):
        stores.write(urls[name], bench.entries(size))
    with BenefitsRegister(urls["register"]) as register:
        bench.build_views(register)
    RawPostgres(urls["raw"]).close()
    Recorder(environment_of(urls["recorder"])).close()
    taken: dict[str, list[float]] = {name: [] for name in urls}
    followed = {name: _Followed() for name in urls}
    rounds = min(bench.rounds, ROUNDS)
    bench.say(f"writers: {rounds} turns of {WRITERS} writers with {EVENTS} events each")
    for number in range(rounds):
        names = list(urls)
        for name in names[number % len(names) :] + names[: number % len(names)]:
            taken[name].append(_turn(name, urls[name], number, followed[name]) / (WRITERS * EVENTS))
    figures = {name: Figure.of(Timing(tuple(seconds))) for name, seconds in taken.items()}
    for ours, what in (
        ("log", "append one event: head lock, idempotency, leaf, head"),
        ("register", "claim one saving: load, rules, log, views"),
    ):
        for theirs, peer, reach in (
            ("recorder", "eventsourcing, recorder", Reach(1)),
            ("raw", "psycopg, INSERT of the same body; aimed at: 0.55", None),
        ):
            bench.add(
                Row(
                    "writers",
                    what,
                    POSTGRESQL,
                    size,
                    figures[ours],
                    peer,
                    figures[theirs],
                    note=f"{WRITERS} writers; an event",
                    reach=reach,
                )
            )
    for name, who in (("log", ""), ("register", ""), ("recorder", " of the library")):
        seen = followed[name]
        bench.add(
            Row(
                "writers",
                f"events missed or doubled by a reader that follows the {name}{who}",
                POSTGRESQL,
                size,
                Figure(seen.missed + seen.doubled, "events"),
                note=f"of {seen.events:,}",
                reach=None if who else Reach(0, is_most=True, of="ours"),
            )
        )


def _turn(kind: str, url: str, number: int, followed: _Followed) -> float:
    """Let the writers write, and return how long that took from the first's start to the last's end."""
    context = multiprocessing.get_context("spawn")
    results: Any = context.Queue()
    head = _head(kind, url)
    ready = context.Barrier(WRITERS + (kind != "raw"))
    started = [
        context.Process(target=_write, args=(kind, url, number, writer, ready, results)) for writer in range(WRITERS)
    ]
    if kind != "raw":
        started.append(context.Process(target=_follow, args=(kind, url, head, ready, results)))
    for process in started:
        process.start()
    said = [results.get(timeout=PATIENCE_SECONDS * 2) for _ in started]
    for process in started:
        process.join()
    spans: list[tuple[float, float]] = [one for one in said if isinstance(one, tuple)]
    for seen in (one for one in said if isinstance(one, list)):
        counted = Counter(seen)
        followed.events += _ALL
        followed.missed += _ALL - len(counted)
        followed.doubled += sum(counted.values()) - len(counted)
    return max(end for _, end in spans) - min(begin for begin, _ in spans)


def _head(kind: str, url: str) -> int:
    """Return how far a log has come."""
    if kind == "raw":
        return 0
    if kind == "recorder":
        with closing(Recorder(environment_of(url, create=False))) as recorder:
            return recorder.recorder.max_notification_id() or 0
    with BenefitsRegister(url) as register:
        return register.log.head().size


def _write(kind: str, url: str, number: int, writer: int, ready: Any, results: Any) -> None:
    with _writer(kind, url, number, writer) as say:
        say(0)  # The first opens connections and prepares statements; it is followed, and not timed.
        ready.wait(PATIENCE_SECONDS)
        began = time.monotonic()
        for event in range(1, EVENTS + 1):
            say(event)
        results.put((began, time.monotonic()))


@contextmanager
def _writer(kind: str, url: str, number: int, writer: int) -> Iterator[Callable[[int], object]]:
    """Give what records the event of a number, each writer about subjects of its own."""
    stream = uuid4()
    if kind == "raw":
        with closing(RawPostgres(url, make=False)) as raw:
            first = (number * WRITERS + writer) * (EVENTS + 1)
            header = ("saving-claimed", 1, "OWNER", stores.ACCOUNT)
            hashed = (bytes(16), bytes(32), bytes(32))
            today = utc_now().date()
            yield lambda event: raw.append(
                (first + event, first + event, today, stream, event, *header, f"{stream}-{event}", _BODY, *hashed)
            )
    elif kind == "recorder":
        with closing(Recorder(environment_of(url, create=False))) as recorder:
            yield lambda event: recorder.append([StoredEvent(stream, event + 1, "saving-claimed", _BODY)])
    elif kind == "log":
        with BenefitsRegister(url) as register:
            yield lambda event: stores.append(
                register,
                [
                    stores.Prepared(
                        StoredEvent(stream, event + 1, "saving-claimed", _BODY),
                        Header(actor="OWNER", account=stores.ACCOUNT, command_id=f"{stream}-{event}"),
                        bytes(32),
                    )
                ],
            )
    else:
        with BenefitsRegister(url, on_append=(follow,), account=stores.ACCOUNT) as register:

            def claim(event: int) -> None:
                project, benefit = divmod(event % (2 * BENEFITS), BENEFITS)
                name = f"P001-J{2 * writer + project + 1:02d}-B{benefit + 1:02d}"
                words = claim_words(name, MONTHS + number * (EVENTS // (2 * BENEFITS) + 1) + event // (2 * BENEFITS))
                register.saving.claim(name, by=words["claimant"], **words)

            yield claim


def _follow(kind: str, url: str, head: int, ready: Any, results: Any) -> None:
    """Follow the log from its head, and say every position that was seen, until all are or nothing more comes."""
    seen: list[int] = []
    last = head
    with _reader(kind, url) as positions:
        ready.wait(PATIENCE_SECONDS)
        give_up = time.monotonic() + PATIENCE_SECONDS
        while len(seen) < _ALL and time.monotonic() < give_up:
            found = positions(last)
            if found:
                seen += found
                last = found[-1]
            else:
                time.sleep(POLL_SECONDS)
        seen += positions(last)
    results.put(seen)


@contextmanager
def _reader(kind: str, url: str) -> Iterator[Callable[[int], list[int]]]:
    """Give what returns the positions after one, as far as it reads at a time."""
    if kind == "raw":
        yield lambda _: []
    elif kind == "recorder":
        with closing(Recorder(environment_of(url, create=False))) as recorder:
            yield lambda after: recorder.positions_after(after, _PAGE)
    else:
        with BenefitsRegister(url) as register:
            yield lambda after: [row.position for row in register.log.read(after=after, limit=_PAGE)]
