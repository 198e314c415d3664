"""Who may do what on a PostgreSQL server: one role records, another reads, and neither can change the log."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Final

from sqlalchemy import inspect, text

from benefits.errors import CheckFailedError, InvalidValueError, NotFoundError
from benefits.store.database import Database

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy import Connection

VIEW_PREFIX: Final = "view_"
"""Begins the name of every table that is worked out from the log, and of no other."""

APPLICATION: Final[dict[str, tuple[str, ...]]] = {
    "event": ("SELECT", "INSERT"),
    "tile": ("SELECT", "INSERT"),
    "command": ("SELECT", "INSERT"),
    "account": ("SELECT", "INSERT"),
    "head": ("SELECT", "UPDATE"),
    "tracking": ("SELECT", "INSERT", "UPDATE"),
    "store": ("SELECT",),
    "alembic_version": ("SELECT",),
}
"""What recording needs of each table of the log."""

READER: Final[dict[str, tuple[str, ...]]] = {table: ("SELECT",) if table != "account" else () for table in APPLICATION}
"""What asking and verifying need. Whose account a reference stands for is personal, and no answer says it."""

_CHANGES: Final = ("INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER")
_ROLE: Final = text("SELECT 1 FROM pg_roles WHERE rolname = :role")
_PLACE: Final = text("SELECT current_database(), current_schema()")
_MAY_MORE: Final = text("""
    SELECT pg_has_role(:role, relowner, 'MEMBER') OR pg_has_role(:role, nspowner, 'MEMBER')
        OR has_table_privilege(:role, pg_class.oid, :refused)
    FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
    WHERE nspname = current_schema() AND relname = :table
""")


def grant_roles(url: str | Path, *, application: str, reader: str, dry_run: bool = False) -> tuple[str, ...]:
    """Let one role record and ask, and another only ask; run again, it does what is still to do.

    Neither may change or empty what is recorded, nor take away the triggers that refuse it. The application owns the
    view tables, those to come too, because a rebuild makes them anew; the reader may read them.

    Args:
        url: A PostgreSQL store, as the role that owns its tables. Unless a superuser, it has to be in `application`.
        application: A role that is there.
        reader: Another.
        dry_run: Grant nothing.

    Returns:
        The statements, in order; all are done, or none.

    Raises:
        InvalidValueError: If the store is a file, or both roles are one.
        NotFoundError: If there is no such role.
        CheckFailedError: If a role could change the log all the same, through what it is or belongs to.
        ReadOnlyStoreError: If whoever asks may not grant that.
    """
    with closing(Database(url)) as database:
        if database.is_sqlite:
            raise InvalidValueError(f"{database.name} is a file; who may read or write it is up to its permissions")
        if application == reader:
            raise InvalidValueError(f"{reader} cannot be both; name a role that records and one that only reads")
        database.check()
        with database.altering() as connection:
            for role in (application, reader):
                if connection.execute(_ROLE, {"role": role}).first() is None:
                    raise NotFoundError(f"there is no role {role}; make it first: CREATE ROLE {role} LOGIN")
            views = sorted(name for name in inspect(connection).get_table_names() if name.startswith(VIEW_PREFIX))
            statements = tuple(_statements(connection, application, reader, views))
            if not dry_run:
                for statement in statements:
                    connection.exec_driver_sql(statement)
                _check(connection, application, APPLICATION)
                _check(connection, reader, READER | dict.fromkeys(views, ("SELECT",)))
            return statements


def _statements(connection: Connection, application: str, reader: str, views: list[str]) -> Iterator[str]:
    quoted = connection.dialect.identifier_preparer.quote_identifier
    database, schema = map(quoted, connection.execute(_PLACE).one())
    records, reads = quoted(application), quoted(reader)
    yield f"GRANT CONNECT ON DATABASE {database} TO {records}, {reads}"
    yield f"GRANT USAGE, CREATE ON SCHEMA {schema} TO {records}"
    yield f"GRANT USAGE ON SCHEMA {schema} TO {reads}"
    for table in APPLICATION:
        yield f"REVOKE ALL ON TABLE {schema}.{quoted(table)} FROM {records}, {reads}"
        for role, rights in ((records, APPLICATION[table]), (reads, READER[table])):
            if rights:
                yield f"GRANT {', '.join(rights)} ON TABLE {schema}.{quoted(table)} TO {role}"
    for table in views:
        yield f"ALTER TABLE {schema}.{quoted(table)} OWNER TO {records}"
        yield f"REVOKE ALL ON TABLE {schema}.{quoted(table)} FROM {reads}"
        yield f"GRANT SELECT ON TABLE {schema}.{quoted(table)} TO {reads}"
    yield f"ALTER DEFAULT PRIVILEGES FOR ROLE {records} IN SCHEMA {schema} GRANT SELECT ON TABLES TO {reads}"


def _check(connection: Connection, role: str, rights: dict[str, tuple[str, ...]]) -> None:
    """Refuse a role that may do more than it is granted, through what it is, belongs to, or shares with everybody."""
    for table, granted in rights.items():
        refused = ", ".join(right for right in _CHANGES if right not in granted)
        if connection.execute(_MAY_MORE, {"role": role, "table": table, "refused": refused}).scalar_one():
            raise CheckFailedError(
                f"{role} could do more to {table} than it should: it is a superuser, belongs to the store's owner or "
                "to a role that may, or everybody may. Nothing was granted; take that away, or name another role"
            )
