"""Verifying finds whatever was changed behind the log's back, and names the position."""

from __future__ import annotations

import json
from contextlib import closing

import pytest
from sqlalchemy import bindparam, delete, insert, null, select, text, update

from benefits.errors import InvalidValueError
from benefits.proof.entry import commitment, entry
from benefits.proof.merkle import leaf_hash
from benefits.proof.verify import Finding
from benefits.store import AppendableLog, Database, EventRow, initialise, verify_log
from benefits.store.tables import command, event, head, tile
from tests.benefits.store.events import a_history, an_event, record, stream, without_triggers

OTHER = {
    "recorded_at": lambda column: column + 1_000_000,
    "effective_on": lambda column: bindparam(
        None, "2020-01-01" and __import__("datetime").date(2020, 1, 1), column.type
    ),
    "originator_id": lambda column: bindparam(None, stream("B-77"), column.type),
    "originator_version": lambda column: column + 100,
    "type": lambda column: column + "x",
    "schema_version": lambda column: column + 1,
    "actor": lambda column: column + "x",
    "account": lambda column: column + "x",
    "command_id": lambda column: column + "x",
    "body": lambda _: b'{"amount":"9.99"}',
    "salt": lambda _: b"0123456789abcdef",
    "commitment": lambda _: b"c" * 32,
    "leaf": lambda _: b"l" * 32,
}
"""Another value for each column of an event."""

EVENTS = 8


@pytest.fixture
def history(log):
    """A short log whose triggers are gone."""
    a_history(log)
    without_triggers(log.database)
    return log


@pytest.fixture
def tamper(database):
    """Change the database as its owner can."""

    def execute(*statements):
        with database.writing() as connection:
            for statement in statements:
                connection.execute(statement)

    return execute


def positions(database, against=None):
    return [finding.position for finding in verify_log(database, against).findings]


def messages(database, against=None):
    return [finding.message for finding in verify_log(database, against).findings]


def token(log):
    return f"{log.head().size}@{log.head().root.hex()}"


def test_an_untouched_log_is_whole(log):
    a_history(log, commands=500)

    report = verify_log(log.database, token(log))

    assert report.is_whole
    assert report.complete
    assert report.blanked == ()
    assert (report.size, report.root) == (log.head().size, log.head().root)


def test_an_empty_log_is_whole(log):
    assert verify_log(log.database, token(log)).is_whole


def test_how_far_it_has_come_is_told(log):
    a_history(log, commands=500)
    told = []

    verify_log(log.database, progress=lambda done, total: told.append((done, total)))

    assert told == [(256, 666), (512, 666), (666, 666)]


@pytest.mark.parametrize("column", list(OTHER))
@pytest.mark.parametrize("position", range(1, EVENTS + 1))
def test_any_changed_value_of_an_event_is_found_at_its_position(history, tamper, column, position):
    tamper(update(event).where(event.c.position == position).values({column: OTHER[column](event.c[column])}))

    found = positions(history.database)

    assert position in found
    assert set(found) <= {position - 1, position, position + 1}  # Its neighbours may be of the same command.


@pytest.mark.parametrize("column", ["body", "salt"])
def test_a_body_or_salt_erased_alone_is_found(history, tamper, column):
    tamper(update(event).where(event.c.position == 3).values({column: null()}))

    assert messages(history.database) == [
        "The event at position 3 is not as it was recorded: its body and salt are erased together or not at all"
    ]


@pytest.mark.parametrize("position", range(1, EVENTS + 1))
def test_a_dropped_event_is_found_at_its_position(history, tamper, position):
    tamper(delete(event).where(event.c.position == position))

    found = verify_log(history.database).findings

    if position < EVENTS:
        assert Finding(position, f"The event at position {position} is missing") in found
    assert min(finding.position for finding in found) in {position, position - 1}
    assert position in {finding.position for finding in found}


def test_several_dropped_events_are_found_together(history, tamper):
    tamper(delete(event).where(event.c.position.between(3, 5)))

    assert messages(history.database)[0] == "The events at positions 3 to 5 are missing"


