"""`benefits roles`: which role of a PostgreSQL server may record, and which may only ask."""

from __future__ import annotations

import click

from cli.options import store_name, store_option


def command_named(name: str) -> click.Command:
    """Return the command."""
    return {"roles": roles}[name]


@click.command(
    epilog="\b\nExample: benefits roles --application registrar --reader board --store postgresql://owner@host/benefits"
)
@click.option("--application", required=True, metavar="ROLE", help="The role that may record, ask and rebuild.")
@click.option("--reader", required=True, metavar="ROLE", help="The role that may ask and verify, and change nothing.")
@click.option("--dry-run", is_flag=True, help="Write the SQL, and run none of it.")
@store_option
def roles(application: str, reader: str, dry_run: bool, store: str | None) -> None:
    """Let one role of a PostgreSQL server record, and another only ask.

    Neither can change what is recorded. Run it as the role that made the store, and again after benefits
    migrate; what is granted already stays.
    """
    from benefits.store import grant_roles

    statements = grant_roles(store_name(store), application=application, reader=reader, dry_run=dry_run)
    if dry_run:
        click.echo("".join(f"{statement};\n" for statement in statements), nl=False)
    else:
        click.echo(f"{application} may record, and {reader} may ask; neither can change what is recorded.")
