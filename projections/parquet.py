"""The log, and the money worked out from it, as Parquet: for questions across authorities, by engines that read it.

Each store writes its own authority's part of a folder that many share: `events/authority=NAME/` and
`deltas/authority=NAME/`. Totals are sums of deltas, which are what the views add up themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import UUID

from benefits import BenefitsRegister
from benefits.errors import BenefitsError, ConflictError, InvalidValueError, StoreError
from benefits.store import EventRow, Question, Snapshot, instant_of
from benefits.values import financial_year, from_pence, reference
from projections.asking import Asking, Known
from projections.follower import Progress
from projections.reading import Reading
from projections.series import SERIES, Series

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_PAGE: Final = 2_000

_TABLES: Final = """
CREATE TABLE events (
    token VARCHAR, sandbox BOOLEAN, position BIGINT, recorded_at TIMESTAMP, effective_on DATE, financial_year VARCHAR,
    type VARCHAR, schema_version INTEGER, stream VARCHAR, version BIGINT, kind VARCHAR, reference VARCHAR,
    programmes VARCHAR[], actor VARCHAR, command_id VARCHAR, body VARCHAR
);
CREATE TABLE deltas (
    token VARCHAR, sandbox BOOLEAN, position BIGINT, claim BIGINT, effective_on DATE, financial_year VARCHAR,
    programme VARCHAR, benefit VARCHAR, release VARCHAR, kind VARCHAR, fund VARCHAR, series VARCHAR,
    amount DECIMAL(18,2), claims BIGINT
);
"""

_EVENTS_SAID: Final = """
SELECT *,
    TRY_CAST(body ->> '$.corrects' AS BIGINT) AS corrects,
    TRY_CAST(body ->> '$.claim' AS BIGINT) AS claim,
    coalesce(body ->> '$.fact.period', body ->> '$.period') AS period,
    TRY_CAST(coalesce(body ->> '$.fact.amount', body ->> '$.amount') AS DECIMAL(18,2)) AS amount
FROM events ORDER BY position
"""
"""What is taken from a body stands beside its text; of a correction, it is what that puts in place."""

_DELTAS_RECORDED: Final = """
SELECT deltas.*, events.recorded_at FROM deltas JOIN events USING (position) ORDER BY position, claim, series
"""

_MONEY: Final = frozenset(Series)


class MissingPartError(BenefitsError):
    """Something that is installed only by those who use it is not installed."""

    code = "missing-part"


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: under which authority, as known when, how many rows, and to which files."""

    authority: str
    token: str
    events: int
    deltas: int
    events_file: Path
    deltas_file: Path


def export(
    register: BenefitsRegister,
    folder: str | Path,
    *,
    authority: str | None = None,
    known_at: Known = None,
    tell: Progress | None = None,
) -> Exported:
    """Write a store's part of a folder of Parquet files; what it wrote there before is replaced.

    Bodies that were blanked are null, and so is all that would have been taken from them.

    Args:
        register: The store.
        folder: The folder that the authorities share; it is made if it is not there.
        authority: The name of the part; the store's own authority's reference if left out.
        known_at: Only what was recorded by then.
        tell: Told how many events of how many are read.

    Raises:
        MissingPartError: If DuckDB is not installed.
        InvalidValueError: If no name is given, and the store has no authority, or several.
        ConflictError: If another store wrote under that name.
        StoreError: If the files cannot be written.
    """
    duckdb = _duckdb()
    with (
        TemporaryDirectory(prefix="benefits-") as scratch,
        closing(duckdb.connect(str(Path(scratch) / "rows.duckdb"))) as rows,
        Reading(register).asked(None, known_at, None) as (connection, asking),
    ):
        name = reference(authority) if authority is not None else _authority(connection, asking)
        events, deltas = (Path(folder, kind, f"authority={name}", f"{kind}.parquet") for kind in ("events", "deltas"))
        _refuse_anothers(rows, events, register)
        about = _Subjects(connection, asking)
        rows.execute(_TABLES)
        filling = partial(_Filling, rows, token=asking.token, is_sandbox=register.is_sandbox)
        _fill_events(filling("INSERT INTO events"), register, asking, about, tell)
        count = _fill_deltas(filling("INSERT INTO deltas"), connection, asking)
        _write(rows, _EVENTS_SAID, events)
        _write(rows, _DELTAS_RECORDED, deltas)
    return Exported(name, asking.token, asking.position, count, events, deltas)


def _duckdb() -> Any:
    try:
        import duckdb  # noqa: PLC0415  # It is an extra, and takes long to load.
    except ImportError:
        raise MissingPartError(
            "Parquet is written by DuckDB, which is not installed; install it with: "
            "python -m pip install 'duckdb>=2,<3'"
        ) from None
    return duckdb


_NAMES: Final = ("position", "claim", "effective_on", "programme", "benefit", "release", "kind", "fund")
_KNOWN: Final = "known_from <= :position AND known_to > :position"
_AUTHORITIES: Final = Question("SELECT DISTINCT reference FROM view_state WHERE kind = 'authority' AND", _KNOWN)
_NAMED: Final = Question("SELECT DISTINCT subject, kind, reference FROM view_state")
_STAYS: Final = Question(
    "SELECT subject, programme, valid_from, valid_to FROM view_state WHERE programme <> '' AND", _KNOWN
)
_DELTAS: Final = Question(
    *("SELECT nth,", ", ".join((*_NAMES, *SERIES)), "FROM view_delta WHERE position <= :upto"),
    "AND (programme, position, nth) > (:programme, :position, :nth)",
    *("ORDER BY programme, position, nth LIMIT", str(_PAGE)),
)


