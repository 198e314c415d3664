"""Statements of every append, made into SQL once.

SQLAlchemy looks each statement up and looks each value over, which takes longer than SQLite takes to do it.
"""

from __future__ import annotations

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

    __slots__ = ("_names", "_text")

    def __init__(self, statement: ClauseElement, dialect: Dialect) -> None:
        style = "qmark" if dialect.name == "sqlite" else "format"
        compiled = statement.compile(dialect=type(dialect)(paramstyle=style))  # type: ignore[call-arg]
        assert isinstance(compiled, SQLCompiler)  # As every statement on rows is.
        self._text = str(compiled)
        self._names: Sequence[str] = compiled.positiontup or ()

    def __call__(self, connection: Connection, **values: Any) -> CursorResult[Any]:
        """Execute the statement with values by name."""
        return connection.exec_driver_sql(self._text, tuple([values[name] for name in self._names]))

    def many(self, connection: Connection, rows: Iterable[tuple[Any, ...]]) -> None:
        """Execute the statement once for each row, whose values stand in the statement's order."""
        connection.exec_driver_sql(self._text, list(rows))
