"""Readers that follow eight writers: none misses an event, none sees one twice."""

from __future__ import annotations

import os
import time
from itertools import islice

import psycopg

from benefits import BenefitsRegister
from benefits.store.listening import CHANNEL
from tests.faults.checks import assert_views_agree, recorded_ids
from tests.faults.children import ask_again_and_again, read_after, record_together, subscribe
from tests.faults.conftest import a_store
from tests.faults.figures import figures, kind_of
from tests.faults.lines import a_programme_with_benefits, a_writers_lines, record, write
from tests.faults.test_writers_and_readers import running_totals
from tests.faults.wire import a_wire

EVENTS = int(os.environ.get("BENEFITS_FOLLOWED_EVENTS", "800"))
WRITERS = 8


def test_readers_that_follow_eight_writers_miss_nothing_and_see_nothing_twice(store, children, chance, tmp_path):
    # Given a programme, and eight files of commands
    opened = a_programme_with_benefits().said
    record(store, opened)
    files = [list(islice(a_writers_lines(number), -(-EVENTS // WRITERS))) for number in range(WRITERS)]
    lines = [*opened, *(line for file in files for line in file)]
    size = 1 + len(lines)

    # When eight processes record them, one to five in a transaction, and three others follow, each in its own way
    began = time.monotonic()
    reader = children.start(read_after, store, size)
    subscriber = children.start(subscribe, store, size)
    views = children.start(ask_again_and_again, store, size)
    writers = [
        children.start(
            record_together,
            store,
            write(file, tmp_path / f"{number}.jsonl"),
            [chance.randint(1, 5) for _ in range(20)],
        )
        for number, file in enumerate(files)
    ]
    assert [child.wait() for child in writers] == [0] * WRITERS, [child.said() for child in writers]
    written = time.monotonic() - began
    followers = (reader, subscriber, views)
    assert [child.wait() for child in followers] == [0, 0, 0], [child.said() for child in followers]
    followed = time.monotonic() - began

    # Then each saw every event once, in order, and every answer was right for where it was answered from
    ids = recorded_ids(store)
    assert sorted(ids) == sorted(line.id for line in lines)
    with BenefitsRegister(store) as register:
        log = [(row.position, (row.originator_id, row.originator_version)) for row in register.log.read()]
    assert [position for position, _ in log] == list(range(1, size + 1))
    for follower in (reader, subscriber):
        assert [event for page in follower.acknowledged() for event in page] == log
    by_id = {line.id: line for line in lines}
    right = running_totals([by_id[identity] for identity in ids])
    answers = views.acknowledged()[1:]
    for position, claimed in answers:
        assert claimed == right[position - 1], position
    assert_views_agree(store, lines)
    figures(
        "followers",
        EVENTS,
        f"{kind_of(store)}: {size:,} events of {WRITERS} writers in {written:.1f} s; followed by reading, by "
        f"subscription and by the views ({len(answers):,} answers) {followed - written:.1f} s later; none missed, none "
        "doubled",
    )


def test_what_is_not_told_of_is_not_missed_and_nothing_is_seen_twice(durable_postgres_url, children, chance, tmp_path):
    # Given eight files of commands, and two followers: half of what one is told is lost on the way
    store = a_store(durable_postgres_url)
    opened = a_programme_with_benefits().said
    record(store, opened)
    files = [list(islice(a_writers_lines(number), -(-EVENTS // WRITERS))) for number in range(WRITERS)]
    size = 1 + len(opened) + sum(map(len, files))
    with a_wire(store) as wire, psycopg.connect(store.replace("+psycopg", ""), autocommit=True) as server:
        wire.lose(lambda: chance.random() < 0.5)
        followers = [children.start(subscribe, url, size) for url in (wire.url, store)]

        # When eight processes record, and connections that listen are lost all the time
        writers = [
            children.start(record_together, store, write(file, tmp_path / f"{number}.jsonl"), [1, 3])
            for number, file in enumerate(files)
        ]
        lost = 0
        while any(child.process.is_alive() for child in writers):
            query = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE query = %s AND random() < 0.2"
            (ended,) = server.execute(query, [f"LISTEN {CHANNEL}"]).fetchone() or (0,)
            lost += ended
            time.sleep(0.05)
        assert [child.wait() for child in writers] == [0] * WRITERS, [child.said() for child in writers]
        assert [child.wait() for child in followers] == [0, 0], [child.said() for child in followers]

    # Then each saw every event once, in order
    with BenefitsRegister(store) as register:
        log = [(row.position, (row.originator_id, row.originator_version)) for row in register.log.read()]
    assert [position for position, _ in log] == list(range(1, size + 1))
    for follower in followers:
        assert [event for page in follower.acknowledged() for event in page] == log
    assert lost
    print(f"{size:,} events seen once by each, and {lost} connections lost that listened")  # noqa: T201