def _authority(connection: Snapshot, asking: Asking) -> str:
    """Return the reference of a store's authority, which a real store has one of."""
    found: list[str] = sorted(_AUTHORITIES.values(connection, position=asking.position))
    if len(found) == 1:
        return found[0]
    held = f"this store holds several authorities ({', '.join(found)})" if found else "this store has no authority yet"
    raise InvalidValueError(f"{held}; say under which name to write it: --authority NAME")


def _refuse_anothers(rows: DuckDBPyConnection, events: Path, register: BenefitsRegister) -> None:
    """Refuse to replace what was not written from this log, at whatever length it had."""
    if not events.exists():
        return
    found = rows.execute("SELECT DISTINCT token FROM read_parquet(?)", [str(events)]).fetchall()
    for (token,) in found:
        position = int(token.partition("@")[0])
        if position > register.log.head().size or f"{position}@{register.log.root_at(position).hex()}" != token:
            raise ConflictError(
                f"{events} was written from another store; give this one a name of its own: --authority NAME",
                subject=str(events),
            )


class _Stay(NamedTuple):
    """A subject in a programme for some time."""

    programme: str
    valid_from: Any
    valid_to: Any


class _Subjects:
    """What each stream is about, and to which programmes it belonged when."""

    def __init__(self, connection: Snapshot, asking: Asking) -> None:
        self.named: dict[UUID, tuple[str, str]] = {}
        self._stays: dict[UUID, list[_Stay]] = {}
        for subject, kind, name in _NAMED(connection):
            self.named[subject] = (kind, name)
        for subject, *stay in _STAYS(connection, position=asking.position):
            self._stays.setdefault(subject, []).append(_Stay(*stay))

    def programmes(self, row: EventRow) -> list[str]:
        """Return the programmes that an event's subject belonged to on the day it is true from."""
        stays = self._stays.get(row.originator_id, ())
        return sorted({one.programme for one in stays if one.valid_from <= row.effective_on < one.valid_to})


def _fill_events(
    fill: _Filling, register: BenefitsRegister, asking: Asking, about: _Subjects, tell: Progress | None
) -> None:
    after = 0
    while after < asking.position:
        page = register.log.read(after=after, limit=_PAGE, upto=asking.position)
        fill.add([_event(row, about) for row in page])
        after = page[-1].position
        if tell is not None:
            tell(after, asking.position)


def _event(row: EventRow, about: _Subjects) -> tuple[Any, ...]:
    kind, name = about.named.get(row.originator_id, (None, None))
    return (
        row.position,
        instant_of(row.recorded_at).replace(tzinfo=None),
        row.effective_on,
        financial_year(row.effective_on),
        row.type,
        row.schema_version,
        str(row.originator_id),
        row.originator_version,
        kind,
        name,
        about.programmes(row),
        row.actor,
        row.command_id,
        row.body.decode() if row.body is not None else None,
    )


def _fill_deltas(fill: _Filling, connection: Snapshot, asking: Asking) -> int:
    """Take in the deltas, and return how many there are."""
    count = 0
    last: Sequence[Any] = ("", 0, 0)
    while page := _DELTAS(connection, upto=asking.position, programme=last[0], position=last[1], nth=last[2]):
        rows = [row for _, *one in page for row in _by_series(one)]
        fill.add(rows)
        count += len(rows)
        nth, position, _, _, programme, *_ = page[-1]
        last = (programme, position, nth)
    return count


def _by_series(row: Any) -> Iterator[tuple[Any, ...]]:
    """Yield what an event adds to a claim, a row a series."""
    position, claim, on, *of = row[: len(_NAMES)]
    for series, amount in zip(SERIES, row[len(_NAMES) :], strict=True):
        if amount:
            is_money = series in _MONEY
            pounds, claims = (from_pence(amount), None) if is_money else (None, amount)
            yield position, claim, on, financial_year(on), *of, series, pounds, claims


class _Filling:
    """Takes rows into a table of DuckDB's by the page, each after the two values that are the same in all of them."""

    def __init__(self, rows: DuckDBPyConnection, into: str, token: str, *, is_sandbox: bool) -> None:
        self._rows = rows
        self._into = into
        self._same = (token, is_sandbox)

    def add(self, page: Sequence[tuple[Any, ...]]) -> None:
        """Take in a page of rows."""
        columns = [list(column) for column in zip(*page, strict=True)]
        statement = "".join((self._into, " SELECT ?, ?", *[", unnest(?)"] * len(columns)))
        self._rows.execute(statement, [*self._same, *columns])


def _write(rows: DuckDBPyConnection, query: str, path: Path) -> None:
    """Write what a query gives to a file, whole or not at all."""
    unfinished = path.with_name(f"{path.name}.part")
    where = str(unfinished).replace("'", "''")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            rows.execute(f"COPY ({query}) TO '{where}' (FORMAT parquet, COMPRESSION zstd)")
            unfinished.replace(path)
        finally:
            unfinished.unlink(missing_ok=True)
    except (OSError, _duckdb().IOException) as error:
        raise StoreError(f"{path} cannot be written ({error}); check the room left, and the folder") from error
