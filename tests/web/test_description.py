"""The description of the JSON is true: schemathesis asks what it allows and what it does not, and finds no failure."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from tests.web.serving import Serving
from web.app import PAGES

SCHEMATHESIS: Final = Path(sys.executable).with_name("schemathesis")
SETTINGS: Final = """
# An address may contradict itself, such as by a token and another time, or name a programme where a benefit belongs.
# Each part of it is as described, and no schema can say that they do not go together: the answer is 400, as described.
[checks]
positive_data_acceptance.expected-statuses = ["2xx", "400", "404", "409"]
"""


@pytest.fixture(scope="module")
def serving(demo, tmp_path_factory):
    """The pages of the demo, as a process."""
    one = Serving("--store", demo, cwd=tmp_path_factory.mktemp("described"))
    yield one
    one.stop(signal.SIGTERM)


def test_schemathesis_finds_no_failure(serving, tmp_path):
    (tmp_path / "schemathesis.toml").write_text(SETTINGS)

    found = subprocess.run(
        [
            *(SCHEMATHESIS, "run", f"{serving.address}api/openapi.json"),
            *("--max-examples", "10", "--generation-deterministic", "--workers", "2"),
            *("--continue-on-failure", "--no-color", "--warnings", "off"),
        ],
        check=False,
        cwd=tmp_path,
        capture_output=True,
        env={name: value for name, value in os.environ.items() if not name.startswith("SCHEMATHESIS_")},
        text=True,
    )

    assert found.returncode == 0, found.stdout + found.stderr
    assert f"{len(PAGES)} selected / {len(PAGES)} total" in found.stdout
