"""Many people at work on one store: each is answered rightly, nothing is lost or doubled, and nobody waits for long."""

from __future__ import annotations

import os
from collections import defaultdict
from decimal import Decimal

from benefits import BenefitsRegister
from projections import Views
from tests.faults.checks import assert_views_equal_rebuilt_ones, claimed_on, recorded_ids
from tests.faults.children import use
from tests.faults.figures import figures, kind_of
from tests.faults.lines import PROGRAMME, a_programme_with_benefits, record
from tests.faults.users import benefit_of

MINUTES = float(os.environ.get("BENEFITS_USED_MINUTES", "0"))
USERS, PROCESSES, SECONDS, PAUSE = (50, 4, MINUTES * 60, 2.0) if MINUTES else (6, 2, 3.0, 0.1)
RECORDING = ("claim", "correct")


def test_many_users_are_answered_rightly_and_lose_nothing(store, children, chance):
    # Given a benefit in delivery for each of them
    opened = a_programme_with_benefits(*map(benefit_of, range(USERS)), prefix="opened-").said
    record(store, opened)

    # When they record, correct and ask, all at once
    seed = chance.randrange(2**32)
    shares = [list(range(first, USERS, PROCESSES)) for first in range(PROCESSES)]
    processes = [children.start(use, store, share, seed, SECONDS, PAUSE) for share in shares]
    assert [child.wait(SECONDS) for child in processes] == [0] * PROCESSES, [child.said() for child in processes]

    # Then nothing went wrong for any of them
    everybody = [did for child in processes for did in child.acknowledged()[1:]]
    assert len(everybody) == USERS
    assert [wrong for did in everybody for wrong in did.wrong] == []

    # And all they recorded is there once, each in its order, and comes to what they said
    ids = recorded_ids(store)
    assert sorted(ids) == sorted(
        [line.id for line in opened] + [identity for did in everybody for identity in did.recorded]
    )
    by_user = defaultdict(list)
    for identity in ids[len(opened) :]:
        by_user[benefit_of(int(identity.partition("-")[0]))].append(identity)
    assert by_user == {did.benefit: did.recorded for did in everybody if did.recorded}
    with BenefitsRegister(store) as register:
        assert claimed_on(Views(register).board(PROGRAMME)) == {
            did.benefit: did.claimed for did in everybody if did.claimed != Decimal(0)
        }
        assert_views_equal_rebuilt_ones(register)

    waits: defaultdict[str, list[float]] = defaultdict(list)
    for did in everybody:
        for name, each in did.waits.items():
            waits["recording" if name in RECORDING else "asking"] += each
    said = "; ".join(f"{name} {len(each):,} times, {quantiles(each)}" for name, each in sorted(waits.items()))
    figures(
        "users",
        f"{MINUTES:g}",
        f"{kind_of(store)}: {USERS} users for {SECONDS:,.0f} s: {said}; busy {sum(did.busy for did in everybody)} "
        "times; none lost or doubled, every answer right",
    )


def quantiles(seconds):
    """Return the median, the 99th percentile and the longest of some waits, in milliseconds."""
    ordered = sorted(seconds)
    p50, p99 = (ordered[int(len(ordered) * share)] * 1_000 for share in (0.5, 0.99))
    return f"p50 {p50:,.0f} ms, p99 {p99:,.0f} ms, longest {ordered[-1] * 1_000:,.0f} ms"
