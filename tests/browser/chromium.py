"""The Chromium of this machine: where it is, and how it is started so that it asks nobody for anything."""

from __future__ import annotations

import os
import shutil
from typing import Final

from playwright.sync_api import Browser, Playwright

LEFT_OUT: Final = (
    "there is no Chromium on the PATH, so the tests in a browser are left out (Debian: apt install chromium)"
)
"""What is said where there is none."""

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_QUIET: Final = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-gpu",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
)


def chromium() -> str | None:
    """Return where Chromium is; `None` where it is not installed."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


def launched(playwright: Playwright) -> Browser:
    """Start it, without a window."""
    # As root it starts only without its sandbox; what it opens are pages of ours.
    alone = ("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()
    return playwright.chromium.launch(executable_path=chromium(), args=[*_QUIET, *alone])
