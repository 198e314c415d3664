"""The cells of tables as HTML: said here and not in a template, because a large board has thousands of them."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import Final, NamedTuple

from markupsafe import Markup

from web import words
from web.tables import Cell, Column, Table

_UNKNOWN: Final = (
    f'<span title="not known"><span aria-hidden="true">{words.UNKNOWN}</span>'
    '<span class="govuk-visually-hidden">not known</span></span>'
)
_NUMERIC: Final = {"th": " govuk-table__header--numeric", "td": " govuk-table__cell--numeric"}
_CLASSES: Final = {"th": "govuk-table__header", "td": "govuk-table__cell"}


def value(one: Cell) -> Markup:
    """Return a value as it stands in a page, wherever that is."""
    return Markup(_inside(one, is_state=False))  # noqa: S704  # nosec B704  # Every word in it is escaped below.


def changed(was: object, now: object) -> Markup:
    """Return what stood in a place beside what stands there now; `None` where nothing does."""
    return Markup(_changed(was, now))  # noqa: S704  # nosec B704  # Likewise.


class Rows(NamedTuple):
    """Rows as HTML, which a template takes as they are.

    As `Markup`, they would be copied five times on the way, and those of a large board are a million characters.
    """

    words: str

    def __html__(self) -> str:
        return self.words


def rows(table: Table) -> Rows:
    """Return the rows of a table; the first cell of each is its heading."""
    tags = [each for at, column, below in table.places for each in _tags(column, below, is_first=not at)]
    return Rows("".join([_row(row, tags) for row in table.rows]))  # Every word in it is escaped below.


def _row(row: Sequence[Cell], tags: Sequence[tuple[str, str, bool]]) -> str:
    cells = [f"{begins}{_inside(one, is_state)}{ends}" for one, (begins, ends, is_state) in zip(row, tags, strict=True)]
    return f'<tr class="govuk-table__row" role="row">\n{"".join(cells)}</tr>\n'


def _tags(column: Column, below: Column | None, *, is_first: bool) -> list[tuple[str, str, bool]]:
    """Return what a cell of a column begins and ends with, and whether its word says a state; and what is below it.

    Its heading and its role are said again: in a narrow window the rows are cards.
    """
    tag, role = ("th", ' scope="row" role="rowheader"') if is_first else ("td", ' role="cell"')
    numeric = _NUMERIC[tag] if column.is_number else ""
    heading = f' data-heading="{html.escape(column.heading)}"'
    begins = f'<{tag}{role}{heading} class="{_CLASSES[tag]} app-col-{html.escape(column.field)}{numeric}">'
    ends, is_state = f"</{tag}>\n", column.kind == "state"
    if below is None:
        return [(begins, ends, is_state)]
    return [(begins, "", is_state), (' <span class="app-below">', f"</span>{ends}", below.kind == "state")]


def _inside(one: Cell, is_state: bool) -> str:  # Asked for thousands of cells: by place, it is quicker.
    if one.value is None:
        return _UNKNOWN
    said = one.shown
    if not said:
        return ""
    if one.was is not None:
        return _changed(one.was, said)
    said = _escaped(said)
    if is_state:
        return f'<strong class="govuk-tag govuk-tag--{one.tag}">{said}</strong>'
    if one.href:
        return f'<a class="govuk-link" href="{_address(one.href)}">{said}</a>'
    return said


def _escaped(said: str) -> str:
    """Return words as HTML; to see that there is nothing in them to escape, as in most, is quicker than to escape."""
    if "&" in said or "<" in said or ">" in said or '"' in said or "'" in said:
        return html.escape(said)
    return said


def _address(href: str) -> str:
    """Return an address as HTML: most have nothing to be escaped but what stands between their words."""
    if "<" in href or ">" in href or '"' in href or "'" in href:
        return html.escape(href)
    return href.replace("&", "&amp;")


def _changed(was: object, now: object) -> str:
    old = [] if was is None else [f'<del class="app-old">{html.escape(str(was))}</del>']
    new = [] if now is None else [f'<ins class="app-new">{html.escape(str(now))}</ins>']
    return " ".join(old + new)
