"""Which store, who acts, and which format: by option, environment, or configuration file."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cli.running import benefits, benefits_process

OPEN = ("authority", "open", "COUNCIL", "--title", "Council", "--nation", "england")


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_without_a_word_the_store_is_benefits_db_in_this_folder(here):
    assert benefits("init").out == "Made a store: benefits.db\n"
    assert (here / "benefits.db").exists()


def test_the_store_is_named_before_or_after_the_command(here):
    assert benefits("--store", "one.db", "init").code == 0
    assert benefits("init", "--store", "two.db").code == 0

    assert sorted(file.name for file in here.glob("*.db")) == ["one.db", "two.db"]


def test_the_environment_names_the_store_and_who_acts(here):
    named: dict[str, Any] = {"BENEFITS_STORE": "named.db", "BENEFITS_USER": "PMO"}
    benefits("init", **named)

    ran = benefits(*OPEN, **named)

    assert ran.code == 0
    assert ran.out.endswith("by PMO.\n")
    assert (here / "named.db").exists()


def test_an_option_outdoes_the_environment(here):
    benefits("init", "--store", "chosen.db")

    ran = benefits(*OPEN, "--store", "chosen.db", "--by", "SRO", BENEFITS_STORE="other.db", BENEFITS_USER="PMO")

    assert ran.out.endswith("by SRO.\n")
    assert not (here / "other.db").exists()


def test_a_configuration_file_in_this_folder_says_the_rest(here):
    (here / "benefits.toml").write_text('store = "configured.db"\nby = "PMO"\nformat = "json"\n')

    assert benefits("init").json() == {"store": "configured.db", "sandbox": False, "created": True}
    assert benefits(*OPEN).json()["actor"] == "PMO"
    assert benefits(*OPEN[:2], "LUTON", *OPEN[3:], BENEFITS_USER="SRO", BENEFITS_FORMAT="table").code == 1
    assert benefits_process("show", "COUNCIL", cwd=here).json()["kind"] == "authority"


def test_ones_own_configuration_stands_where_this_folder_has_none(here):
    own = here / "config" / "benefits-realisation"
    own.mkdir(parents=True)
    (own / "benefits.toml").write_text('store = "own.db"\n')

    assert benefits("init", XDG_CONFIG_HOME=str(here / "config")).out == "Made a store: own.db\n"


def test_a_configuration_file_that_is_no_toml_is_named(here):
    (here / "benefits.toml").write_text("store: benefits.db\n")

    ran = benefits("init")

    assert (ran.code, ran.out) == (2, "")
    assert "benefits.toml is not TOML" in ran.err
