"""Adding a kind of event makes the type checker list every room it must visit."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parent.parent.parent

ROOMS = {
    "StoreFact": {"structure.decide_store", "structure._step_store"},
    "AuthorityFact": {"structure.decide_authority", "structure._step_authority"},
    "PortfolioFact": {"structure.decide_portfolio", "structure._step_portfolio"},
    "ProgrammeFact": {"structure.decide_programme", "structure._step_programme"},
    "ProjectFact": {"project.decide", "structure._step_project"},
    "MilestoneFact": {"milestone.decide", "structure._step_milestone"},
    "BodyFact": {"body.decide_body", "body.exists", "structure._step_body"},
    "PostFact": {"body.decide_post", "body.exists", "body.holder", "structure._step_post"},
    "DecisionFact": {"decision.decide", "decision.evolve", "papers._step_decision"},
    "DocumentFact": {"structure.decide_document", "papers._step_document"},
    "BenefitFact": {"benefit.decide", "benefit.evolve", "profiles._step_benefit"},
    "MeasureFact": {"measure.decide", "profiles._step_measure"},
    "FundingFact": {"funding.decide", "plans._step_funding"},
    "FigureFact": {"figure.decide", "plans._step_figure"},
}
"""By union of facts: the rooms that a new fact of it must visit."""


@pytest.fixture(scope="module")
def complaints(tmp_path_factory) -> dict[str, set[str]]:
    """What the type checker says, by new fact, once every union has one more."""
    copy = tmp_path_factory.mktemp("house")
    for package in ("benefits", "projections"):
        shutil.copytree(CHECKOUT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__"))
    events = copy / "benefits" / "events.py"
    source = events.read_text(encoding="utf-8")
    before, unions, after = source.partition("# --- the closed unions")
    for union in ROOMS:
        before += f'class New{union}(Fact):\n    """A new fact."""\n\n    type_name = "new-{union.lower()}"\n\n\n'
        after = re.sub(rf"^{union} = \(?", rf"\g<0>New{union} | ", after, count=1, flags=re.MULTILINE)
    events.write_text(before + unions + after, encoding="utf-8")
    (copy / "mypy.ini").write_text(
        "[mypy]\nstrict = True\nplugins = pydantic.mypy\nenable_error_code = exhaustive-match\n", encoding="utf-8"
    )
    found = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file", "mypy.ini", "-p", "benefits", "-p", "projections"],
        cwd=copy,
        capture_output=True,
        text=True,
        check=False,
    )
    said: dict[str, set[str]] = {union: set() for union in ROOMS}
    for line in found.stdout.splitlines():
        place = re.match(r"(\S+?):(\d+): error: ", line)
        if place is not None:
            path = copy / place[1]
            for union in set(re.findall(r"\bNew(\w+Fact)\b", line)):
                said[union].add(f"{path.stem}.{function_at(path, int(place[2]))}")
    return said


def function_at(path: Path, line: int) -> str:
    above = path.read_text(encoding="utf-8").splitlines()[:line]
    return next(match[1] for text in reversed(above) if (match := re.match(r"def (\w+)", text)))


@pytest.mark.parametrize("union", ROOMS)
def test_a_new_fact_is_named_in_every_room_it_must_visit(complaints, union):
    assert complaints[union] >= ROOMS[union]
