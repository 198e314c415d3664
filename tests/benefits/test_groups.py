"""The Python API says what the command line says, with the same names."""

from __future__ import annotations

import inspect

import pytest

from benefits import groups
from benefits.application import BenefitsRegister
from benefits.commands import COMMANDS, FILLED_IN, Command
from benefits.errors import NotFoundError
from benefits.events import REGISTRY, FactAboutFact

GROUPS = {group.noun: group for group in vars(groups).values() if inspect.isclass(group) and hasattr(group, "noun")}
ACT = "act"


def method_of(command: Command):
    return getattr(GROUPS[command.group], command.verb.replace("-", "_"))


@pytest.mark.parametrize("name", COMMANDS)
def test_a_method_takes_the_fields_of_the_fact_it_records(name):
    command = COMMANDS[name]
    parameters = inspect.signature(method_of(command)).parameters

    assert list(parameters)[:2] == ["self", "reference"]
    assert set(parameters) == {"self", "reference", *command.fields(), ACT}
    assert parameters[ACT].kind is inspect.Parameter.VAR_KEYWORD
    for field, info in command.fields().items():
        needed = info.is_required() and field not in FILLED_IN.get(name, ())
        assert parameters[field].kind is inspect.Parameter.KEYWORD_ONLY
        assert (parameters[field].default is inspect.Parameter.empty) is needed, field


@pytest.mark.parametrize("name", COMMANDS)
def test_a_method_says_what_its_fact_says(name):
    assert inspect.getdoc(method_of(COMMANDS[name])) == inspect.cleandoc(COMMANDS[name].model.__doc__ or "")


def test_every_verb_of_every_group_is_a_command_and_every_group_is_on_the_register(register):
    said = set()
    for noun, group in GROUPS.items():
        if not noun:
            continue
        assert type(getattr(register, noun)) is group
        verbs = [verb for verb, method in vars(group).items() if inspect.isfunction(method)]
        said |= {f"{noun}.{verb.replace('_', '-')}" for verb in verbs}
    assert said == set(COMMANDS)


RECORDED_WITH_ANOTHER = {"benefit-absorbed", "benefit-part-taken"}
"""What merging and splitting say of the other benefits, in the same act."""


def test_every_fact_about_a_subject_is_recorded_by_one_command_for_each_kind_of_subject():
    by_command = [(command.model.type_name, kind) for command in COMMANDS.values() for kind in command.kinds]

    assert len(by_command) == len(set(by_command))
    assert {name for name, _ in by_command} == {
        name
        for name, model in REGISTRY.items()
        if not issubclass(model, FactAboutFact) and name not in ("store-opened", "clock-accepted")
    } - RECORDED_WITH_ANOTHER


def test_a_verb_nobody_knows_is_refused(register):
    with pytest.raises(NotFoundError):
        register.record("saving.bank", "B-1", {}, {})
    assert not hasattr(register.saving, "bank")


def test_a_register_is_let_go_of_when_its_block_ends(tmp_path):
    from benefits import initialise

    initialise(tmp_path / "store.db")
    with BenefitsRegister(tmp_path / "store.db") as register:
        assert register.log.head().size == 1
