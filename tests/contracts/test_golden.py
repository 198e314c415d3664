"""Golden stores: what a past version wrote, and what it answered, every later version must read and answer."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from benefits import BenefitsRegister
from benefits.events import REGISTRY, Blanked, read_body
from benefits.parts import Fact
from benefits.store import migrate, verify_log
from projections import Views, follow, prepare, rebuild
from tests.golden.asked import answer

GOLDEN = Path(__file__).parent.parent / "golden"
VERSIONS = sorted(folder.name for folder in GOLDEN.iterdir() if (folder / "store.db").exists())


def stored(version: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (GOLDEN / version / "events.jsonl").read_text(encoding="utf-8").splitlines()]


def said_as_before(found: object, expected: object) -> bool:
    """Tell whether an answer says all that it said; a later version may say more."""
    if isinstance(expected, dict) and isinstance(found, dict):
        return all(name in found and said_as_before(found[name], value) for name, value in expected.items())
    if isinstance(expected, list) and isinstance(found, list):
        return len(found) == len(expected) and all(map(said_as_before, found, expected))
    return found == expected


@pytest.fixture(params=VERSIONS)
def golden(request, tmp_path):
    folder = GOLDEN / request.param
    shutil.copy(folder / "store.db", tmp_path / "store.db")
    migrate(tmp_path / "store.db")
    with BenefitsRegister(tmp_path / "store.db", on_append=(follow,)) as register:
        prepare(register)
        yield folder, register


def test_there_is_a_golden_store():
    assert VERSIONS


def test_a_golden_store_verifies(golden):
    _, register = golden

    assert verify_log(register.database).is_whole


def test_a_golden_store_answers_as_it_did_when_its_views_are_rebuilt(golden):
    folder, register = golden
    rebuild(register)
    views = Views(register)

    for asked in json.loads((folder / "answers.json").read_text(encoding="utf-8")):
        expected = asked["answer"]
        found = answer(views, asked["view"], asked["of"], asked["when"])
        assert said_as_before(found, expected), (asked["view"], asked["of"], asked["when"])


def test_a_golden_store_takes_new_facts(golden):
    _, register = golden

    receipt = register.milestone.plan("NEW", title="Recorded by a later version", programme="EVERY", by="EVERY-PMO")

    assert receipt.position == register.log.head().size
    assert verify_log(register.database).is_whole


@pytest.mark.parametrize("version", VERSIONS)
def test_every_stored_event_reads_as_a_fact_and_is_written_the_same_while_its_schema_is(version):
    for event in stored(version):
        body = event["body"].encode() if isinstance(event["body"], str) else None
        assert isinstance(event["schema_version"], int)
        fact = read_body(str(event["type"]), event["schema_version"], body)
        assert isinstance(fact, Blanked) == (body is None)
        if isinstance(fact, Fact) and fact.schema_version == event["schema_version"]:
            assert fact.to_body() == body


@pytest.mark.parametrize("version", VERSIONS)
def test_the_golden_store_holds_the_events_beside_it(version, tmp_path):
    shutil.copy(GOLDEN / version / "store.db", tmp_path / "store.db")
    with BenefitsRegister(tmp_path / "store.db") as register:
        rows = [(row.position, row.type, row.schema_version, row.body, row.leaf) for row in register.log.read()]

    assert rows == [
        (
            event["position"],
            event["type"],
            event["schema_version"],
            event["body"].encode() if isinstance(event["body"], str) else None,
            bytes.fromhex(str(event["leaf"])),
        )
        for event in stored(version)
    ]


def test_the_newest_golden_store_has_every_type_of_event_that_can_be_made_in_a_sandbox():
    types = {event["type"] for event in stored(VERSIONS[-1])}

    assert types == REGISTRY.keys() - {"clock-accepted"}
