"""Options that many commands share, and how a command comes by its register."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from benefits.errors import InvalidValueError

if TYPE_CHECKING:
    from benefits import BenefitsRegister

F = TypeVar("F", bound=Callable[..., Any])

FORMATS = ("table", "json", "jsonl", "csv")
DEFAULT_STORE = "benefits.db"
READ_STORE = "read-store"


@cache
def _settings() -> Mapping[str, Any]:
    """Return what `./benefits.toml` says, or else the user's own configuration."""
    from platformdirs import user_config_path

    for path in (Path("benefits.toml"), user_config_path("benefits-realisation") / "benefits.toml"):
        try:
            with path.open("rb") as file:
                from tomllib import load

                return load(file)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except OSError as error:
            raise InvalidValueError(f"{path} cannot be read: {error.strerror}") from error
        except ValueError as error:
            raise InvalidValueError(f"{path} is not TOML: {error}") from error
    return {}


def setting(name: str, variable: str, given: str | None) -> str | None:
    """Return what was given, or the environment says, or a configuration file does."""
    value = given or os.environ.get(variable) or _settings().get(name)
    return None if value is None else str(value)


def store_option(command: F) -> F:
    """Add `--store`."""
    return click.option("--store", metavar="URL|PATH", help="The store; ./benefits.db, or what BENEFITS_STORE names.")(
        command
    )


def format_option(command: F, name: str = "form") -> F:
    """Add `--format`, under a name of its own where the command has a field called form."""
    return click.option(
        "--format", name, type=click.Choice(FORMATS), default=None, help="How to write the answer.  [default: table]"
    )(command)


def read_store_option(command: F) -> F:
    """Add `--read-store`, which `read_store_name` finds."""

    def keep(context: click.Context, _: click.Parameter, given: str | None) -> None:
        context.meta[READ_STORE] = given

    return click.option(
        "--read-store",
        metavar="URL",
        expose_value=False,
        callback=keep,
        help="A replica of the store, to ask in its place; or what BENEFITS_READ_STORE names.",
    )(command)


def asking_options(command: F) -> F:
    """Add the two times, the token, the store, its replica and the format."""
    for option in (
        format_option,
        read_store_option,
        store_option,
        click.option(
            "--token",
            metavar="POSITION@HASH",
            help="As known when an earlier answer was given; give its --as-at as well, and the answer is the same.",
        ),
        click.option(
            "--known-at",
            metavar="DATE",
            help="As known at the end of a date, at an instant, or at a position of the log.",
        ),
        click.option("--as-at", metavar="DATE", help="As at a date; today if left out."),
    ):
        command = option(command)
    return command


def store_name(store: str | None) -> str:
    """Return the store that is meant."""
    context = click.get_current_context(silent=True)
    outer = context.find_root().obj if context is not None else None
    return setting("store", "BENEFITS_STORE", store or (outer or {}).get("store")) or DEFAULT_STORE


def read_store_name(store: str | None) -> str | None:
    """Return the replica to ask in the place of the store that is meant, if there is one.

    A store that is named nearer than a replica, by option rather than by the environment, say, is asked itself.
    """
    context = click.get_current_context(silent=True)
    outer = context.find_root().obj if context is not None else None
    named = (
        (store or (outer or {}).get("store"), context.meta.get(READ_STORE) if context is not None else None),
        (os.environ.get("BENEFITS_STORE"), os.environ.get("BENEFITS_READ_STORE")),
        (_settings().get("store"), _settings().get(READ_STORE)),
    )
    return next((str(replica) if replica else None for its_store, replica in named if replica or its_store), None)


def form_of(given: str | None) -> str:
    """Return the format that is meant."""
    form = setting("format", "BENEFITS_FORMAT", given) or "table"
    if form not in FORMATS:
        raise InvalidValueError(f"{form!r} is not a format; ask for {', '.join(FORMATS)}")
    return form


def listen_as_asked() -> None:
    """Have what the program tells written as the environment, or a configuration file, asks for."""
    from cli.logs import listen

    listen(
        setting("log", "BENEFITS_LOG", None),
        setting("log_file", "BENEFITS_LOG_FILE", None),
        setting("slow_ms", "BENEFITS_SLOW_MS", None),
    )


@contextmanager
def register_of(store: str | None, *, by: str | None = None, read_only: bool = False) -> Iterator[BenefitsRegister]:
    """Open the register of the store that is meant; its views follow every append."""
    from benefits import BenefitsRegister
    from projections.follower import follow

    listen_as_asked()
    with BenefitsRegister(
        store_name(store),
        on_append=(follow,),
        user=setting("by", "BENEFITS_USER", by),
        read_only=read_only,
    ) as register:
        yield register


def say_sandbox(is_sandbox: bool) -> None:
    """Say on standard error that the store is a sandbox."""
    if is_sandbox:
        click.echo("Sandbox: its clock may be set.", err=True)
