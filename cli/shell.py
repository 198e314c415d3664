"""Commands for your shell: what completes commands, and the manual pages."""

from __future__ import annotations

from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path
from typing import Final

import click

from benefits import __version__
from benefits.errors import InvalidValueError
from cli.tables import say

PROGRAM: Final = "benefits"

INSTALL: Final = {
    "bash": 'eval "$(benefits completion bash)"   # in ~/.bashrc',
    "zsh": 'eval "$(benefits completion zsh)"   # in ~/.zshrc, after compinit',
    "fish": "benefits completion fish > ~/.config/fish/completions/benefits.fish   # once",
}
"""What to write where, so that a shell completes commands."""


def command_named(name: str) -> click.Command:
    """Return one of the commands for your shell."""
    return {"completion": completion, "man": man}[name]


def _program() -> click.Group:
    from cli.main import benefits

    return benefits


@click.command(epilog="\b\nExample: benefits completion bash")
@click.argument("shell", type=click.Choice(list(INSTALL)))
def completion(shell: str) -> None:
    """Write the script by which a shell completes commands and options, and, at its end, how to install it."""
    from click.shell_completion import get_completion_class

    completes = get_completion_class(shell)
    assert completes is not None
    script = completes(_program(), {}, PROGRAM, f"_{PROGRAM.upper()}_COMPLETE").source()
    click.echo(f"{script.rstrip()}\n\n# To have it in every new shell:\n#   {INSTALL[shell]}")


# --- manual pages --------------------------------------------------------------------------------


@click.command(epilog="\b\nExample: benefits man --output man1")
@click.option("--output", required=True, type=click.Path(file_okay=False), help="The folder to write them into.")
def man(output: str) -> None:
    """Write the manual pages of every command, one file each, into a folder.

    In ~/.local/share/man/man1, for instance, `man benefits-board` finds them.
    """
    folder = Path(output)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written = [_write(folder, context) for context in _every(click.Context(_program(), info_name=PROGRAM))]
    except OSError as error:
        raise InvalidValueError(f"{output} cannot be written: {error.strerror}") from error
    say(f"Wrote {len(written)} manual pages into {output}. Read them with: man {folder / written[0]}")


def _every(context: click.Context) -> Iterator[click.Context]:
    """Yield the context of a command and of every command below it."""
    yield context
    command = context.command
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            if found is not None:
                yield from _every(click.Context(found, info_name=name, parent=context))


def _write(folder: Path, context: click.Context) -> str:
    name = f"{context.command_path.replace(' ', '-')}.1"
    (folder / name).write_text(_page(context), encoding="utf-8")
    return name


def _page(context: click.Context) -> str:
    """Return a command's manual page: what its help says, with its example."""
    from click_man.man import ManPage

    command = context.command
    page = ManPage(context.command_path)
    page.version = __version__
    page.short_help = _roff(command.get_short_help_str(limit=200))
    page.synopsis = " ".join(command.collect_usage_pieces(context))
    page.description = _roff(cleandoc(command.help or ""))
    records = [option.get_help_record(context) for option in command.params if isinstance(option, click.Option)]
    page.options = [(flags, _roff(words)) for flags, words in filter(None, records)]
    if isinstance(command, click.Group):
        names = [(name, command.get_command(context, name)) for name in command.list_commands(context)]
        page.commands = [(name, _roff(one.get_short_help_str(limit=200))) for name, one in names if one is not None]
    example = (command.epilog or "").replace("\b\n", "").partition(": ")[2]
    return f"{page}.SH EXAMPLE\n.nf\n{_roff(example)}\n.fi\n" if example else str(page)


def _roff(words: str) -> str:
    """Return words so that troff prints them as they are."""
    plain = words.replace("\b\n", "").replace("\\", "\\e").replace("-", "\\-")
    plain = "".join(one if one.isascii() else f"\\[u{ord(one):04X}]" for one in plain)
    return "\n".join(f"\\&{line}" if line.startswith((".", "'")) else line for line in plain.splitlines())
