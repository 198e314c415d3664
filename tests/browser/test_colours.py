"""The colours a browser shows are those of the palette, and words stand only on what the palette holds them to."""

from __future__ import annotations

from typing import Final

import pytest

from tests.browser.test_barriers import EVERY, PROBLEMS
from web.palette import COLOURS, TEXT_PAIRS

_SHOWN: Final = """() => {
  const opaque = colour => !/, 0\\)$|transparent/.test(colour);
  const two = part => Number(part).toString(16).padStart(2, "0");
  const hex = colour => "#" + colour.match(/\\d+/g).slice(0, 3).map(two).join("");
  const pairs = {};
  const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (words.nextNode()) {
    if (!words.currentNode.data.trim()) continue;
    let ground = words.currentNode.parentElement;
    const colour = hex(getComputedStyle(ground).color);
    while (ground && !opaque(getComputedStyle(ground).backgroundColor)) ground = ground.parentElement;
    const under = ground ? hex(getComputedStyle(ground).backgroundColor) : "#ffffff";
    pairs[`${colour} ${under}`] = words.currentNode.data.trim().slice(0, 60);
  }
  return pairs;
}"""
_PAIRS: Final = {(COLOURS[words], COLOURS[ground]) for words, ground in TEXT_PAIRS}


@pytest.mark.parametrize("address", [*EVERY, *(address for address, _ in PROBLEMS)])
def test_words_stand_on_what_the_palette_holds_them_to(window, site, address):
    page = window
    page.goto(site.rstrip("/") + address)

    shown: dict[str, str] = page.evaluate(_SHOWN)

    assert shown
    assert {pair: words for pair, words in shown.items() if tuple(pair.split()) not in _PAIRS} == {}
