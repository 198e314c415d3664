"""Whoever looks at the pages: reads what is on them, clicks links, and uses the form that says when."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

_READ_TABLES = """
sections => sections.map(section => ({
  name: section.id,
  rows: [...section.querySelectorAll("tr")].map(row => [...row.cells].map(cell => cell.innerText.trim())),
}))
"""


def _first(said: str) -> str:
    """Return the first line of a cell: more may stand below it."""
    return said.partition("\n")[0].casefold()


@dataclass(frozen=True)
class Visitor:
    """A user. Only the first address is typed."""

    page: Page

    def opens(self, address: str) -> None:
        """Open the first page."""
        self.page.goto(address)

    def follows(self, words: str, within: str | None = None) -> None:
        """Click the link of some words: the first, or that in the section of a heading."""
        place: Page | Locator = self.page
        if within is not None:
            place = self.page.get_by_role("region", name=within, exact=True)
        link = place.get_by_role("link", name=words, exact=True).first
        expect(link, f"{words}, on {self.page.url}").to_be_visible()
        link.click()
        self.page.wait_for_load_state()

    def asks(self, as_at: str = "", known_at: str = "") -> None:
        """Fill in the form that says when, and press its button."""
        self.page.get_by_label("As at", exact=True).fill(as_at)
        self.page.get_by_label("Known at", exact=True).fill(known_at)
        self.page.get_by_role("button", name="Show", exact=True).click()
        self.page.wait_for_load_state()

    def looks_up(self, label: str, words: str) -> None:
        """Fill in a form of one field, and send it by its Return key."""
        self.page.get_by_label(label, exact=True).fill(words)
        self.page.get_by_label(label, exact=True).press("Enter")
        self.page.wait_for_load_state()

    @property
    def said(self) -> str:
        """What the page says, without its markup."""
        return re.sub(r"\s+", " ", self.page.locator("body").inner_text())

    def tables(self) -> Mapping[str, list[dict[str, str]]]:
        """Return the rows of each table on the page, by their headings."""
        found = self.page.locator("section.app-table").evaluate_all(_READ_TABLES)
        return {
            one["name"]: [dict(zip(one["rows"][0], row, strict=True)) for row in one["rows"][1:]]
            for one in found
            if one["rows"]
        }

    def rows(self, table: str, **cells: str) -> list[dict[str, str]]:
        """Return the rows of a table in which some cells say some words, first; none where the table is not there."""
        wanted = {name.replace("_", " "): words for name, words in cells.items()}
        return [
            row
            for row in self.tables().get(table, [])
            if all(_first(row[name]) == words.casefold() for name, words in wanted.items())
        ]

    def row(self, table: str, **cells: str) -> dict[str, str]:
        """Return the one row of a table in which some cells say some words."""
        (found,) = self.rows(table, **cells)
        return found
