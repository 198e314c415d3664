"""Refusals in words, on standard error, each kind with its exit code."""

from __future__ import annotations

import json
import os
import sys

import click

from benefits.errors import (
    BenefitsError,
    CheckFailedError,
    ConflictError,
    InvalidValueError,
    NotFoundError,
    RuleError,
    StoreError,
)

EXIT_CODES: dict[type[BenefitsError], int] = {
    RuleError: 1,
    CheckFailedError: 1,
    InvalidValueError: 2,
    NotFoundError: 3,
    ConflictError: 4,
    StoreError: 5,
}


def exit_code(error: BenefitsError) -> int:
    """Return the exit code of a kind of error."""
    return next((code for kind, code in EXIT_CODES.items() if isinstance(error, kind)), 1)


def refuse(error: Exception) -> int:
    """Say what is wrong and what to do, and return the exit code.

    Raises:
        Exception: The error itself, if it is not one of ours.
    """
    if not isinstance(error, BenefitsError):
        raise error
    if asked_for_json():
        said = {
            "code": error.code,
            "message": error.message,
            "rule": getattr(error, "rule", None),
            "subject": getattr(error, "subject", None),
        }
        click.echo(json.dumps({"error": said}, ensure_ascii=False), err=True)
    else:
        colour = None if os.environ.get("NO_COLOR") else "red"
        click.echo(f"{click.style('Error', fg=colour, bold=True)}: {error.message}", err=True)
    return exit_code(error)


def asked_for_json() -> bool:
    """Tell whether the command line asks for JSON, so that refusals are JSON too."""
    words = sys.argv[1:]
    if "--format" not in " ".join(words) and os.environ.get("BENEFITS_FORMAT") in ("json", "jsonl"):
        return True
    return any(
        word in ("--format=json", "--format=jsonl")
        or (word == "--format" and words[at + 1 : at + 2] in (["json"], ["jsonl"]))
        for at, word in enumerate(words)
    )


def close_quietly() -> int:
    """Let a reader that went away go: nothing more can be said to it."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0
