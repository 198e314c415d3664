"""Where the facts of the demo stand in its log, so that no test has to count them."""

from __future__ import annotations

import json
from typing import Final

from benefits.intake import merged
from cli.demo import cases

_COMMANDS: Final = [*dict.fromkeys(json.loads(line)["id"] for line in merged(cases()))]

EVENTS: Final = 1 + len(_COMMANDS)
"""How many events there are: each command is one, after that by which the store was opened."""


def event_of(command: str) -> int:
    """Return the position of the event that a command recorded."""
    return 2 + _COMMANDS.index(command)
