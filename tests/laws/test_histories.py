"""Any history, asked about at any time, gives what a naive replay gives."""

from __future__ import annotations

from typing import ClassVar

from hypothesis.stateful import run_state_machine_as_test

from tests.laws.machine import History


def test_every_view_at_any_two_times_says_what_a_naive_replay_says(stores, laws):
    class Here(History):
        store = staticmethod(stores)
        acts: ClassVar[dict[str, int]] = {}

    try:
        run_state_machine_as_test(Here, settings=laws)
    finally:
        print(Here.acts)  # noqa: T201  # What was covered; pytest shows it with -s, or when a law is broken.
