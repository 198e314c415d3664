"""A schedule of savings that another system printed is entered through `apply`, and asked back to its totals."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from benefits import BenefitsRegister, initialise
from benefits.intake import apply
from projections import Views, follow, prepare
from tests.acceptance.schedule.entered import FIGURES, QUARTERS, TOTAL, lines, printed
from tests.cli.running import benefits

SERIES = dict(zip(FIGURES, ("target", "forecast", "claimed", "verified"), strict=True))


class Python:
    """The schedule in a store, asked in Python."""

    def __init__(self, url, tmp_path):
        initialise(url, sandbox=True)
        with BenefitsRegister(url, on_append=(follow,)) as register:
            prepare(register)
            applied = apply(register, lines())
        assert applied.refused == []
        self.url = url

    def ask(self, view: str, name: str, **when: str) -> dict[str, Any]:
        with BenefitsRegister(self.url) as register:
            answer: dict[str, Any] = getattr(Views(register), view)(name, **when).to_json()
            return answer


class CommandLine:
    """The schedule in a store, asked at the command line."""

    def __init__(self, url, tmp_path):
        file = tmp_path / "schedule.jsonl"
        file.write_bytes(b"".join(lines()))
        assert benefits("init", "--sandbox", "--store", url).code == 0
        applied = benefits("apply", str(file), "--store", url)
        assert applied.code == 0, applied.out
        self.url = url

    def ask(self, view: str, name: str, **when: str) -> dict[str, Any]:
        options = [word for key, value in when.items() for word in (f"--{key.replace('_', '-')}", value)]
        asked = benefits(view, name, *options, "--store", self.url, "--format", "json")
        answer: dict[str, Any] = json.loads(asked.out)
        return answer


@pytest.fixture(params=[Python, CommandLine], ids=["python", "command-line"])
def entered(request, store_url, tmp_path):
    return request.param(store_url, tmp_path)


def total(board: dict[str, Any], figure: str) -> Decimal:
    (one,) = board["totals"]
    return Decimal(one[SERIES[figure]] or 0)


def test_every_snapshot_is_asked_back_to_its_printed_totals(entered):
    found = {}
    for snapshot in QUARTERS:
        board = entered.ask("board", "SAVINGS", as_at=snapshot)
        found[snapshot] = tuple(total(board, figure) for figure in FIGURES)

    assert found == {row.snapshot: row[3:] for row in printed() if row.programme == TOTAL}


def test_every_row_of_every_snapshot_is_asked_back_by_programme(entered):
    for snapshot in QUARTERS:
        boards = {name: entered.ask("board", name, as_at=snapshot) for name in ("PLACE", "PEOPLE", "CORPORATE")}
        for row in printed():
            if row.snapshot == snapshot and row.programme != TOTAL:
                (line,) = [one for one in boards[row.programme]["benefits"] if one["reference"] == row.scheme]
                assert tuple(Decimal(line[SERIES[figure]]) for figure in FIGURES) == row[3:], row


def test_the_restructure_in_mid_year_changes_no_total(entered):
    # Given the last day before the schemes' restructure, and the first day of it, as both are known afterwards
    before, after = (
        entered.ask("board", "SAVINGS", as_at=day, known_at="2026-01-31") for day in ("2025-09-30", "2025-10-01")
    )

    # Then the portfolio is the same, though the programmes are not
    assert before["totals"] == after["totals"]
    assert {one["reference"]: one["programme"] for one in before["benefits"]}["FLEET"] == "PLACE"
    assert {one["reference"]: one["programme"] for one in after["benefits"]}["FLEET"] == "CORPORATE"


def test_the_fall_is_a_reversal_that_says_why_and_the_earlier_paper_still_says_what_it_said(entered):
    (winter,) = [
        one for one in entered.ask("board", "PEOPLE", as_at="2025-12-31")["benefits"] if one["reference"] == "HOMECARE"
    ]
    (spring,) = [
        one for one in entered.ask("board", "PEOPLE", as_at="2026-03-31")["benefits"] if one["reference"] == "HOMECARE"
    ]

    assert (winter["claimed"], spring["claimed"]) == ("200000.00", "170000.00")


def test_the_rebased_target_stands_beside_the_original_one(entered):
    (waste,) = [
        one for one in entered.ask("board", "PLACE", as_at="2026-09-30")["benefits"] if one["reference"] == "WASTE"
    ]

    assert (waste["original_target"], waste["target"]) == ("250000.00", "220000.00")
    assert (waste["percent_of_original"], waste["percent_of_current"]) == (86.0, 97.7)


def test_the_schedule_entered_twice_is_recorded_once(store_url, tmp_path):
    entered = Python(store_url, tmp_path)

    with BenefitsRegister(entered.url, on_append=(follow,)) as register:
        again = apply(register, lines())

    assert (again.recorded, again.refused) == (0, [])
    assert again.repeated == len(lines())
