"""`benefits demo`: a sandbox store with the five cases in it, and where to begin."""

from __future__ import annotations

import json
import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.resources import files
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Any, Final

import click

from benefits.errors import CheckFailedError, ConflictError
from cli.answer import footer
from cli.ask import draw_board
from cli.options import form_of, format_option, register_of
from cli.store import progress
from cli.tables import say, strong, write_csv, write_json

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

    from benefits import BenefitsRegister

DEFAULT_STORE: Final = "demo.db"

NEXT: Final[tuple[tuple[str, str, str], ...]] = (
    ("the programme office", "portfolio show LEICESTER --as-at 2008-09-26", "eight programmes side by side"),
    ("the programme office", "funding show BIP --as-at 2005-10-31", "one resource plan for two programmes"),
    ("the programme office", "register OIP --as-at 2012-01-18", "benefits, with counts to filter by"),
    ("a board member", "decision show S003-2012-01-18", "why to note gives no authority"),
    ("a board member", "timeline TP --as-at 2010-01-31", "what happened, and what is due next"),
    ("a board member", "years OIP --as-at 2014-03-31", "in the budget, and not verified"),
    ("an auditor", "explain SCP verified --as-at 2008-03-31 --known-at 2008-06-18", "the events behind a figure"),
    ("an auditor", "document show S002-DE", "an issue recorded after, and dated before, another"),
    ("an auditor", "figure list BIP", "printed figures that do not add up"),
    ("an auditor", "verify", "whether anything in the log was changed"),
)
"""For whom, what to ask, and what it shows."""

_BATCH: Final = 100
"""Lines that are recorded at once: few enough that a bar moves, and that what was stopped goes on."""


def command_named(name: str) -> click.Command:
    """Return the command `demo`."""
    return demo


def cases() -> list[Traversable]:
    """Return the files of the cases, in the order of their names: in the package, or in the checkout it runs from."""
    inside = files("cli") / "cases"
    folder = inside if inside.is_dir() else Path(__file__).resolve().parent.parent / "cases"
    return sorted((file for file in folder.iterdir() if file.name.endswith(".jsonl")), key=lambda file: file.name)


@click.command(epilog="\b\nExample: benefits demo --store demo.db")
@click.option("--store", metavar="URL|PATH", help="Where to make it; ./demo.db, whatever BENEFITS_STORE names.")
@format_option
def demo(store: str | None, form: str | None) -> None:
    """Make a store with five real cases in it, to look around, and show where to begin.

    It is a sandbox with the programmes of four councils from 2004 to 2012, in the order in which they were
    recorded. Run again, it changes nothing; stopped half-way, it goes on. It is never made where something else is.
    """
    from benefits.intake import merged

    name = store or (click.get_current_context().find_root().obj or {}).get("store") or DEFAULT_STORE
    lines = list(merged(cases()))
    with made(name, lines) as (register, created, recorded):
        programmes = list(_programmes(lines))
        said = {
            "store": register.database.name,
            "created": created,
            "recorded": recorded,
            "events": register.log.head().size,
            "programmes": programmes,
            "next": [{"for": whom, "command": _command(words, name), "shows": shows} for whom, words, shows in NEXT],
            "sandbox": True,
        }
        chosen = form_of(form)
        if chosen == "table":
            _draw(register, said)
        elif chosen == "json":
            write_json(said)
        elif chosen == "jsonl":
            for one in programmes:
                write_json(one, indent=None)
        else:
            write_csv(programmes)


@contextmanager
def made(name: str, lines: list[bytes]) -> Iterator[tuple[BenefitsRegister, bool, int]]:
    """Make the demo, or go on with one that is there; gives its register, whether it is new, how many lines it took.

    Raises:
        ConflictError: If something else is there.
    """
    from benefits.application import initialise
    from benefits.store import NotAStoreError
    from projections.follower import prepare

    try:
        store = initialise(name, sandbox=True)
    except (ConflictError, NotAStoreError) as error:
        raise _taken(name) from error
    with register_of(name) as register:
        _refuse_another(register, name, lines)
        prepare(register)
        yield register, store.created, _record(register, name, lines)


def _taken(name: str) -> ConflictError:
    return ConflictError(
        f"{name} is there already and is no demo; it is left as it is. Give another: benefits demo --store NAME.db",
        subject=name,
    )


def _refuse_another(register: BenefitsRegister, name: str, lines: list[bytes]) -> None:
    """Refuse a sandbox that was not begun as a demo; one with nothing in it may become one."""
    first = register.log.row(2) if register.log.head().size > 1 else None
    if first is not None and first.command_id != json.loads(lines[0])["id"]:
        raise _taken(name)


def _record(register: BenefitsRegister, name: str, lines: list[bytes]) -> int:
    """Record the lines that are not there yet, and return how many these were.

    Raises:
        CheckFailedError: If some are refused, as they are where somebody went on with the store before it was whole.
    """
    from benefits.intake import apply

    recorded = 0
    with progress("Recording five cases", len(lines)) as tell:
        for number, batch in enumerate(_batches(lines), start=1):
            applied = apply(register, batch)
            recorded += applied.recorded
            if applied.refused:
                raise CheckFailedError(
                    f"{name} is a demo that something else was recorded in, or another version's: "
                    f"{applied.refused[0].message}. Make another: benefits demo --store NAME.db"
                )
            tell(min(number * _BATCH, len(lines)), len(lines))
    return recorded


def _batches(lines: list[bytes]) -> Iterator[list[bytes]]:
    for start in range(0, len(lines), _BATCH):
        yield lines[start : start + _BATCH]


def _programmes(lines: list[bytes]) -> Iterator[dict[str, Any]]:
    seen = set()
    for line in map(json.loads, lines):
        data = line["data"]
        if line["command"] == "programme.open" and data["reference"] not in seen:
            seen.add(data["reference"])
            yield {"reference": data["reference"], "title": data["title"], "portfolio": data["portfolio"]}


def _command(words: str, name: str) -> str:
    return f"{_program()} {words} --store {shlex.quote(name)}"


def _program() -> str:
    """Return the word that starts this program here: its name, or, where that is not found, its path."""
    name = "benefits"
    started = Path(sys.argv[0])
    if which(name) is not None or started.name != name:
        return name
    with suppress(ValueError):
        return os.path.relpath(started)
    return str(started)


def _draw(register: BenefitsRegister, said: dict[str, Any]) -> None:
    from projections.views import Views

    store, events = said["store"], f"{said['events']:,} events"
    if not said["recorded"]:
        say(f"{store} is the demo already; nothing was changed. It has {events}.\n")
    elif said["created"]:
        say(f"Made the demo: {store}, a sandbox with {events} of five real cases.\n")
    else:
        say(f"Went on with the demo: {store} now has {events} of five real cases.\n")
    say("What a report does not say and somebody had to assume is marked so. That finance verified SCP's savings is")
    say("assumed, to show what a verification does; no report says it.\n")
    board = Views(register).board("SCP", as_at="2008-03-31", known_at="2008-06-18")
    draw_board(board)
    footer(board)
    say(f"\n{strong('What to try next')}")
    whom = None
    for one in said["next"]:
        if one["for"] != whom:
            whom = one["for"]
            say(f"\nAs {whom}")
        say(f"  {one['command']}\n      {one['shows']}")
