"""Make a golden store of the present version: `python -m tests.golden.make v2`. Golden files are added, never edited.

It holds the real cases, every type of event, corrections, withdrawals, an override, and an erased body; beside it stand
the events as they were stored, and the answers that every later version must still give.
"""

from __future__ import annotations

import json
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

from benefits import BenefitsRegister, initialise
from benefits.events import REGISTRY, BodyBlanked
from benefits.intake import apply, merged
from benefits.store import AppendableLog, Header, Said
from projections import Views, follow, prepare
from tests.golden.asked import QUESTIONS, SINCE_V2, SINCE_V3, answer

GOLDEN = Path(__file__).parent
CHECKOUT = GOLDEN.parent.parent


def make(version: str) -> None:
    """Write the golden files of a version."""
    folder = GOLDEN / version
    folder.mkdir()
    store = folder / "store.db"
    initialise(store, sandbox=True)
    with BenefitsRegister(store, on_append=(follow,), account="golden") as register:
        prepare(register)
        files = [*sorted((CHECKOUT / "cases").glob("*.jsonl")), GOLDEN / "every.jsonl"]
        for lines in files:
            shutil.copy(lines, folder)
        applied = apply(register, merged(files))
        assert not applied.refused, applied.refused
        _erase(register)
        with (folder / "events.jsonl").open("w", encoding="utf-8") as file:
            for row in register.log.read():
                said = {
                    "position": row.position,
                    "type": row.type,
                    "schema_version": row.schema_version,
                    "body": row.body.decode() if row.body is not None else None,
                    "leaf": row.leaf.hex(),
                }
                file.write(json.dumps(said, ensure_ascii=False) + "\n")
        missing = REGISTRY.keys() - {row.type for row in register.log.read()}
        assert missing <= {"clock-accepted"}, missing
        views = Views(register)
        head = register.log.head()
        asked = [*QUESTIONS, *SINCE_V2, *SINCE_V3, ("board", "EVERY", {"token": f"{head.size}@{head.root.hex()}"})]
        answers = [
            {"view": view, "of": of, "when": when, "answer": answer(views, view, of, when)} for view, of, when in asked
        ]
        written = json.dumps(answers, ensure_ascii=False, indent=1)
        (folder / "answers.json").write_text(written + "\n", encoding="utf-8")
    for left in folder.glob("store.db-*"):
        left.unlink()


def _erase(register: BenefitsRegister) -> None:
    """Erase who held a post, as the law may one day require."""
    (row,) = [row for row in register.log.read() if row.command_id == "EVERY-erased"]
    with register.unit_of_work():
        subject = register.subject("EVERY-PMO")
        header = Header(
            effective_on=row.effective_on,
            actor="EVERY-PMO",
            account=row.account,
            command_id="EVERY-erasure",
            recorded_at=datetime(2012, 8, 3, 12, tzinfo=UTC),
        )
        fact = BodyBlanked(blanks=row.position, legal_basis="A request for erasure, upheld")
        (blanked,) = register._facts.append(Said(subject.id, subject.version + 1, fact, header))
        with register.database.writing() as connection:
            AppendableLog(register.database).record_command(connection, "EVERY-erasure", b"\0" * 32, blanked.position, blanked.position)
            connection.exec_driver_sql(f"UPDATE event SET body = NULL, salt = NULL WHERE position = {row.position}")
        register._note(blanked)


if __name__ == "__main__":
    make(sys.argv[1])
