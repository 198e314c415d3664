"""Commands about the store as a whole: make it, fill it, verify it, write it out."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any

import click

from benefits.errors import InvalidValueError, NotFoundError
from cli.options import form_of, format_option, register_of, say_sandbox, store_name, store_option
from cli.tables import table, write_csv, write_json


def command_named(name: str) -> click.Command:
    """Return one of the commands about the store."""
    return {
        "init": init,
        "apply": apply,
        "verify": verify,
        "export": export,
        "rebuild": rebuild,
        "migrate": migrate,
    }[name]


@contextmanager
def progress(label: str, length: int | None = None) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on standard error, if somebody is looking; gives a function told how many of how many."""
    if not sys.stderr.isatty():
        yield lambda done, of: None
        return
    with click.progressbar(length=length or 1, label=label, file=sys.stderr) as bar:

        def tell(done: int, of: int) -> None:
            bar.length = max(of, 1)
            bar.update(done - bar.pos)

        yield tell


@click.command(epilog="\b\nExample: benefits init --sandbox --store training.db")
@click.option("--sandbox", is_flag=True, help="A store whose clock may be set, for training and replays; for ever.")
@store_option
@format_option
def init(sandbox: bool, store: str | None, form: str | None) -> None:
    """Make a store: a file, or the tables in an empty PostgreSQL database.

    A store that is there already is left as it is.
    """
    from benefits.application import initialise
    from projections.follower import prepare

    name = store_name(store)
    made = initialise(name, sandbox=sandbox)
    with register_of(store) as register:
        prepare(register)
        shown = register.database.name
    kind = "a sandbox" if sandbox else "a store"
    if form_of(form) != "table":
        write_json({"store": shown, "sandbox": sandbox, "created": made.created})
    elif made.created:
        click.echo(f"Made {kind}: {shown}")
    else:
        click.echo(f"{shown} is {kind} already; nothing was changed.")


@click.command(name="apply", epilog="\b\nExample: benefits apply cases/S001.jsonl --dry-run")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True))
@click.option("--atomic", is_flag=True, help="Record every line, or, if one is refused, none.")
@click.option("--dry-run", is_flag=True, help="Judge every line, and record nothing.")
@click.option("--by", metavar="POST", help="Who records, where a line does not say; or BENEFITS_USER.")
@store_option
@format_option
def apply(file: str, atomic: bool, dry_run: bool, by: str | None, store: str | None, form: str | None) -> None:
    """Record the commands of a JSON Lines FILE, or of standard input with -.

    One line, one act or one refusal. Lines that are refused are listed, and the others are recorded; run
    again, what is recorded is recognised by its id and not recorded twice.
    """
    from benefits.intake import apply as take

    chosen = form_of(form)
    with register_of(store, by=by) as register, _opened(file) as (lines, size), progress("Recording", size) as tell:
        taken = 0

        def told(more: int) -> None:
            nonlocal taken
            taken += more
            tell(taken, size or taken)

        applied = take(register, lines, atomic=atomic, rehearse=dry_run, by=by, tell=told)
        token = f"{register.log.head().size}@{register.log.head().root.hex()}"
        is_sandbox = register.is_sandbox
    refused = [{"line": one.line, "id": one.id, "code": one.code, "message": one.message} for one in applied.refused]
    if chosen == "table":
        would = "Would be recorded" if dry_run else "Recorded"
        click.echo(f"{would} {applied.recorded:,}, already there {applied.repeated:,}, refused {len(refused):,}.")
        table(
            "Refused",
            ("Line", "Id", "Rule", "Why"),
            ((one["line"], one["id"], one["code"], one["message"]) for one in refused),
        )
        say_sandbox(is_sandbox)
    elif chosen == "json":
        write_json(
            {
                "recorded": applied.recorded,
                "repeated": applied.repeated,
                "refused": refused,
                "dry_run": dry_run,
                "token": token,
                "sandbox": is_sandbox,
            }
        )
    elif chosen == "jsonl":
        for one in refused:
            write_json(one, indent=None)
    else:
        write_csv(refused)
    if refused:
        click.get_current_context().exit(1)


