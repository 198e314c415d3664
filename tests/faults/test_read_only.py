"""A store that may only be read: every view answers from as far as it has come, and says so."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from tests.faults.checks import recorded_ids
from tests.faults.children import command_line_of_nobody, recording
from tests.faults.lines import PROGRAMME, a_programme_with_benefits, record, say


@pytest.fixture(params=["a file in a folder", "a file in a folder, both", "a PostgreSQL role"])
def durable_store_url(request, tmp_path_factory):
    """The URL of an empty database; `only_read` then takes away what this kind of store can have taken away."""
    if request.param == "a PostgreSQL role":
        yield request.getfixturevalue("durable_postgres_url")
        return
    shelf = tmp_path_factory.mktemp("shelf")
    for parent in shelf.parents:
        if parent != Path("/tmp") and parent.is_relative_to("/tmp"):
            parent.chmod(parent.stat().st_mode | stat.S_IXOTH)
    shelf.chmod(0o755)
    yield f"sqlite:///{shelf / 'store.db'}"
    shelf.chmod(0o755)


@pytest.fixture
def only_read(request, store):
    """Take the right to write away, and return the URL by which somebody without privileges may still read."""
    kind = request.node.callspec.params["durable_store_url"]

    def take_away():
        if kind == "a PostgreSQL role":
            with psycopg.connect(store.replace("+psycopg", "")) as connection:
                connection.execute("CREATE ROLE reader LOGIN")
                connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader")
            return make_url(store).set(username="reader").render_as_string()
        path = Path(str(make_url(store).database))
        path.chmod(0o444)
        path.parent.chmod(0o555 if kind.endswith("both") else 0o777)
        return store

    return take_away


def asked(children, *arguments):
    child = children.start(command_line_of_nobody, *arguments, "--format", "json")
    code = child.wait()
    words = child.said()
    return code, json.loads(words[words.index("{") :]), words


def test_views_that_may_only_be_read_answer(store, lines, only_read, children):
    record(store, [lines.a_claim("B-1", 3_200)])
    url = only_read()

    code, board, words = asked(children, "board", PROGRAMME, "--store", url)

    assert code == 0, words
    assert board["benefits"][0]["claimed"] == "3200.00"
    assert asked(children, "verify", "--store", url)[1]["verified"]
    code, refused, _ = asked(
        children,
        "milestone",
        "plan",
        "M-1",
        "--title",
        "Go-live",
        "--programme",
        PROGRAMME,
        "--by",
        "PMO",
        "--store",
        url,
    )
    assert (code, refused["error"]["code"]) == (5, "read-only-store")
    assert recorded_ids(store) == [line.id for line in lines.said]


def test_views_that_may_only_be_read_and_are_behind_answer_from_as_far_as_they_came(store, lines, only_read, children):
    record(store, [lines.a_claim("B-1", 3_200)])
    with recording(store, following=False) as register:
        came_to = register.log.head()
        say(register, lines.a_claim("B-1", 150))
    url = only_read()

    code, board, words = asked(children, "board", PROGRAMME, "--store", url)

    assert code == 0, words
    assert f"answered from event {came_to.size} of {came_to.size + 1}, as far as the views have come" in words
    assert board["token"] == f"{came_to.size}@{came_to.root.hex()}"
    assert board["benefits"][0]["claimed"] == "3200.00"
    code, refused, _ = asked(children, "board", PROGRAMME, "--known-at", str(came_to.size + 1), "--store", url)
    assert code == 3
    assert f"its views have come to event {came_to.size}" in refused["error"]["message"]


def test_a_store_that_may_only_be_read_is_looked_over_and_said_to_be_so(store, only_read, children):
    url = only_read()

    code, said, words = asked(children, "doctor", "--store", url)

    assert (code, said["problems"]) == (0, 0), words
    (warned,) = (check for check in said["checks"] if "only" in check["message"])
    assert (warned["name"], warned["verdict"]) == ("file" if "sqlite" in url else "rights", "warning")


def test_views_that_never_followed_and_may_only_be_read_say_so(store, only_read, children):
    with recording(store, following=False) as register:
        for line in a_programme_with_benefits("B-1").said:
            say(register, line)
    url = only_read()

    code, refused, _ = asked(children, "board", PROGRAMME, "--store", url)

    assert code == 3
    assert "its views have come to event 0" in refused["error"]["message"]
