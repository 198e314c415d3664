"""Eight processes that write as fast as they can: nothing is lost, doubled or out of order, and none has to starve."""

from __future__ import annotations

import os
import time

from benefits import BenefitsRegister
from benefits.store import verify_log
from projections import catch_up, rebuild
from tests.faults.checks import digest_of_views, follow_to_the_end
from tests.faults.children import follow_much, write_much, write_until
from tests.faults.figures import figures, kind_of
from tests.faults.lines import a_programme_with_benefits, record

EVENTS = int(os.environ.get("BENEFITS_WRITTEN_EVENTS", "800"))
WRITERS = 8
AT_ONCE = 100
"""Commands a transaction, or fewer if there are few in all: so that the disk is not all that is waited for."""

SECONDS = 3


def test_eight_writers_and_a_reader_lose_double_and_disorder_nothing(store, children):
    # Given a programme, and how much each of eight writers is to record
    opened = a_programme_with_benefits().said
    record(store, opened)
    each = -(-EVENTS // WRITERS)
    size = 1 + len(opened) + WRITERS * each
    at_once = max(1, min(AT_ONCE, each // 20))

    # When they do, and one follows
    reader = children.start(follow_much, store, size)
    reader.wait_for_one()
    began = time.monotonic()
    writers = [children.start(write_much, store, number, each, at_once) for number in range(WRITERS)]
    assert [child.wait() for child in writers] == [0] * WRITERS, [child.said() for child in writers]
    written = time.monotonic() - began
    assert reader.wait() == 0, reader.said()

    # Then each said all it had to, once and in its order; the reader saw the same; the log and the views are whole
    ended = [child.acknowledged()[-1] for child in writers]
    assert [said for said, _ in ended] == [each] * WRITERS
    with BenefitsRegister(store) as register:
        found = follow_to_the_end(register.log)
        assert (found.seen, dict(found.said)) == (size, {str(number): each for number in range(WRITERS)})
        assert reader.acknowledged()[-1] == (size, found.digest())
        report = verify_log(register.database)
        assert (report.findings, report.root) == ((), register.log.head().root)
        catch_up(register)
        followed = digest_of_views(register.database)
        began = time.monotonic()
        rebuild(register)
        rebuilt = time.monotonic() - began
        assert digest_of_views(register.database) == followed
    events = WRITERS * each
    figures(
        "writers",
        EVENTS,
        f"{kind_of(store)}: {events:,} events of {WRITERS} processes, {at_once} a transaction, in {written:,.0f} s, "
        f"{events / written:,.0f} events/s with their views, told {sum(busy for _, busy in ended)} times that it was "
        "busy; followed by a reader; none lost, doubled or out of order; "
        f"the log verified; rebuilt in {rebuilt:,.0f} s, {size / rebuilt:,.0f} events/s, to the same views",
    )


def test_of_eight_writers_none_has_to_starve(store, children):
    record(store, a_programme_with_benefits().said)

    # When eight processes record one act after the other
    writers = [children.start(write_until, store, number, SECONDS) for number in range(WRITERS)]
    assert [child.wait() for child in writers] == [0] * WRITERS, [child.said() for child in writers]

    # Then each had its turns
    turns = [child.acknowledged()[-1] for child in writers]
    acts = sorted(acts for acts, _ in turns)
    longest = max(wait for _, wait in turns)
    print(f"{kind_of(store)}: {acts} acts in {SECONDS} s, the longest wait {longest:.2f} s")  # noqa: T201
    assert acts[0] >= sum(acts) / WRITERS / 4
