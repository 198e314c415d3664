"""`benefits roles`: who may record and who may only ask, on PostgreSQL."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import make_url

from tests.cli.running import benefits

ROLES = ("--application", "registrar", "--reader", "board")
OPEN = ("authority", "open", "COUNCIL", "--title", "Council", "--nation", "england", "--by", "PMO")


@pytest.fixture
def store(postgres_url):
    with psycopg.connect(postgres_url.replace("+psycopg", "")) as server:
        server.execute("CREATE ROLE registrar LOGIN; CREATE ROLE board LOGIN")
    assert benefits("init", "--store", postgres_url).code == 0
    return postgres_url


def as_role(store, role):
    return make_url(store).set(username=role).render_as_string()


def test_one_role_records_and_the_other_asks(store):
    ran = benefits("roles", *ROLES, "--store", store)

    assert ran.out == "registrar may record, and board may ask; neither can change what is recorded.\n"
    assert benefits(*OPEN, "--store", as_role(store, "registrar")).code == 0
    assert "COUNCIL" in benefits("list", "--store", as_role(store, "board")).out
    refused = benefits("withdraw", "2", "--reason", "No", "--by", "PMO", "--store", as_role(store, "board"))
    assert (refused.code, refused.out) == (5, "")
    assert "does not let this account do that" in refused.err


def test_a_dry_run_writes_the_sql_and_grants_nothing(store):
    ran = benefits("roles", *ROLES, "--dry-run", "--store", store)

    assert ran.code == 0
    assert 'GRANT SELECT, INSERT ON TABLE "public"."event" TO "registrar";\n' in ran.out
    assert benefits("list", "--store", as_role(store, "board")).code == 5


def test_a_file_has_no_roles(empty):
    ran = benefits("roles", *ROLES, "--store", empty)

    assert ran.code == 2
    assert "is a file; who may read or write it is up to its permissions" in ran.err
