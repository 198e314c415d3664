"""Make `.venv` in this checkout, with the pinned parts and the project in it: python3 bootstrap.py [--tests].

Needs nothing but Python 3.11 or later with venv and pip. Run again it changes only what has changed, and is done at
once when nothing has. The system's own Python is never touched, so an externally managed one will do.

Written so that any Python 3 can read it, to be told in words that it is too old.
"""

import argparse
import hashlib
import importlib.util
import json
import os
import runpy
import shutil
import subprocess
import sys
from pathlib import Path

MINIMUM = (3, 11)
CHECKOUT = Path(__file__).resolve().parent
VENV = CHECKOUT / ".venv"
STAMP = VENV / "bootstrap.json"
RUNTIME_PINS = "requirements.txt"
TESTS_PINS = "requirements-dev.txt"
ASSETS = CHECKOUT / "web" / "assets"
NODE_PINS = "web/assets/requirements.txt"


def say(words):
    """Write one line of progress to standard error."""
    sys.stderr.write("bootstrap: " + words + "\n")
    sys.stderr.flush()


def stop(words):
    """End with a message and exit code 1."""
    say(words)
    sys.exit(1)


def require_a_usable_python():
    """Stop with what to do unless this Python is recent enough and can make a virtual environment."""
    if sys.version_info < MINIMUM:
        stop(
            "this is Python {0}.{1}, and Python 3.11 or later is needed.\n"
            "  If you have one, name it: python3.11 bootstrap.py".format(*sys.version_info[:2])
        )
    missing = [name for name in ("venv", "ensurepip") if importlib.util.find_spec(name) is None]
    if missing:
        stop(
            "this Python ({0}) comes without {1}, which makes virtual environments.\n"
            "  On Debian or Ubuntu: apt install python3-venv\n"
            "  Or name another Python: /path/to/python3 bootstrap.py".format(sys.executable, " and ".join(missing))
        )


def digest(name):
    """Return the SHA-256 of a file of the checkout."""
    return hashlib.sha256((CHECKOUT / name).read_bytes()).hexdigest()


def read_stamp():
    """Return what the last run recorded, or an empty one where it did not finish."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def write_stamp(stamp):
    """Record what `.venv` holds, whole or not at all."""
    half = STAMP.with_suffix(".half")
    half.write_text(json.dumps(stamp, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    half.replace(STAMP)


def venv_python():
    """Return the path of the Python in `.venv`."""
    return VENV / "Scripts" / "python.exe" if os.name == "nt" else VENV / "bin" / "python"


def base_python():
    """Return the Python to make `.venv` with: never the one inside it, which is about to be removed."""
    if Path(sys.prefix).resolve() == VENV.resolve():
        return getattr(sys, "_base_executable", sys.executable)
    return sys.executable


def run(command):
    """Run a command, and show what it said only if it fails."""
    # Settings that would send the packages, or the search for them, somewhere other than `.venv`.
    astray = ("PYTHONPATH", "PYTHONHOME", "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_REQUIRE_HASHES")
    environment = {name: value for name, value in os.environ.items() if name not in astray}
    environment["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    done = subprocess.run(
        command,
        check=False,
        cwd=CHECKOUT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    if done.returncode != 0:
        sys.stderr.write(done.stdout.decode("utf-8", "replace"))
        stop("this failed, for the reason above: " + " ".join(str(part) for part in command))


def pip_install(*arguments):
    """Install into `.venv`.

    Pins are installed with --no-deps: they are complete, and an older pip would look for a newer release of what some
    package asks for with an extra, find one that is not pinned, and stop.
    """
    run([venv_python(), "-I", "-m", "pip", "install", "--quiet", "--no-input", *arguments])


def make_venv():
    """Make an empty `.venv`, in place of one this script made before."""
    if VENV.exists() and not STAMP.exists():
        stop("there is a .venv here that this script did not make; move it away, and run this again")
    base = base_python()
    say("making .venv with {0}".format(base))
    VENV.mkdir(exist_ok=True)
    # The stamp is there before anything else and after everything else, so what was broken off is known for ours.
    write_stamp({})
    for path in VENV.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(str(path))
        elif path != STAMP:
            path.unlink()
    run([base, "-I", "-m", "venv", VENV])


def build_assets():
    """Build the stylesheet and font of the pages; where that cannot be done, say so and go on.

    Node is taken from the PATH; where there is none, from a package that is put into `.venv`.
    """
    builder = runpy.run_path(str(ASSETS / "build.py"))
    if builder["is_built"]():
        return
    if not builder["has_node"]():
        say("installing Node, which the pages' stylesheet is compiled with (half a minute)")
        pins = ("--no-deps", "--only-binary", ":all:", "--require-hashes", "--requirement", NODE_PINS)
        pip = [venv_python(), "-I", "-m", "pip", "install", "--quiet", "--no-input", *pins]
        if subprocess.call(pip, cwd=str(CHECKOUT), stdin=subprocess.DEVNULL) != 0:
            say("Node cannot be had here")
    say("building the pages' stylesheet and font")
    subprocess.call([venv_python(), "-I", ASSETS / "build.py"], cwd=str(CHECKOUT), stdin=subprocess.DEVNULL)


def main():
    """Bring `.venv` up to date, doing only what has changed since the last run."""
    parser = argparse.ArgumentParser(description="Make .venv in this checkout and install the project into it.")
    parser.add_argument("--tests", action="store_true", help="also install what the tests and checks need")
    arguments = parser.parse_args()
    require_a_usable_python()

    before = read_stamp()
    wants_tests = arguments.tests or bool(before.get("tests"))
    after = {
        "checkout": str(CHECKOUT),
        "python": "{0}.{1}".format(*sys.version_info[:2]),
        "runtime": digest(RUNTIME_PINS),
        "tests": digest(TESTS_PINS) if wants_tests else None,
        "project": digest("pyproject.toml"),
    }
    changed = {name for name in after if before.get(name) != after[name]}

    # Parts can be added to what is there; parts that were there under other pins are left behind only by starting anew.
    addable = {"project"} if before.get("tests") else {"project", "tests"}
    if changed - addable or not venv_python().exists():
        make_venv()
        changed = set(after)
    if wants_tests and "tests" in changed:
        say("installing what the project and its tests stand on (a minute or two)")
        pip_install("--no-deps", "--require-hashes", "--requirement", TESTS_PINS)
    elif "runtime" in changed:
        say("installing what the project stands on (less than a minute)")
        pip_install("--no-deps", "--require-hashes", "--requirement", RUNTIME_PINS)
    if "project" in changed:
        say("installing the project")
        pip_install("--no-deps", "--no-build-isolation", "--editable", ".")
    if changed:
        write_stamp(after)
    build_assets()
    if changed:
        say("ready: .venv")


if __name__ == "__main__":
    main()
