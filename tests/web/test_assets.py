"""The assets: what is built, and that an installation does without them where they cannot be."""

from __future__ import annotations

import json
import os
import re
import runpy
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
ASSETS = ROOT / "web" / "assets"
BUILDER = runpy.run_path(str(ASSETS / "build.py"))
BUILT = ROOT / "web" / "static" / "built"
SAID = "assets: pages are shown with a plain stylesheet instead."

needs_built = pytest.mark.skipif(
    not BUILDER["is_built"](), reason="the assets are not built here: bootstrap.py says why"
)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what the wheel is built from, without built assets."""
    made = tmp_path / "checkout"
    made.mkdir()
    for name in ("benefits", "cases", "cli", "projections", "web"):
        ignored = shutil.ignore_patterns("__pycache__", "node_modules", "built")
        shutil.copytree(ROOT / name, made / name, ignore=ignored)
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, made / name)
    return made


def without_node(tmp_path: Path) -> dict[str, str]:
    """Return an environment whose PATH has nothing on it, and in which no registry can be reached."""
    empty = tmp_path / "empty"
    empty.mkdir(exist_ok=True)
    kept = {name: value for name, value in os.environ.items() if not name.lower().startswith(("npm_", "node"))}
    return kept | {"PATH": str(empty)}


def run(*arguments: str, cwd: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments], cwd=cwd, env=env, check=False, capture_output=True, text=True, timeout=300
    )


def test_without_node_the_build_says_so_and_leaves_what_was_there(checkout: Path, tmp_path: Path):
    before = checkout / "web" / "static" / "built"
    before.mkdir()
    (before / "app.css").write_text("kept")

    ran = run("-I", "-S", "web/assets/build.py", cwd=checkout, env=without_node(tmp_path))

    assert ran.returncode == 1
    assert "there is no Node 20 or later on the PATH" in ran.stderr
    assert SAID in ran.stderr
    assert (before / "app.css").read_text() == "kept"
    assert "Traceback" not in ran.stderr


def test_a_wheel_is_built_without_node_and_says_that_it_has_no_assets(checkout: Path, tmp_path: Path):
    arguments = ("-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path / "dist"))

    ran = run(*arguments, cwd=checkout, env=without_node(tmp_path))

    assert ran.returncode == 0, ran.stderr
    assert SAID in ran.stderr
    names = names_in(tmp_path / "dist")
    assert "web/static/app.js" in names
    assert "web/papers/board.typ" in names
    assert not [name for name in names if "/built/" in name or name.startswith("web/assets")]


@pytest.mark.skipif(shutil.which("npm") is None, reason="there is no npm here")
def test_a_registry_that_cannot_be_reached_is_said_without_its_address(checkout: Path, tmp_path: Path):
    nowhere = {"npm_config_registry": "http://127.0.0.1:9/", "npm_config_cache": str(tmp_path / "cache")}

    ran = run("-I", "web/assets/build.py", cwd=checkout, env=dict(os.environ) | nowhere)

    assert ran.returncode == 1
    assert "the parts could not be fetched" in ran.stderr
    assert SAID in ran.stderr
    assert "http" not in ran.stderr
    assert not (checkout / "web" / "static" / "built").exists()


@needs_built
def test_a_wheel_has_the_assets_where_they_are_built_and_not_what_they_are_made_from(checkout: Path, tmp_path: Path):
    shutil.copytree(BUILT, checkout / "web" / "static" / "built")
    arguments = ("-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path / "dist"))

    ran = run(*arguments, cwd=checkout, env=without_node(tmp_path))

    assert ran.returncode == 0, ran.stderr
    assert SAID not in ran.stderr
    names = names_in(tmp_path / "dist")
    assert {f"web/static/built/{name}" for name in json.loads((BUILT / "built.json").read_text())["files"]} <= names
    assert not [name for name in names if name.startswith("web/assets")]


def names_in(folder: Path) -> set[str]:
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as opened:
        return set(opened.namelist())


def test_the_lock_pins_every_part_and_names_no_registry():
    lock = json.loads((ASSETS / "package-lock.json").read_text())
    parts = {name: part for name, part in lock["packages"].items() if name}

    assert len(parts) > 5
    assert all(part["integrity"].startswith("sha512-") for part in parts.values())
    assert not [name for name, part in parts.items() if "resolved" in part]
    assert "registry=" not in (ASSETS / ".npmrc").read_text()
    assert "index-url" not in (ASSETS / "requirements.txt").read_text()
    assert "omit-lockfile-registry-resolved=true" in (ASSETS / ".npmrc").read_text()


@needs_built
def test_the_stylesheet_has_our_font_and_colours_and_nothing_that_is_the_governments():
    style = (BUILT / "app.css").read_text(encoding="utf-8")

    assert not re.search(r"gds|crown|crest|gov\.uk|url\([\"']?(?:https?|data):|@import", style, re.IGNORECASE)
    assert set(re.findall(r"url\(([^)]*)\)", style)) == {
        f"fonts/{path.name}" for path in (BUILT / "fonts").glob("*.woff2")
    }
    assert "--govuk-brand-colour: var(--app-brand)" in style
    assert "SIL OPEN FONT LICENSE" in (BUILT / "fonts" / "OFL.txt").read_text(encoding="utf-8").upper()
    assert "The MIT License" in (BUILT / "LICENCES.txt").read_text(encoding="utf-8")


@needs_built
def test_the_compiled_stylesheet_says_nothing_of_classes_of_ours():
    assert not re.search(r"\.app-", (BUILT / "app.css").read_text(encoding="utf-8"))


@needs_built
def test_letters_of_wales_are_in_the_font_of_charts_and_papers():
    from web.paper import _fonts
    from web.words import pounds

    families = _fonts().families()

    assert {"Atkinson Hyperlegible Next", "Atkinson Hyperlegible Next Ext"} <= set(families)
    assert pounds(None) == "–"


def test_our_script_writes_no_markup_and_runs_no_words():
    script = (ROOT / "web" / "static" / "app.js").read_text(encoding="utf-8")

    assert not re.search(r"innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|new Function|\.style\b", script)
    assert not re.findall(r'"(/[^"]*)"', script)
