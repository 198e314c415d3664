"""The description of the JSON of every page, as OpenAPI 3.1: schemas are those of the answers themselves."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from pydantic import TypeAdapter
from pydantic.json_schema import models_json_schema

from benefits import __version__
from benefits.values import Reference
from web.page import Page

_PLACE: Final = re.compile(r"\{(\w+):\w+\}")
_WHEN: Final = (
    ("as_at", "As at a date, such as 2008-03-31; today if left out."),
    ("known_at", "As known at the end of a date, at an instant, at a position of the log, or by a token."),
    ("token", "As known when an earlier answer was given: POSITION@ROOT-HASH."),
)
_NAMES: Final = {
    "reference": "A subject's reference, such as SCP.",
    "figure": "The name of a figure, such as claimed.",
    "position": "An event's place in the log, from 1.",
}
_PATTERNS: Final[Mapping[str, Mapping[str, Any]]] = {
    "reference": TypeAdapter(Reference).json_schema(),
    "position": {"pattern": "^[0-9]{1,18}$"},
}
_PROBLEMS: Final = {
    "400": "Something in the address is not what it should be.",
    "404": "Nothing of that name was on record then.",
    "409": "The token is another log's, or several things have that name.",
    "422": "A rule refuses what was asked.",
    "503": "The store cannot be asked just now.",
}


def described(pages: Iterable[Page]) -> dict[str, Any]:
    """Return the description of some pages' JSON."""
    found = [*pages]
    models = {page.answer for page in found}
    made, shared = models_json_schema(
        [(model, "serialization") for model in sorted(models, key=lambda one: one.__name__)],
        ref_template="#/components/schemas/{model}",
    )
    schemas = dict(shared.get("$defs", {}))
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Benefits realisation",
            "version": __version__,
            "summary": "What is on record, as at any date, as known at any point of the log.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": {_path(page): {"get": _operation(page, made[page.answer, "serialization"])} for page in found},
        "components": {"schemas": {**schemas, "Problem": _problem()}},
    }


def _path(page: Page) -> str:
    path = _PLACE.sub(r"{\1}", page.path)
    return f"/api{path}".rstrip("/") if path != "/" else "/api/"


def _operation(page: Page, schema: Any) -> dict[str, Any]:
    names = _PLACE.findall(page.path)
    problem = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        "operationId": page.name,
        "summary": page.summary,
        "parameters": [
            *(_parameter(name, _NAMES[name], "path", _PATTERNS.get(name, {})) for name in names),
            *(
                _parameter(name, means, "query", _one_of(page.choices.get(name)))
                for name, means in (*page.words.items(), *_WHEN)
            ),
        ],
        "responses": {
            "200": {
                "description": "The answer.",
                "headers": {"ETag": {"description": "Its day, token and head.", "schema": {"type": "string"}}},
                "content": {"application/json": {"schema": schema}},
            },
            "304": {"description": "It is the answer whose ETag was given."},
            **{status: {"description": means, "content": problem} for status, means in _PROBLEMS.items()},
        },
    }


def _parameter(name: str, means: str, place: str, more: Mapping[str, Any]) -> dict[str, Any]:
    schema = {"type": "string", **more}
    return {"name": name, "in": place, "required": place == "path", "description": means, "schema": schema}


def _one_of(choices: Collection[str] | None) -> dict[str, Any]:
    """Return that a word is one of some, or left empty, as forms leave it."""
    return {} if choices is None else {"enum": ["", *choices]}


def _problem() -> dict[str, Any]:
    words = {"type": ["string", "null"]}
    error = {
        "type": "object",
        "required": ["code", "message", "rule", "subject"],
        "properties": {"code": {"type": "string"}, "message": {"type": "string"}, "rule": words, "subject": words},
    }
    return {"type": "object", "required": ["error"], "properties": {"error": error}}
