"""Something is raised at every statement of an append in turn: nothing is half-written, and the next append works."""

from __future__ import annotations

import pytest

from benefits.errors import ViewBrokenError
from benefits.store import StoreFullError, verify_log
from projections import Views, rebuild
from tests.faults.checks import assert_recorded_up_to_a_line
from tests.faults.lines import PROGRAMME, say
from tests.faults.statements import disk_full, statements


def statements_of_an_append(register, lines):
    say(register, lines.a_claim("B-1", 1))
    with statements() as watched:
        say(register, lines.a_claim("B-1", 1))
    assert watched.seen > 10
    return watched.seen


@pytest.mark.parametrize("done_first", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("what", ["interrupted", "disk full"])
def test_what_stops_an_append_at_any_statement_leaves_no_trace(what, done_first, register, lines, store):
    for number in range(1, statements_of_an_append(register, lines) + 1):
        line = lines.a_claim("B-1", number)
        before = register.log.head().size
        is_sqlite = register.database.is_sqlite
        error, raised = (
            (KeyboardInterrupt(), KeyboardInterrupt)
            if what == "interrupted"
            else (disk_full(is_sqlite=is_sqlite), StoreFullError)
        )

        with statements(number, done_first=done_first, error=error), pytest.raises(raised):
            say(register, line)

        assert register.log.head().size == before, number
        receipt = say(register, line)
        assert (receipt.position, receipt.repeated) == (before + 1, False)
    assert assert_recorded_up_to_a_line(store, lines.said) == len(lines.said)


@pytest.mark.parametrize("done_first", [False, True], ids=["before", "after"])
def test_a_mistake_of_ours_at_any_statement_leaves_no_trace_or_stops_only_the_views(done_first, register, lines, store):
    stopped = 0
    for number in range(1, statements_of_an_append(register, lines) + 1):
        line = lines.a_claim("B-1", number)
        before = register.log.head().size

        with statements(number, done_first=done_first, error=ZeroDivisionError("ours")):
            try:
                receipt = say(register, line)
            except ZeroDivisionError:
                assert register.log.head().size == before
                receipt = say(register, line)
            else:
                stopped += 1
        assert (receipt.position, receipt.repeated, register.log.head().size) == (before + 1, False, before + 1)
        if is_broken(register):
            rebuild(register)
    assert stopped > 2
    assert assert_recorded_up_to_a_line(store, lines.said) == len(lines.said)


def is_broken(register):
    try:
        Views(register).board(PROGRAMME)
    except ViewBrokenError:
        return True
    return False


@pytest.mark.parametrize("done_first", [False, True], ids=["before", "after"])
def test_an_act_on_several_benefits_stopped_at_any_statement_is_recorded_whole_or_not_at_all(
    done_first, register, store
):
    # Given two benefits with a target each
    for name in ("M-1", "M-2"):
        aside = {"programme": PROGRAMME, "release": "cash-releasing", "kind": "efficiency", "fund": "general-fund"}
        register.profile.identify(name, title="Reduce", effective_on="2025-04-01", by="PMO", **aside)
        register.profile.set_target(name, lines=["2025/26=100", "2026/27=50.01"], effective_on="2025-04-01", by="PMO")
    before, targets = register.log.head().size, sum_of_targets(register)

    # When one is merged into the other, and something stops it at one statement after the other
    for number in range(1, 200):
        with statements(number, done_first=done_first, error=KeyboardInterrupt()) as watched:
            try:
                register.profile.merge("M-1", into="M-2", reason="One team", effective_on="2025-10-01", by="PMO")
            except KeyboardInterrupt:
                assert register.log.head().size == before, number
                assert sum_of_targets(register) == targets
                continue
            assert watched.seen < number
        break

    # Then it is at last recorded, of both, and no money came or went
    assert register.log.head().size == before + 2
    assert sum_of_targets(register) == targets
    assert verify_log(register.database).is_whole


def sum_of_targets(register):
    return sum(one.target for one in Views(register).board(PROGRAMME).totals if one.target is not None)
