"""The examples of the commands that record, told in order as one story."""

from __future__ import annotations

import shlex
from typing import Final

from cli.examples import EXAMPLES
from tests.cli.running import Ran, benefits

ALSO_ON_RECORD: Final[dict[str, tuple[str, ...]]] = {
    "programme.assign-role": (
        "benefits post establish DIRECTOR --title Director --authority RIVERSHIRE --effective-on 2026-04-01",
    ),
    "project.rehome": (
        "benefits programme open CUSTOMER --title 'Customer services' --portfolio CHANGE --effective-on 2026-04-01",
    ),
    "profile.merge": tuple(
        f"benefits profile identify {benefit} --title 'Reduce {what}' --programme DIGITAL "
        "--release cash-releasing --kind efficiency --fund general-fund --effective-on 2026-04-01"
        for benefit, what in (("B-015", "agency hours"), ("B-016", "post"), ("B-017", "printing"))
    ),
}
"""What an example needs beside what those before it recorded."""


def run(example: str, *more: str) -> Ran:
    """Run an example as it is printed, with further options."""
    program, *words = shlex.split(example)
    assert program == "benefits"
    return benefits(*words, *more)


def tell(*options: str) -> dict[str, Ran]:
    """Run every example that records, with what it needs before it, and return how each ended."""
    ended = {}
    for name, example in EXAMPLES.items():
        for other in ALSO_ON_RECORD.get(name, ()):
            ran = run(other, "--by", "PMO", *options)
            assert ran.code == 0, ran.err
        ended[name] = run(example, *options)
    return ended
