"""Commands that keep a store safe: write it to a file, and make a store of that file again."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import click

from cli.options import form_of, format_option, say_sandbox, store_name, store_option
from cli.store import progress
from cli.tables import write_json


def command_named(name: str) -> click.Command:
    """Return one of the two commands."""
    return {"backup": backup, "restore": restore}[name]


@click.command(epilog="\b\nExample: benefits backup monday.db --store benefits.db")
@click.argument("output", type=click.Path(dir_okay=False))
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@store_option
@format_option
def backup(output: str, force: bool, store: str | None, form: str | None) -> None:
    """Write the store to one file, while others go on recording.

    The file is a store as it stood at one moment, without its views, and is verified before it gets its name.
    Keep it, and its token, away from this machine.
    """
    from benefits.store import Database, back_up

    with closing(Database(store_name(store), read_only=True)) as database:
        is_sandbox = database.identify().sandbox
        with progress("Backing up") as tell:
            made = back_up(database, output, replace=force, progress=tell)
        name = database.name
    report = made.report
    if form_of(form) == "table":
        click.echo(f"Backed up {report.size:,} events of {name} to {output}, {made.size_bytes:,} bytes.")
        click.echo(f"Token {report.token}\nSHA-256 of the file {made.sha256}")
        say_sandbox(is_sandbox)
    else:
        write_json(
            {
                "backup": output,
                "store": name,
                "events": report.size,
                "token": report.token,
                "bytes": made.size_bytes,
                "sha256": made.sha256,
                "sandbox": is_sandbox,
            }
        )


@click.command(epilog="\b\nExample: benefits restore monday.db --store benefits.db")
@click.argument("backup", type=click.Path())
@click.option("--against", metavar="TOKEN", help="A token kept earlier, which the log must still agree with.")
@store_option
@format_option
def restore(backup: str, against: str | None, store: str | None, form: str | None) -> None:
    """Make a new store from a backup, verified.

    The store is a file that is not there yet, or an empty PostgreSQL database. The whole log is verified, before
    it is copied and after, and every view is worked out anew.
    """
    from benefits.store import Database
    from benefits.store import restore as make_from

    name = store_name(store)
    with progress("Restoring") as tell:
        report = make_from(backup, name, views=_work_out_views, against=against, progress=tell)
    with closing(Database(name, read_only=True)) as database:
        shown, is_sandbox = database.name, database.check().sandbox
    if form_of(form) == "table":
        click.echo(f"Restored {report.size:,} events to {shown}, verified. Token {report.token}")
        if against is not None:
            click.echo(f"It begins with the events of {against}")
        say_sandbox(is_sandbox)
    else:
        write_json({"store": shown, "events": report.size, "token": report.token, "sandbox": is_sandbox})


def _work_out_views(url: str | Path, tell: Callable[[int, int], None] | None) -> None:
    from benefits import BenefitsRegister
    from projections.follower import prepare
    from projections.rebuilding import rebuild

    with BenefitsRegister(url) as register:
        prepare(register)
        rebuild(register, tell)
