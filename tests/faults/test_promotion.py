"""The primary is lost and its standby promoted: what was acknowledged is there, and recording goes on."""

from __future__ import annotations

import os
import time
from contextlib import ExitStack

from sqlalchemy import make_url

from tests.faults.checks import assert_recorded_up_to_a_line
from tests.faults.children import record_one_by_one
from tests.faults.conftest import a_store
from tests.faults.figures import figures
from tests.faults.lines import a_file, write
from tests.postgres import PostgresServer, postgres_server, standby_of

PROMOTIONS = int(os.environ.get("BENEFITS_PROMOTIONS", "1"))
LINES_A_PROMOTION = 80


def test_a_promoted_standby_has_all_that_was_acknowledged_and_takes_over(children, chance, tmp_path):
    lines = a_file(LINES_A_PROMOTION * (PROMOTIONS + 1))
    recorded = acknowledged_in_all = killed = 0
    with ExitStack() as primaries:
        primary = primaries.enter_context(postgres_server(durable=True))
        a_store(primary.url())
        for _ in range(PROMOTIONS):
            # Given a standby that has every commit on its disk before it is acknowledged
            with ExitStack() as standbys:
                standby = standbys.enter_context(standby_of(primary))
                primary.wait_for_standby("standby")
                url = either(primary, standby)

                # When the primary is lost while somebody records, and the standby is promoted
                path = write(lines[recorded:], tmp_path / "commands.jsonl")
                child = children.start(record_one_by_one, url, path)
                assert child.wait_for_one() == "started"
                child.wait_for_one()
                time.sleep(chance.uniform(0, 0.3))
                primary.kill()
                killed += child.wait() != 0
                standby.promote()

                # Then it has all that was acknowledged, whole, and its views are right
                acknowledged = child.acknowledged()[1:]
                recorded = assert_recorded_up_to_a_line(url, lines, acknowledged)
                acknowledged_in_all += len(acknowledged)
                primaries.close()
                primaries.push(standbys.pop_all())
                primary = standby

        # And recording goes on there
        children.run(record_one_by_one, primary.url(), write(lines, tmp_path / "commands.jsonl"))
        assert assert_recorded_up_to_a_line(primary.url(), lines) == len(lines)
    assert killed
    figures(
        "promotion",
        PROMOTIONS,
        f"PostgreSQL: {PROMOTIONS} promotions, in {killed} of which somebody was recording just then; "
        f"{acknowledged_in_all:,} commands acknowledged before the primary was lost; none lost or doubled",
    )


def either(*servers: PostgresServer) -> str:
    """Return a URL that leads to whichever server takes writers."""
    hosts = [str(server.socket_folder) for server in servers]
    url = make_url(servers[0].url()).update_query_dict({"host": hosts, "target_session_attrs": "read-write"})
    return url.render_as_string(hide_password=False)
