"""`benefits serve`: the pages of a store, in a browser on this machine."""

from __future__ import annotations

import shlex
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

import click

from benefits.errors import StoreError
from cli import demo
from cli.options import listen_as_asked, read_store_name, read_store_option, setting, store_name

PORT: Final = 8350
"""Where the pages are, unless another port is said."""

_PARTS: Final = ("anyio", "jinja2", "litestar", "uvicorn", "xlsxwriter")


class MissingPagesError(StoreError):
    """What the pages stand on is not installed."""

    code = "missing-pages"


def command_named(name: str) -> click.Command:
    """Return the command `serve`."""
    return {"serve": serve}[name]


@click.command(epilog="\b\nExample: benefits serve --open")
@click.option("--store", metavar="URL|PATH", help="The store; ./benefits.db, or what BENEFITS_STORE names.")
@read_store_option
@click.option(
    "--port",
    type=click.IntRange(0, 65_535),
    default=PORT,
    show_default=True,
    help="Where; 0 for any that is free.",
)
@click.option("--open", "opens", is_flag=True, help="Open the first page in your browser.")
@click.option(
    "--colour", metavar="#RRGGBB", help="Your council's colour, in the header; or what BENEFITS_COLOUR names."
)
def serve(store: str | None, port: int, opens: bool, colour: str | None) -> None:
    """Show the board, and what is behind it, in a browser, as at any date.

    On this machine only, without sign-in, and to be read only. The same answers as on the command line, at addresses
    that stay; every table as CSV, Excel and JSON. Without a store it shows ./demo.db, or offers to make the demo.
    """
    listen_as_asked()
    try:
        from web.serve import serve as pages
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in _PARTS:
            raise
        raise MissingPagesError(
            "what the pages stand on is not installed; install it with: "
            "python -m pip install 'benefits-realisation[web]'"
        ) from None
    replica = read_store_name(store)
    name = replica or _meant(store)
    if replica is None:
        _bring_views_along(name)
    colour = setting("colour", "BENEFITS_COLOUR", colour)
    pages(name, port=port, opens=opens, says=_say, colour=colour, is_replica=replica is not None)


def _bring_views_along(store: str) -> None:
    """Bring the views to the head once, as every question on the command line does; pages themselves write nothing.

    Where that cannot be done, the pages say why.
    """
    from benefits import BenefitsRegister
    from projections import catch_up

    with suppress(StoreError), BenefitsRegister(store) as register:
        catch_up(register)


def _say(words: str) -> None:
    click.echo(words, err=True)


def _meant(store: str | None) -> str:
    """Return the store that is meant: where none is, the demo, made if somebody at a terminal wants it.

    Raises:
        StoreNotFoundError: If there is none.
    """
    from benefits.store import StoreNotFoundError

    name = store_name(store)
    if "://" in name or Path(name).exists():
        return name
    outer = click.get_current_context().find_root().obj or {}
    is_named = setting("store", "BENEFITS_STORE", store or outer.get("store")) is not None
    made = name if is_named else demo.DEFAULT_STORE
    if not is_named and Path(made).exists():
        _say(f"There is no store at {name}; this is the demo, {made}.")
        return made
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        quoted = shlex.quote(made)
        raise StoreNotFoundError(
            f"there is no store at {name}; to look around, make the demo first: "
            f"benefits demo --store {quoted} && benefits serve --store {quoted}"
        )
    if not click.confirm(f"There is no store at {name}. Make the demo at {made}, and show it?", default=True, err=True):
        raise StoreNotFoundError(f"there is no store at {name}; make one: benefits init --store {shlex.quote(name)}")
    from benefits.intake import merged

    with demo.made(made, list(merged(demo.cases()))):
        return made
