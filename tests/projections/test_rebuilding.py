"""A rebuild stands beside the views until it takes over, and is what they were."""

from __future__ import annotations

import json
from decimal import Decimal

import psycopg
import pytest
from sqlalchemy import inspect, select, update

from benefits.errors import ConflictError, ViewBrokenError
from projections import Views, follower, rebuild, rebuilding, tables
from projections.rebuilding import Compared, check
from projections.tables import BUILT, delta, progress, state
from tests.builders import EVIDENCE, a_benefit


def claim(register, month, amount="1000"):
    register.saving.claim("B-1", period=f"2025-{month:02}", amount=amount, evidence=EVIDENCE, by="OWNER")


@pytest.fixture
def recorded(register, monkeypatch):
    """A benefit with three claims, whose log is read three events at a time."""
    a_benefit(register)
    for month in (4, 5, 6):
        claim(register, month)
    monkeypatch.setattr(follower, "PAGE", 3)
    return register


def beside(register):
    with register.database.reading() as connection:
        return [name for name in inspect(connection).get_table_names() if name.startswith(BUILT)]


def claimed(views):
    return views.board("SCP").totals[0].claimed


def test_others_ask_and_record_while_the_views_are_rebuilt(recorded, views):
    answers: list[Decimal] = []

    def meanwhile(done, of):
        if not answers:
            claim(recorded, 7)
        answers.append(claimed(views))

    events = rebuild(recorded, meanwhile)

    assert set(answers) == {4000}
    assert events == recorded.log.head().size
    assert claimed(views) == 4000
    assert check(recorded).is_equal


def test_a_rebuild_that_is_broken_off_leaves_the_views_as_they_were(recorded, views):
    before = views.board("SCP").to_json()

    def break_off(done, of):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        rebuild(recorded, break_off)

    assert beside(recorded) == []
    assert views.board("SCP").to_json() == before
    claim(recorded, 7)
    assert claimed(views) == 4000


def test_what_a_rebuild_that_was_killed_left_behind_is_taken_away_by_the_next(recorded, views):
    with recorded.database.writing() as connection:
        for table in tables.beside().tables[:2]:
            table.create(connection)
    assert len(beside(recorded)) == 2

    rebuild(recorded)

    assert beside(recorded) == []
    assert claimed(views) == 3000


def test_views_can_be_rebuilt_again_and_again(recorded, views):
    for month in (7, 8, 9):
        rebuild(recorded)
        claim(recorded, month)

    assert claimed(views) == 6000
    assert check(recorded).is_equal


def test_a_check_says_which_table_is_not_what_the_log_says_and_changes_nothing(recorded, views):
    with recorded.database.writing() as connection:
        connection.execute(update(delta).where(delta.c.claimed == 100_000).values(claimed=100_001))
        altered = connection.execute(select(delta)).all()

    compared = check(recorded)

    assert [one.table for one in compared.digests if not one.is_equal] == ["view_delta"]
    assert beside(recorded) == []
    with recorded.database.reading() as connection:
        assert connection.execute(select(delta)).all() == altered
    rebuild(recorded)
    assert check(recorded).is_equal
    assert claimed(views) == 3000


def test_views_of_another_version_are_not_checked_and_are_rebuilt(recorded, views):
    with recorded.database.writing() as connection:
        connection.execute(update(progress).values(version=1))

    with pytest.raises(ViewBrokenError, match="run: benefits rebuild"):
        check(recorded)
    rebuild(recorded)

    assert claimed(views) == 3000


def test_a_question_that_began_before_the_rebuilt_views_took_over_is_answered_from_before(recorded, views):
    before = views.board("SCP").to_json()
    with recorded.database.reading() as connection:
        (position,) = connection.execute(select(progress.c.position)).one()
        if recorded.database.is_sqlite:  # PostgreSQL's rebuild waits for the question instead.
            with type(recorded)(recorded.database.url.database) as another:
                rebuild(another)
        rows = connection.execute(select(state.c.state)).scalars().all()

    assert position == recorded.log.head().size
    assert any(json.loads(words).get("title") == "Strategic change" for words in rows)
    assert views.board("SCP").to_json() == before
    assert Views(recorded).board("SCP").to_json() == before


def test_a_rebuild_waits_for_a_long_question_while_others_ask_and_record(recorded, views, monkeypatch):
    if recorded.database.is_sqlite:
        pytest.skip("A file's rebuild waits for no question: each has its snapshot.")
    monkeypatch.setattr(rebuilding, "WAIT_SECONDS", 0.05)
    tries: list[int] = []
    with psycopg.connect(recorded.database.url.render_as_string(hide_password=False).replace("+psycopg", "")) as long:
        long.execute("SELECT * FROM view_progress")

        def meanwhile(done, of):
            if done < of:
                return
            tries.append(done)
            if len(tries) == 2:
                assert claimed(views) == 3000
                claim(recorded, 7)
            elif len(tries) == 4:
                long.rollback()

        events = rebuild(recorded, meanwhile)

    assert len(tries) > 4
    assert events == recorded.log.head().size
    assert claimed(views) == 4000
    assert check(recorded).is_equal


def test_two_rebuilds_at_once_do_not_meddle_and_the_later_is_told(recorded, views):
    began: list[int] = []

    def another(done, of):
        if not began:
            began.append(done)
            rebuild(recorded)

    with pytest.raises(ConflictError, match="another rebuild has taken over"):
        rebuild(recorded, another)

    assert beside(recorded) == []
    assert claimed(views) == 3000
    assert check(recorded).is_equal


def test_a_check_while_the_views_are_rebuilt_changes_nothing_of_either(recorded, views):
    compared: list[Compared] = []

    def meanwhile(done, of):
        if not compared:
            compared.append(check(recorded))

    rebuild(recorded, meanwhile)

    assert compared[0].is_equal
    assert beside(recorded) == []
    assert claimed(views) == 3000
