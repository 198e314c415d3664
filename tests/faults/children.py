"""What child processes do to a store while the tests watch, kill them or take things away from them.

A child is forked from a process that has everything imported, so that one starts in a few milliseconds.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import resource
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import asdict, dataclass, field
from itertools import cycle, islice
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

# Imported for the children: what the command line would load when a command asks for it.
import alembic.command
import psycopg
import pytest
from alembic.runtime import environment, migration
from sqlalchemy import Engine, event

import cli.ask
import cli.backup
import cli.record
import cli.store
from benefits import BenefitsRegister, intake
from benefits.store import Database, StoreBusyError, StoreFullError
from benefits.store.recorder import LogApplicationRecorder
from cli.main import main
from projections import Views, follow
from tests.benefits.store.revisions import with_a_further_revision
from tests.faults.checks import Following, claimed_on
from tests.faults.lines import PROGRAMME, a_writers_lines
from tests.faults.users import User

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Sequence
    from multiprocessing.connection import Connection

    from tests.faults.lines import Line

PRELOADED = (alembic.command, cli.ask, cli.backup, cli.record, cli.store, environment, migration, psycopg)

FORKS = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(["__main__", __name__])

NOBODY = 65534
SMALL_BATCH = 7
FOLLOWED_PAGE = 100
AWHILE_SECONDS = 0.02
MUCH = 2_000
MUCH_MORE = 20_000
TIMEOUT_SECONDS = 600


@dataclass
class Child:
    """A process of ours, what it says and what it acknowledges."""

    process: Any
    output: Path
    _acknowledgements: Connection
    _acknowledged: list[Any] = field(default_factory=list)

    def wait_for_one(self) -> Any:
        """Return the next thing acknowledged."""
        assert self._acknowledgements.poll(TIMEOUT_SECONDS), "the child says nothing"
        try:
            self._acknowledged.append(self._acknowledgements.recv())
        except EOFError:
            raise AssertionError(self.said()) from None
        return self._acknowledged[-1]

    def kill(self) -> bool:
        """Kill the process, and tell whether it was not done yet."""
        self.process.kill()
        return self.wait() == -signal.SIGKILL

    def wait(self, at_work: float = 0) -> int:
        """Return the exit code, once it has ended; it may be at work for so many seconds, and say nothing."""
        with suppress(EOFError, OSError):  # A message that was cut off is no acknowledgement.
            while self._acknowledgements.poll(TIMEOUT_SECONDS + at_work):
                self._acknowledged.append(self._acknowledgements.recv())
        self.process.join(TIMEOUT_SECONDS)
        code = self.process.exitcode
        assert code is not None, "the child does not end"
        return int(code)

    def acknowledged(self) -> list[Any]:
        """Return all that was acknowledged, once it has ended."""
        return self._acknowledged

    def said(self) -> str:
        """Return what it wrote on standard output and standard error."""
        return self.output.read_text()


class Children:
    """Starts children, whose output goes to files in a folder, and leaves none running."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._started: list[Child] = []

    def start(self, act: Callable[..., None], *arguments: Any) -> Child:
        """Start a process that does something; `act` takes a pipe for its acknowledgements first."""
        ours, theirs = FORKS.Pipe(duplex=False)
        output = self._folder / f"child-{len(self._started)}.txt"
        process = FORKS.Process(target=_do, args=(act, theirs, str(output), *arguments), daemon=True)
        process.start()
        theirs.close()
        child = Child(process, output, ours)
        self._started.append(child)
        return child

    def run(self, act: Callable[..., None], *arguments: Any) -> Child:
        """Run a process that does something to its end, and expect it to go well."""
        child = self.start(act, *arguments)
        code = child.wait()
        assert code == 0, child.said()
        return child

    def end(self) -> None:
        """Kill whatever still runs."""
        for child in self._started:
            child.process.kill()
            child.process.join()


def _do(act: Callable[..., None], acknowledgements: Connection, output: str, *arguments: Any) -> None:
    file = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(file, 1)
    os.dup2(file, 2)
    act(acknowledgements, *arguments)


# --- what children do ------------------------------------------------------------------------------


def command_line(acknowledgements: Connection, *arguments: str) -> None:
    """Run `benefits` with some arguments, and leave with its exit code."""
    sys.argv = ["benefits", *arguments]
    acknowledgements.send("started")
    main(arguments)


