"""Parquet for analysis across authorities: its totals are the projections' own, and nothing erased is in it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import defaultdict
from contextlib import ExitStack, chdir
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest

from benefits import BenefitsRegister
from benefits.errors import ConflictError, InvalidValueError, StoreError
from benefits.intake import apply
from benefits.values import end_of
from projections import Views, follow, prepare, rebuild
from projections.parquet import export
from projections.series import Series
from tests.builders import a_benefit, a_claim, new_register
from tests.contracts.test_golden import GOLDEN
from tests.faults.lines import a_file

ROOT = Path(__file__).parents[2]
ANALYSIS = (ROOT / "docs/how-to/across-authorities.sql").read_text(encoding="utf-8")
LINES = 260
ASKED = [
    ("2008-03-31", "2008-06-05"),
    ("2008-03-31", "2008-06-18"),
    ("2012-06-30", "2012-08-01"),
    ("2012-12-31", "2012-12-31"),
    ("2030-03-31", "2030-03-31"),
]
"""As at which days, as known at the end of which; the last takes in everything."""

Totals = dict[tuple[str, ...], Decimal]


@pytest.fixture(scope="module")
def nation(tmp_path_factory):
    """Three authorities, by name: a real case, every kind of fact with corrections, and a long run of claims."""
    folder = tmp_path_factory.mktemp("nation")
    shutil.copy(GOLDEN / "v2" / "store.db", folder / "every.db")

    def clock() -> datetime:
        return datetime(2026, 4, 1, 9, tzinfo=UTC)

    with ExitStack() as stack:
        every = stack.enter_context(BenefitsRegister(folder / "every.db", on_append=(follow,)))
        prepare(every)
        rebuild(every)
        case, long = (
            stack.enter_context(new_register(str(folder / name), clock, sandbox=sandbox))
            for name, sandbox in (("case.db", True), ("long.db", False))
        )
        assert not apply(case, (ROOT / "cases/S001.jsonl").read_bytes().splitlines()).refused
        assert not apply(long, [line.json for line in a_file(LINES)]).refused
        a_claim(long, period="2026-02", measured=True)
        registers = {"EVERY-COUNCIL": every, "LEICS-CC": case, "COUNCIL": long}
        for name, register in registers.items():
            export(register, folder / "national", authority=name)
        yield folder, registers


@pytest.fixture
def ask(nation):
    """Asks the analysis of the documentation, as at a day and as known at the end of another."""
    folder, _ = nation

    def answer(query: str, as_at: str | None = None, known_at: str | None = None) -> list[tuple[Any, ...]]:
        with chdir(folder), duckdb.connect() as connection:
            if as_at is not None:
                connection.execute("SET VARIABLE as_at = ?::DATE", [as_at])
            if known_at is not None:
                instant = end_of(date.fromisoformat(known_at)).replace(tzinfo=None)
                connection.execute("SET VARIABLE known_at = ?::TIMESTAMP", [instant])
            connection.execute(ANALYSIS)
            found: list[tuple[Any, ...]] = connection.execute(query).fetchall()
            return found

    return answer


def programmes(views: Views, as_at: str, known_at: str) -> list[str]:
    return [one.reference for one in views.references("programme", as_at=as_at, known_at=known_at).references]


# --- the figures are the projections' ---------------------------------------------------------------


@pytest.mark.parametrize(("as_at", "known_at"), ASKED)
def test_totals_by_programme_are_those_of_every_board(ask, nation, as_at, known_at):
    found: Totals = {tuple(key): amount for *key, amount in ask("FROM boards", as_at, known_at)}

    wanted: Totals = defaultdict(Decimal)
    for authority, register in nation[1].items():
        views = Views(register)
        for programme in programmes(views, as_at, known_at):
            for total in views.board(programme, as_at=as_at, known_at=known_at).totals:
                for series in Series:
                    wanted[authority, programme, total.release, series.value] += getattr(total, series)
    assert found == {key: amount for key, amount in wanted.items() if amount}


@pytest.mark.parametrize(("as_at", "known_at"), ASKED)
def test_totals_by_financial_year_are_those_of_the_years(ask, nation, as_at, known_at):
    found: Totals = {tuple(key): amount for *key, amount in ask("FROM totals", as_at, known_at)}

    wanted: Totals = defaultdict(Decimal)
    for authority, register in nation[1].items():
        views = Views(register)
        for programme in programmes(views, as_at, known_at):
            for row in views.years(programme, as_at=as_at, known_at=known_at).rows:
                assert not (row.claimed_adjustment or row.verified_adjustment) or authority == "EVERY-COUNCIL"
                for series in ("claimed", "verified"):
                    amount = getattr(row, series) + getattr(row, f"{series}_adjustment")
                    if amount:
                        assert row.period is not None
                        wanted[authority, row.period, series] += amount
    assert {key: amount for key, amount in found.items() if key[2] in ("claimed", "verified")} == {
        key: amount for key, amount in wanted.items() if amount
    }


def test_there_is_something_of_every_authority_and_of_every_series_to_compare(ask, nation):
    found = ask("SELECT DISTINCT authority, series FROM totals", *ASKED[-1])

    assert {authority for authority, _ in found} == set(nation[1])
    assert {series for _, series in found} == {"claimed", "verified", "measured_only", "claimed_only", "challenged"}


def test_the_events_that_make_a_figure_are_named(ask, nation):
    made = ask("SELECT position, type, amount FROM explained WHERE authority = 'LEICS-CC' AND series = 'claimed'")

    parts = Views(nation[1]["LEICS-CC"]).explain("SCP", "claimed", as_at="2030-03-31").parts
    assert {(position, amount) for position, _, amount in made} == {(one.position, one.amount) for one in parts}


# --- the events -------------------------------------------------------------------------------------


def test_every_event_is_there_with_its_words_and_its_main_ones_as_columns(ask, nation):
    for authority, register in nation[1].items():
        rows = ask(
            "SELECT position, type, effective_on, recorded_at, body, amount, claim, corrects, programmes FROM events "
            f"WHERE authority = '{authority}' ORDER BY position"
        )
        logged = register.log.read()
        assert [row[:3] for row in rows] == [(one.position, one.type, one.effective_on) for one in logged]
        for row, one in zip(rows, logged, strict=True):
            assert (row[3] - datetime(1970, 1, 1)).total_seconds() == pytest.approx(one.recorded_at / 1e6)  # noqa: DTZ001
            assert row[4] == (None if one.body is None else one.body.decode())
            said = json.loads(one.body or b"{}")
            inner = said.get("fact", said)
            assert row[5] == (Decimal(inner["amount"]) if isinstance(inner.get("amount"), str) else None)
            assert row[6] == said.get("claim")
            assert row[7] == said.get("corrects")
    (claim,) = ask("SELECT reference, programmes, kind FROM events WHERE authority = 'LEICS-CC' AND position = 24")
    assert claim == ("SCP-PROC", ["SCP"], "benefit")


def test_what_was_erased_is_nowhere_in_it(ask):
    (said,) = [line for line in (GOLDEN / "every.jsonl").read_text().splitlines() if '"EVERY-erased"' in line]
    person = json.loads(said)["data"]["person"]

    (erased,) = ask("SELECT body, amount, claim, period, corrects FROM events WHERE command_id = 'EVERY-erased'")

    assert erased == (None, None, None, None, None)
    assert ask(f"SELECT position FROM events WHERE contains(events::VARCHAR, '{person}')") == []


def test_each_part_says_by_which_token_it_is_proved_and_both_files_agree(ask, nation):
    found = {authority: (token, sandbox, events) for authority, token, sandbox, events, _ in ask("FROM parts")}

    for authority, register in nation[1].items():
        head = register.log.head()
        assert found[authority] == (f"{head.size}@{head.root.hex()}", register.is_sandbox, head.size)
    assert ask("FROM torn") == []


# --- writing ----------------------------------------------------------------------------------------


def test_a_part_is_named_after_the_stores_authority_and_replaced_by_what_it_has_grown_to(register, tmp_path):
    a_benefit(register)
    first = export(register, tmp_path / "national")
    a_claim(register)

    second = export(register, tmp_path / "national")
    earlier = export(register, tmp_path / "national", known_at=first.token)

    assert first.authority == "COUNCIL"
    assert (second.events, second.deltas, second.events_file) == (first.events + 1, 3, first.events_file)
    assert (earlier.token, earlier.deltas) == (first.token, 0)
    files = [path for path in (tmp_path / "national").rglob("*") if path.is_file()]
    assert {path.relative_to(tmp_path / "national").as_posix() for path in files} == {
        "events/authority=COUNCIL/events.parquet",
        "deltas/authority=COUNCIL/deltas.parquet",
    }


def test_another_stores_part_is_not_replaced(nation, tmp_path):
    _, registers = nation
    export(registers["LEICS-CC"], tmp_path)

    with pytest.raises(ConflictError, match="written from another store"):
        export(registers["COUNCIL"], tmp_path, authority="LEICS-CC")

    assert export(registers["COUNCIL"], tmp_path, authority="LUTON").authority == "LUTON"


def test_a_store_of_several_authorities_or_of_none_is_given_a_name(nation, register, tmp_path):
    with pytest.raises(InvalidValueError, match=r"several authorities .*--authority NAME"):
        export(nation[1]["EVERY-COUNCIL"], tmp_path)
    with pytest.raises(InvalidValueError, match="no authority yet"):
        export(register, tmp_path)
    with pytest.raises(InvalidValueError, match="is not a reference"):
        export(register, tmp_path, authority="../elsewhere")

    assert list(tmp_path.rglob("*.parquet")) == []


def test_a_folder_that_cannot_be_written_is_said_to_be_so(nation, tmp_path):
    (tmp_path / "national").touch()

    with pytest.raises(StoreError, match="cannot be written"):
        export(nation[1]["LEICS-CC"], tmp_path / "national")


def test_without_duckdb_it_says_what_to_install(nation, tmp_path):
    program = "import sys; sys.modules['duckdb'] = None; from cli.main import main; main(sys.argv[1:])"
    store = str(nation[1]["LEICS-CC"].database.url.database)

    ran = subprocess.run(
        [sys.executable, "-c", program, "export", "--parquet", str(tmp_path / "national"), "--store", store],
        check=False,
        capture_output=True,
        text=True,
    )

    assert ran.returncode == 1
    assert "python -m pip install 'duckdb" in ran.stderr
    assert not (tmp_path / "national").exists()
