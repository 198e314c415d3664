from __future__ import annotations

import time

import pytest

from benchmarks.measuring import growth, side_by_side
from benchmarks.results import Figure, Reach, Row


def test_contenders_take_turns_and_nobody_always_goes_first():
    # Given three contenders that note when it is their turn
    order: list[str] = []
    contenders = {name: lambda _, name=name: order.append(name) for name in "ABC"}

    # When they are measured three times
    side_by_side(contenders, rounds=3, shortest=0)

    # Then each begins once, after a turn of everybody to warm up
    assert "".join(order) == "ABC" + "ABC" + "BCA" + "CAB"


def test_all_contenders_are_asked_the_same_question_in_a_round():
    # Given contenders that note what they are asked
    asked: dict[str, list[int]] = {"A": [], "B": []}

    # When they are measured
    side_by_side({name: asked[name].append for name in asked}, rounds=4, shortest=0)

    # Then it is the number of the round, for both
    assert asked["A"] == asked["B"] == [0, 0, 1, 2, 3]


def test_what_takes_long_is_measured_once_and_what_takes_no_time_many_times():
    # When a slow and a fast one are measured side by side
    timings = side_by_side(
        {"slow": lambda _: time.sleep(0.02), "fast": lambda _: None}, rounds=5, longest=0.01, shortest=0.001
    )

    # Then the slow one has one turn, and the fast one as many as there are, of many repetitions each
    assert len(timings["slow"].seconds) == 1
    assert timings["slow"].median >= 0.02
    assert len(timings["fast"].seconds) == 5
    assert timings["fast"].repeated > 10


@pytest.mark.parametrize("exponent", [0.0, 0.35, 1.0])
def test_growth_is_the_exponent(exponent):
    sizes = (10_000, 100_000, 1_000_000)
    assert growth(sizes, [3 * size**exponent for size in sizes]) == pytest.approx(exponent)
    assert growth(sizes[:1], [1.0]) is None


def test_a_ratio_says_how_many_times_as_fast_we_are_and_of_bytes_how_many_times_as_many():
    # Given a comparison of times, and one of bytes
    faster = Row("append", "append", "SQLite", 10_000, Figure(0.001), "peer", Figure(0.004), reach=Reach(3))
    larger = Row(
        "size", "size", "SQLite", 1, Figure(600, "B"), "peer", Figure(300, "B"), reach=Reach(1.3, is_most=True)
    )
    alone = Row("asof", "ask", "SQLite", 1, Figure(0.002), reach=Reach(0.003, is_most=True, is_time=True, of="ours"))
    absent = Row("append", "append", "SQLite", 1, Figure(0.001), "peer", reach=Reach(3))

    # Then each is held to what is to be reached; without the peer, to nothing
    assert (faster.ratio, faster.is_met) == (4, True)
    assert (larger.ratio, larger.is_met) == (2, False)
    assert (alone.ratio, alone.is_met) == (None, True)
    assert (absent.ratio, absent.is_met) == (None, None)
