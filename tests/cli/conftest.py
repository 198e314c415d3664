"""Stores with one case in them, or with all five, recorded once for all tests that only ask."""

from __future__ import annotations

import pytest

from tests.cli.running import ROOT, benefits


@pytest.fixture(scope="session")
def s001(tmp_path_factory: pytest.TempPathFactory) -> str:
    store = str(tmp_path_factory.mktemp("s001") / "store.db")
    assert benefits("init", "--sandbox", "--store", store).code == 0
    assert benefits("apply", str(ROOT / "cases" / "S001.jsonl"), "--store", store).code == 0
    return store


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The demo."""
    store = str(tmp_path_factory.mktemp("demo") / "demo.db")
    made = benefits("demo", "--store", store)
    assert made.code == 0, made.err
    return store


@pytest.fixture
def empty(tmp_path) -> str:
    """A sandbox with nothing in it."""
    store = str(tmp_path / "sandbox.db")
    assert benefits("init", "--sandbox", "--store", store).code == 0
    return store
