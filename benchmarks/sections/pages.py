"""A board in a browser: `benefits serve` beside a bare server that has everything ready, both asked over HTTP.

The bare server has the same templates, framework and server, and draws the same page of what was made ready before,
without a store and without views: once with all that the template is told, each cell and link of it, and once with the
answers of the views, of which it makes these. Its JSON is the same answer, only written. Before anything is timed, both
servers have to give the same bytes. Every question to `benefits serve` is one that it was not asked before (a programme
as at a past day, as known on another), so that no answer is kept and every view is asked; *asked again* is one
question, whose answers are kept. A page has two hundred benefits and more than a megabyte of HTML. Its charts are
pictures at addresses of their own: a browser asks for them after the page, so they are in no page's time, and one of
them has a row. Where an earlier version has rows, its pages are served from its own checkout, over the same history in
a store of its own, and asked for the same boards; what they say may differ.
"""

from __future__ import annotations

import html
import json
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from itertools import islice
from statistics import median, quantiles
from threading import Thread
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urlsplit

from benchmarks.bench import SQLITE
from benchmarks.history import movements
from benchmarks.questions import questions
from benchmarks.results import Figure, Reach, Row
from tests.cli.running import PROGRAM
from tests.web.serving import Serving
from web.pictures import have_charts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from benchmarks.bench import Bench

BARE: Final = "bare server, everything ready"
ANSWERED: Final = "bare server, answers ready"
_OURS: Final = "benefits serve"
READY: Final = 16
"""Questions that the bare server has everything ready for; it is asked them in turn."""

ONE_BY_ONE: Final = 20
"""Questions of a turn on one connection."""

AT_ONCE: Final = 40
"""Questions of a turn on several connections."""

CONNECTIONS: Final = 4
_WARM: Final = 3
_SECONDS: Final = 300

_AT_LEAST: Final = {100_000: Reach(0.25)}
"""Of what the bare server does, at so many events."""

_AT_MOST: Final = {1_000_000: Reach(0.1, is_most=True, is_time=True, of="ours")}


class Server(NamedTuple):
    """Where a server is."""

    host: str
    port: int

    def connect(self) -> HTTPConnection:
        """Return a connection, which is kept for all that is asked by it."""
        return HTTPConnection(self.host, self.port, timeout=_SECONDS)


def measure(bench: Bench) -> None:
    """Ask each size on each database."""
    for database in bench.databases:
        for size in bench.sizes:
            _measure(bench, database, size)


def _measure(bench: Bench, database: str, size: int) -> None:
    store = bench.store(database, size)
    asked = _addresses(bench, size)
    ready = list(islice(asked, READY))
    with served(bench, store) as ours, bare(store, ready) as peer, _before(bench, database, size, ready) as before:
        check(ours, peer, ready)
        bench.say(f"pages: {size:,} events on {database}")
        boards = {_OURS: (ours, asked), BARE: (peer, _in_turn(ready)), ANSWERED: (peer, _in_turn(ready, "/made"))}
        times = _in_turns(bench.rounds, boards | before)
        _add(bench, "a board's page", database, size, times, _AT_LEAST.get(size))
        if size in _AT_MOST:
            figure = _half(times[_OURS].alone)
            bench.add(Row("pages", "a board's page, p50, in time", database, size, figure, reach=_AT_MOST[size]))
        new = (f"/api{address}" for address in asked)
        times = _in_turns(bench.rounds, {_OURS: (ours, new), BARE: (peer, _in_turn(ready, "/api"))})
        _add(bench, "a board as JSON", database, size, times)
        again = ready[:1]
        times = _in_turns(bench.rounds, {_OURS: (ours, _in_turn(again)), BARE: (peer, _in_turn(again))})
        _add(bench, "a board's page, asked again", database, size, times)
        bench.add(Row("pages", "a board that the browser has (304), p50", database, size, _unchanged(ours, again[0])))
        if have_charts():
            chart = _half(ask(ours, _charts(ours, ready)))
            bench.add(Row("pages", "a chart of a board: target, claimed and verified, p50", database, size, chart))


# --- the two servers -----------------------------------------------------------------------------


@contextmanager
def served(bench: Bench, store: str, program: str | Path = PROGRAM) -> Iterator[Server]:
    """Serve the pages of a store as users do."""
    folder = bench.place("")
    folder.mkdir()
    serving = Serving("--store", store, cwd=folder, program=program)
    try:
        found = urlsplit(serving.address)
        yield Server(str(found.hostname), found.port or 80)
    finally:
        serving.stop(signal.SIGTERM)


@contextmanager
def _before(
    bench: Bench, database: str, size: int, ready: Sequence[str]
) -> Iterator[dict[str, tuple[Server, Iterator[str]]]]:
    """Serve the pages of an earlier version, over its own store, where one is to be asked and there is such a store.

    It is asked for the same boards as ours, first for those that ours is checked by.
    """
    store = bench.before.store(size, bench.seed) if bench.before is not None else None
    if bench.before is None or store is None or database != SQLITE or not store.exists():
        yield {}
        return
    with served(bench, str(store), bench.before.program) as server:
        ask(server, [f"{path}{address}" for address in ready for path in ("", "/api")])
        yield {bench.before.name: (server, islice(_addresses(bench, size), len(ready), None))}


