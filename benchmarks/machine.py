"""What the figures were measured on, and with which versions."""

from __future__ import annotations

import compileall
import os
import platform
import shutil
import sqlite3
import subprocess
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psycopg

if TYPE_CHECKING:
    from benchmarks.bench import Bench

_PACKAGES: Final = (
    "benefits-realisation",
    "eventsourcing",
    "sqlalchemy",
    "psycopg",
    "pydantic",
    "litestar",
    "jinja2",
    "uvicorn",
    "duckdb",
    "openpyxl",
    "beancount",
    "beanquery",
    "django",
    "django-simple-history",
)
_PROGRAMS: Final = ("ledger", "hledger")
ROOT: Final = Path(__file__).resolve().parents[1]
NOT_INSTALLED: Final = "not installed"


def describe(bench: Bench) -> dict[str, str]:
    """Return what a reader must know of a run, by its name."""
    about = {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "commit": commit_of(ROOT),
        "processor": f"{_processor()}, {os.cpu_count()} of it",
        "system": f"{platform.system()} {platform.release()}, {platform.machine()}",
        "Python": f"{platform.python_version()}; all modules stand compiled, as pip leaves them",
        "SQLite": sqlite3.sqlite_version,
    }
    if bench.postgres is not None:
        with psycopg.connect(bench.postgres.libpq_url()) as connection:
            about["PostgreSQL"] = f"{connection.execute('SHOW server_version').fetchone()[0]}, as it comes"  # type: ignore[index]
    for package in _PACKAGES:
        try:
            about[package] = version(package)
        except PackageNotFoundError:
            about[package] = NOT_INSTALLED
    for program in _PROGRAMS:
        found = shutil.which(program)
        about[program] = (_said([found, "--version"]) or "of an unknown version") if found else NOT_INSTALLED
    return about


def commit_of(checkout: Path) -> str:
    """Return the commit of a checkout."""
    return _said(["git", "-C", str(checkout), "rev-parse", "--short=12", "HEAD"]) or "unknown"


def compile_sources(checkout: Path = ROOT) -> None:
    """Have our modules stand compiled, as pip leaves them and a checkout may not, so that no command compiles them."""
    for package in ("benefits", "projections", "cli", "web"):
        compileall.compile_dir(checkout / package, quiet=1)


def _said(command: list[str]) -> str | None:
    """Return the first line that a command prints."""
    with suppress(OSError, subprocess.CalledProcessError, IndexError):
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        return done.stdout.splitlines()[0].strip().rstrip(",")
    return None


def _processor() -> str:
    with suppress(OSError, StopIteration):
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line for line in lines if line.startswith("model name")).partition(":")[2].strip()
    return platform.processor() or "processor unknown"
