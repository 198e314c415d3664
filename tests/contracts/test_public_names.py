"""What programs import and scripts say: names are added, never taken away."""

from __future__ import annotations

import importlib
import inspect
import subprocess
import sys

import pytest

import benefits
import projections
from benefits.commands import COMMANDS
from cli.main import ASKING, HOMES
from cli.say import EXIT_CODES

COMMAND_NAMES = {
    *("authority.open", "portfolio.open", "programme.open", "programme.enter-stage", "programme.set-target"),
    *("milestone.plan", "milestone.reforecast", "milestone.reach", "body.constitute", "body.dissolve"),
    *("post.establish", "post.appoint-holder", "post.vacate", "decision.take", "decision.publish"),
    *("decision.make-effective", "document.file", "document.add-version", "profile.identify", "profile.describe"),
    *("profile.appoint-owner", "profile.agree-measure", "profile.agree-baseline", "profile.set-target"),
    *("profile.make-forecast", "profile.authorise", "profile.start-delivery", "saving.claim", "saving.verify"),
    *("saving.challenge", "saving.reverse", "measure.define", "measure.read"),
}
SHELL_NAMES = {
    *("authority", "portfolio", "programme", "milestone", "body", "post", "decision", "document", "profile", "saving"),
    *("measure", "correct", "withdraw", "board", "trail", "explain", "changes", "show", "init", "apply", "schema"),
    *("verify", "backup", "restore", "rebuild", "migrate", "export", "accept-clock", "roles", "doctor"),
    *("project", "funding", "figure", "demo", "register", "timeline", "years", "totals", "overrides"),
    *("completion", "man"),
}
NOUN_NAMES = {
    *("portfolio show", "project show", "funding show", "funding decided", "figure list", "figure check"),
    *("decision show", "document show", "document version"),
}


def test_what_is_imported_from_benefits_is_there():
    assert {"Act", "BenefitsError", "BenefitsRegister", "Receipt", "initialise"} <= set(benefits.__all__)
    for name in benefits.__all__:
        assert getattr(benefits, name).__module__.startswith("benefits.")


def test_what_is_imported_from_projections_is_there():
    assert {"FIGURES", "Views", "catch_up", "follow", "prepare", "rebuild"} <= set(projections.__all__)
    for name in projections.__all__:
        assert hasattr(projections, name)


def test_a_name_that_is_not_public_is_missed_as_python_does():
    with pytest.raises(AttributeError, match="has no attribute 'Ledger'"):
        benefits.Ledger  # noqa: B018  # Asking is the point.
    with pytest.raises(ImportError):
        importlib.import_module("benefits.ledger")


def test_the_commands_of_files_and_of_the_shell_are_there():
    assert set(COMMANDS) >= COMMAND_NAMES
    assert set(HOMES) >= SHELL_NAMES
    assert set(ASKING) >= NOUN_NAMES


def test_a_kind_of_error_keeps_its_exit_code():
    named = {kind.__name__: code for kind, code in EXIT_CODES.items()}

    assert (
        named.items()
        >= {
            "RuleError": 1,
            "CheckFailedError": 1,
            "InvalidValueError": 2,
            "NotFoundError": 3,
            "ConflictError": 4,
            "StoreError": 5,
        }.items()
    )


def test_the_views_a_program_may_ask_for_are_there():
    for name in ("board", "trail", "explain", "changes", "show"):
        method = getattr(projections.Views, name)
        asked = inspect.signature(method).parameters.values()
        assert {"as_at", "known_at", "token"} <= {one.name for one in asked if one.kind is one.KEYWORD_ONLY}
        assert method.__doc__


def test_importing_benefits_loads_nothing_heavy():
    program = "import sys, benefits; print(*sorted({name.partition('.')[0] for name in sys.modules}))"

    loaded = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout.split()

    assert "benefits" in loaded
    assert not {"pydantic", "sqlalchemy", "eventsourcing", "alembic", "psycopg", "click", "rich"} & set(loaded)


def test_the_packages_say_that_they_are_typed():
    from pathlib import Path

    for package in ("benefits", "projections", "cli"):
        found = importlib.import_module(package).__file__
        assert found is not None
        assert (Path(found).parent / "py.typed").exists()
