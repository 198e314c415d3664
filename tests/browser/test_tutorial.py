"""The tutorial in a browser is true: whoever does what it says, step by step, reads what it says."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from PIL import Image

from docs import take_screens as screens
from tests.browser.visitor import Visitor

DOCS: Final = Path(screens.__file__).parent
TUTORIAL: Final = (DOCS / "tutorial" / "in-a-browser.md").read_text(encoding="utf-8")
STEP: Final = re.compile(
    r"put `(?P<typed>[^`]+)` into \*\*(?P<field>[^*]+)\*\*"
    r"|press \*\*(?P<button>[^*]+)\*\*"
    r"|click \*\*(?P<link>[^*]+)\*\*"
    r"|`(?P<read>[^`]+)`",
    re.IGNORECASE,
)
_SHOWN: Final = re.compile(r"!\[[^\]]*\]\((?:\.\./)*(?:docs/)?screens/([\w-]+)\.png\)")


def test_whoever_follows_the_tutorial_reads_what_it_says(reader: Visitor):
    _, _, steps = TUTORIAL.partition("## 1. ")

    read = 0
    for step in STEP.finditer(re.sub(r"\s*\n\s*", " ", steps)):
        if step["field"]:
            reader.page.get_by_label(step["field"], exact=True).fill(step["typed"])
        elif step["button"]:
            reader.page.get_by_role("button", name=step["button"], exact=True).click()
            reader.page.wait_for_load_state()
        elif step["link"]:
            reader.follows(step["link"])
        elif not step["read"].startswith("benefits "):
            assert step["read"] in reader.said, (step["read"], reader.page.url)
            read += 1

    assert read > 15


def test_every_screen_is_shown_somewhere_and_is_small():
    shown = {name for page in DOCS.parent.glob("*.md") for name in _SHOWN.findall(page.read_text(encoding="utf-8"))}
    shown |= {name for page in DOCS.rglob("*.md") for name in _SHOWN.findall(page.read_text(encoding="utf-8"))}

    assert {path.stem for path in screens.FOLDER.iterdir()} == screens.SCREENS.keys() == shown
    for path in screens.FOLDER.iterdir():
        assert path.stat().st_size <= screens.MOST_BYTES
        with Image.open(path) as picture:
            assert picture.size == (screens.SIZE["width"], screens.SIZE["height"])
