"""The colours: whether they can be read, and told apart, by anyone. Nothing else can look into a picture."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from web import palette
from web.colour import stylesheet_of
from web.palette import ASSURANCE, COLOURS, GRAPHIC_PAIRS, LINES, TEXT_PAIRS, contrast, lightness, luminance, words_on

WEB = Path(palette.__file__).parent
SERVED = sorted((WEB / "static").glob("*.css"))
HEX = r"#[0-9a-fA-F]{3}(?:[0-9a-fA-F]{3})?\b"


def test_contrast_is_what_wcag_says_it_is():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
    assert contrast("#ffffff", "#767676") == contrast("#767676", "#ffffff")
    assert luminance("#000000") == 0
    assert lightness("#ffffff") == pytest.approx(100)


@pytest.mark.parametrize(("words", "ground"), TEXT_PAIRS)
def test_words_can_be_read_on_what_they_stand_on(words: str, ground: str):
    assert contrast(COLOURS[words], COLOURS[ground]) >= 4.5


@pytest.mark.parametrize(("mark", "ground"), GRAPHIC_PAIRS)
def test_marks_and_edges_can_be_seen_on_what_they_stand_on(mark: str, ground: str):
    assert contrast(COLOURS[mark], COLOURS[ground]) >= 3


def test_each_class_of_assurance_is_darker_than_the_one_before_it():
    assert min(palette.darkens(ASSURANCE)) >= 15


def test_lines_of_a_chart_differ_in_their_dashes_as_well_as_in_colour():
    assert len(set(LINES.values())) == len(LINES)
    assert len({COLOURS[name] for name in LINES}) == len(LINES)


@pytest.mark.parametrize("colour", ["#14505c", "#ffffff", "#000000", "#ffd200", "#7a1f5c", "#777777", "#00a19a"])
def test_words_can_be_read_on_any_colour_a_council_may_have(colour: str):
    assert contrast(words_on(colour), colour) >= 4.5


def test_every_colour_is_in_the_palette_and_is_called_by_its_name():
    drawn = "".join((WEB / name).read_text(encoding="utf-8") for name in ("charts.py", "papers/board.typ"))
    compiled = (WEB / "assets" / "app.scss").read_text(encoding="utf-8")
    served = "".join(path.read_text(encoding="utf-8") for path in SERVED)

    assert not re.findall(HEX, drawn + compiled + served)
    named = set(re.findall(r"var\(--app-([a-z-]+)\)", compiled + served))
    named |= set(re.findall(r'palette\.\$colours, "([a-z-]+)"', compiled))
    assert named <= COLOURS.keys()


def test_a_page_is_given_every_colour_by_its_name():
    given = dict(re.findall(r"--app-([a-z-]+): (#[0-9a-f]{6});", stylesheet_of(None)))

    assert given == COLOURS


@pytest.mark.parametrize("path", SERVED, ids=lambda path: path.name)
def test_words_and_the_ground_that_a_rule_puts_under_them_are_a_pair(path: Path):
    rules = re.findall(r"\{([^{}]*)\}", re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL))
    said = [dict(re.findall(r"(?:^|[;\s])(color|background): var\(--app-([a-z-]+)\)", rule)) for rule in rules]

    pairs = {(rule["color"], rule["background"]) for rule in said if len(rule) == 2}
    assert pairs <= set(TEXT_PAIRS)