@contextmanager
def bare(store: str, addresses: Sequence[str]) -> Iterator[Server]:
    """Run the bare server, which answers when it has everything ready."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        number = listening.fileno()
        command = [sys.executable, "-m", "benchmarks.peers.bare", store, str(number)]
        with subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, pass_fds=[number]
        ) as process:
            assert process.stdin is not None
            process.stdin.write(json.dumps(addresses).encode())
            process.stdin.close()
            server = Server(*listening.getsockname())
            try:
                ask(server, addresses[:1])  # It is answered when everything is ready.
                yield server
            finally:
                process.terminate()


def check(ours: Server, peer: Server, addresses: Sequence[str]) -> None:
    """Make sure that both give the same bytes, as pages and as JSON.

    Raises:
        RuntimeError: If they do not.
    """
    with closing(ours.connect()) as mine, closing(peer.connect()) as theirs:
        for address in addresses:
            for path, ready in ((address, ("", "/made")), (f"/api{address}", ("",))):
                right = _get(mine, path)
                if any(_get(theirs, f"{made}{path}") != right for made in ready):
                    msg = f"{path}: the bare server gives other bytes than the pages"
                    raise RuntimeError(msg)


# --- what is asked -------------------------------------------------------------------------------


def _addresses(bench: Bench, size: int) -> Iterator[str]:
    """Yield boards of any programme, as at a past day, as known on another; none twice."""
    wanted = READY + bench.rounds * 2 * (ONE_BY_ONE + AT_ONCE) + 4 * _WARM
    found = questions(list(movements(bench.entries(size))), 2 * wanted)
    boards = dict.fromkeys(f"/board/{one.programme}?as_at={one.as_at}&known_at={one.known_at}" for one in found)
    return iter(boards)


def _in_turn(addresses: Sequence[str], path: str = "") -> Iterator[str]:
    while True:
        yield from (f"{path}{address}" for address in addresses)


def _charts(server: Server, addresses: Sequence[str]) -> list[str]:
    """Return the address of one chart of each of some boards."""
    with closing(server.connect()) as connection:
        pages = [_get(connection, address).decode() for address in addresses]
    return [html.unescape(page.partition('<img src="')[2].partition('"')[0]) for page in pages]


def _get(connection: HTTPConnection, address: str, **headers: str) -> bytes:
    connection.request("GET", address, headers=headers)
    response = connection.getresponse()
    body = response.read()
    if response.status not in (200, 304):
        msg = f"{address}: {response.status} {body[:500]!r}"
        raise RuntimeError(msg)
    return body


# --- times ---------------------------------------------------------------------------------------


class Times(NamedTuple):
    """How long each request took on a connection of its own, and how many came to an end in a second on several."""

    alone: list[float]
    a_second: list[float]


def ask(server: Server, addresses: Sequence[str]) -> list[float]:
    """Return how many seconds each of some requests takes, one after the other on one connection."""
    taken = []
    with closing(server.connect()) as connection:
        connection.connect()
        for address in addresses:
            began = time.perf_counter()
            _get(connection, address)
            taken.append(time.perf_counter() - began)
    return taken


def _at_once(server: Server, addresses: Sequence[str]) -> float:
    """Return how many requests a second come to an end, asked on several connections at once."""
    done: list[float] = []
    parts = [addresses[first::CONNECTIONS] for first in range(CONNECTIONS)]
    threads = [Thread(target=lambda part=part: done.extend(ask(server, part))) for part in parts]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken = time.perf_counter() - began
    if len(done) != len(addresses):
        msg = f"{len(addresses) - len(done)} of {len(addresses)} requests failed"
        raise RuntimeError(msg)
    return len(done) / taken


def _in_turns(rounds: int, asked: Mapping[str, tuple[Server, Iterator[str]]]) -> dict[str, Times]:
    """Return the times of those that are asked, in turns: A B C, B C A, C A B."""
    names = list(asked)
    times = {name: Times([], []) for name in names}
    for server, addresses in asked.values():
        ask(server, list(islice(addresses, _WARM)))
    for number in range(rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            server, addresses = asked[name]
            times[name].alone.extend(ask(server, list(islice(addresses, ONE_BY_ONE))))
            times[name].a_second.append(_at_once(server, list(islice(addresses, AT_ONCE))))
    return times


def _unchanged(server: Server, address: str) -> Figure:
    """Return how long it takes to say that a page is as the browser has it."""
    with closing(server.connect()) as connection:
        connection.request("GET", address)
        response = connection.getresponse()
        response.read()
        etag = response.headers["etag"]
        taken = []
        for _ in range(ONE_BY_ONE):
            began = time.perf_counter()
            body = _get(connection, address, **{"if-none-match": etag})
            taken.append(time.perf_counter() - began)
            assert not body
    return _half(taken)


def _half(taken: Sequence[float]) -> Figure:
    first, _, third = quantiles(taken, n=4, method="inclusive")
    return Figure(median(taken), "s", first, third, len(taken))


def _slowest(taken: Sequence[float]) -> Figure:
    return Figure(quantiles(taken, n=100, method="inclusive")[98], "s")


def _rate(a_second: Sequence[float]) -> Figure:
    if len(a_second) < 2:
        return Figure(a_second[0], "a second")
    first, _, third = quantiles(a_second, n=4, method="inclusive")
    return Figure(median(a_second), "a second", first, third, len(a_second))


def _add(
    bench: Bench, what: str, database: str, size: int, times: Mapping[str, Times], reach: Reach | None = None
) -> None:
    """Add the rows of what was asked of us and of each peer; what is to be reached is reached beside the quickest."""
    ours = times[_OURS]
    for peer, theirs in times.items():
        if peer != _OURS:
            bound = reach if peer == BARE else None
            for name, figure, its, held in (
                ("p50", _half(ours.alone), _half(theirs.alone), bound),
                ("p99", _slowest(ours.alone), _slowest(theirs.alone), None),
                (f"on {CONNECTIONS} connections", _rate(ours.a_second), _rate(theirs.a_second), bound),
            ):
                bench.add(Row("pages", f"{what}, {name}", database, size, figure, peer, its, reach=held))
