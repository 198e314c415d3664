"""Roles of a PostgreSQL server: one records, another asks, and neither can change what is recorded."""

from __future__ import annotations

from contextlib import closing

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import make_url

from benefits import BenefitsRegister, initialise
from benefits.errors import CheckFailedError, InvalidValueError, NotFoundError
from benefits.store import Database, ReadOnlyStoreError, grant_roles, verify_log
from benefits.store.roles import APPLICATION, READER, VIEW_PREFIX
from benefits.store.tables import metadata as of_the_log
from projections import Views, follow, prepare, rebuild
from projections.tables import metadata as of_the_views
from tests.builders import a_benefit, a_claim

ROLES = ("owner", "registrar", "board")


def as_role(url, role):
    """Return the URL of a database as a role sees it."""
    return make_url(url).set(username=role).render_as_string(hide_password=False)


def connected(url):
    """Return a plain connection, each of whose statements is committed."""
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)


def opened(url):
    """Open the register, whose views follow."""
    return BenefitsRegister(url, on_append=(follow,), user="PMO")


@pytest.fixture
def urls(postgres_url):
    """The URLs by role of a store that an ordinary role owns, and in which a benefit is in delivery."""
    with connected(postgres_url) as server:
        for role in ROLES:
            server.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
        server.execute("GRANT registrar TO owner")
        server.execute("ALTER SCHEMA public OWNER TO owner")
    urls = {role: as_role(postgres_url, role) for role in ROLES}
    initialise(urls["owner"])
    with opened(urls["owner"]) as register:
        prepare(register)
        a_benefit(register)
    return urls


@pytest.fixture
def granted(urls):
    """The URLs by role, once the roles may do what they may."""
    grant_roles(urls["owner"], application="registrar", reader="board")
    return urls


def claimed(register):
    """Return what the board says is claimed of the benefit."""
    return str(Views(register).board("SCP").benefits[0].claimed)


def recorded_by_one_and_asked_by_the_other(urls):
    """Record a claim and rebuild in one role, and tell whether another sees it."""
    with opened(urls["registrar"]) as register, opened(urls["board"]) as reader:
        a_claim(register)
        rebuild(register)
        return claimed(reader) == "3200.00"


def test_views_that_the_owner_rebuilds_stay_the_applications_and_the_readers_to_read(granted):
    with opened(granted["owner"]) as register:
        rebuild(register)

    with opened(granted["registrar"]) as register, opened(granted["board"]) as reader:
        a_claim(register)
        assert claimed(register) == "3200.00"
        assert claimed(reader) == "3200.00"


def test_a_role_that_cannot_be_the_application_is_told_whose_the_views_are(granted, postgres_url):
    with connected(postgres_url) as server:
        server.execute("REVOKE registrar FROM owner")
    with (
        opened(granted["owner"]) as register,
        pytest.raises(ReadOnlyStoreError, match="the views belong to registrar; rebuild them as registrar"),
    ):
        rebuild(register)


def test_the_application_records_and_asks_and_rebuilds(granted):
    with opened(granted["registrar"]) as register:
        a_claim(register)
        assert claimed(register) == "3200.00"
        assert rebuild(register) == register.log.head().size
        assert claimed(register) == "3200.00"


def test_the_reader_asks_and_verifies_also_after_the_application_has_rebuilt(granted):
    with opened(granted["registrar"]) as register, opened(granted["board"]) as reader:
        a_claim(register)
        assert claimed(reader) == "3200.00"
        rebuild(register)

        assert claimed(reader) == "3200.00"
    with closing(Database(granted["board"], read_only=True)) as database:
        assert verify_log(database).findings == ()


def test_the_reader_is_told_why_it_cannot_record(granted):
    with (
        opened(granted["board"]) as register,
        pytest.raises(ReadOnlyStoreError, match=r"board@.* does not let this account do that .*nothing was recorded"),
    ):
        a_claim(register)


def test_the_reader_does_not_see_whose_account_a_reference_stands_for(granted):
    with connected(granted["board"]) as reader, pytest.raises(psycopg.errors.InsufficientPrivilege):
        reader.execute("SELECT name FROM account")


