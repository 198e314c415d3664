"""Plain-text accounting: the same movements as a journal, and the commands that ask it the same question.

A transaction is dated when it was recorded; the day it is for stands where each program has a place for a second date.
"""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import sys
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from benchmarks.history import pounds
from benchmarks.questions import Answer, Question, without_nought
from benefits.values import financial_year

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmarks.history import Movement

_AMOUNT: Final = re.compile(r"-?[\d,]+\.\d\d")


class Program(Protocol):
    """A program of plain-text accounting."""

    name: str
    suffix: str

    def command(self, journal: Path, question: Question) -> list[str]:
        """Return the command that asks its journal."""

    def read(self, said: str) -> Answer:
        """Return the answer that the command printed."""


class Ledger:
    """Ledger, with the day it is for as the auxiliary date."""

    name = "ledger"
    suffix = ".journal"

    def command(self, journal: Path, question: Question) -> list[str]:
        """Return the command."""
        known, on = question.known_at.strftime("%Y/%m/%d"), question.as_at.strftime("%Y/%m/%d")
        return [
            _found("ledger"),
            *("-f", str(journal), "balance", f"^Savings:{question.programme}:", "--flat", "--no-total"),
            *("--limit", f"date<=[{known}] and aux_date<=[{on}]"),
        ]

    def read(self, said: str) -> Answer:
        """Return the answer: an amount and an account a line."""
        return without_nought({_year(line): _pence(line) for line in said.splitlines() if "Savings:" in line})


class Hledger:
    """hledger, with the day it is for as the secondary date; its periods end before the day they name.

    Its `balance` does not keep the two apart (as of 1.25), so it is asked to print what meets both, which is added up
    here.
    """

    name = "hledger"
    suffix = ".journal"

    def command(self, journal: Path, question: Question) -> list[str]:
        """Return the command."""
        known, on = question.known_at + timedelta(days=1), question.as_at + timedelta(days=1)
        return [
            _found("hledger"),
            *("-f", str(journal), "print", f"^Savings:{question.programme}:", "-O", "csv"),
            *(f"date:..{known.isoformat()}", f"date2:..{on.isoformat()}"),
        ]

    def read(self, said: str) -> Answer:
        """Return the answer: a line a movement."""
        found: Answer = {}
        for row in csv.DictReader(said.splitlines()):
            if not row["account"].startswith("Savings:"):
                continue
            year = _year(row["account"])
            found[year] = found.get(year, 0) + _pence(row["amount"])
        return without_nought(found)


class Beancount:
    """Beancount and its query language, with the day it is for as metadata; it keeps what it read beside the file."""

    name = "beancount"
    suffix = ".beancount"

    def command(self, journal: Path, question: Question) -> list[str]:
        """Return the command."""
        query = (
            f"SELECT account, sum(number) WHERE account ~ '^Assets:{question.programme}:' "
            f"AND date <= {question.known_at} AND entry_meta('effective') <= {question.as_at} GROUP BY account"
        )
        return [str(Path(sys.executable).with_name("bean-query")), "--format", "csv", str(journal), query]

    def read(self, said: str) -> Answer:
        """Return the answer: a line an account."""
        rows = [row for row in csv.reader(said.splitlines()) if row and row[0].startswith("Assets:")]
        return without_nought({_year(row[0]): _pence(row[1]) for row in rows})


PROGRAMS: Final[tuple[Program, ...]] = (Ledger(), Hledger(), Beancount())


def installed() -> list[Program]:
    """Return the programs that are there."""
    there = [one for one in PROGRAMS if one.name != "beancount" and shutil.which(one.name)]
    if find_spec("beanquery") is not None and find_spec("beancount") is not None:
        there.append(PROGRAMS[-1])
    return there


def write(path: Path, moved: Iterable[Movement]) -> None:
    """Write a journal; one for Ledger and hledger alike, another for Beancount."""
    with path.open("w", encoding="utf-8") as journal:
        if path.suffix == Beancount.suffix:
            kept = list(moved)
            journal.write("1970-01-01 open Equity:Claims GBP\n")
            for account in sorted({_account("Assets", one) for one in kept}):
                journal.write(f"1970-01-01 open {account} GBP\n")
            for one in kept:
                journal.write(
                    f'{one.at.date()} * "{one.benefit}"\n  effective: {one.effective_on}\n'
                    f"  {_account('Assets', one)}  {pounds(one.pence)} GBP\n  Equity:Claims\n"
                )
        else:
            for one in moved:
                journal.write(
                    f"{one.at.date()}={one.effective_on} {one.benefit}\n"
                    f"    {_account('Savings', one)}  {pounds(one.pence)} GBP\n    Claims\n\n"
                )


def answer(program: Program, journal: Path, question: Question) -> Answer:
    """Run a program, and return what it answers.

    Raises:
        RuntimeError: If it fails.
    """
    done = subprocess.run(program.command(journal, question), check=False, capture_output=True, text=True)
    if done.returncode != 0:
        msg = f"{program.name} failed: {done.stderr.strip()}"
        raise RuntimeError(msg)
    return program.read(done.stdout)


def _account(root: str, one: Movement) -> str:
    return f"{root}:{one.programme}:FY{financial_year(one.effective_on).replace('/', '-')}"


def _year(line: str) -> str:
    return line.rpartition(":FY")[2].strip().replace("-", "/")


def _pence(amount: str) -> int:
    found = _AMOUNT.search(amount)
    if found is None:
        msg = f"there is no amount in {amount!r}"
        raise ValueError(msg)
    return int(found[0].replace(",", "").replace(".", ""))


def _found(program: str) -> str:
    return shutil.which(program) or program