def command_line_of_nobody(acknowledgements: Connection, *arguments: str) -> None:
    """Run `benefits` without root's privileges."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    os.environ["XDG_CONFIG_HOME"] = os.environ["HOME"] = "/nonexistent"  # Root's is not for nobody to read.
    command_line(acknowledgements, *arguments)


def apply_file(acknowledgements: Connection, url: str, path: str) -> None:
    """Run `benefits apply`."""
    command_line(acknowledgements, "apply", path, "--store", url, "--format", "json")


def apply_in_small_batches(acknowledgements: Connection, url: str, path: str) -> None:
    """Apply a file in batches of a few lines, and acknowledge the lines of each once it is committed."""
    intake.BATCH = SMALL_BATCH  # type: ignore[misc]
    with recording(url) as register, Path(path).open("rb") as file:
        lines = list(file)
        taken = 0

        def tell(size: int) -> None:
            nonlocal taken
            while size:
                size -= len(lines[taken])
                acknowledgements.send(intake.read_line(lines[taken])["id"])
                taken += 1

        acknowledgements.send("started")
        applied = intake.apply(register, lines, tell=tell)
    os.write(1, json.dumps(asdict(applied)).encode())


def record_one_by_one(acknowledgements: Connection, url: str, path: str) -> None:
    """Record a file's commands with the register, each in its own transaction, and acknowledge each."""
    with recording(url) as register, Path(path).open("rb") as file:
        acknowledgements.send("started")
        for line in file:
            acknowledgements.send(intake.say(register, intake.read_line(line)).command_id)


def record_together(acknowledgements: Connection, url: str, path: str, sizes: Sequence[int]) -> None:
    """Record a file's commands some at a time, of which all are recorded or none; the views do not follow."""
    with recording(url, following=False) as register, Path(path).open("rb") as file:
        acknowledgements.send("started")
        for size in cycle(sizes):
            lines = list(islice(file, size))
            if not lines:
                return
            with register.unit_of_work():
                for line in lines:
                    intake.say(register, intake.read_line(line))


