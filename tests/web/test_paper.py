"""The board paper: tagged, the same bytes every time, with every figure of the answer, whatever the store says."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from projections.answers import (
    BenefitOnBoard,
    Board,
    ClauseOnBoard,
    DecisionOnBoard,
    MilestoneOnBoard,
    ProgrammeOnBoard,
    Restated,
    TotalOnBoard,
)
from tests.web.conftest import read
from tests.web.test_charts import FALL, HOSTILE
from web import charts, fonts, paper
from web.paper import Chart, Exceptional, board_paper
from web.sums import NO_INVESTMENT

TOKEN = "175@" + "4074285b" * 8
MARKUP = (
    '#read("/etc/passwd")',
    '#image("/etc/hostname")',
    '#import "@preview/x:0.1.0": *',
    "$x^2$ *bold* _it_ `raw` <label> @reference",
    "= A heading\n\n/ Term: x",
    "#{panic()}",
    "\\u{41} ~ -- ... //x /*",
    "#sys.inputs",
    "]]]#[",
)


def a_board(words: str = "Reduce what goods cost", **changed: Any) -> Board:
    programme = ProgrammeOnBoard(
        reference="SCP",
        title=words,
        stage=words,
        within=None,
        mandate="S001",
        target=Decimal("6900000.00"),
        identified=Decimal("6400000.00"),
        to_be_identified=Decimal("500000.00"),
        assumed=True,
    )
    its: dict[str, Any] = {
        "reference": "SCP-PROC",
        "title": words,
        "merged_into": None,
        "release": "cash-releasing",
        "unit": "GBP",
        "state": "partly-delivered",
        "assurance": "claimed-only",
        "assumed": False,
        "owner": None,
        "target": Decimal("1500000.00"),
        "target_to_date": Decimal("1200000.00"),
        "claimed": Decimal("439000.50"),
        "verified": Decimal("39000.00"),
        "challenged": Decimal("1234.00"),
        "percent_of_current": Decimal("29.3"),
    }
    benefit = BenefitOnBoard.model_construct(**its)
    desks = benefit.model_copy(
        update={
            "reference": "SCP-DESKS",
            "unit": "desks",
            "owner": "POST-1",
            "target": Decimal(70),
            "claimed": None,
            "verified": None,
            "challenged": None,
            "percent_of_current": None,
        }
    )
    total = TotalOnBoard(
        release="cash-releasing",
        kind="efficiency",
        fund="general-fund",
        assumed=False,
        target=Decimal("1500000.00"),
        original_target=Decimal("1400000.00"),
        target_to_date=None,
        forecast=None,
        forecast_to_date=None,
        claimed=Decimal("439000.50"),
        verified=Decimal("39000.00"),
        measured_only=Decimal("200000.25"),
        claimed_only=Decimal("200000.25"),
        challenged=Decimal("1234.00"),
        in_budget=None,
    )
    late = MilestoneOnBoard(
        reference="M-1",
        title=words,
        programme="SCP",
        project=None,
        state="late",
        baseline="2007-11",
        forecast="2008-06",
        actual=None,
        assumed=False,
    )
    decision = DecisionOnBoard(
        reference="D-1",
        title=words,
        body=words,
        effective_on="2008-03-01",
        state="decided",
        assumed=False,
        overrides=[],
        resolutions=[ClauseOnBoard(letter="a", verb="endorse", outcome="carried")],
        delegations=[],
    )
    said: dict[str, Any] = {
        "as_at": date(2008, 3, 31),
        "known_at": datetime(2008, 6, 18, 22, 59, 59, tzinfo=UTC),
        "token": TOKEN,
        "sandbox": False,
        "portfolio": None,
        "programme": programme,
        "programmes": [programme],
        "benefits": [benefit, desks],
        "totals": [total],
        "projects": [],
        "milestones": [late],
        "decisions": [decision],
        "measures": [],
        "restated": [
            Restated(
                position=180, type="saving-claimed", reference="SCP-PROC", field="claimed", was="0.00", now="4390000.00"
            ),
            Restated(position=181, type="target-set", reference="SCP-DESKS", field="target", was="60", now="70"),
            Restated(
                position=182, type="milestone-planned", reference="M-2", field="title", was=None, now="Centre two"
            ),
        ],
    }
    return Board.model_construct(**(said | changed))


def a_chart() -> Chart:
    spec = charts.waterfall_spec(FALL, about="SCP")
    return Chart(charts.draw(spec), spec["description"])


def test_a_paper_is_tagged_and_says_that_it_is_pdf_ua():
    made = board_paper(a_board(), authority="Leicestershire County Council", exceptions=(), charts=[a_chart()])

    assert made.startswith(b"%PDF-1.7")
    assert re.search(rb"pdfuaid:part>\s*1\s*<|pdfuaid:part=.1", made)
    assert b"/StructTreeRoot" in made
    assert re.search(rb"/Marked\s+true", made)
    assert b"/Lang" in made


def test_the_same_answer_gives_the_same_bytes():
    first, again = (board_paper(a_board(), authority="Council", exceptions=(), charts=[a_chart()]) for _ in range(2))

    assert first == again
    assert first != board_paper(
        a_board(token="176@" + "0" * 64), authority="Council", exceptions=(), charts=[a_chart()]
    )


def test_a_picture_without_a_description_is_refused():
    with pytest.raises(Exception, match="alt"):
        board_paper(a_board(), authority="Council", exceptions=(), charts=[Chart(a_chart().svg, "")])


def test_every_figure_of_the_answer_is_in_the_paper(to_text: Callable[[bytes], str]):
    late = Exceptional("M-1 Centre live", "Milestone late: due 2007-11, now expected 2008-06")
    made = board_paper(a_board(), authority="Leicestershire County Council", exceptions=[late], charts=[a_chart()])
    said = to_text(made)

    for words in (
        "Leicestershire County Council",
        "As at 31 March 2008, known at 18 June 2008, 23:59:59 in London.",
        "Exceptions",
        "M-1 Centre live: Milestone late: due 2007-11, now expected 2008-06",
        "target £6,900,000; identified £6,400,000; to be identified £500,000; rests on assumptions",
        "£1,500,000 – £439,000.50 £39,000 £200,000.25 £200,000.25 £1,234",
        "£1,500,000 £439,000.50 £39,000 29.3",
        "70 – – –",
        "(a) endorse: carried",
        "SCP-PROC claimed £0 £4,390,000",
        "SCP-DESKS target 60 desks 70 desks",
        "M-2 added – Centre two",
        "£1,890,000.50",
    ):
        assert words in said


def test_what_has_to_be_known_to_read_the_totals_stands_above_them(to_text: Callable[[bytes], str]):
    caution = "£590,000 of what is claimed is of SCP-HSEP, whose target stands under “not stated”."

    said = to_text(board_paper(a_board(), authority="A", exceptions=[], cautions=[caution]))

    assert said.index("Headline") < said.index(caution) < said.index("Totals in pounds")


def test_measures_are_in_the_paper_and_so_is_that_no_investment_is_recorded(pages, to_text: Callable[[bytes], str]):
    said = to_text(pages.get("/paper/SCP.pdf?as_at=2008-03-31&known_at=2008-06-18").content)

    assert NO_INVESTMENT in said
    assert "SCP-ORDERING: Transactions through on-line ordering GBP ordered 2007/08 over 11,000,000" in said


def test_exceptions_are_in_the_paper_with_their_amounts_as_the_page_has_them(pages, to_text: Callable[[bytes], str]):
    asked = "as_at=2014-03-31&known_at=2026-01-01"
    rows = read(pages, f"/board/OIP?{asked}").tables["exceptions"][1:]
    amounts = [(row[0][0], row[3][0], row[4][0]) for row in rows if row[4][0]]
    assert ("In the budget, not verified", "2012/13", "£350,000") in amounts

    said = to_text(pages.get(f"/paper/OIP.pdf?{asked}").content)

    for what, finding, figure in amounts:
        assert f"{what}: {finding}, {figure}" in said


def test_plans_are_in_the_paper_with_what_has_to_be_known_to_read_them(pages, to_text: Callable[[bytes], str]):
    said = to_text(pages.get("/paper/DE.pdf?as_at=2008-09-26").content)

    assert NO_INVESTMENT not in said
    assert "DE-MSI-STRUCTURE says again what is in DE-MSI-COST" in said
    assert "All, each counted once (assumed) £5,490,000 – –" in said


def test_every_page_has_the_token_and_the_two_times(to_text: Callable[[bytes], str], tmp_path: Path):
    many = [a_board().benefits[0].model_copy(update={"reference": f"B-{number}"}) for number in range(120)]
    made = board_paper(a_board(benefits=many), authority="Council", exceptions=())
    (tmp_path / "long.pdf").write_bytes(made)
    read = subprocess.run(["pdftotext", "long.pdf", "-"], cwd=tmp_path, check=True, capture_output=True)
    pages = read.stdout.decode("utf-8").split("\f")[:-1]

    assert len(pages) > 3
    assert all(TOKEN in page and "SCP. As at 31 March 2008, known at 18 June 2008" in page for page in pages)


def test_what_is_not_there_is_said_in_words(to_text: Callable[[bytes], str]):
    empty: dict[str, Any] = {name: [] for name in ("benefits", "totals", "milestones", "decisions", "programmes")}
    said = to_text(board_paper(a_board(**empty, restated=None), authority="Council", exceptions=()))
    none = to_text(board_paper(a_board(**empty, restated=[]), authority="Council", exceptions=()))

    assert "Nothing stands out." in said
    assert said.count("There are none.") == 4
    assert "It was asked by token, so what came later is not told." in said
    assert "Nothing that was recorded later changed this answer." in none


@pytest.mark.parametrize("words", MARKUP)
def test_what_looks_like_markup_is_set_as_it_was_written(words: str, to_text: Callable[[bytes], str]):
    said = to_text(board_paper(a_board(words), authority=words, exceptions=[Exceptional(words, words)]))

    assert " ".join(words.split()).replace(" ", "") in said.replace(" ", "")
    assert "root:" not in said


@pytest.mark.parametrize(
    "words", [*HOSTILE, "עברית العربية", "e\u0301\u0301\u0301", "\ue000\U000e0001", "\U0001f468\u200d\U0001f469"]
)
def test_any_text_of_a_store_makes_a_paper(words: str):
    made = board_paper(
        a_board(words),
        authority=words,
        exceptions=[Exceptional(words, words)],
        charts=[Chart(a_chart().svg, words or "x")],
    )

    assert made.startswith(b"%PDF-1.7")


def test_letters_that_no_font_has_are_replaced_and_all_others_stay(to_text: Callable[[bytes], str]):
    said = to_text(board_paper(a_board("Cŵn 中文 Ж"), authority="Council", exceptions=()))

    assert "Cŵn \ufffd\ufffd Ж" in said


def test_a_paper_is_made_without_our_font_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setattr(fonts, "FOLDER", tmp_path)
    paper._fonts.cache_clear()
    try:
        made = board_paper(a_board(), authority="Council", exceptions=(), charts=[a_chart()])
    finally:
        paper._fonts.cache_clear()

    assert b"LibertinusSerif" in made
    assert b"Atkinson" not in made
