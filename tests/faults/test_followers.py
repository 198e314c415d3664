"""Readers that follow eight writers: none misses an event, none sees one twice."""

from __future__ import annotations

import os
import time

from benefits import BenefitsRegister
from tests.faults.checks import assert_views_agree, recorded_ids
from tests.faults.children import ask_again_and_again, read_after, record_together, subscribe
from tests.faults.lines import Lines, a_programme_with_benefits, record, write
from tests.faults.test_writers_and_readers import running_totals

EVENTS = int(os.environ.get("BENEFITS_FOLLOWED_EVENTS", "800"))
WRITERS = 8
CLAIMS_A_BENEFIT = 50


def a_writers_lines(number, count):
    """Return commands about benefits of a writer's own."""
    lines = Lines(f"{number}-")
    benefits = 0
    while len(lines.said) < count:
        benefits += 1
        lines.a_benefit(f"B-{number}-{benefits}")
        for amount in range(1, CLAIMS_A_BENEFIT + 1):
            lines.a_claim(f"B-{number}-{benefits}", amount)
    return lines.said[:count]


def test_readers_that_follow_eight_writers_miss_nothing_and_see_nothing_twice(store, children, chance, tmp_path):
    # Given a programme, and eight files of commands
    opened = a_programme_with_benefits().said
    record(store, opened)
    files = [a_writers_lines(number, -(-EVENTS // WRITERS)) for number in range(WRITERS)]
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
    print(  # noqa: T201
        f"{size:,} events of {WRITERS} writers in {written:.1f} s; followed by reading, by subscription and by the "
        f"views ({len(answers):,} answers) {followed - written:.1f} s later; none missed, none doubled"
    )
