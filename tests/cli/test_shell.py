"""Completion, and manual pages."""

from __future__ import annotations

import shutil
import subprocess

import click
import pytest

from cli.main import benefits as root
from tests.cli.running import PROGRAM, benefits, benefits_process


def every(context: click.Context) -> list[str]:
    found = [context.command_path]
    if isinstance(context.command, click.Group):
        for name in context.command.list_commands(context):
            command = context.command.get_command(context, name)
            assert command is not None
            found += every(click.Context(command, info_name=name, parent=context))
    return found


# --- completion ------------------------------------------------------------------------------------


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_a_shell_ends_with_how_to_install_it(shell):
    ran = benefits("completion", shell)

    assert ran.code == 0, ran.err
    assert f"_BENEFITS_COMPLETE={shell}_complete" in ran.out
    assert f"benefits completion {shell}" in ran.out.splitlines()[-1]
    assert ran.out.splitlines()[-1].startswith("#")


def test_a_shell_nobody_knows_is_refused_with_those_that_are():
    ran = benefits("completion", "csh")

    assert ran.code == 2
    assert "'bash', 'zsh', 'fish'" in ran.err


@pytest.mark.parametrize(
    ("line", "word", "wanted"),
    [
        ("benefits fund", 1, {"funding"}),
        ("benefits funding ", 2, {"show", "decided", "plan-cost"}),
        ("benefits board SCP --known", 3, {"--known-at"}),
        ("benefits years SCP --by ", 4, {"year", "month"}),
    ],
)
def test_commands_options_and_choices_are_completed(line, word, wanted):
    asked = {"_BENEFITS_COMPLETE": "bash_complete", "COMP_WORDS": line, "COMP_CWORD": str(word)}

    ran = benefits_process(**asked)

    assert wanted <= {one.partition(",")[2] for one in ran.out.splitlines()}


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_bash_takes_the_script_and_completes_with_it():
    script = (
        f'PATH="{PROGRAM.parent}:$PATH"; eval "$(benefits completion bash)"; COMP_WORDS=(benefits tim); '
        'COMP_CWORD=1; _benefits_completion benefits; echo "${COMPREPLY[@]}"'
    )

    ended = subprocess.run(["bash", "-c", script], check=True, capture_output=True, text=True)

    assert ended.stdout == "timeline\n"


# --- manual pages ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    folder = tmp_path_factory.mktemp("man") / "man1"
    ran = benefits("man", "--output", str(folder))
    assert ran.code == 0, ran.err
    assert ran.out.startswith(f"Wrote {len(list(folder.iterdir()))} manual pages into")
    return folder


def test_every_command_has_a_page_of_its_own(pages):
    wanted = {f"{path.replace(' ', '-')}.1" for path in every(click.Context(root, info_name="benefits"))}

    assert {page.name for page in pages.iterdir()} == wanted


def test_a_page_has_the_options_and_the_example_of_its_command(pages):
    page = (pages / "benefits-saving-claim.1").read_text()

    assert r"benefits\-saving\-claim \- The owner says what a benefit realised in a period, with evidence." in page
    assert r"\fB\-\-amount\fP TEXT" in page
    assert page.partition(".SH EXAMPLE")[2].startswith("\n.nf\nbenefits saving claim B\\-014 \\-\\-period 2026\\-05")
    assert page.isascii()


@pytest.mark.skipif(shutil.which("groff") is None, reason="there is no groff")
def test_every_page_is_set_without_a_warning(pages):
    names = sorted(str(page) for page in pages.iterdir())

    ended = subprocess.run(["groff", "-man", "-Tutf8", "-ww", *names], check=True, capture_output=True, text=True)

    assert ended.stderr == ""


def test_pages_that_cannot_be_written_are_refused(tmp_path):
    (tmp_path / "file").write_text("here")

    ran = benefits("man", "--output", str(tmp_path / "file" / "man1"))

    assert (ran.code, ran.out) == (2, "")
    assert "cannot be written" in ran.err
