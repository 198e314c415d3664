"""`benefits doctor`: whether a store is well, and what to do if it is not."""

from __future__ import annotations

from contextlib import closing
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from cli.options import form_of, format_option, store_name, store_option
from cli.store import progress
from cli.tables import note, table, write_csv, write_json

if TYPE_CHECKING:
    from benefits.store.health import Check


def command_named(name: str) -> click.Command:
    """Return the command `doctor`."""
    return doctor


@click.command(epilog="\b\nExample: benefits doctor --store benefits.db")
@click.option("--full", is_flag=True, help="Verify the whole log, and not only its last events.")
@store_option
@format_option
def doctor(full: bool, store: str | None, form: str | None) -> None:
    """Look the store over, and say what to do about what is found.

    Nothing is written, and no check stops another: a store that is damaged, of another version or gone is looked at
    as far as it can be. Ends with 1 if there is a problem; warnings alone end with 0.
    """
    from benefits.store import Database
    from benefits.store.health import examine, is_ours
    from projections.health import examine_views

    with closing(Database(store_name(store), read_only=True)) as database, progress("Verifying") as tell:
        name = database.name
        checks = list(examine(database, full=full, progress=tell))
        if is_ours(database):
            checks += examine_views(database)
    chosen = form_of(form)
    if chosen == "table":
        _draw(name, checks)
    elif chosen == "json":
        write_json(
            {"store": name, "problems": _count(checks, "problem"), "warnings": _count(checks, "warning")}
            | {"checks": [asdict(one) for one in checks]}
        )
    elif chosen == "jsonl":
        for one in checks:
            write_json(asdict(one), indent=None)
    else:
        write_csv(asdict(one) for one in checks)
    if _count(checks, "problem"):
        click.get_current_context().exit(1)


def _count(checks: list[Check], verdict: str) -> int:
    return sum(one.verdict == verdict for one in checks)


def _draw(name: str, checks: list[Check]) -> None:
    table(
        f"What was found of {name}",
        ("Check", "Verdict", "Found", "What to do"),
        ((one.name, one.verdict, one.message, one.advice) for one in checks),
    )
    problems, warnings = _count(checks, "problem"), _count(checks, "warning")
    note(f"Problems: {problems}. Warnings: {warnings}.")
