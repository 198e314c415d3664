"""A revision after the last one, kept beside the tests: it alters, adds, and takes as long as the log is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from benefits.store import copies, database, migrations, schema

if TYPE_CHECKING:
    import pytest
    from alembic.config import Config

FURTHER: Final = "further"
_HERE: Final = Path(__file__).parent / "further"


def with_a_further_revision(monkeypatch: pytest.MonkeyPatch, *, fails: bool = False) -> None:
    """Have a version of this product that knows one revision more; its last step fails if so wanted."""
    known = schema.migrations()
    known.set_main_option("path_separator", "newline")
    known.set_main_option("version_locations", f"{Path(migrations.__file__).parent / 'versions'}\n{_HERE}")
    known.attributes["fails"] = fails

    def locations() -> Config:
        return known

    monkeypatch.setattr(schema, "migrations", locations)
    revisions = (*database.REVISIONS, FURTHER)
    for module in (database, copies):
        monkeypatch.setattr(module, "REVISIONS", revisions)
