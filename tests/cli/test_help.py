"""What the command line says of itself, and how little it loads to say it."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from cli.listing import FILTERS
from cli.main import ASKING, HOMES, SECTIONS
from cli.main import benefits as root
from tests.cli.running import benefits, benefits_process


def commands() -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    context = click.Context(root)
    for name in HOMES:
        command = root.get_command(context, name)
        found.append((name,))
        if isinstance(command, click.Group):
            found += [(name, verb) for verb in command.commands]
    return found


LEAVES = [
    path for path in commands() if len(path) == 2 or path[0] not in {one[0] for one in commands() if len(one) == 2}
]


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_every_command_explains_itself_with_an_example_and_every_option_has_words(path):
    ran = benefits(*path, "--help")

    words = " ".join(ran.out.split())
    assert ran.code == 0
    assert f"Example: benefits {' '.join(path)}" in words
    command: click.Command = root
    for name in path:
        assert isinstance(command, click.Group)
        found = command.get_command(click.Context(command), name)
        assert found is not None
        command = found
    assert [one.name for one in command.params if isinstance(one, click.Option) and not one.help] == []


@pytest.mark.parametrize("path", [(name,) for name in HOMES] + [()], ids=lambda path: " ".join(path) or "benefits")
def test_help_names_what_can_be_asked_for(path):
    assert benefits(*path, "--help").code == 0


def test_every_command_has_a_home_and_stands_in_one_section_of_the_help():
    listed = [name for names in SECTIONS.values() for name in names]

    assert sorted(listed) == sorted(HOMES)


def test_the_line_in_the_overview_agrees_with_what_each_command_says_of_itself():
    context = click.Context(root)
    for name, (_, line) in HOMES.items():
        command = root.get_command(context, name)
        assert command is not None, name
        assert command.name == name
        assert line.endswith(".")
        if name not in ("schema", *SAID_IN_OTHER_WORDS):
            assert line == (command.help or "").strip(), name


SAID_IN_OTHER_WORDS = {
    *(
        "demo",
        "serve",
        "init",
        "apply",
        "correct",
        "withdraw",
        "board",
        "show",
        "explain",
        "changes",
        "trail",
        "list",
        "event",
    ),
    *("register", "timeline", "years", "totals", "overrides", "completion", "man"),
    *("verify", "backup", "restore", "export", "rebuild", "migrate", "roles", "doctor", "accept-clock"),
}


@pytest.mark.parametrize("name", ASKING)
def test_a_command_that_asks_under_a_noun_stands_in_the_overview_and_above_those_that_record(name):
    noun, verb = name.split()

    overview, group = benefits("--help").out, benefits(noun, "--help").out

    assert f"  {name} " in overview.partition("Ask:")[2].partition("Record:")[0]
    assert f"  {verb} " in group.partition("Ask:")[2].partition("Record:")[0]
    assert ASKING[name][1] in " ".join(group.split())


@pytest.mark.parametrize("path", LEAVES, ids=" ".join)
def test_no_two_options_of_a_command_are_one_to_the_program(path):
    command: click.Command = root
    for name in path:
        assert isinstance(command, click.Group)
        found = command.get_command(click.Context(command), name)
        assert found is not None
        command = found

    names = [one.name for one in command.params]

    assert len(set(names)) == len(names)


def test_an_option_that_can_be_given_several_times_says_so():
    words = " ".join(benefits("decision", "take", "--help").out.split())

    assert "The programmes it concerns. Repeat it for several." in words
    assert "The body, or the post, that took it. [required]" in words


def test_a_register_is_filtered_by_whatever_the_view_can_filter_by():
    from projections.listing import FACETS

    assert {*FILTERS, "assumed"} == set(FACETS)


def test_a_command_spelt_nearly_right_is_suggested():
    ran = benefits("bord", "SCP")

    assert (ran.code, ran.out) == (2, "")
    assert "Did you mean board" in ran.err


def test_a_command_nobody_knows_is_refused_with_where_to_look():
    ran = benefits("frobnicate")

    assert ran.code == 2
    assert "benefits --help lists them" in ran.err


def test_the_version_is_said_without_loading_what_says_and_asks():
    ran = benefits_process("--version")

    assert ran.out.startswith("benefits ")
    assert not loaded("--version") & {"pydantic", "sqlalchemy", "eventsourcing", "alembic", "rich", "psycopg"}


def test_the_overview_is_shown_without_loading_what_says_and_asks():
    assert not loaded("--help") & {"pydantic", "sqlalchemy", "eventsourcing", "alembic", "rich", "psycopg"}


def test_a_board_as_json_is_given_without_loading_migrations_or_tables(tmp_path):
    store = str(tmp_path / "store.db")
    benefits("init", "--sandbox", "--store", store)
    for group, reference, more in (
        ("authority", "COUNCIL", ("--nation", "england")),
        ("portfolio", "CHANGE", ("--authority", "COUNCIL")),
        ("programme", "SCP", ("--portfolio", "CHANGE")),
    ):
        ran = benefits(group, "open", reference, "--title", "Title", *more, "--by", "PMO", "--store", store)
        assert ran.code == 0, ran.err

    asked = loaded("board", "SCP", "--format", "json", "--store", store)

    assert "pydantic" in asked
    assert not asked & {"alembic", "rich", "psycopg"}


def loaded(*arguments: str) -> set[str]:
    """Return the packages a process of the command line has loaded when it ends."""
    program = (
        "import sys, atexit\n"
        "atexit.register(lambda: print(*sorted({m.partition('.')[0] for m in sys.modules}), file=sys.stderr))\n"
        "from cli.main import main\n"
        "main(sys.argv[1:])"
    )
    ended = subprocess.run([sys.executable, "-c", program, *arguments], check=True, capture_output=True, text=True)
    return set(ended.stderr.splitlines()[-1].split())
