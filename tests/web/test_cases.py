"""The charts and papers of the five cases, from a real store: what they say is what the views answer."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from benefits import BenefitsRegister
from projections import Views
from tests.cli.running import benefits
from web import charts
from web.paper import Chart, board_paper
from web.words import pounds

ASKED = (
    ("SCP", "2008-03-31", None),
    ("SCP", "2008-06-20", None),
    ("SCP", "2008-03-31", "2008-06-18"),
    ("BIP", "2005-10-31", None),
    ("DE", "2008-09-26", None),
    ("OIP", "2012-01-18", None),
    ("TP", "2010-01-31", None),
    ("LEICESTER", "2008-09-26", None),
)
BOARDS = pytest.mark.parametrize(("reference", "as_at", "known_at"), ASKED)


@pytest.fixture(scope="module")
def views(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Views]:
    path = str(tmp_path_factory.mktemp("cases") / "demo.db")
    assert benefits("demo", "--store", path).code == 0
    with BenefitsRegister(path, read_only=True) as register:
        yield Views(register)


@BOARDS
def test_every_figure_of_a_case_is_in_its_paper(
    reference: str, as_at: str, known_at: str | None, views: Views, tmp_path: Path
):
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed: apt install poppler-utils")
    board = views.board(reference, as_at=as_at, known_at=known_at)

    (tmp_path / "paper.pdf").write_bytes(board_paper(board, authority="Council", exceptions=()))

    done = subprocess.run(["pdftotext", "-layout", "paper.pdf", "-"], cwd=tmp_path, check=True, capture_output=True)
    said = done.stdout.decode("utf-8").replace("\u200b", "")
    figures = [one for total in board.totals for one in (total.target, total.forecast, total.claimed, total.verified)]
    figures += [one for row in board.benefits if row.unit == "GBP" for one in (row.target, row.claimed, row.verified)]
    for figure in figures:
        assert pounds(figure) in said
    references = [one.reference for one in board.benefits]
    references += [one.reference for one in board.milestones]
    references += [one.reference for one in board.decisions]
    for one_of_them in references:
        assert one_of_them in "".join(said.split())
    assert board.token in said


@BOARDS
def test_a_waterfall_of_a_case_ends_at_what_is_verified(reference: str, as_at: str, known_at: str | None, views: Views):
    board = views.board(reference, as_at=as_at, known_at=known_at)

    drawn: list[charts.Amounts] = [*board.totals, *board.benefits]
    for total in drawn:
        for step, after in zip(found := charts.steps(total), found[1:], strict=False):
            assert after.stands or after.start == step.end
        if found:
            assert found[-1].amount == total.verified
            assert len(found) < 2 or found[-2].end == total.verified


@BOARDS
def test_years_of_a_case_come_to_its_board(reference: str, as_at: str, known_at: str | None, views: Views):
    board = views.board(reference, as_at=as_at, known_at=known_at)
    years = views.years(reference, as_at=as_at, known_at=known_at)

    for one in charts.classes(years.rows):
        rows = [row for row in years.rows if charts.Class(row.release, row.kind, row.fund) == one]
        (total,) = [t for t in board.totals if charts.Class(t.release, t.kind, t.fund) == one]
        past = [point for point in charts.cumulative(rows, as_at=board.as_at) if point.claimed is not None]
        across = charts.crossing(rows)
        claimed = (past[-1].claimed or 0) if past else 0
        verified = (past[-1].verified or 0) if past else 0
        assert claimed + (across.claimed if across else 0) == total.claimed
        assert verified + (across.verified if across else 0) == total.verified


def test_a_paper_with_its_charts_is_the_same_twice(views: Views):
    board = views.board("SCP", as_at="2008-06-20")
    timeline = views.timeline("SCP", as_at="2008-06-20")

    def made() -> bytes:
        specs = [charts.waterfall_spec(total, about="SCP") for total in board.totals]
        specs.append(charts.timeline_spec(timeline.entries, as_at=board.as_at, about="SCP"))
        return board_paper(
            board,
            authority="Council",
            exceptions=(),
            charts=[Chart(charts.draw(spec), spec["description"]) for spec in specs],
        )

    assert made() == made()