@contextmanager
def _opened(file: str) -> Iterator[tuple[IO[bytes], int | None]]:
    """Open a file of lines, or standard input, with its size where it has one."""
    if file == "-":
        yield sys.stdin.buffer, None
        return
    try:
        size = Path(file).stat().st_size
        with Path(file).open("rb") as lines:
            yield lines, size
    except FileNotFoundError:
        raise NotFoundError(f"there is no file {file}; check the name", subject=file) from None
    except OSError as error:
        raise InvalidValueError(f"{file} cannot be read: {error.strerror}") from error


@click.command(epilog="\b\nExample: benefits verify --against 61@d0c5… --store benefits.db")
@click.option("--against", metavar="TOKEN", help="A token kept earlier, which the log must still agree with.")
@store_option
@format_option
def verify(against: str | None, store: str | None, form: str | None) -> None:
    """Work out the whole log again, and name by position whatever was changed, dropped, swapped or inserted.

    Somebody who rebuilds the whole log is only found with --against, and a token kept elsewhere.
    """
    from benefits.store import Database, verify_log

    with closing(Database(store_name(store), read_only=True)) as database:
        is_sandbox = database.check().sandbox
        with progress("Verifying") as tell:
            report = verify_log(database, against, tell)
            # Whoever pastes another store's token should not be told that this log was altered.
            is_sound = bool(against and report.findings) and not verify_log(database, None, tell).findings
    token = report.token
    found = [{"position": one.position, "message": one.message} for one in report.findings]
    chosen = form_of(form)
    if chosen == "table":
        for one in found:
            where = f"event {one['position']}" if one["position"] else "the log"
            click.echo(f"{where}: {one['message']}")
        if found and is_sound:
            click.echo(
                f"The log itself is whole: {report.size:,} events verified. Token {token}\n"
                "But it does NOT begin with the events of the token above. Either that is another store's token, or "
                "this log was rebuilt since it was given: then keep a copy of it as it is, record nothing more, and "
                "compare it with a backup or an export."
            )
        elif found:
            click.echo(
                f"The log of {report.size:,} events did NOT verify. Keep a copy of it as it is, record nothing more, "
                "and compare it with a backup or an export. A token that does not agree may be another store's."
            )
        else:
            click.echo(f"{report.size:,} events verified. Token {token}")
            if against is not None:
                click.echo(f"It begins with the events of {against}")
        say_sandbox(is_sandbox)
    elif chosen == "json":
        write_json(
            {"events": report.size, "token": token, "verified": not found, "findings": found, "sandbox": is_sandbox}
        )
    elif chosen == "jsonl":
        for one in found:
            write_json(one, indent=None)
    else:
        write_csv(found)
    if found:
        click.get_current_context().exit(1)


@click.command(epilog="\b\nExample: benefits export --output log.jsonl")
@click.option("--output", type=click.Path(dir_okay=False), help="The file to write; standard output if left out.")
@click.option(
    "--known-at", metavar="DATE", help="Only what was recorded by then: a date, an instant, a position or a token."
)
@click.option(
    "--parquet",
    type=click.Path(file_okay=False),
    help="Write Parquet instead, events and money, into a folder that many authorities may share.",
)
@click.option(
    "--authority",
    metavar="NAME",
    help="With --parquet: the name to write under; the store's own authority if left out.",
)
@store_option
def export(
    output: str | None, known_at: str | None, parquet: str | None, authority: str | None, store: str | None
) -> None:
    """Write out the log, a JSON line an event: header, body, salt, commitment, leaf; enough to verify it elsewhere.

    With --parquet, write it for analysis: the events with their main words as columns, and what each added to the
    figures. That wants DuckDB, which is installed with the extra `analysis`.
    """
    if parquet is not None and output is not None:
        raise InvalidValueError("Parquet is written into a folder; give --parquet or --output, not both")
    if authority is not None and parquet is None:
        raise InvalidValueError("--authority names a part of a folder of Parquet; give --parquet FOLDER as well")
    if parquet is not None:
        _export_parquet(parquet, authority, known_at, store)
        return
    from projections.asking import ask

    with register_of(store) as register:
        upto = ask(register, known_at=known_at).position
        with _writing(output) as file, progress("Writing", upto) as tell:
            for position, line in _lines(register, upto):
                file.write(line)
                tell(position, upto)


