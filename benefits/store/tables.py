"""The tables of the log. They are made and migrated by `benefits.store.schema` only, never at start-up."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    Uuid,
)

# Constraints have the same name on both databases, so that a migration can name them.
NAMING_CONVENTION: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

# SQLite keeps a row under its position itself, without a second index, only if the type is INTEGER.
Position: Final = BigInteger().with_variant(Integer(), "sqlite")

metadata: Final = MetaData(naming_convention=NAMING_CONVENTION)

event: Final = Table(
    "event",
    metadata,
    Column("position", Position, primary_key=True, autoincrement=False),
    Column("recorded_at", BigInteger, nullable=False, unique=True, comment="Microseconds since 1970-01-01 UTC."),
    Column("effective_on", Date, nullable=False),
    Column("originator_id", Uuid, nullable=False),
    Column("originator_version", BigInteger, nullable=False),
    Column("type", String, nullable=False),
    Column("schema_version", Integer, nullable=False),
    Column("actor", String, nullable=False),
    Column("account", String, nullable=False),
    Column("command_id", String, nullable=False),
    Column("body", LargeBinary, comment="The fact as it was written; NULL when blanked, together with salt."),
    Column("salt", LargeBinary),
    Column("commitment", LargeBinary, nullable=False, comment="SHA-256 over domain, salt and body."),
    Column("leaf", LargeBinary, nullable=False, comment="The RFC 6962 leaf hash over the entry."),
    UniqueConstraint("originator_id", "originator_version"),
)
"""One row an event, its columns in the order of the entry that is hashed; what was recorded never changes."""

head: Final = Table(
    "head",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="one_row"), primary_key=True, autoincrement=False),
    Column("size", BigInteger, nullable=False),
    Column("recorded_at", BigInteger, nullable=False),
    Column("frontier", LargeBinary, nullable=False, comment="Roots of the perfect subtrees, largest first."),
)
"""One row: how long the log is, when its last event was recorded, and its tree. Whoever holds it may append."""

tile: Final = Table(
    "tile",
    metadata,
    Column("level", Integer, primary_key=True, autoincrement=False),
    Column("index", BigInteger, primary_key=True, autoincrement=False),
    Column("hash", LargeBinary, nullable=False),
)
"""Roots of complete subtrees of 256 to the power of `level` leaves, so that a past root needs few hashes."""

command: Final = Table(
    "command",
    metadata,
    Column("command_id", String, primary_key=True),
    Column("request_hash", LargeBinary, nullable=False),
    Column("first_position", BigInteger, nullable=False),
    Column("last_position", BigInteger, nullable=False),
)
"""What each command id was used for, and the positions it recorded."""

tracking: Final = Table(
    "tracking",
    metadata,
    Column("application", String, primary_key=True),
    Column("notification_id", BigInteger, nullable=False),
)
"""How far a process that follows another log has come."""

store: Final = Table(
    "store",
    metadata,
    Column("id", Integer, CheckConstraint("id = 1", name="one_row"), primary_key=True, autoincrement=False),
    Column("format", String, nullable=False),
    Column("namespace", Uuid, nullable=False),
    Column("sandbox", Boolean, nullable=False),
    Column("created_by", String, nullable=False, comment="The version of the product that made the store."),
)
"""One row: what this store is."""

account: Final = Table(
    "account",
    metadata,
    Column("reference", String, primary_key=True, comment="Random; what the log says."),
    Column("name", String, nullable=False, unique=True, comment="Erasable; the log keeps its proof without it."),
)
"""Whose account a reference in the log stands for: personal, so it stands outside the log."""
