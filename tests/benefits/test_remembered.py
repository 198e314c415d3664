"""What a register has read of a subject is kept at hand, and is never other than what the log says."""

from __future__ import annotations

import shutil
from contextlib import suppress

import pytest

from benefits import BenefitsRegister
from benefits.errors import NotFoundError, RuleError
from benefits.store import FactLog, facts, recorded_of
from projections import follow
from tests.builders import EVIDENCE, a_benefit, new_register


def claim(register, month, **act):
    said = {"amount": "1000", "evidence": EVIDENCE, "by": "OWNER"} | act
    return register.saving.claim("B-1", period=f"2025-{month:02}", **said)


def whole(register, name):
    """A subject as a register that has nothing at hand reads it."""
    return FactLog(register.database).subject(register.stream_id(name))


@pytest.fixture
def read(monkeypatch):
    """How many events were read of streams."""
    counted: list[int] = []

    def count(row):
        counted.append(row.position)
        return recorded_of(row)

    monkeypatch.setattr(facts, "recorded_of", count)
    return counted


def test_a_subject_that_is_at_hand_is_read_again_from_its_last_event_on(register, read):
    a_benefit(register)
    claim(register, 4)
    claim(register, 5)
    read.clear()

    subject = register.subject("B-1")

    assert len(read) == 1
    assert subject == whole(register, "B-1")
    assert subject.facts == whole(register, "B-1").facts


def test_what_another_process_recorded_is_seen(register, store_url, clock):
    a_benefit(register)
    claim(register, 4)
    with BenefitsRegister(store_url, on_append=(follow,), user="PMO", clock=clock) as other:
        claim(other, 5)
        other.correct(other.log.head().size, reason="Miscounted", changes={"amount": "900"})

    with pytest.raises(RuleError, match="already has a claim for 2025-05"):
        claim(register, 5)
    assert register.subject("B-1").facts == whole(register, "B-1").facts


def test_what_was_not_committed_is_not_remembered(register):
    a_benefit(register)
    with suppress(RuntimeError), register.unit_of_work():
        claim(register, 4)
        register.post.establish("NEW", title="New", authority="COUNCIL")
        raise RuntimeError
    with register.unit_of_work(rehearse=True):
        claim(register, 4)

    assert register.subject("B-1") == whole(register, "B-1")
    with pytest.raises(NotFoundError):
        register.subject("NEW")
    claim(register, 4)


def test_another_log_in_the_same_place_is_read_anew(sqlite_url, tmp_path, clock):
    with new_register(sqlite_url, clock) as register:
        a_benefit(register)
        path = str(register.database.url.database)
        register.close()
        shutil.copy(path, tmp_path / "backup.db")
        claim(register, 4)
        claim(register, 5)
        assert register.subject("B-1").version == whole(register, "B-1").version
        register.close()
        # When the backup is put in the place of the store
        for end in ("-wal", "-shm"):
            (tmp_path / f"store.db{end}").unlink(missing_ok=True)
        shutil.copy(tmp_path / "backup.db", path)

        assert register.subject("B-1") == whole(register, "B-1")
        claim(register, 4)


def test_no_more_than_so_many_subjects_are_kept(register, monkeypatch, read):
    monkeypatch.setattr(facts, "REMEMBERED", 2)
    a_benefit(register)
    for number in range(4):
        register.post.establish(f"P-{number}", title="Post", authority="COUNCIL")

    for name in ("B-1", "P-0", "P-3", "COUNCIL"):
        assert register.subject(name) == whole(register, name)
