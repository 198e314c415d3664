"""A further revision: another column, and a table filled from every event.

Revision ID: further
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import sqlalchemy as sa
from alembic import context, op
from alembic.script import ScriptDirectory

from benefits.store import migrations

revision: Final = "further"
down_revision: Final = ScriptDirectory(str(Path(migrations.__file__).parent)).get_current_head()
branch_labels: Final = None
depends_on: Final = None


def upgrade() -> None:
    """Alter a table, make one, and fill it event by event."""
    op.add_column("store", sa.Column("remark", sa.String()))
    op.create_table(
        "further",
        sa.Column("position", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_further")),
    )
    connection = op.get_bind()
    for event in connection.execute(sa.text("SELECT position, type FROM event ORDER BY position")).all():
        connection.execute(sa.text("INSERT INTO further VALUES (:position, :type)"), event._asdict())
    if context.config.attributes["fails"]:
        op.execute("INSERT INTO further SELECT * FROM nowhere")
