"""Statements of every append, made into SQL once, when they are first used.

SQLAlchemy looks each statement up and looks each value over, which takes longer than SQLite takes to do it.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from sqlalchemy.sql.compiler import SQLCompiler

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import Connection, CursorResult, Dialect
    from sqlalchemy.sql.expression import ClauseElement


class Prepared:
    """A statement as one kind of database takes it.

    Values go to the driver as they are, and come from it so: integers, text and bytes need nothing done.
    """

    def __init__(self, statement: ClauseElement, dialect: Dialect) -> None:
        self._statement = statement
        self._dialect = dialect

    def __call__(self, connection: Connection, **values: Any) -> CursorResult[Any]:
        """Execute the statement with values by name."""
        text, names = self._compiled
        return connection.exec_driver_sql(text, tuple([values[name] for name in names]))

    def many(self, connection: Connection, rows: Iterable[tuple[Any, ...]]) -> None:
        """Execute the statement once for each row, whose values stand in the statement's order."""
        text, _ = self._compiled
        connection.exec_driver_sql(text, list(rows))

    @cached_property
    def _compiled(self) -> tuple[str, Sequence[str]]:
        """The SQL, and the names of its values in the order it takes them."""
        style = "qmark" if self._dialect.name == "sqlite" else "format"
        compiled = self._statement.compile(dialect=type(self._dialect)(paramstyle=style))  # type: ignore[call-arg]
        assert isinstance(compiled, SQLCompiler)  # As every statement on rows is.
        return str(compiled), compiled.positiontup or ()
