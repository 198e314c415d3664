"""Processes that write and read at once: each command counts once, and no figure is half of anything."""

from __future__ import annotations

import json
from decimal import Decimal
from itertools import accumulate, pairwise

import pytest

from tests.faults.checks import assert_recorded_up_to_a_line, assert_views_agree, recorded_ids
from tests.faults.children import (
    apply_file,
    apply_in_small_batches,
    ask_again_and_again,
    record_one_by_one,
    record_together,
)
from tests.faults.lines import Lines, a_file, a_programme_with_benefits, record, write

CLAIMS = 40
LINES = 220


def test_two_writers_and_a_reader_count_every_command_once(store, children, tmp_path):
    # Given two benefits claimed one by one, and two claimed together, always the same amount of both
    opened = a_programme_with_benefits("B-1", "B-2", "B-3", "B-4").said
    record(store, opened)
    apart, together = Lines("apart-"), Lines("together-")
    for amount in range(1, CLAIMS + 1):
        apart.a_claim("B-1" if amount % 2 else "B-2", amount)
        together.a_claim("B-3", amount)
        together.a_claim("B-4", amount)
    lines = [*opened, *apart.said, *together.said]

    # When two processes record them while two others ask, of which one also brings the views up to date
    readers = [children.start(ask_again_and_again, store, 1 + len(lines), read_only) for read_only in (False, True)]
    for reader in readers:
        reader.wait_for_one()
    writers = [
        children.start(record_one_by_one, store, write(apart.said, tmp_path / "apart.jsonl")),
        children.start(record_together, store, write(together.said, tmp_path / "together.jsonl"), [2]),
    ]
    assert [child.wait() for child in writers] == [0, 0], [child.said() for child in writers]
    # Of the two readers, the one that may write brings the views to the head, so both come to see it.
    assert [child.wait() for child in readers] == [0, 0], [child.said() for child in readers]

    # Then each command counts once, and each answer was that of the log as far as it was answered from
    ids = recorded_ids(store)
    assert sorted(ids) == sorted(line.id for line in lines)
    assert_views_agree(store, lines)
    by_id = {line.id: line for line in lines}
    right = running_totals([by_id[identity] for identity in ids])
    for reader in readers:
        answers = reader.acknowledged()[1:]
        assert len(answers) > 3
        assert all(before <= after for (before, _), (after, _) in pairwise(answers))
        for position, claimed in answers:
            assert claimed == right[position - 1], position
            assert claimed.get("B-3") == claimed.get("B-4"), position


def running_totals(lines):
    """Return what is claimed of each benefit after each of some commands, and first before any."""

    def after(totals, line):
        if line.benefit is None:
            return totals
        return totals | {line.benefit: totals.get(line.benefit, Decimal(0)) + line.adds}

    return list(accumulate(lines, after, initial={}))


@pytest.mark.parametrize("way", [apply_file, apply_in_small_batches])
def test_two_processes_that_apply_the_same_file_at_once_record_each_command_once(way, store, children, tmp_path):
    lines = a_file(LINES)
    path = str(write(lines, tmp_path / "commands.jsonl"))

    both = [children.start(way, store, path) for _ in range(2)]

    assert [child.wait() for child in both] == [0, 0], [child.said() for child in both]
    said = [json.loads(child.said()) for child in both]
    assert [one["refused"] for one in said] == [[], []]
    assert [one["recorded"] + one["repeated"] for one in said] == [LINES, LINES]
    assert sum(one["recorded"] for one in said) == LINES
    assert assert_recorded_up_to_a_line(store, lines) == LINES
