"""`benefits schema`: what may be said, and what may stand in the log, as JSON Schema."""

from __future__ import annotations

from typing import Any

import click

from benefits.commands import COMMANDS, FILLED_IN, Command
from benefits.commands import command_named as find_command
from benefits.errors import NotFoundError
from benefits.events import REGISTRY
from cli.tables import table, write_json


def command_named(name: str) -> click.Command:
    """Return the command `schema`."""
    return schema


@click.group(epilog="Example: benefits schema command saving.claim")
def schema() -> None:
    """Show the JSON Schema of commands, as `apply` takes them, and of events, as the log keeps them."""


@schema.command("command", epilog="Example: benefits schema command saving.claim")
@click.argument("name", required=False)
def command_schema(name: str | None) -> None:
    """Show the schema of a command's line, or list the commands."""
    if name is None:
        table(
            "Commands",
            ("Command", "Records", "What it says"),
            ((one.name, one.model.type_name, (one.model.__doc__ or "").splitlines()[0]) for one in COMMANDS.values()),
        )
        return
    write_json(schema_of_command(find_command(name)))


@schema.command("event", epilog="Example: benefits schema event saving-claimed")
@click.argument("name", required=False)
def event_schema(name: str | None) -> None:
    """Show the schema of an event's body, or list the events."""
    if name is None:
        table(
            "Events",
            ("Type", "Version", "What it says"),
            ((one.type_name, one.schema_version, (one.__doc__ or "").splitlines()[0]) for one in REGISTRY.values()),
        )
        return
    if name not in REGISTRY:
        raise NotFoundError(f"there is no event type {name!r}; benefits schema event lists them", subject=name)
    write_json(REGISTRY[name].model_json_schema())


def schema_of_command(command: Command) -> dict[str, Any]:
    """Return the JSON Schema of a command's line for `apply`."""
    whole = command.model.model_json_schema()
    filled = FILLED_IN.get(command.name, ())
    properties = {name: whole["properties"][name] for name in command.fields()}
    for name in set(filled) & {"claim"}:
        properties[name] = {"type": ["integer", "string"], "description": properties[name].get("description")}
    required = [name for name in whole.get("required", []) if name in properties and name not in filled]
    reference = {"type": "string", "description": "What the fact is about.", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]*$"}
    data = {
        "type": "object",
        "properties": {"reference": reference} | properties,
        "required": ["reference", *required],
        "additionalProperties": False,
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": command.name,
        "description": (command.model.__doc__ or "").strip(),
        "type": "object",
        "properties": {
            "command": {"const": command.name},
            "id": {"type": "string", "description": "The command's id: the same id is recorded once."},
            "by": {"type": "string", "description": "Who records: a post, or post/person-reference."},
            "now": {"type": "string", "description": "The instant of recording, in a sandbox only; a date means noon."},
            "effective_on": {"type": "string", "description": "The day from which it is true."},
            "assumed": {"type": "string", "description": "What it rests on, where its source does not say it."},
            "overrides": {"type": "array", "items": {"type": ["string", "object"]}, "description": "RULE: REASON"},
            "data": data,
        },
        "required": ["command", "id", "data"],
        "additionalProperties": False,
        "$defs": whole.get("$defs", {}),
    }