@pytest.mark.parametrize(("one", "other"), [(1, 2), (2, 5), (7, 8)])
def test_swapped_events_are_found_at_both_positions(history, tamper, one, other):
    position = event.c.position
    tamper(
        update(event).where(position == one).values(position=-1),
        update(event).where(position == other).values(position=one),
        update(event).where(position == -1).values(position=other),
    )

    assert {one, other} <= set(positions(history.database))


def copy_of_an_event(**changed):
    """Return the insertion of a likeness of event 4."""
    others = {"recorded_at": 10**17, "originator_version": 99} | changed
    names = event.c.keys()
    columns = [bindparam(None, others[name], event.c[name].type) if name in others else event.c[name] for name in names]
    return insert(event).from_select(names, select(*columns).where(event.c.position == 4))


def test_an_event_inserted_at_the_end_is_found(history, tamper):
    tamper(copy_of_an_event(position=EVENTS + 1))

    assert EVENTS + 1 in positions(history.database)


@pytest.mark.parametrize("position", [0, -3])
def test_an_event_inserted_before_the_first_is_found(history, tamper, position):
    tamper(copy_of_an_event(position=position))

    assert messages(history.database) == [f"There is an event at position {position}, before the first"]


def test_an_event_inserted_between_two_is_found(history, tamper):
    behind = event.c.position > 4
    tamper(
        update(event).where(behind).values(position=event.c.position + 1_000),
        update(event).where(behind).values(position=event.c.position - 999),
        copy_of_an_event(position=5),
    )

    assert positions(history.database)[0] == 5


@pytest.mark.parametrize(
    ("column", "value", "found"),
    [
        ("size", 7, 8),
        ("size", 9, 9),
        ("recorded_at", 1, 8),
        ("frontier", b"", 8),
        ("frontier", b"f" * 32, 1),
        ("frontier", b"f" * 64, 8),
    ],
)
def test_any_changed_value_of_the_head_is_found(history, tamper, column, value, found):
    tamper(update(head).values({column: value}))

    assert positions(history.database) == [found]


def test_a_lost_head_is_found(history, tamper):
    tamper(delete(head))

    assert messages(history.database) == ["The head is missing; the log ends at position 8"]


def test_a_cut_tail_with_a_matching_head_is_found_by_a_token(log, tamper, store_url):
    # Given a token for eight events, and a head kept from when there were five
    a_history(log, commands=4)
    with log.database.reading() as connection:
        five = connection.execute(select(head)).one()
    assert five.size == 5
    record(log, "C-5", an_event("B-9", 1), an_event("B-9", 2), an_event("B-9", 3))
    kept = token(log)
    without_triggers(log.database)

    # When the last three are cut off and the head is put back
    tamper(
        delete(event).where(event.c.position > 5),
        delete(command).where(command.c.first_position > 5),
        update(head).values(size=five.size, recorded_at=five.recorded_at, frontier=five.frontier),
    )

    # Then the log is whole in itself, and not the one the token was given for
    assert verify_log(log.database).is_whole
    assert messages(log.database, kept) == [
        "The log ends at position 5, and the token was given at 8: 3 events are gone"
    ]


def test_a_log_written_again_is_found_by_a_token(log, store_url):
    a_history(log)
    kept = f"5@{log.root_at(5).hex()}"
    other = f"5@{log.root_at(4).hex()}"
    record(log, "C-9", *(an_event("B-9", version) for version in range(1, 600)))

    assert verify_log(log.database, kept).is_whole
    assert verify_log(log.database, f"0@{log.root_at(0).hex()}").is_whole
    assert messages(log.database, other) == ["The log up to position 5 is not the one for which the token was given"]


@pytest.mark.parametrize("written", ["", "8", "8@", "8@abc", "-1@" + "0" * 64, "x@" + "0" * 64, "8@" + "z" * 64])
def test_what_is_not_a_token_is_refused(log, written):
    with pytest.raises(InvalidValueError, match="is not a token"):
        verify_log(log.database, written)