def _export_parquet(folder: str, authority: str | None, known_at: str | None, store: str | None) -> None:
    from projections.parquet import export as write

    with register_of(store) as register, progress("Writing") as tell:
        written = write(register, folder, authority=authority, known_at=known_at, tell=tell)
        is_sandbox = register.is_sandbox
    click.echo(f"Wrote {written.events:,} events and {written.deltas:,} deltas of {written.authority} to {folder}.")
    click.echo(f"Token {written.token}")
    say_sandbox(is_sandbox)


def _lines(register: Any, upto: int) -> Iterator[tuple[int, str]]:
    after = 0
    while after < upto:
        for row in register.log.read(after=after, limit=1_000, upto=upto):
            said = {
                "position": row.position,
                "recorded_at": row.recorded_at,
                "effective_on": row.effective_on.isoformat(),
                "originator_id": str(row.originator_id),
                "originator_version": row.originator_version,
                "type": row.type,
                "schema_version": row.schema_version,
                "actor": row.actor,
                "account": row.account,
                "command_id": row.command_id,
                "body": row.body.decode() if row.body is not None else None,
                "salt": row.salt.hex() if row.salt is not None else None,
                "commitment": row.commitment.hex(),
                "leaf": row.leaf.hex(),
            }
            yield row.position, json.dumps(said, ensure_ascii=False) + "\n"
            after = row.position


@contextmanager
def _writing(output: str | None) -> Iterator[IO[str]]:
    """Write a file whole or not at all."""
    if output is None:
        yield sys.stdout
        return
    unfinished = Path(f"{output}.part")
    try:
        with unfinished.open("w", encoding="utf-8") as file:
            yield file
        unfinished.replace(output)
    except OSError as error:
        raise InvalidValueError(f"{output} cannot be written: {error.strerror}") from error
    finally:
        unfinished.unlink(missing_ok=True)


@click.command(epilog="\b\nExample: benefits rebuild --check --store benefits.db")
@click.option("--check", is_flag=True, help="Compare what is worked out with the views that stand, and change nothing.")
@store_option
@format_option
def rebuild(check: bool, store: str | None, form: str | None) -> None:
    """Work out every view anew from the log. Nothing recorded is touched.

    It is done beside the views that stand, which are asked meanwhile and stay as they are if it is broken off or fails.
    """
    from projections import rebuilding

    chosen = form_of(form)
    if not check:
        with register_of(store) as register, progress("Rebuilding") as tell:
            events = rebuilding.rebuild(register, tell)
        if chosen == "table":
            click.echo(f"Rebuilt the views from {events:,} events.")
        elif chosen == "csv":
            write_csv([{"events": events}])
        else:
            write_json({"events": events}, indent=None if chosen == "jsonl" else 2)
        return
    with register_of(store) as register, progress("Checking") as tell:
        compared = rebuilding.check(register, tell)
    rows = [{"table": one.table, "standing": one.standing, "anew": one.anew} for one in compared.digests]
    if chosen == "table":
        if compared.is_equal:
            click.echo(f"The views are what the log of {compared.position:,} events says.")
        else:
            click.echo(
                f"The views are NOT what the log of {compared.position:,} events says: "
                f"{', '.join(one.table for one in compared.digests if not one.is_equal)}. Run: benefits rebuild"
            )
    elif chosen == "csv":
        write_csv(rows)
    else:
        said = {"events": compared.position, "equal": compared.is_equal, "digests": rows}
        write_json(said, indent=None if chosen == "jsonl" else 2)
    if not compared.is_equal:
        click.get_current_context().exit(1)


@click.command(epilog="\b\nExample: benefits migrate --store benefits.db")
@store_option
def migrate(store: str | None) -> None:
    """Bring a store made by an older version up to date. Back it up first."""
    from benefits.store import migrate as bring_up_to_date
    from projections.follower import prepare

    migrated = bring_up_to_date(store_name(store))
    with register_of(store) as register:
        prepare(register)
        name = register.database.name
    if migrated.before == migrated.store.revision:
        click.echo(f"{name} is up to date; nothing was changed.")
    else:
        click.echo(f"{name} is up to date: schema {migrated.before} is now {migrated.store.revision}.")
