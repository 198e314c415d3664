"""The database itself refuses to change what is recorded, whoever asks."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, exc, insert, select, text, update

from benefits.store.tables import command, event, head, store, tile
from tests.benefits.store.events import a_history, an_event

TABLES = [event, head, tile, command, store]

BLANKED = {"body": None, "salt": None}


@pytest.fixture
def full(log):
    """A log with at least one row in every table."""
    a_history(log)
    log.append([an_event("B-9", version) for version in range(1, 257)])
    return log


def refused(log, statement):
    """Return whether the database refuses a statement, with a word about why."""
    try:
        with log.database.writing() as connection:
            connection.execute(statement)
    except exc.IntegrityError as error:
        return "append-only" in str(error)
    return False


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_no_row_is_deleted(full, table):
    assert refused(full, delete(table))


@pytest.mark.parametrize("store_url", ["postgresql"], indirect=True)
@pytest.mark.parametrize("table", TABLES, ids=str)
def test_no_table_is_emptied(full, table):
    assert refused(full, text(f"TRUNCATE {table.name}"))


@pytest.mark.parametrize("column", [column.name for column in event.columns])
def test_no_value_of_an_event_is_changed(full, column):
    changed: dict[str, Any]
    if column in {"body", "salt"}:
        changed = {column: b"other"}
    elif column == "effective_on":
        changed = {column: text("'2020-01-01'")}
    elif column == "originator_id":
        changed = {column: select(store.c.namespace).scalar_subquery()}
    elif column in {"position", "recorded_at", "originator_version", "schema_version"}:
        changed = {column: event.c[column] + 1_000_000}
    else:
        changed = {column: b"o" * 32 if column in {"commitment", "leaf"} else "other"}
    one = event.c.position == 3

    assert refused(full, update(event).where(one).values(changed))
    assert refused(full, update(event).where(one).values({**BLANKED, **changed}))


@pytest.mark.parametrize("table", [tile, command, store], ids=str)
def test_what_is_kept_of_the_log_is_not_changed_either(full, table):
    column = next(column for column in table.columns if not column.primary_key)
    assert refused(full, update(table).values({column: column}))


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("table", TABLES, ids=str)
def test_no_row_is_replaced(full, table):
    same = insert(table).prefix_with("OR REPLACE").from_select(table.c.keys(), select(table).limit(1))
    assert refused(full, same)


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("unique", ["recorded_at", "originator_version"])
def test_no_event_is_replaced_by_one_at_another_position(full, unique):
    other = {"position": 1_000_000, "recorded_at": 10**17, "originator_version": 1_000}
    del other[unique]
    names = [column.name for column in event.columns]
    columns = [text(str(other[name])) if name in other else event.c[name] for name in names]
    same = insert(event).prefix_with("OR REPLACE").from_select(names, select(*columns).limit(1))
    assert refused(full, same)


def test_a_body_goes_with_its_salt_and_nothing_else(full):
    one = event.c.position == 3
    assert refused(full, update(event).where(one).values(body=None))
    assert refused(full, update(event).where(one).values(salt=None))

    assert not refused(full, update(event).where(one).values(BLANKED))

    assert full.row(3).body is None
    assert refused(full, update(event).where(one).values(BLANKED))
    assert refused(full, update(event).where(one).values(body=b"{}", salt=b"s" * 16))
