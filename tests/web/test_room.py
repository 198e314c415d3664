"""Words have the room they need in whatever font they come to be shown."""

from __future__ import annotations

import pytest

from web import room

WORDS = ["Claimed beyond target", "\N{MINUS SIGN}£3,480,000.00", "WWW mmm %%%", "Llŷn ŵyneb", "中文"]


def drawn(inside: str) -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg"><g transform="translate(100,5)">{inside}</g></svg>'


@pytest.mark.parametrize("words", WORDS)
def test_words_need_room_in_proportion_to_their_size_and_more_of_it_if_bold(words: str):
    assert room.width(words, 20, is_bold=False) < room.width(words, 20) == 2 * room.width(words, 10)


@pytest.mark.parametrize(
    ("anchor", "left", "right"), [("start", 100, 122.6), ("middle", 88.7, 111.3), ("end", 77.4, 100)]
)
def test_words_stand_where_they_are_moved_to_on_the_side_of_their_anchor(anchor: str, left: float, right: float):
    svg = drawn(
        f'<text transform="translate(0,9)" text-anchor="{anchor}" font-size="10px" font-weight="bold">WW</text>'
    )

    assert room.extent(svg) == pytest.approx((left, right), abs=0.5)


def test_of_words_in_several_lines_the_widest_counts():
    svg = drawn('<text font-size="10px"><tspan>W</tspan><tspan x="0" dy="15">WWWW</tspan></text>')

    assert room.extent(svg).right == pytest.approx(100 + room.width("WWWW", 10, is_bold=False))


def test_a_drawing_without_words_needs_no_room():
    assert room.extent(drawn("")) == (0, 0)


@pytest.mark.parametrize(
    ("words", "is_whole"),
    [("Strategic Change Programme: from original target to verified", True), ("W" * 300, False), ("a b " * 99, False)],
)
def test_lines_are_no_wider_than_what_there_is_across_and_what_is_too_long_is_cut_short(words: str, is_whole: bool):
    found = room.lines(words, 18, 400)

    assert all(room.width(line, 18) <= 400 for line in found)
    assert len(found) <= 6
    assert (" ".join(found) == words) is is_whole
    assert found[-1].endswith("…") is not is_whole


def test_no_words_are_no_lines():
    assert room.lines("", 18, 400) == []