CHANGES = (
    *(f"UPDATE {table} SET {column} = {column}" for table, column in (("event", "actor"), ("tile", "hash"))),
    "UPDATE command SET first_position = 1",
    "UPDATE store SET sandbox = true",
    "UPDATE account SET name = 'somebody else'",
    "UPDATE alembic_version SET version_num = '0000'",
    *(f"DELETE FROM {table}" for table in APPLICATION),
    *(f"TRUNCATE {table}" for table in APPLICATION),
    *(f"ALTER TABLE {table} DISABLE TRIGGER ALL" for table in APPLICATION),
    *(f"ALTER TABLE {table} ADD COLUMN more text" for table in APPLICATION),
    *(f"DROP TABLE {table} CASCADE" for table in APPLICATION),
    *(f"ALTER TABLE {table} OWNER TO CURRENT_USER" for table in APPLICATION),
    *(f"GRANT ALL ON {table} TO CURRENT_USER" for table in APPLICATION),
    "DROP TRIGGER event_refuses_delete ON event",
    "CREATE RULE nothing AS ON INSERT TO event DO INSTEAD NOTHING",
    "CREATE OR REPLACE FUNCTION log_refuses() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
    "DROP FUNCTION log_refuses() CASCADE",
    "SET session_replication_role = replica",
    "DROP SCHEMA public CASCADE",
)


@pytest.mark.parametrize("role", ["registrar", "board"])
def test_no_role_but_the_owner_can_change_the_log_or_what_guards_it(granted, role):
    with closing(Database(granted["owner"], read_only=True)) as database:
        before = verify_log(database)

        allowed = []
        with connected(granted[role]) as connection:
            for change in CHANGES:
                try:
                    connection.execute(change.encode())
                except psycopg.errors.InsufficientPrivilege:
                    continue
                except psycopg.errors.RestrictViolation:
                    pass
                allowed.append(change)

        # PostgreSQL answers a GRANT by whoever has nothing to give with a warning, and gives nothing.
        assert [change for change in allowed if not change.startswith("GRANT ALL")] == []
        assert verify_log(database) == before
    assert granted_to(granted["owner"], "registrar") == {table: set(rights) for table, rights in APPLICATION.items()}
    assert granted_to(granted["owner"], "board") == {table: set(rights) for table, rights in READER.items() if rights}


def granted_to(url, role):
    """Return what a role is granted, by table of the log."""
    query = "SELECT table_name, privilege_type FROM information_schema.role_table_grants WHERE grantee = %s"
    found: dict[str, set[str]] = {}
    with connected(url) as connection:
        for table, right in connection.execute(query, [role]):
            if not table.startswith(VIEW_PREFIX):
                found.setdefault(table, set()).add(right)
    return found


def test_every_table_is_of_the_log_or_a_view():
    assert set(APPLICATION) == {*of_the_log.tables, "alembic_version"}
    assert all(name.startswith(VIEW_PREFIX) for name in of_the_views.tables)


def test_granting_again_changes_nothing_and_takes_back_what_was_granted_beside(granted):
    with connected(granted["owner"]) as owner:
        owner.execute("GRANT UPDATE, DELETE ON event TO registrar")

    grant_roles(granted["owner"], application="registrar", reader="board")

    assert granted_to(granted["owner"], "registrar")["event"] == {"SELECT", "INSERT"}
    assert recorded_by_one_and_asked_by_the_other(granted)


def test_what_a_dry_run_writes_does_the_same(urls):
    statements = grant_roles(urls["owner"], application="registrar", reader="board", dry_run=True)

    assert granted_to(urls["owner"], "registrar") == {}
    with connected(urls["owner"]) as owner:
        for statement in statements:
            owner.execute(statement.encode())
    assert recorded_by_one_and_asked_by_the_other(urls)


@pytest.mark.parametrize(
    "stronger",
    [
        "ALTER ROLE registrar SUPERUSER",
        "CREATE ROLE ops; GRANT UPDATE ON event TO ops; GRANT ops TO registrar",
        "GRANT DELETE ON event TO PUBLIC",
        "GRANT pg_write_all_data TO registrar",
        "ALTER SCHEMA public OWNER TO registrar",
    ],
)
def test_a_role_that_could_change_the_log_all_the_same_is_granted_nothing(urls, postgres_url, stronger):
    with connected(postgres_url) as server:
        server.execute(stronger)

    with pytest.raises(CheckFailedError, match=r"registrar could do more to \w+ than it should.*Nothing was granted"):
        grant_roles(postgres_url, application="registrar", reader="board")

    assert granted_to(urls["owner"], "board") == {}


def test_a_role_that_is_not_there_is_named_with_how_to_make_it(urls):
    with pytest.raises(NotFoundError, match="no role nobody; make it first: CREATE ROLE nobody LOGIN"):
        grant_roles(urls["owner"], application="registrar", reader="nobody")


def test_whoever_does_not_own_the_store_grants_nothing(urls):
    with pytest.raises(ReadOnlyStoreError):
        grant_roles(urls["registrar"], application="registrar", reader="board")


def test_one_role_is_not_both_and_a_file_has_none(urls, sqlite_url):
    with pytest.raises(InvalidValueError, match="board cannot be both"):
        grant_roles(urls["owner"], application="board", reader="board")
    with pytest.raises(InvalidValueError, match="is a file"):
        grant_roles(sqlite_url, application="registrar", reader="board")
