"""A process that writes is killed at any instant: nothing is half-written, and what was acknowledged is there."""

from __future__ import annotations

import json
import os
import time
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from tests.faults.checks import assert_recorded_up_to_a_line, recorded_ids
from tests.faults.children import apply_file, apply_in_small_batches, command_line, record_one_by_one
from tests.faults.figures import figures, kind_of
from tests.faults.lines import a_file, write

if TYPE_CHECKING:
    from random import Random

KILLS = int(os.environ.get("BENEFITS_KILLS", "20"))
KILLS_A_STORE = 20
INITS = max(3, KILLS // 10)
LINES = 520  # More than `benefits apply` takes in one transaction.
WAYS = {
    "benefits apply": apply_file,
    "apply in small batches": apply_in_small_batches,
    "one by one": record_one_by_one,
}


class Instants:
    """Random instants at which a process is likely to be still writing."""

    def __init__(self, chance: Random, longest_seconds: float) -> None:
        self._chance = chance
        self._longest_seconds: defaultdict[str, float] = defaultdict(lambda: longest_seconds)

    def wait(self, way):
        time.sleep(self._chance.uniform(0, self._longest_seconds[way]))

    def was_writing(self, way, *, yes):
        self._longest_seconds[way] *= 1.05 if yes else 0.8


def test_a_process_killed_at_any_instant_leaves_nothing_half_written(empty_databases, children, chance, tmp_path):
    lines = a_file(LINES)
    path = str(write(lines, tmp_path / "commands.jsonl"))
    instants = Instants(chance, longest_seconds=0.6)
    kills: Counter[str] = Counter()
    stores = acknowledged_in_all = 0

    while kills.total() < KILLS:
        with empty_databases() as url:
            stores += 1
            acknowledged = set()
            children.run(command_line, "init", "--store", url)
            for _ in range(KILLS_A_STORE):
                way = chance.choice(sorted(WAYS))
                child = children.start(WAYS[way], url, path)
                child.wait_for_one()
                instants.wait(way)
                was_writing = child.kill()
                instants.was_writing(way, yes=was_writing)
                if not was_writing:
                    break
                kills[way] += 1

                acknowledged.update(child.acknowledged()[1:])
                assert_recorded_up_to_a_line(url, lines, acknowledged)
                if kills.total() == KILLS:
                    break

            recorded = len(recorded_ids(url))
            again = applied(children, url, path)
            assert (again["recorded"], again["repeated"], again["refused"]) == (len(lines) - recorded, recorded, [])
            assert assert_recorded_up_to_a_line(url, lines) == len(lines)
            acknowledged_in_all += len(acknowledged)
    figures(
        "kills",
        KILLS,
        f"{kind_of(url)}: {dict(kills)} kills, {stores} stores, {acknowledged_in_all:,} commands acknowledged before a "
        "kill; none lost, doubled or half-written",
    )


def test_init_killed_at_any_instant_can_be_run_again(empty_databases, children, chance):
    kills = 0
    instants = Instants(chance, longest_seconds=0.25)
    while kills < INITS:
        with empty_databases() as url:
            child = children.start(command_line, "init", "--store", url)
            child.wait_for_one()
            instants.wait("init")
            was_writing = child.kill()
            instants.was_writing("init", yes=was_writing)
            kills += was_writing

            children.run(command_line, "init", "--store", url)
            lines = a_file(3)
            children.run(record_one_by_one, url, write(lines, child.output.with_suffix(".jsonl")))
            assert assert_recorded_up_to_a_line(url, lines) == len(lines)


def applied(children, url, path):
    """Apply a file to its end, and return what came of it."""
    return json.loads(children.run(apply_file, url, path).said())
