from __future__ import annotations

from contextlib import closing
from itertools import islice, pairwise

from benchmarks import stores
from benchmarks.bench import SQLITE, Bench
from benchmarks.history import history, movements, programme_names
from benefits import BenefitsRegister, intake
from benefits.store import Database, verify_log
from tests.benchmarks.conftest import EVENTS

LAST = 100
"""Events that the register is given as commands: it judges each."""


def test_the_same_seed_makes_the_same_history_and_another_seed_another():
    # Given the seed twice, and another
    once, again, other = (list(history(4_000, seed)) for seed in (1, 1, 2))

    # Then the histories are the same and as long as asked, the opening of the store counted, or not the same
    assert once == again
    assert len(once) == 4_000 - 1
    assert once != other


def test_a_history_is_in_the_order_of_recording_and_one_event_in_twelve_corrects_a_claim():
    # Given a history of several programmes
    entries = list(history(25_000))

    # Then it is in order, about 8 in 100 correct an earlier claim, and every programme is in it
    assert all(before.at <= after.at for before, after in pairwise(entries))
    corrections = [
        (position, entry.corrects[0]) for position, entry in enumerate(entries, start=2) if entry.corrects is not None
    ]
    assert 0.07 < len(corrections) / len(entries) < 0.09
    assert all(claim < position for position, claim in corrections)
    assert {movement.programme for movement in movements(entries)} == set(programme_names(25_000))


def test_what_is_written_straight_into_the_log_verifies(url):
    # When the whole log is worked out again, commands and all
    with closing(Database(url, read_only=True)) as database:
        report = verify_log(database)

    # Then nothing is found
    assert report.size == EVENTS
    assert report.findings == ()


def test_the_register_knows_every_command_of_a_log_that_was_written_straight(url):
    # Given the commands that such a log says were given
    with BenefitsRegister(url, account=stores.ACCOUNT) as register:
        # When some of them are given again
        some = islice(
            (stores.line(entry, position) for position, entry in enumerate(history(EVENTS), start=2)), 0, None, 16
        )
        applied = intake.apply(register, some)

    # Then each is known by its id, and by its hash to be the same request
    assert applied.refused == []
    assert applied.recorded == 0
    assert applied.repeated == -(-(EVENTS - 1) // 16)


def test_the_register_would_have_recorded_the_same_bytes_by_its_rules(url, tmp_path):
    # Given a log whose last events are still to come
    shorter = f"sqlite:///{tmp_path / 'shorter.db'}"
    stores.write(shorter, history(EVENTS), EVENTS - LAST)

    # When the register is given them as commands
    lines = [stores.line(entry, position) for position, entry in enumerate(history(EVENTS), start=2)]
    with BenefitsRegister(shorter, account=stores.ACCOUNT) as register:
        applied = intake.apply(register, lines[-LAST:])
        judged = register.log.read(after=EVENTS - LAST)

    # Then it accepts every one, and records what was written straight into the other log
    assert (applied.recorded, applied.refused) == (LAST, [])
    with BenefitsRegister(url) as register:
        written = register.log.read(after=EVENTS - LAST)
    assert {row.type for row in judged} >= {"saving-claimed", "saving-verified", "fact-corrected"}
    assert [_said(row) for row in judged] == [_said(row) for row in written]


def _said(row) -> tuple[object, ...]:
    """What does not differ between two stores: their streams are named at random, and salts are random."""
    return (
        row.position,
        row.recorded_at,
        row.effective_on,
        row.originator_version,
        row.type,
        row.schema_version,
        row.actor,
        row.command_id,
        row.body,
    )


def test_stores_that_are_kept_are_written_once(tmp_path):
    # Given a run that leaves its stores, and another that finds them
    runs = [Bench(tmp_path, (EVENTS,), (SQLITE,), kept=tmp_path, quiet=True) for _ in range(2)]

    # When both ask for one of the same size
    urls = [run.store(SQLITE, EVENTS) for run in runs]

    # Then it is the same, and only the first wrote it
    assert urls[0] == urls[1]
    assert [bool(run.log_bytes) for run in runs] == [True, False]
    with BenefitsRegister(urls[0], read_only=True) as register:
        assert register.log.head().size == EVENTS
