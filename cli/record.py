"""Commands that record: one for each kind of fact, with the fact's own fields as options."""

from __future__ import annotations

import json
import types
from collections.abc import Callable, Mapping
from enum import StrEnum
from importlib import import_module
from typing import Annotated, Any, Union, get_args, get_origin

import click
from pydantic.fields import FieldInfo

from benefits.act import Act, Receipt
from benefits.commands import COMMANDS, FILLED_IN, Command
from benefits.errors import InvalidValueError
from benefits.parts import Value
from cli.examples import EXAMPLES
from cli.main import ASKING, HOMES
from cli.options import form_of, format_option, register_of, say_sandbox, store_option


def command_named(name: str) -> click.Command:
    """Return a group of recording commands, or one of the commands about facts."""
    if name == "correct":
        return _correct
    if name == "withdraw":
        return _withdraw
    if name == "accept-clock":
        return _accept_clock
    group = _Noun(name, help=HOMES[name][1])
    for command in COMMANDS.values():
        if command.group == name:
            group.add_command(_recording(command))
    for asking, (module, line) in ASKING.items():
        noun, verb = asking.split()
        if noun == name:
            found: click.Command = import_module(module).command_named(asking)
            group.add_command(found, verb)
            found.short_help = line
    return group


class _Noun(click.Group):
    """The commands about one noun: those that ask above those that record."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        asking = [verb for verb in self.commands if f"{self.name} {verb}" in ASKING]
        recording = [verb for verb in self.commands if verb not in asking]
        for section, verbs in (("Ask", asking), ("Record", recording)):
            if verbs:
                with formatter.section(section):
                    formatter.write_dl([(verb, self.commands[verb].get_short_help_str(limit=200)) for verb in verbs])


# --- from a fact's fields to options -----------------------------------------------------------


def _recording(command: Command) -> click.Command:
    """Return the click command that records a kind of fact."""
    parameters: list[click.Parameter] = [click.Argument(["reference"])]
    for name, info in command.fields().items():
        parameters += _options(name, info, required=info.is_required() and name not in FILLED_IN.get(command.name, ()))
    doc = (command.model.__doc__ or "").strip()

    def record(reference: str, **given: Any) -> None:
        act, form, store = _act_of(given)
        words = {name: value for name, value in given.items() if value not in (None, ())}
        with register_of(store) as register:
            _say(register.record(command, reference, words, act), form, register.is_sandbox)

    built = click.Command(
        command.verb,
        callback=record,
        params=parameters,
        help=doc,
        short_help=doc.partition(";")[0].rstrip(".") + ".",
        epilog=f"\b\nExample: {EXAMPLES[command.name]}",
    )
    return _act_options(built)


def _options(name: str, info: FieldInfo, *, required: bool, prefix: str = "") -> list[click.Parameter]:
    """Return the options of a field; a part with fields of its own has one for each of them."""
    kind, many = _kind(info.annotation)
    flag = f"--{prefix}{name}".replace("_", "-")
    parameter = f"{prefix}{name}".replace("-", "_")
    if isinstance(kind, type) and issubclass(kind, Value) and not many:
        return [
            option
            for each, of in kind.model_fields.items()
            for option in _options(each, of, required=False, prefix=f"{prefix}{name}_")
        ]
    words = info.description
    if kind is bool:
        return [click.Option([parameter, f"{flag}/--no-{prefix}{name}".replace("_", "-")], default=None, help=words)]
    choice = (
        click.Choice([each.value for each in kind]) if isinstance(kind, type) and issubclass(kind, StrEnum) else None
    )
    if many:
        words = f"{words} Repeat it for several."
    default = info.get_default() if not info.is_required() else None
    if default is not None and default != () and not isinstance(default, Value):
        words = f"{words}  [default: {default}]"
    return [
        click.Option(
            [parameter, flag],
            type=choice or str,
            multiple=many,
            required=required,
            help=words,
            metavar=None if choice else "TEXT",
        )
    ]


def _kind(annotation: Any) -> tuple[Any, bool]:
    """Return what a field holds, and whether it holds many."""
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _kind(inner[0])
    if origin is tuple:
        return _kind(inner[0])[0], True
    if origin in (Union, types.UnionType):
        return _kind(next(each for each in inner if each is not type(None)))
    return annotation, False


# --- who, when, and what was said ----------------------------------------------------------------


def _act_options(command: click.Command, *, of_a_fact: bool = True) -> click.Command:
    """Add the options every act has; when it is true, and on what it rests, only those that say a fact."""
    options = [
        click.Option(["--by"], metavar="POST", help="Who records: a post, or post/person-reference; or BENEFITS_USER."),
        click.Option(
            ["--effective-on"], metavar="DATE", help="The day from which it is true: 2008-03-31, 2007-11, 'by 2006-04'."
        ),
        click.Option(["--id"], metavar="ID", help="The command's id: the same id is recorded once."),
        click.Option(["--assumed"], metavar="REASON", help="What it rests on, where its source does not say it."),
        click.Option(
            ["overrides", "--override"],
            multiple=True,
            metavar="'RULE: REASON'",
            help="Set a guard aside; it is recorded.",
        ),
        click.Option(["--now"], metavar="DATE", help="The day of recording; in a sandbox only, and never backwards."),
    ]
    command.params += [one for one in options if of_a_fact or one.name not in _OF_A_FACT]
    return store_option(format_option(command, "answer_form"))


_OF_A_FACT = frozenset({"effective_on", "assumed", "overrides"})


def _act_of(given: dict[str, Any]) -> tuple[Act, str, str | None]:
    """Take who, when, format and store out of what was given."""
    act = Act(
        by=given.pop("by"),
        effective_on=given.pop("effective_on", None),
        id=given.pop("id"),
        assumed=given.pop("assumed", None),
        overrides=given.pop("overrides", None),
        now=given.pop("now"),
    )
    return act, form_of(given.pop("answer_form")), given.pop("store")


def _say(receipt: Receipt, form: str, is_sandbox: bool) -> None:
    """Say what was recorded, and where."""
    if form == "table":
        done = "Already recorded" if receipt.repeated else "Recorded"
        click.echo(
            f"{done} as event {receipt.position}: {receipt.type} of {receipt.reference}, "
            f"true from {receipt.effective_on}, by {receipt.actor}."
        )
        for warning in receipt.warnings:
            click.echo(f"Note: {warning}.", err=True)
        say_sandbox(is_sandbox)
        return
    said = {
        "position": receipt.position,
        "recorded_at": receipt.recorded_at.isoformat().replace("+00:00", "Z"),
        "effective_on": receipt.effective_on.isoformat(),
        "actor": receipt.actor,
        "type": receipt.type,
        "reference": receipt.reference,
        "id": receipt.command_id,
        "repeated": receipt.repeated,
        "warnings": list(receipt.warnings),
        "sandbox": is_sandbox,
    }
    if form == "csv":
        from cli.tables import write_csv

        write_csv([said])
    else:
        click.echo(json.dumps(said, ensure_ascii=False, indent=2 if form == "json" else None))


# --- facts about facts -------------------------------------------------------------------------


def _changes(given: tuple[str, ...]) -> Mapping[str, Any]:
    """Return `FIELD=VALUE` pairs as words; a value that is JSON of a list or object is read as such."""
    found: dict[str, Any] = {}
    for pair in given:
        name, equals, value = pair.partition("=")
        if not equals:
            raise InvalidValueError(f"{pair!r} sets nothing; write FIELD=VALUE, such as amount=2900")
        if value[:1] in ("[", "{"):
            try:
                found[name.strip().replace("-", "_")] = json.loads(value)
            except ValueError as error:
                raise InvalidValueError(f"{value!r} is not JSON: {error}") from error
        else:
            found[name.strip().replace("-", "_")] = value or None
    return found


def _about(name: str, say: Callable[..., None], *options: click.Parameter) -> click.Command:
    built = click.Command(
        name, callback=say, params=list(options), help=say.__doc__, epilog=f"\b\nExample: {EXAMPLES[name]}"
    )
    return _act_options(built, of_a_fact=name == "correct")


def _say_correction(at: str, reason: str, changes: tuple[str, ...], **given: Any) -> None:
    """Record a fact again, whole, as it should have been.

    AT is the position of the event to correct, or @COMMAND-ID. From now on the replacement stands in its
    place; whoever asks what was known before still gets the original.
    """
    act, form, store = _act_of(given)
    with register_of(store) as register:
        receipt = register.correct(at, reason=reason, changes=_changes(changes), **act)
        _say(receipt, form, register.is_sandbox)


def _say_withdrawal(at: str, reason: str, **given: Any) -> None:
    """Record that a fact should not have been recorded; nothing stands in its place.

    AT is the position of the event to withdraw, or @COMMAND-ID.
    """
    act, form, store = _act_of(given)
    with register_of(store) as register:
        _say(register.withdraw(at, reason=reason, **act), form, register.is_sandbox)


def _say_clock(reason: str, **given: Any) -> None:
    """Record that a clock which stands behind the log was looked at, so that recording goes on."""
    act, form, store = _act_of(given)
    with register_of(store) as register:
        _say(register.accept_clock(reason=reason, **act), form, register.is_sandbox)


def _reason() -> click.Option:
    return click.Option(["--reason"], required=True, metavar="TEXT", help="Why.")


_correct = _about(
    "correct",
    _say_correction,
    click.Argument(["at"]),
    _reason(),
    click.Option(
        ["changes", "--set"],
        multiple=True,
        metavar="FIELD=VALUE",
        help="A field as it should be; no value takes it out. The rest stays. --effective-on moves the fact.",
    ),
)
_withdraw = _about("withdraw", _say_withdrawal, click.Argument(["at"]), _reason())
_accept_clock = _about("accept-clock", _say_clock, _reason())
