"""The page about PostgreSQL is true: its examples run on a server, and on the standby of that server."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy import make_url

from docs import examples

PAGE = "docs/how-to/postgresql.md"


@pytest.fixture
def services(replicated_postgres, tmp_path, monkeypatch):
    """The services that the page names, with roles as it says to make them."""
    primary, standby = replicated_postgres
    with primary.database() as url:
        with psycopg.connect(url.replace("+psycopg", "")) as server:
            server.execute("CREATE ROLE owner LOGIN; CREATE ROLE registrar LOGIN; CREATE ROLE board LOGIN")
            server.execute("GRANT registrar TO owner; ALTER SCHEMA public OWNER TO owner")
            # A reader needs longer from one example to the next than a standby does to follow; a test does not.
            server.execute("ALTER ROLE owner SET synchronous_commit = remote_apply")
            server.execute("ALTER ROLE registrar SET synchronous_commit = remote_apply")
        primary.wait_for_standby("standby")
        file = tmp_path / "services"
        file.write_text(
            "".join(
                f"[{role}]\nhost={server.socket_folder}\ndbname={make_url(url).database}\nuser={role}\n"
                for role, server in (("owner", primary), ("registrar", primary), ("board", standby))
            )
        )
        monkeypatch.setenv("PGSERVICEFILE", str(file))
        yield


@pytest.mark.usefixtures("services")
def test_every_example_of_the_page_prints_what_it_shows():
    assert examples.run(PAGE) == (examples.ROOT / PAGE).read_text(encoding="utf-8")
