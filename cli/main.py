"""The command `benefits`: finds the command asked for and loads nothing else."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

import click

# Where each command lives, and what its line in the help says; a test holds these to the commands' own words.
HOMES: dict[str, tuple[str, str]] = {
    "init": ("cli.store", "Make a store."),
    "apply": ("cli.store", "Record the commands of a JSON Lines file."),
    "correct": ("cli.record", "Record a fact again, as it should have been."),
    "withdraw": ("cli.record", "Record that a fact should not have been recorded."),
    "authority": ("cli.record", "Councils and other public bodies."),
    "portfolio": ("cli.record", "Portfolios of programmes."),
    "programme": ("cli.record", "Programmes, their stages and targets."),
    "milestone": ("cli.record", "Milestones: planned, reforecast, reached."),
    "body": ("cli.record", "Bodies that take or advise on decisions."),
    "post": ("cli.record", "Posts, and who holds them."),
    "decision": ("cli.record", "Decisions: taken, published, made effective."),
    "document": ("cli.record", "Documents and their versions."),
    "profile": ("cli.record", "Benefit profiles: baseline, target, forecast, authority."),
    "saving": ("cli.record", "Savings: claimed, verified, challenged, reversed."),
    "measure": ("cli.record", "Measures and readings."),
    "board": ("cli.ask", "A programme or portfolio on one page, as at any date."),
    "show": ("cli.ask", "Everything known of one subject."),
    "explain": ("cli.ask", "The events that make a figure."),
    "changes": ("cli.ask", "What differs from an earlier date, event by event."),
    "trail": ("cli.ask", "The events, in the order of recording."),
    "verify": ("cli.store", "Verify the whole log."),
    "export": ("cli.store", "Write out the log, to be verified elsewhere."),
    "rebuild": ("cli.store", "Work out every view anew."),
    "migrate": ("cli.store", "Bring a store made by an older version up to date."),
    "accept-clock": ("cli.record", "Record that a clock behind the log was looked at."),
    "schema": ("cli.schema", "The JSON Schema of commands and events."),
}

SECTIONS: dict[str, tuple[str, ...]] = {
    "Start": ("init", "apply", "schema"),
    "Ask": ("board", "show", "explain", "changes", "trail"),
    "Record": (
        "authority",
        "portfolio",
        "programme",
        "milestone",
        "body",
        "post",
        "decision",
        "document",
        "profile",
        "saving",
        "measure",
        "correct",
        "withdraw",
    ),
    "Keep": ("verify", "export", "rebuild", "migrate", "accept-clock"),
}


class _Lazy(click.Group):
    """A group that imports a command when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(HOMES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in HOMES:
            return None
        found: click.Command = import_module(HOMES[cmd_name][0]).command_named(cmd_name)
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches

            near = get_close_matches(args[0], HOMES, n=3) if args else []
            hint = f"Did you mean {' or '.join(near)}?" if near else "benefits --help lists them."
            raise click.UsageError(f"{error.message} {hint}", ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        for section, names in SECTIONS.items():
            with formatter.section(section):
                formatter.write_dl([(name, HOMES[name][1]) for name in names])


def _version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from importlib.metadata import version

        click.echo(f"benefits {version('benefits-realisation')}")
        ctx.exit()


@click.group(
    cls=_Lazy,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="\b\nStart with: benefits init --sandbox && benefits apply cases/S001.jsonl && benefits board SCP",
)
@click.option("--store", metavar="URL|PATH", help="The store; ./benefits.db, or what BENEFITS_STORE names.")
@click.option("--version", is_flag=True, expose_value=False, is_eager=True, callback=_version, help="The version.")
@click.pass_context
def benefits(ctx: click.Context, store: str | None) -> None:
    """Benefits realisation: every decision, milestone and saving recorded once, asked for as at any date.

    Results go to standard output, everything else to standard error. Exit codes: 0 done; 1 a rule refused or a
    check failed; 2 usage; 3 not found; 4 conflict; 5 the store.
    """
    ctx.obj = {"store": store}


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run the command line and leave with its exit code."""
    try:
        code: Any = benefits.main(args=arguments, prog_name="benefits", standalone_mode=False)
    except click.exceptions.Abort:
        code = 130
        click.echo("Stopped.", err=True)
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except BrokenPipeError:
        from cli.say import close_quietly

        code = close_quietly()
    except KeyboardInterrupt:
        code = 130
    except Exception as error:  # noqa: BLE001  # `refuse` raises again what is not ours.
        from cli.say import refuse

        code = refuse(error)
    sys.exit(code if isinstance(code, int) else 0)
