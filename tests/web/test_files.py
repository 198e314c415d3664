"""Every table is there as CSV, Excel and JSON, all three with the same cells, and no cell runs."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal
from xml.etree import ElementTree as ET

import pytest

from tests.demo import event_of
from tests.web.conftest import csv_rows
from web.app import PAGES

WHEN = "?as_at=2008-09-26&known_at=2008-12-31"
ASKED = {
    "home": "/",
    "board": "/board/LEICESTER",
    "benefit": "/benefit/DE-SERVICE-COST",
    "decision": "/decision/S000-2005-10-31",
    "show": "/show/BIP",
    "explain": "/explain/BIP-PLAN/planned_cost",
    "event": "/event/60",
    "register": "/register/LEICESTER",
    "whole-register": "/register/-",
    "trail": "/trail/BIP",
    "whole-trail": "/trail/-",
    "compare": "/compare/LEICESTER",
    "timeline": "/timeline/LEICESTER",
    "years": "/years/LEICESTER",
    "totals": "/totals/SCP",
    "funding": "/funding/LEICESTER",
    "figures": "/figures/BIP",
    "whole-figures": "/figures/-",
    "figure": "/figure/S000-ONCOSTS",
    "overrides": "/overrides/SCP",
    "whole-overrides": "/overrides/-",
    "document": "/document/S002-DE",
    "issue": "/issue/S002-DE",
    "list": "/list/-",
    "verify": "/verify/-",
    "words": "/words/-",
}
MORE = {
    "board": "&since=2005-10-31",
    "compare": "&since=2005-10-31",
    "issue": "&version=Draft+2.6",
    "whole-trail": "&recorded_from=2008-01-01",
}
TABLES = [(page.name, table) for page in PAGES for table in page.tables]
_SHEET = {"s": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}


def sheet(content: bytes) -> list[list[str]]:
    """Return the cells of the first sheet of a workbook, row by row; refuses one with a formula in it."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        strings = ET.fromstring(book.read("xl/sharedStrings.xml"))
        shared = ["".join(part.text or "" for part in one.iter(f"{{{_SHEET['s']}}}t")) for one in strings]
        page = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))
    assert page.find(".//s:f", _SHEET) is None
    rows = []
    for row in page.iterfind(".//s:row", _SHEET):
        cells: dict[str, str] = {}
        for cell in row.iterfind("s:c", _SHEET):
            value = cell.findtext("s:v", "", _SHEET)
            place = "".join(one for one in cell.get("r", "") if one.isalpha())
            cells[place] = shared[int(value)] if cell.get("t") == "s" else value
        rows.append([cells.get(_letters(at), "") for at in range(30)])
    return rows


def _letters(at: int) -> str:
    return chr(ord("A") + at) if at < 26 else "A" + chr(ord("A") + at - 26)


def test_every_page_is_tried():
    assert {page.name for page in PAGES} == ASKED.keys()


@pytest.mark.parametrize(("page", "table"), TABLES)
def test_a_table_has_the_same_cells_in_all_its_files(pages, page, table):
    path = f"{ASKED[page].rstrip('/')}/{table}"
    more = WHEN + MORE.get(page, "")

    as_json = pages.get(f"{path}.json{more}")
    if as_json.status_code == 404:  # There is nothing to put into it.
        assert pages.get(f"{path}.csv{more}").status_code == 404
        return
    said = as_json.json()
    as_csv = pages.get(f"{path}.csv{more}")
    as_xlsx = pages.get(f"{path}.xlsx{more}")

    assert as_csv.status_code == as_xlsx.status_code == 200
    assert said["as_at"] == "2008-09-26"
    rows = csv_rows(as_csv.content)
    lines = sheet(as_xlsx.content)
    assert len(rows) == len(said["rows"]) == len(lines) - 1
    for row, line, values in zip(rows, lines[1:], said["rows"], strict=True):
        assert [*row.values()] == ["" if one is None else str(one) for one in values.values()]
        for cell, one in zip(line, values.values(), strict=False):
            wanted = "" if one is None else str(one)
            assert cell == wanted or Decimal(cell) == Decimal(wanted), (cell, wanted)


def test_a_file_is_named_for_what_it_is_of_its_day_and_its_event(pages):
    found = pages.get("/board/SCP/benefits.csv?as_at=2008-03-31&known_at=2008-06-18")

    assert found.headers["content-disposition"] == (
        f'attachment; filename="SCP-benefits-2008-03-31-event-{event_of("S001-046")}.csv"'
    )
    assert found.content.startswith(b"\xef\xbb\xbfBenefit,Title,")


def test_a_table_that_is_not_there_is_said_so(pages):
    assert pages.get("/board/SCP/budgets.csv").status_code == 404
    assert pages.get("/board/SCP/benefits.pdf").status_code == 404
