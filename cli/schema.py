"""`benefits schema`: what may be said, and what may stand in the log, as JSON Schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import click

from benefits.commands import COMMANDS, FILLED_IN, Command
from benefits.commands import command_named as find_command
from benefits.errors import NotFoundError
from benefits.events import REGISTRY, FactCorrected, FactWithdrawn
from benefits.parts import Fact
from cli.tables import table, write_json

ABOUT_FACTS: Final[dict[str, type[Fact]]] = {"correct": FactCorrected, "withdraw": FactWithdrawn}

OF_A_FACT: Final = {
    "effective_on": {"type": "string", "description": "The day from which it is true."},
    "assumed": {"type": "string", "description": "What it rests on, where its source does not say it."},
    "overrides": {"type": "array", "items": {"type": ["string", "object"]}, "description": "RULE: REASON"},
}


def command_named(name: str) -> click.Command:
    """Return the command `schema`."""
    return schema


@click.group(epilog="\b\nExample: benefits schema command saving.claim")
def schema() -> None:
    """Show the JSON Schema of commands, as `apply` takes them, and of events, as the log keeps them."""


@schema.command("command", epilog="\b\nExample: benefits schema command saving.claim")
@click.argument("name", required=False)
def command_schema(name: str | None) -> None:
    """Show the schema of a command's line, or list the commands."""
    if name is None:
        table(
            "Commands",
            ("Command", "Records", "What it says"),
            (
                *((one.name, one.model.type_name, _first_line(one.model)) for one in COMMANDS.values()),
                *((name, model.type_name, _first_line(model)) for name, model in ABOUT_FACTS.items()),
            ),
        )
        return
    write_json(schema_about_facts(name) if name in ABOUT_FACTS else schema_of_command(find_command(name)))


def _first_line(model: type[Fact]) -> str:
    return (model.__doc__ or "").splitlines()[0]


@schema.command("event", epilog="\b\nExample: benefits schema event saving-claimed")
@click.argument("name", required=False)
def event_schema(name: str | None) -> None:
    """Show the schema of an event's body, or list the events."""
    if name is None:
        table(
            "Events",
            ("Type", "Version", "What it says"),
            ((one.type_name, one.schema_version, _first_line(one)) for one in REGISTRY.values()),
        )
        return
    if name not in REGISTRY:
        raise NotFoundError(f"there is no event type {name!r}; benefits schema event lists them", subject=name)
    write_json(REGISTRY[name].model_json_schema(mode="serialization"))


def schema_of_command(command: Command) -> dict[str, Any]:
    """Return the JSON Schema of a command's line for `apply`."""
    whole = command.model.model_json_schema()
    filled = FILLED_IN.get(command.name, ())
    properties = {name: whole["properties"][name] for name in command.fields()}
    for part in command.parts:  # Each of its fields may also be said flat, as the command line does.
        inner = whole["$defs"].get(next((ref for ref in _refs(properties[part])), ""), {})
        flat = {f"{part}_{name}": schema for name, schema in inner.get("properties", {}).items()}
        properties |= {name: schema for name, schema in flat.items() if name not in properties}
    if "claim" in properties:
        properties["claim"] = {"type": ["integer", "string"], "description": properties["claim"].get("description")}
    required = [name for name in whole.get("required", []) if name in properties and name not in filled]
    reference = {"type": "string", "description": "What the fact is about.", "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]*$"}
    data = {
        "type": "object",
        "properties": {"reference": reference} | properties,
        "required": ["reference", *required],
        "additionalProperties": False,
    }
    return _of_line(command.name, command.model, data, OF_A_FACT) | {"$defs": whole.get("$defs", {})}


def _refs(schema: dict[str, Any]) -> Iterator[str]:
    """Yield the names of the definitions a field's schema refers to."""
    for one in (schema, *schema.get("anyOf", ())):
        if "$ref" in one:
            yield one["$ref"].rpartition("/")[2]


def schema_about_facts(name: str) -> dict[str, Any]:
    """Return the JSON Schema of a line that corrects or withdraws."""
    model = ABOUT_FACTS[name]
    at = {"type": ["integer", "string"], "description": "The event: its position, or @COMMAND-ID."}
    reason = {"type": "string", "description": "Why."}
    data: dict[str, Any] = {
        "type": "object",
        "properties": {"at": at, "reason": reason},
        "required": ["at", "reason"],
        "additionalProperties": False,
    }
    if name == "correct":
        described = "The fields that were wrong, as they should be; null takes one out."
        data["properties"]["set"] = {"type": "object", "description": described}
    return _of_line(name, model, data, OF_A_FACT if name == "correct" else {})


def _of_line(name: str, model: type[Fact], data: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": name,
        "description": (model.__doc__ or "").strip(),
        "type": "object",
        "properties": {
            "command": {"const": name},
            "id": {"type": "string", "description": "The command's id: the same id is recorded once."},
            "by": {"type": "string", "description": "Who records: a post, or post/person-reference."},
            "now": {"type": "string", "description": "The instant of recording, in a sandbox only; a date means noon."},
            **more,
            "data": data,
        },
        "required": ["command", "id", "data"],
        "additionalProperties": False,
    }
