"""One noun and one verb everywhere: command line, Python, commands of a file."""

from __future__ import annotations

import inspect

import pytest

from benefits import groups
from benefits.commands import COMMANDS, FILLED_IN

GROUPS = {vars(one)["noun"]: one for one in vars(groups).values() if isinstance(one, type) and "noun" in vars(one)}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_method_has_the_name_and_the_fields_of_its_command(name):
    # Given a command and the method of the same noun and verb
    command = COMMANDS[name]
    method = getattr(GROUPS[command.group], command.verb.replace("-", "_"))
    parameters = inspect.signature(method).parameters
    said = {key: one for key, one in parameters.items() if one.kind is one.KEYWORD_ONLY}

    # Then it takes the fact's own fields, those that are needed without a default, and says what the fact says
    assert list(parameters)[:2] == ["self", "reference"]
    assert set(said) == set(command.fields())
    needed = {key for key, info in command.fields().items() if info.is_required()} - set(FILLED_IN.get(name, ()))
    assert {key for key, one in said.items() if one.default is one.empty} == needed
    assert inspect.getdoc(method) == inspect.getdoc(command.model)


def test_there_is_no_method_without_a_command():
    # Given every method that records
    methods = {
        f"{noun}.{verb.replace('_', '-')}"
        for noun, group in GROUPS.items()
        for verb, one in vars(group).items()
        if inspect.isfunction(one)
    }

    # Then each is a command
    assert methods == set(COMMANDS)
