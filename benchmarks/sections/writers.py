"""Eight processes that record at the same time on PostgreSQL, and one that follows what they record."""

from __future__ import annotations

import multiprocessing
import time
from collections import Counter
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from queue import Empty
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

_FOLLOWED: Final = ("recorder", "log", "register")
"""What the reader follows: a plain INSERT gives no order to follow."""

_BODY: Final = canonical(claim_words("P001-J01-B01", 1))


@dataclass(frozen=True, slots=True)
class _Wrote:
    """From when until when a writer wrote."""

    began: float
    ended: float


@dataclass(frozen=True, slots=True)
class _Read:
    """The positions a reader saw of a turn."""

    kind: str
    positions: list[int]


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
    rounds = min(bench.rounds, ROUNDS)
    bench.say(f"writers: {rounds} turns of {WRITERS} writers with {EVENTS} events each")
    taken, followed = _run(urls, rounds)
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


def _run(urls: dict[str, str], rounds: int) -> tuple[dict[str, list[float]], dict[str, _Followed]]:
    """Let the writers write, each kind in turn, and one reader follow them.

    Returns:
        For each kind, the seconds an event of each turn, from the first writer's start to the last's end; and what the
        reader saw.
    """
    names = list(urls)
    turns = [(name, number) for number in range(rounds) for name in (*names[number % 4 :], *names[: number % 4])]
    context = multiprocessing.get_context("spawn")
    results: Any = context.Queue()
    ready = context.Barrier(WRITERS + 1)
    heads = {name: _head(name, urls[name]) for name in _FOLLOWED}
    started = [context.Process(target=_write, args=(urls, turns, writer, ready, results)) for writer in range(WRITERS)]
    started.append(context.Process(target=_follow, args=(urls, turns, heads, ready, results)))
    for process in started:
        process.start()
    taken: dict[str, list[float]] = {name: [] for name in urls}
    followed = {name: _Followed() for name in urls}
    for _ in turns:
        said = [_next(results, started) for _ in started]
        spans = [(one.began, one.ended) for one in said if isinstance(one, _Wrote)]
        (read,) = (one for one in said if isinstance(one, _Read))
        took = max(ended for _, ended in spans) - min(began for began, _ in spans)
        taken[read.kind].append(took / (WRITERS * EVENTS))
        counted = Counter(read.positions)
        seen = followed[read.kind]
        seen.events += _ALL
        seen.missed += _ALL - len(counted)
        seen.doubled += counted.total() - len(counted)
    for process in started:
        process.join()
    return taken, followed


def _next(results: Any, started: list[Any]) -> _Wrote | _Read:
    """Return what the next process has to say.

    Raises:
        RuntimeError: If one of them failed; it has said why on standard error.
    """
    while True:
        try:
            said: _Wrote | _Read = results.get(timeout=1)
        except Empty:
            if any(process.exitcode for process in started):
                for process in started:
                    process.terminate()
                msg = "a writer or the reader failed; it says why above"
                raise RuntimeError(msg) from None
        else:
            return said


def _write(urls: dict[str, str], turns: list[tuple[str, int]], writer: int, ready: Any, results: Any) -> None:
    """Record a turn's events as soon as everybody is ready, turn after turn."""
    for kind, number in turns:
        with _writer(kind, urls[kind], number, writer) as say:
            say(0)  # The first opens connections and prepares statements; it is followed, and not timed.
            ready.wait(PATIENCE_SECONDS)
            began = time.monotonic()
            for event in range(1, EVENTS + 1):
                say(event)
            results.put(_Wrote(began, time.monotonic()))
            ready.wait(PATIENCE_SECONDS * 2)


def _head(kind: str, url: str) -> int:
    """Return how far a log has come."""
    if kind == "recorder":
        with closing(Recorder(environment_of(url, create=False))) as recorder:
            return recorder.recorder.max_notification_id() or 0
    with BenefitsRegister(url) as register:
        return register.log.head().size


@contextmanager
def _writer(kind: str, url: str, number: int, writer: int) -> Iterator[Callable[[int], object]]:
    """Give what records the event of a number, each writer and turn about subjects of its own."""
    stream = uuid4()
    if kind == "raw":
        with closing(RawPostgres(url, make=False)) as raw:
            header = ("saving-claimed", 1, "OWNER", stores.ACCOUNT)
            hashed = (bytes(16), bytes(32), bytes(32))
            today = utc_now().date()

            def insert(event: int) -> None:
                position = (number * WRITERS + writer) * (EVENTS + 1) + event
                raw.append((position, position, today, stream, event, *header, f"{stream}-{event}", _BODY, *hashed))

            yield insert
    elif kind == "recorder":
        with closing(Recorder(environment_of(url, create=False))) as recorder:
            yield lambda event: recorder.append([StoredEvent(stream, event + 1, "saving-claimed", _BODY)])
    elif kind == "log":
        with BenefitsRegister(url) as register:

            def append(event: int) -> None:
                stored = StoredEvent(stream, event + 1, "saving-claimed", _BODY)
                header = Header(actor="OWNER", account=stores.ACCOUNT, command_id=f"{stream}-{event}")
                stores.append(register, [stores.Prepared(stored, header, bytes(32))])

            yield append
    else:
        with BenefitsRegister(url, on_append=(follow,), account=stores.ACCOUNT) as register:

            def claim(event: int) -> None:
                project, benefit = divmod(event % (2 * BENEFITS), BENEFITS)
                name = f"P001-J{2 * writer + project + 1:02d}-B{benefit + 1:02d}"
                words = claim_words(name, MONTHS + number * (EVENTS // (2 * BENEFITS) + 1) + event // (2 * BENEFITS))
                register.saving.claim(name, by=words["claimant"], **words)

            yield claim


def _follow(
    urls: dict[str, str], turns: list[tuple[str, int]], heads: dict[str, int], ready: Any, results: Any
) -> None:
    """Follow each log from its head, and say every position that was seen, until all are or nothing more comes."""
    with ExitStack() as open_here:
        readers = {kind: open_here.enter_context(_reader(kind, urls[kind])) for kind in _FOLLOWED}
        for kind, _ in turns:
            seen: list[int] = []
            ready.wait(PATIENCE_SECONDS)
            give_up = time.monotonic() + PATIENCE_SECONDS
            while kind in readers and len(seen) < _ALL and time.monotonic() < give_up:
                found = readers[kind](heads[kind])
                if found:
                    seen += found
                    heads[kind] = found[-1]
                else:
                    time.sleep(POLL_SECONDS)
            ready.wait(PATIENCE_SECONDS * 2)  # Everything is written; whatever comes now was recorded twice.
            seen += readers[kind](heads[kind]) if kind in readers else []
            results.put(_Read(kind, seen))


@contextmanager
def _reader(kind: str, url: str) -> Iterator[Callable[[int], list[int]]]:
    """Give what returns the positions after one, as far as it reads at a time."""
    if kind == "recorder":
        with closing(Recorder(environment_of(url, create=False))) as recorder:
            yield lambda after: recorder.positions_after(after, _PAGE)
    else:
        with BenefitsRegister(url) as register:
            yield lambda after: [row.position for row in register.log.read(after=after, limit=_PAGE)]
