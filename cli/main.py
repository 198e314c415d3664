"""The command `benefits`: finds the command asked for and loads nothing else."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

import click

from benefits import __version__

# Where each command lives, and what its line in the help says; a test holds these to the commands' own words.
HOMES: dict[str, tuple[str, str]] = {
    "init": ("cli.store", "Make a store."),
    "apply": ("cli.store", "Record the commands of a JSON Lines file."),
    "correct": ("cli.record", "Record a fact again, as it should have been."),
    "withdraw": ("cli.record", "Record that a fact should not have been recorded."),
    "authority": ("cli.record", "Councils and other public bodies."),
    "portfolio": ("cli.record", "Portfolios of programmes."),
    "programme": ("cli.record", "Programmes, their stages and targets."),
    "project": ("cli.record", "Projects and workstreams of programmes."),
    "milestone": ("cli.record", "Milestones: planned, reforecast, reached."),
    "body": ("cli.record", "Bodies that take or advise on decisions."),
    "post": ("cli.record", "Posts, and who holds them."),
    "decision": ("cli.record", "Decisions: taken, published, made effective, funded."),
    "document": ("cli.record", "Documents, their versions, and what they say."),
    "profile": ("cli.record", "Benefit profiles: baseline, target, forecast, authority."),
    "saving": ("cli.record", "Savings: claimed, verified, challenged, reversed, out of the budget."),
    "measure": ("cli.record", "Measures and readings."),
    "funding": ("cli.record", "What programmes cost, and where the money is to come from."),
    "figure": ("cli.record", "Figures and words that somebody printed."),
    "demo": ("cli.demo", "Make a store with five real cases in it, to look around."),
    "serve": ("cli.serve", "The pages, in a browser on this machine."),
    "board": ("cli.ask", "A programme or portfolio on one page, as at any date."),
    "register": ("cli.listing", "The benefits, filtered, with counts by facet."),
    "show": ("cli.ask", "Everything known of one subject."),
    "explain": ("cli.ask", "The events that make a figure."),
    "changes": ("cli.ask", "What differs from an earlier date or meeting, event by event."),
    "timeline": ("cli.timeline", "What happened and what is due, day by day."),
    "years": ("cli.portfolio", "Target, claimed and verified, by financial year or month."),
    "totals": ("cli.portfolio", "What was claimed, by the financial year or month it is for."),
    "trail": ("cli.ask", "The events, in the order of recording."),
    "list": ("cli.ask", "What is on record, by reference."),
    "event": ("cli.ask", "One event, with every word it says."),
    "overrides": ("cli.listing", "The guards that were set aside, and why."),
    "verify": ("cli.store", "Verify the whole log."),
    "export": ("cli.store", "Write out the log, to be verified elsewhere."),
    "backup": ("cli.backup", "Write the store to one file, while others go on recording."),
    "restore": ("cli.backup", "Make a new store from a backup, verified."),
    "rebuild": ("cli.store", "Work out every view anew."),
    "doctor": ("cli.doctor", "Look the store over, and say what to do about what is found."),
    "migrate": ("cli.store", "Bring a store made by an older version up to date."),
    "roles": ("cli.roles", "Who may record and who may only ask, on PostgreSQL."),
    "accept-clock": ("cli.record", "Record that a clock behind the log was looked at."),
    "schema": ("cli.schema", "The JSON Schema of commands and events."),
    "completion": ("cli.shell", "The script by which a shell completes commands."),
    "man": ("cli.shell", "The manual pages of every command."),
}

# Likewise, the commands that ask and stand beside those that record, under their noun.
ASKING: dict[str, tuple[str, str]] = {
    "portfolio show": ("cli.portfolio", "A portfolio's programmes side by side."),
    "project show": ("cli.ask", "Everything known of a project."),
    "funding show": ("cli.plans", "What a plan, programme or portfolio costs, and who pays."),
    "funding decided": ("cli.plans", "The funding that decisions set aside."),
    "figure list": ("cli.plans", "Printed figures, each checked."),
    "figure check": ("cli.plans", "One printed figure, checked."),
    "decision show": ("cli.papers", "A decision, and what each resolution confers."),
    "document show": ("cli.papers", "A document and its issues."),
    "document version": ("cli.papers", "The issue of a document that bears a version."),
}

SECTIONS: dict[str, tuple[str, ...]] = {
    "Start": ("demo", "serve", "init", "apply", "schema"),
    "Ask": (
        "list",
        "board",
        "register",
        "show",
        "explain",
        "changes",
        "timeline",
        "years",
        "totals",
        "trail",
        "event",
        "overrides",
    ),
    "Record": (
        "authority",
        "portfolio",
        "programme",
        "project",
        "milestone",
        "body",
        "post",
        "decision",
        "document",
        "profile",
        "saving",
        "measure",
        "funding",
        "figure",
        "correct",
        "withdraw",
    ),
    "Keep": ("verify", "doctor", "backup", "restore", "export", "rebuild", "migrate", "roles", "accept-clock"),
    "Your shell": ("completion", "man"),
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
                asking = [(name, line) for name, (_, line) in ASKING.items()] if section == "Ask" else []
                formatter.write_dl([(name, HOMES[name][1]) for name in names] + asking)


def _version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        click.echo(f"benefits {__version__}")
        ctx.exit()


@click.group(
    cls=_Lazy,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="\b\nStart with: benefits demo",
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


def process() -> NoReturn:
    """Be the process of one command: what the program `benefits` starts.

    Python looks all objects over for garbage while modules are loaded, and again when it ends. There is next to none,
    and looking took a third of a short command's time: docs/decisions/0021-start-up.md. Nor does pydantic look through
    all that is installed for plugins, which could change what is read from the log.
    """
    gc.set_threshold(100_000)
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    try:
        main()
    finally:
        gc.freeze()
