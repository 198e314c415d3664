"""The log: events, head, tiles, commands, tracking, and the store's own row.

Revision ID: 0001
"""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision: Final = "0001"
down_revision: Final = None
branch_labels: Final = None
depends_on: Final = None

Position: Final = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

KEPT: Final = (
    "position",
    "recorded_at",
    "effective_on",
    "originator_id",
    "originator_version",
    "type",
    "schema_version",
    "actor",
    "account",
    "command_id",
    "commitment",
    "leaf",
)
"""The columns of an event that nothing may change; body and salt may go to NULL, together and once."""

NEVER_DELETED: Final = ("event", "head", "tile", "command", "store")
NEVER_UPDATED: Final = ("tile", "command", "store")
KEYS: Final = {
    "head": "id = NEW.id",
    "tile": 'level = NEW.level AND "index" = NEW."index"',
    "command": "command_id = NEW.command_id",
    "store": "id = NEW.id",
}


def upgrade() -> None:
    """Make the tables, and the triggers that keep what is recorded as it is."""
    op.create_table(
        "event",
        sa.Column("position", Position, autoincrement=False, nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False, comment="Microseconds since 1970-01-01 UTC."),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("originator_id", sa.Uuid(), nullable=False),
        sa.Column("originator_version", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("schema_version", sa.Integer(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("account", sa.String(), nullable=False),
        sa.Column("command_id", sa.String(), nullable=False),
        sa.Column(
            "body", sa.LargeBinary(), comment="The fact as it was written; NULL when blanked, together with salt."
        ),
        sa.Column("salt", sa.LargeBinary()),
        sa.Column("commitment", sa.LargeBinary(), nullable=False, comment="SHA-256 over domain, salt and body."),
        sa.Column("leaf", sa.LargeBinary(), nullable=False, comment="The RFC 6962 leaf hash over the entry."),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_event")),
        sa.UniqueConstraint(
            "originator_id", "originator_version", name=op.f("uq_event_originator_id_originator_version")
        ),
        sa.UniqueConstraint("recorded_at", name=op.f("uq_event_recorded_at")),
    )
    op.create_table(
        "head",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        sa.Column(
            "frontier", sa.LargeBinary(), nullable=False, comment="Roots of the perfect subtrees, largest first."
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_head")),
        sa.CheckConstraint("id = 1", name=op.f("ck_head_one_row")),
    )
    op.create_table(
        "tile",
        sa.Column("level", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("index", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("level", "index", name=op.f("pk_tile")),
    )
    op.create_table(
        "command",
        sa.Column("command_id", sa.String(), nullable=False),
        sa.Column("request_hash", sa.LargeBinary(), nullable=False),
        sa.Column("first_position", sa.BigInteger(), nullable=False),
        sa.Column("last_position", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("command_id", name=op.f("pk_command")),
    )
    op.create_table(
        "tracking",
        sa.Column("application", sa.String(), nullable=False),
        sa.Column("notification_id", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("application", name=op.f("pk_tracking")),
    )
    op.create_table(
        "store",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("namespace", sa.Uuid(), nullable=False),
        sa.Column("sandbox", sa.Boolean(), nullable=False),
        sa.Column("created_by", sa.String(), nullable=False, comment="The version of the product that made the store."),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_store")),
        sa.CheckConstraint("id = 1", name=op.f("ck_store_one_row")),
    )
    op.create_table(
        "account",
        sa.Column("reference", sa.String(), nullable=False, comment="Random; what the log says."),
        sa.Column("name", sa.String(), nullable=False, comment="Erasable; the log keeps its proof without it."),
        sa.PrimaryKeyConstraint("reference", name=op.f("pk_account")),
        sa.UniqueConstraint("name", name=op.f("uq_account_name")),
    )
    head = sa.table("head", sa.column("id"), sa.column("size"), sa.column("recorded_at"), sa.column("frontier"))
    op.bulk_insert(head, [{"id": 1, "size": 0, "recorded_at": 0, "frontier": b""}])
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(sa.text(statement.replace(":", "\\:")))


# Every name below is this module's own; nothing that anybody typed reaches these statements.
def _refusing_on_sqlite(table: str, verb: str, condition: str = "") -> str:
    when = f" WHEN {condition}" if condition else ""
    return (
        f"CREATE TRIGGER {table}_refuses_{verb.lower()} BEFORE {verb} ON {table}{when} BEGIN "
        f"SELECT RAISE(ABORT, 'append-only: {table} refuses {verb}'); END"
    )


def _same_on_sqlite(columns: tuple[str, ...]) -> str:
    return " AND ".join(f"NEW.{column} IS OLD.{column}" for column in columns)


_BLANKED: Final = "OLD.body IS NOT NULL AND OLD.salt IS NOT NULL AND NEW.body IS NULL AND NEW.salt IS NULL"

# INSERT OR REPLACE deletes the row it replaces without a word to a trigger on DELETE, so it is refused on the way in.
_SQLITE: Final = (
    *(_refusing_on_sqlite(table, "DELETE") for table in NEVER_DELETED),
    *(_refusing_on_sqlite(table, "UPDATE") for table in NEVER_UPDATED),
    _refusing_on_sqlite("event", "UPDATE", f"NOT ({_BLANKED} AND {_same_on_sqlite(KEPT)})"),
    _refusing_on_sqlite(
        "event",
        "INSERT",
        "NEW.position <= (SELECT size FROM head) OR NEW.recorded_at <= (SELECT recorded_at FROM head) OR EXISTS ("
        "SELECT 1 FROM event WHERE originator_id = NEW.originator_id AND originator_version = NEW.originator_version)",
    ),
    *(
        _refusing_on_sqlite(table, "INSERT", f"EXISTS (SELECT 1 FROM {table} WHERE {key})")  # noqa: S608
        for table, key in KEYS.items()
    ),
)

_POSTGRESQL: Final = (
    """
    CREATE FUNCTION log_refuses() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'append-only: % refuses %', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
    END
    $$
    """,
    *(
        f"CREATE TRIGGER {table}_refuses_delete BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION log_refuses()"
        for table in NEVER_DELETED
    ),
    *(
        f"CREATE TRIGGER {table}_refuses_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION log_refuses()"
        for table in NEVER_DELETED
    ),
    *(
        f"CREATE TRIGGER {table}_refuses_update BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION log_refuses()"
        for table in NEVER_UPDATED
    ),
    f"""
    CREATE TRIGGER event_refuses_update BEFORE UPDATE ON event FOR EACH ROW
    WHEN (NOT ({_BLANKED} AND ({", ".join("NEW." + column for column in KEPT)})
        IS NOT DISTINCT FROM ({", ".join("OLD." + column for column in KEPT)})))
    EXECUTE FUNCTION log_refuses()
    """,
)