@pytest.fixture
def long_history(log):
    log.append([an_event("B-1", version) for version in range(1, 601)])
    without_triggers(log.database)
    return log


def test_a_changed_value_far_into_the_log_is_found_alone(long_history, tamper):
    tamper(update(event).where(event.c.position == 400).values(actor="SOMEBODY"))

    assert positions(long_history.database) == [400]


def test_a_changed_leaf_under_a_tile_is_found_alone(long_history, tamper):
    tamper(update(event).where(event.c.position == 400).values(leaf=b"l" * 32))

    assert positions(long_history.database) == [400]


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (update(tile).where(tile.c.index == 1).values(hash=b"t" * 32), 257),
        (delete(tile).where(tile.c.index == 0), 1),
        (update(tile).where(tile.c.index == 1).values(index=2), 257),
        (insert(tile).values(level=1, index=2, hash=b"t" * 32), 600),
        (insert(tile).values(level=2, index=0, hash=b"t" * 32), 600),
    ],
)
def test_a_changed_dropped_or_inserted_tile_is_found(long_history, tamper, statement, found):
    tamper(statement)

    assert positions(long_history.database)[0] == found


def test_an_event_rebuilt_to_match_itself_is_found_in_its_tile(long_history, tamper):
    # Given another event, with a commitment and leaf of its own
    other = long_history.append([an_event("B-2", 1)])[0]
    tamper(delete(event).where(event.c.position == other.position))
    forged = forged_row(long_history.row(400), body=b'{"amount":"1000000.00"}')
    tamper(
        update(event)
        .where(event.c.position == 400)
        .values(body=forged.body, commitment=forged.commitment, leaf=forged.leaf)
    )

    assert 257 in positions(long_history.database)


def test_an_event_rebuilt_to_match_itself_is_found_in_the_head(history, tamper):
    forged = forged_row(history.row(4), body=b'{"amount":"1000000.00"}')
    tamper(
        update(event)
        .where(event.c.position == 4)
        .values(body=forged.body, commitment=forged.commitment, leaf=forged.leaf)
    )

    assert messages(history.database) == ["The head's tree is not that of the events at positions 1 to 8"]


def forged_row(row: EventRow, *, body: bytes) -> EventRow:
    """Return a row with another body, and everything in it worked out to match."""
    assert row.salt is not None
    forged = row._replace(body=body, commitment=commitment(row.salt, body))
    return forged._replace(leaf=leaf_hash(entry(*forged[:10], forged.commitment)))


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (update(command).where(command.c.command_id == "C-3").values(command_id="C-33"), 3),
        (update(command).where(command.c.command_id == "C-3").values(last_position=3), 3),
        (update(command).where(command.c.command_id == "C-3").values(first_position=4), 3),
        (delete(command).where(command.c.command_id == "C-6"), 7),
        (insert(command).values(command_id="C-7", request_hash=b"r", first_position=4, last_position=4), 4),
        (insert(command).values(command_id="C-7", request_hash=b"r", first_position=40, last_position=41), 40),
    ],
)
def test_a_command_that_is_not_kept_as_it_was_is_found(history, tamper, statement, found):
    tamper(statement)

    assert found in positions(history.database)


def test_an_event_out_of_its_stream_is_found_although_it_matches_itself(log):
    log.append([an_event("B-1", 1), an_event("B-1", 3)])

    assert messages(log.database) == ["The event at position 2 is version 3 of its stream, where 2 comes next"]


def test_an_erased_body_is_told_of_and_every_proof_holds(log, tamper):
    a_history(log)
    record(log, "C-7", an_event("B-1", 7, type_name="body-blanked", body=json.dumps({"blanks": 3}).encode()))
    tamper(update(event).where(event.c.position == 3).values(body=None, salt=None))

    report = verify_log(log.database, token(log))

    assert report.is_whole
    assert report.blanked == (3,)


