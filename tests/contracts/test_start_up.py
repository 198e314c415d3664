"""What the process of a command loads. Never how long it takes: a machine is as fast as it is busy."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import packages_distributions

import pytest

from cli.main import ASKING, SECTIONS
from tests.cli.running import PROGRAM, benefits

READS = {
    "board": ("SCP",),
    "register": ("SCP",),
    "show": ("SCP-PROC",),
    "explain": ("SCP", "claimed", "--release", "cash-releasing"),
    "changes": ("TP", "--since-meeting", "CENTRAL-BEDS-EXECUTIVE"),
    "timeline": ("TP",),
    "years": ("SCP",),
    "totals": ("SCP",),
    "trail": ("SCP",),
    "list": (),
    "event": ("3",),
    "overrides": (),
    "portfolio show": ("LEICESTER",),
    "project show": ("BIP-SUPPORT",),
    "funding show": ("ISP",),
    "funding decided": ("--body", "LEICESTER-CABINET"),
    "figure list": ("LEICESTER",),
    "figure check": ("S000-SPEND",),
    "decision show": ("S000-2005-10-31",),
    "document show": ("S002-DE",),
    "document version": ("S002-DE", "final report"),
}
WHEN = ("--as-at", "2012-01-18")
LIBRARIES = packages_distributions().keys() - {"benefits", "cli", "projections"}
TO_READ = {"annotated_types", "click", "platformdirs", "pydantic", "pydantic_core"}
TO_READ |= {"typing_extensions", "typing_inspection"}
TO_RECORD = {"benefits.intake", "benefits.work", "projections.follower", "cli.store"}
TO_RECORD |= {f"benefits.store.{name}" for name in ("facts", "recorder", "schema", "verification")}
TO_FOLD = {"benefits.aggregates", "benefits.commands", "benefits.events", "benefits.stream", "projections.timeline"}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = str(tmp_path_factory.mktemp("start-up") / "store.db")
    assert benefits("demo", "--store", path).code == 0
    return path


def test_every_command_that_asks_is_held_to_what_it_loads():
    assert set(READS) == {*SECTIONS["Ask"], *ASKING}


def test_the_version_takes_click_and_nothing_else():
    added = loaded(str(PROGRAM), "--version") - loaded("-c", "import click")

    assert added - sys.stdlib_module_names == {"benefits", "benefits.later", "cli", "cli.main"}


@pytest.mark.parametrize("name", READS)
def test_a_command_that_asks_loads_nothing_that_records_serves_or_reports(name: str, store: str):
    asked = loaded(str(PROGRAM), *name.split(), *READS[name], *WHEN, "--store", store, "--format", "json")

    assert {package_of(one) for one in asked - loaded("-c", "")} & LIBRARIES <= TO_READ
    assert not asked & TO_RECORD


def test_a_command_that_asks_postgresql_loads_its_driver_and_no_more(postgres_url: str):
    assert benefits("demo", "--store", postgres_url).code == 0

    asked = loaded(str(PROGRAM), "board", *READS["board"], *WHEN, "--store", postgres_url, "--format", "json")

    assert {package_of(one) for one in asked - loaded("-c", "")} & LIBRARIES <= TO_READ | {"psycopg", "psycopg_binary"}


def test_a_question_that_postgresql_has_no_answer_to_is_refused_without_loading_more(postgres_url: str):
    assert benefits("demo", "--store", postgres_url).code == 0

    asked = loaded(str(PROGRAM), "board", "NO-SUCH-ONE", "--store", postgres_url, code=3)

    assert "sqlalchemy" not in asked


@pytest.mark.parametrize("name", ["board", "register", "show"])
def test_what_is_kept_in_views_is_shown_without_loading_a_fact_or_a_fold(name: str, store: str):
    asked = loaded(str(PROGRAM), name, *READS[name], *WHEN, "--store", store)

    assert not asked & TO_FOLD


def test_a_fact_is_built_when_it_is_first_read_and_no_other_with_it():
    program = (
        "from benefits.events import REGISTRY, read_body\n"
        "def built(): return sorted(n for n, model in REGISTRY.items() if model.__pydantic_complete__)\n"
        "print(built())\n"
        """read_body("period-closed", 1, b'{"period": "2025/26"}')\n"""
        "print(built())\n"
    )

    ran = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)

    assert ran.stdout.splitlines() == ["[]", "['period-closed']"]


def loaded(*arguments: str, code: int = 0) -> set[str]:
    """Return the modules that a process of Python has imported when it ends, with that exit code."""
    ran = subprocess.run([sys.executable, "-X", "importtime", *arguments], check=False, capture_output=True, text=True)
    assert ran.returncode == code, ran.stderr
    lines = [line for line in ran.stderr.splitlines() if line.startswith("import time:")]
    return {line.rpartition("|")[2].strip() for line in lines[1:]}


def package_of(name: str) -> str:
    """Return the package that a module is of."""
    return name.partition(".")[0]
