"""A council's own colour stands in the header, and its name can be read on it, whatever the colour."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from litestar.testing import TestClient

from benefits.errors import InvalidValueError
from tests.web.conftest import BASE
from web.app import create_app
from web.colour import stylesheet_of
from web.palette import contrast

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(COLOURS)
def test_words_can_be_read_on_every_colour(colour):
    ink = re.search(r"--brand-ink: (#\w+)", stylesheet_of(colour))

    assert ink is not None
    assert contrast(colour, ink[1]) >= 4.5


@pytest.mark.parametrize("colour", ["red", "#12345", "#1234567", "}body{", "#gggggg", ""])
def test_what_is_no_colour_is_refused(colour):
    with pytest.raises(InvalidValueError, match="is not a colour"):
        stylesheet_of(colour)


def test_pages_take_it_from_a_stylesheet(demo):
    with TestClient(create_app(demo, colour="#7A1A0C"), base_url=BASE) as pages:
        assert "--brand: #7a1a0c" in pages.get("/look.css").text
        assert "/look.css" in pages.get("/").text