def write_much(acknowledgements: Connection, url: str, number: int, count: int, at_once: int) -> None:
    """Record so many commands about benefits of this writer's own, so many in a transaction, whose views follow.

    Acknowledges now and then how many are recorded, and how often the store was busy and they were said again.
    """
    with recording(url) as register:
        acknowledgements.send((0, 0))
        said = busy = 0
        for commands in batched(islice(a_writers_lines(number), count), at_once):
            while True:
                try:
                    with register.unit_of_work():
                        for line in commands:
                            intake.say(register, line.said)
                    break
                except StoreBusyError:
                    busy += 1
            said += len(commands)
            if said % max(count // 50, 1) < at_once:
                acknowledgements.send((said, busy))
        acknowledgements.send((said, busy))


def write_until(acknowledgements: Connection, url: str, number: int, seconds: float) -> None:
    """Record one act after the other for some seconds, and acknowledge how many, and the longest wait for one."""
    with recording(url) as register:
        acknowledgements.send("started")
        acts, longest, until = 0, 0.0, time.monotonic() + seconds
        for line in a_writers_lines(number):
            began = time.monotonic()
            if began >= until:
                break
            intake.say(register, line.said)
            acts += 1
            longest = max(longest, time.monotonic() - began)
        acknowledgements.send((acts, longest))


def batched(lines: Iterator[Line], size: int) -> Iterator[list[Line]]:
    """Give lines so many at a time; the last may be fewer."""
    while batch := list(islice(lines, size)):
        yield batch


def follow_much(acknowledgements: Connection, url: str, until: int) -> None:
    """Follow the log by reading after the last position seen, and acknowledge how many there were and their digest.

    Each is to stand at the next position, and be the next of its stream and the next command of its writer.
    """
    with BenefitsRegister(url, read_only=True) as register:
        acknowledgements.send((0, ""))
        following = Following()
        while following.seen < until:
            before = following.seen
            page = register.log.read(after=before, limit=MUCH)
            following.take(page)
            if len(page) < MUCH:
                time.sleep(AWHILE_SECONDS)  # Those who write need the processor more.
            if following.seen // MUCH_MORE > before // MUCH_MORE:
                acknowledgements.send((following.seen, ""))
        acknowledgements.send((following.seen, following.digest()))


def use(acknowledgements: Connection, url: str, users: Sequence[int], seed: int, seconds: float, pause: float) -> None:
    """Be some users, a thread each, and acknowledge what each of them did, saw go wrong, and waited for."""
    with recording(url) as register:
        acknowledgements.send("started")
        until = time.monotonic() + seconds
        with ThreadPoolExecutor(len(users)) as threads:
            everybody = [User(register, number, Random(f"{seed}-{number}")) for number in users]
            for did in threads.map(lambda user: user.work(until, pause), everybody):
                acknowledgements.send(did)


def ask_again_and_again(acknowledgements: Connection, url: str, until: int, read_only: bool = False) -> None:
    """Ask for the board until it was answered from so many events, and acknowledge what each answer said."""
    with BenefitsRegister(url, read_only=read_only) as register:
        acknowledgements.send("started")
        answered_from = 0
        while answered_from < until:
            board = Views(register).board(PROGRAMME)
            answered_from = int(board.token.partition("@")[0])
            acknowledgements.send((answered_from, claimed_on(board)))


def read_after(acknowledgements: Connection, url: str, until: int) -> None:
    """Follow the log by reading after the last position seen, and acknowledge each page of positions and ids."""
    with BenefitsRegister(url, read_only=True) as register:
        seen = 0
        while seen < until:
            page = register.log.read(after=seen, limit=FOLLOWED_PAGE)
            if page:
                seen = page[-1].position
                acknowledgements.send([(row.position, (row.originator_id, row.originator_version)) for row in page])


def subscribe(acknowledgements: Connection, url: str, until: int) -> None:
    """Follow the log by the recorder's subscription, and acknowledge each position and place in a stream."""
    with closing(Database(url, read_only=True)) as database, LogApplicationRecorder(database).subscribe() as log:
        for each in log:
            acknowledgements.send([(each.id, (each.originator_id, each.originator_version))])
            if each.id >= until:
                return


def apply_where_files_stay_short(acknowledgements: Connection, url: str, path: str, most_bytes: int) -> None:
    """Run `benefits apply` where no file may grow beyond a size, as on a full disk."""
    intake.BATCH = SMALL_BATCH  # type: ignore[misc]
    no_file_longer_than(most_bytes)
    apply_file(acknowledgements, url, path)


def command_line_where_files_stay_short(acknowledgements: Connection, most_bytes: int, *arguments: str) -> None:
    """Run `benefits` where no file may grow beyond a size, as on a full disk."""
    no_file_longer_than(most_bytes)
    command_line(acknowledgements, *arguments)


def migrate_with_a_further_revision(acknowledgements: Connection, url: str, fails: bool) -> None:
    """Run `benefits migrate` of a version that knows one revision more."""
    with_a_further_revision(pytest.MonkeyPatch(), fails=fails)
    command_line(acknowledgements, "migrate", "--store", url)


def apply_into_a_file_of_few_pages(acknowledgements: Connection, url: str, path: str, pages: int) -> None:
    """Run `benefits apply` where the store may have only so many pages."""
    intake.BATCH = SMALL_BATCH  # type: ignore[misc]

    @event.listens_for(Engine, "connect")
    def limit(driver: sqlite3.Connection, _: object) -> None:
        driver.execute(f"PRAGMA max_page_count = {pages}")

    apply_file(acknowledgements, url, path)


def run_out_of_room_and_go_on(acknowledgements: Connection, url: str, path: str, most_bytes: int) -> None:
    """Apply a file until there is no room, and then, with room and in the same process, to its end."""
    intake.BATCH = SMALL_BATCH  # type: ignore[misc]
    lines = Path(path).read_bytes().splitlines()
    with recording(url) as register:
        no_file_longer_than(most_bytes)
        try:
            intake.apply(register, lines)
        except StoreFullError:
            acknowledgements.send("full")
        no_file_longer_than(resource.RLIM_INFINITY)
        applied = intake.apply(register, lines)
        acknowledgements.send(applied.recorded + applied.repeated)


def no_file_longer_than(size: int) -> None:
    """Have the system refuse to let any file grow beyond a size, until told otherwise."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@contextmanager
def recording(url: str, *, following: bool = True) -> Iterator[BenefitsRegister]:
    """Open the register of a store, whose views follow or not."""
    with BenefitsRegister(url, on_append=(follow,) if following else ()) as register:
        yield register
