"""Take the screens that the documentation shows, from a run on the demo: python docs/take_screens.py.

It makes the demo in a scratch folder, serves it, opens each page of `SCREENS` in the machine's own Chromium, and writes
a picture of it to docs/screens, with few enough colours to be small. Run it after changing what pages look like.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.browser.chromium import LEFT_OUT, chromium, launched  # noqa: E402  # It is found by the line above.

FOLDER: Final = ROOT / "docs" / "screens"
SIZE: Final = {"width": 1180, "height": 820}
MOST_BYTES: Final = 150_000
COLOURS: Final = 64
_PROGRAM: Final = Path(sys.executable).with_name("benefits")
_MEETING: Final = "as_at=2008-03-31&known_at=2008-06-18"

SCREENS: Final = {
    "home": ("/", None),
    "board": (f"/board/SCP?{_MEETING}", None),
    "headline": (f"/board/SCP?{_MEETING}", "#headline-heading"),
    "explain": (f"/explain/SCP/claimed?release=cash-releasing&{_MEETING}", None),
    "not-now": ("/board/TP?as_at=2009-06-30&known_at=2010-01-15", None),
    "compare": ("/compare/SCP?since=2008-03-31&as_at=2008-06-30", None),
    "timeline": ("/timeline/SCP?as_at=2008-06-18", None),
    "decision": ("/decision/S004-2010-01-12?as_at=2010-01-31", None),
}
"""Each screen: its page, and what of it is brought to the top; nothing for its beginning."""


@contextmanager
def _served() -> Iterator[str]:
    """Serve a new demo, and say where."""
    with TemporaryDirectory() as folder:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("BENEFITS_")}
        environment = kept | {"XDG_CONFIG_HOME": os.devnull}
        subprocess.run(  # noqa: S603  # It is our own program.
            [_PROGRAM, "demo"], check=True, cwd=folder, env=environment, stdout=subprocess.DEVNULL
        )
        serving = [str(_PROGRAM), "serve", "--store", "demo.db", "--port", "0"]
        with subprocess.Popen(  # noqa: S603
            serving, cwd=folder, env=environment, stderr=subprocess.PIPE, text=True
        ) as process:
            assert process.stderr is not None
            said = process.stderr.readline()
            try:
                yield said.removeprefix("The pages are at ").strip().rstrip("/")
            finally:
                process.terminate()


def small(png: bytes) -> bytes:
    """Return a picture in few colours."""
    with Image.open(BytesIO(png)) as picture:
        out = BytesIO()
        picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


def main() -> int:
    """Write the screens; say what cannot be."""
    if chromium() is None:
        sys.stderr.write(f"{LEFT_OUT.partition(',')[0]} (Debian: apt install chromium)\n")
        return 1
    FOLDER.mkdir(exist_ok=True)
    with _served() as address, sync_playwright() as playwright, launched(playwright) as browser:
        page = browser.new_page(locale="en-GB", viewport={"width": SIZE["width"], "height": SIZE["height"]})
        for name, (path, top) in SCREENS.items():
            page.goto(f"{address}{path}")
            page.evaluate("() => document.fonts.ready")
            if top is not None:
                page.locator(top).evaluate("one => one.scrollIntoView()")
            picture = small(page.screenshot())
            if len(picture) > MOST_BYTES:
                sys.stderr.write(f"{name} is {len(picture):,} bytes, which is too large\n")
                return 1
            (FOLDER / f"{name}.png").write_bytes(picture)
            sys.stderr.write(f"wrote docs/screens/{name}.png, {len(picture):,} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
