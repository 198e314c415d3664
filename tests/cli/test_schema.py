"""`benefits schema`: what may be said and what may stand in the log, as JSON Schema."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from benefits.commands import COMMANDS
from benefits.events import REGISTRY
from tests.cli.running import ROOT, benefits

LINES = [
    json.loads(line) for case in sorted((ROOT / "cases").glob("*.jsonl")) for line in case.read_text().splitlines()
]
TYPES: dict[str, Any] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}


def problems(value: Any, schema: dict[str, Any], whole: dict[str, Any], at: str = "") -> list[str]:
    """Return where a value is not what a schema says, as far as our schemas say anything."""
    if "$ref" in schema:
        schema = whole["$defs"][schema["$ref"].rpartition("/")[2]] | {k: v for k, v in schema.items() if k != "$ref"}
    if "anyOf" in schema:
        tried = [problems(value, one, whole, at) for one in schema["anyOf"]]
        return [] if [] in tried else tried[0]
    found = []
    if "const" in schema and value != schema["const"]:
        found.append(f"{at} is not {schema['const']}")
    if "enum" in schema and value not in schema["enum"]:
        found.append(f"{at} is none of {schema['enum']}")
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(isinstance(value, TYPES[kind]) for kind in kinds):
        found.append(f"{at} is no {' or '.join(kinds)}")
    if isinstance(value, str) and "pattern" in schema and not re.search(schema["pattern"], value):
        found.append(f"{at} is not like {schema['pattern']}")
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        found += [f"{at} has no {name}" for name in schema.get("required", ()) if name not in value]
        if schema.get("additionalProperties") is False:
            found += [f"{at} has {name}" for name in value if name not in properties]
        for name, inner in value.items():
            found += problems(inner, properties.get(name, {}), whole, f"{at}/{name}")
    if isinstance(value, list):
        for index, inner in enumerate(value):
            found += problems(inner, schema.get("items", {}), whole, f"{at}/{index}")
    return found


@pytest.mark.parametrize("name", [*COMMANDS, "correct", "withdraw"])
def test_the_schema_of_a_command_holds_every_line_of_it_in_the_cases(name):
    schema = benefits("schema", "command", name).json()

    assert schema["title"] == name
    assert set(schema["required"]) == {"command", "id", "data"}
    assert {"reference", "at"} & set(schema["properties"]["data"]["required"])
    for line in LINES:
        if line["command"] == name:
            assert problems(line, schema, schema) == [], line["id"]


@pytest.mark.parametrize(
    "spoilt",
    [
        {"command": "saving.verify"},
        {"surprise": 1},
        {"data": {"reference": "SCP-PROC"}},
        {"data": {"reference": "SCP-PROC", "period": "2007/08", "amount": "1", "colour": "red"}},
        {"data": {"reference": "SCP-PROC", "period": "2007/08", "amount": "1", "release": "some-cash"}},
        {"data": {"reference": "not a reference", "period": "2007/08", "amount": "1"}},
    ],
)
def test_the_schema_of_a_claim_finds_what_is_wrong_with_a_line(spoilt):
    schema = benefits("schema", "command", "saving.claim").json()
    (line, *_) = [line for line in LINES if line["command"] == "saving.claim"]

    assert problems(line | spoilt, schema, schema) != []


def test_what_a_command_needs_its_schema_requires():
    verify = benefits("schema", "command", "saving.verify").json()["properties"]["data"]

    assert set(verify["required"]) == {"reference", "claim", "method"}
    assert verify["properties"]["claim"]["type"] == ["integer", "string"]


@pytest.mark.parametrize("name", REGISTRY)
def test_every_event_type_has_a_schema_that_says_what_its_fields_are(name):
    schema = benefits("schema", "event", name).json()

    assert schema["type"] == "object"
    assert schema["additionalProperties"] is False
    assert schema["description"]


@pytest.mark.parametrize(("what", "names"), [("command", COMMANDS), ("event", REGISTRY)])
def test_without_a_name_the_schemas_there_are_are_listed(what, names):
    listed = benefits("schema", what)

    assert listed.code == 0
    assert all(re.search(rf"^\s*{re.escape(name)}\s", listed.out, re.MULTILINE) for name in names)


def test_every_body_the_cases_leave_in_the_log_is_what_the_schema_of_its_event_says(s001):
    schemas = {name: benefits("schema", "event", name).json() for name in REGISTRY}
    for event in benefits("trail", "--store", s001, "--format", "jsonl").lines():
        schema = schemas[event["type"]]
        assert problems(event["body"], schema, schema) == [], event["position"]