def test_a_body_erased_without_a_word_is_found(history, tamper):
    tamper(update(event).where(event.c.position == 3).values(body=None, salt=None))

    assert messages(history.database) == ["The body of the event at position 3 is erased, and no event says so"]


def test_a_body_said_to_be_erased_and_still_there_is_found(log):
    a_history(log)
    record(log, "C-7", an_event("B-1", 7, type_name="body-blanked", body=b'{"blanks":3}'))

    assert messages(log.database) == ["An event says that the body at position 3 was erased, and it is there"]


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("type", "CAST(type AS BLOB)"),
        ("actor", "CAST(actor AS BLOB)"),
        ("originator_id", "CAST(originator_id AS BLOB)"),
        ("originator_id", "upper(originator_id)"),
        ("originator_id", "substr(originator_id, 1, 8) || '-' || substr(originator_id, 9)"),
        ("effective_on", "'last week'"),
        ("effective_on", "20260331"),
        ("recorded_at", "recorded_at + 0.5"),
        ("recorded_at", "'soon'"),
        ("schema_version", "'one'"),
        ("originator_version", "'one'"),
        ("body", "CAST(body AS TEXT)"),
        ("salt", "'0123456789abcdef'"),
        ("commitment", "hex(commitment)"),
        ("commitment", "''"),
        ("leaf", "CAST('l' AS TEXT)"),
        ("leaf", "x''"),
    ],
)
def test_a_value_of_another_kind_is_found_where_the_database_allows_one(history, tamper, column, value):
    tamper(text(f"UPDATE event SET {column} = {value} WHERE position = 5"))

    assert positions(history.database) == [5]


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE head SET size = 'many'",
        "UPDATE head SET frontier = 'tree'",
        "UPDATE head SET recorded_at = 'late'",
        "UPDATE command SET first_position = 'first' WHERE command_id = 'C-2'",
        "UPDATE command SET command_id = CAST(command_id AS BLOB) WHERE command_id = 'C-2'",
        "INSERT INTO tile VALUES ('one', x'00', 'hash')",
    ],
)
def test_a_row_of_another_kind_is_found_too(history, tamper, statement):
    tamper(text(statement))

    assert positions(history.database)


def test_no_more_is_kept_than_anybody_reads(history, tamper):
    tamper(update(event).values(actor="SOMEBODY"))
    history.database.close()

    report = verify_log(history.database)
    assert len(report.findings) == EVENTS
    assert report.complete

    a_history_continued(history)
    tamper(update(event).values(actor="SOMEBODY ELSE"))
    report = verify_log(history.database)
    assert len(report.findings) == 20
    assert not report.complete
    assert report.root is None


def a_history_continued(log):
    log.append([an_event("B-9", version) for version in range(1, 40)])


def test_the_log_may_grow_while_it_is_verified(log, store_url):
    a_history(log, commands=500)
    before = log.head()
    other = Database(store_url)

    def append_meanwhile(done, _):
        if done == 256:
            AppendableLog(other).append([an_event("B-9", 1)])

    report = verify_log(log.database, progress=append_meanwhile)
    other.close()

    assert report.is_whole
    assert (report.size, log.head().size) == (before.size, before.size + 1)


def test_text_that_is_no_text_is_found_where_it_stands(sqlite_url):
    # Given what only a file can come to hold: PostgreSQL refuses such text
    initialise(sqlite_url)
    with closing(Database(sqlite_url)) as database:
        a_history(AppendableLog(database))
        without_triggers(database)
        with database.writing() as connection:
            connection.exec_driver_sql("UPDATE event SET actor = CAST(x'4f574e4552ff' AS TEXT) WHERE position = 3")
            connection.exec_driver_sql("UPDATE command SET command_id = CAST(x'43ff' AS TEXT) WHERE first_position = 5")

        # Then it is named in words that can be shown
        assert set(positions(database)) == {3, 5}
        assert all(message.isprintable() for message in messages(database))
