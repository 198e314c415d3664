"""The documentation is true: its examples run, its generated pages are current, its links and terms are there."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

import benefits.act
from benefits import events, parts, values
from benefits.events import REGISTRY
from cli.main import benefits as command_line
from docs import examples, generate
from projections import (
    answers,
    chronicle,
    decisions,
    documents,
    figures,
    funding,
    listing,
    overrides,
    portfolio,
    traces,
    years,
)

ROOT = examples.ROOT
PAGES = sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").rglob("*.md"))
GLOSSARY = (ROOT / "docs/reference/glossary.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAIN_JOB = "python3 bootstrap.py && .venv/bin/benefits demo && .venv/bin/benefits serve --open"
TESTS = "python3 bootstrap.py --tests && .venv/bin/pytest -n 2"
HOMES = (
    *(
        events,
        parts,
        values,
        benefits.act,
        answers,
        traces,
        chronicle,
        decisions,
        documents,
        figures,
        funding,
        listing,
        overrides,
    ),
    *(portfolio, years),
)
"""Where a name that the glossary names may be."""

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`]+)`")


def anchors(page: Path) -> set[str]:
    """The headings of a page, as a link spells them."""
    headings = re.findall(r"^#+ (.+)$", _FENCED.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def fold(page: Path) -> str:
    """The page's name for a test's id."""
    return page.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("name", examples.PAGES)
def test_every_example_prints_what_the_page_shows(name):
    assert examples.run(name) == (ROOT / name).read_text(encoding="utf-8"), "run: python docs/generate.py"


@pytest.mark.parametrize("name", generate.REFERENCE)
def test_a_generated_page_is_what_the_code_says(name):
    assert generate.REFERENCE[name]() == (ROOT / name).read_text(encoding="utf-8"), "run: python docs/generate.py"


def test_the_readme_has_two_commands_of_one_line_each():
    assert {MAIN_JOB, TESTS} <= set(README.splitlines())


def test_the_main_job_can_be_run_twice(tmp_path):
    # Given what the README's first command does after setting up
    shell = examples.Shell(tmp_path)

    # When it is run again
    first, second = shell.run(MAIN_JOB), shell.run(MAIN_JOB)

    # Then nothing is recorded twice, and what it shows is the same
    assert "Made the demo: demo.db" in first
    assert "demo.db is the demo already; nothing was changed." in second
    board = first.index("SCP: Strategic Change Programme")
    assert first[board:] == second[second.index("SCP: Strategic Change Programme") :]


def test_the_readme_asks_about_each_of_the_five_programmes_as_at_a_past_date():
    # Given the commands that the README shows, and what they are asked about
    asked = [line for line in README.splitlines() if line.startswith("$ benefits ") and "--as-at" in line]
    words = {word for line in asked for word in re.findall(r"[A-Z][A-Z0-9-]+", line)}

    # Then each programme, or a paper or figure of it, is among them
    assert all(any(word.startswith(name) for word in words) for name in ("BIP", "SCP", "S002-DE", "OIP", "TP"))


@pytest.mark.parametrize("page", PAGES, ids=fold)
def test_every_link_inside_leads_somewhere(page):
    for link in _LINK.findall(_FENCED.sub("", page.read_text(encoding="utf-8"))):
        if re.match(r"[a-z]+:", link):
            continue
        name, _, anchor = link.partition("#")
        there = (page.parent / name).resolve() if name else page
        assert there.exists(), f"{link} leads nowhere"
        assert there.is_relative_to(ROOT), f"{link} leads out of the repository"
        assert not anchor or anchor in anchors(there), f"{there.name} has no heading for #{anchor}"


def test_every_kind_of_fact_has_its_line_in_the_glossary():
    assert {model.__name__ for model in REGISTRY.values()} <= set(_CODE.findall(GLOSSARY))


def test_every_name_in_the_glossary_is_there():
    context = click.Context(command_line)
    for name in sorted(set(_CODE.findall(GLOSSARY))):
        if re.fullmatch(r"(?:[A-Z][a-z]+)+", name):
            assert any(hasattr(home, name) for home in HOMES), name
        elif re.fullmatch(r"[a-z][a-z-]+(?: [a-z-]+)?", name) and name not in {"body", "due"}:
            group, _, verb = name.partition(" ")
            command = command_line.get_command(context, group)
            assert command is not None, name
            assert not verb or (isinstance(command, click.Group) and verb in command.commands), name


@pytest.mark.parametrize("page", PAGES, ids=fold)
def test_every_file_a_page_names_is_there(page):
    words = _FENCED.sub("", page.read_text(encoding="utf-8"))
    for name in re.findall(r"`((?:benefits|cases|cli|docs|projections|tests)/[\w./-]*)`", words):
        assert (ROOT / name).exists(), name


def test_every_name_in_the_journey_of_a_fact_is_in_the_code():
    # Given the code, and the names in code type of the page
    packages = ("benefits", "cli", "projections")
    code = "\n".join(path.read_text(encoding="utf-8") for one in packages for path in (ROOT / one).rglob("*.py"))
    page = _FENCED.sub("", (ROOT / "docs/explanation/facts.md").read_text(encoding="utf-8"))
    names = {name.split(".")[-1] for name in re.findall(r"`([A-Za-z_.]+)`", page) if not name.endswith((".md", ".py"))}

    # Then each is a word of the code
    assert {name for name in names if not re.search(rf"\b{name}\b", code)} == set()


def test_no_page_stands_alone():
    # Given the pages that others link to, in one step or more from the README
    found, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in found:
            continue
        found.add(page)
        for link in _LINK.findall(_FENCED.sub("", page.read_text(encoding="utf-8"))):
            there = (page.parent / link.partition("#")[0]).resolve()
            waiting += sorted(there.glob("*.md")) if there.is_dir() else [there] if there.suffix == ".md" else []

    # Then that is all of them
    assert {fold(page) for page in PAGES} <= {fold(page) for page in found}
