"""`benefits serve`, as a process: it says where it is, answers, writes its log, and stops when it is told to."""

from __future__ import annotations

import json
import os
import pty
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from time import perf_counter
from urllib.parse import urlsplit

import pytest

from tests.cli.running import PROGRAM, benefits, benefits_process
from tests.demo import EVENTS
from tests.web.serving import PATIENCE, Serving


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[..., Serving]]:
    """Starts a process that serves, and ends what is still there when the test is over."""
    running: list[Serving] = []

    def start(*arguments: str, **environment: str) -> Serving:
        running.append(Serving(*arguments, cwd=tmp_path, **environment))
        return running[-1]

    yield start
    for one in running:
        one.stop(signal.SIGKILL)


def test_an_answer_on_a_connection_that_is_kept_does_not_wait_for_the_one_before_it(demo, started):
    connection = HTTPConnection(urlsplit(started("--store", demo).address).netloc)

    def took() -> float:
        began = perf_counter()
        connection.request("GET", "/health")
        connection.getresponse().read()
        return perf_counter() - began

    with closing(connection):
        times = [took() for _ in range(30)]

    assert min(times[10:]) < 0.03  # Held back until the other side acknowledges, each takes 40 ms or more.


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_on_this_machine_only_says_that_there_is_no_sign_in_and_stops_well(demo, started, number):
    serving = started("--store", demo)

    status, page = serving.get("/board/SCP")

    assert serving.address.startswith("http://127.0.0.1:")
    assert (status, b"Strategic Change Programme" in page) == (200, True)
    assert json.loads(serving.get("/health")[1]) == {"status": "ok", "events": EVENTS}
    assert "There is no sign-in" in serving.said
    assert serving.stop(number) == 0
    assert serving.said.endswith("Stopped.\n")
    assert "Traceback" not in serving.said


def test_a_port_in_use_is_a_conflict_and_says_what_to_do(demo):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        ran = benefits_process("serve", "--store", demo, "--port", str(port))

    assert (ran.code, ran.out) == (4, "")
    assert f"port {port} is in use" in ran.err
    assert "--port 0" in ran.err


def test_what_it_is_asked_is_told_in_json_lines_to_whoever_wants_them(demo, started, tmp_path):
    serving = started("--store", demo, BENEFITS_LOG="info", BENEFITS_LOG_FILE="pages.log")
    serving.get("/board/SCP?as_at=2008-03-31")
    serving.stop(signal.SIGTERM)

    lines = [json.loads(line) for line in (tmp_path / "pages.log").read_text(encoding="utf-8").splitlines()]

    (asked,) = [line for line in lines if line.get("path") == "/board/SCP"]
    assert (asked["method"], asked["status"], asked["logger"]) == ("GET", 200, "web.guard")
    assert asked["ms"] > 0
    assert {"board", "years"} <= {line["view"] for line in lines if "view" in line}
    assert {line["logger"].partition(".")[0] for line in lines} <= {"benefits", "cli", "projections", "web"}


def test_without_a_store_it_says_how_to_make_the_demo(tmp_path):
    ran = benefits_process("serve", cwd=tmp_path)

    assert (ran.code, ran.out) == (5, "")
    assert "benefits demo --store demo.db && benefits serve --store demo.db" in ran.err
    assert [*tmp_path.iterdir()] == []


def test_without_a_store_it_shows_the_demo_that_is_there(demo, started, tmp_path):
    shutil.copy(demo, tmp_path / "demo.db")

    serving = started()

    assert b"Leicester City Council" in serving.get("/")[1]
    assert "this is the demo, demo.db" in serving.said


def test_at_a_terminal_it_offers_the_demo_makes_it_and_shows_it(tmp_path):
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [PROGRAM, "serve", "--port", "0"], cwd=tmp_path, stdin=theirs, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        shown = _until(ours, b"[Y/n]")
        assert b"There is no store at benefits.db. Make the demo at demo.db, and show it?" in shown
        os.write(ours, b"y\n")
        assert b"http://127.0.0.1:" in _until(ours, b"Stop with Ctrl-C")
        os.write(ours, b"\x03")
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 0
    os.close(ours)
    assert (tmp_path / "demo.db").exists()


def _until(terminal: int, words: bytes) -> bytes:
    shown = b""
    while words not in shown:
        more = os.read(terminal, 65_536)
        assert more, shown
        shown += more
    return shown


def test_what_is_no_store_is_refused_with_the_exit_code_of_a_store(tmp_path):
    (tmp_path / "notes.db").write_text("Notes of the meeting\n" * 100)

    ran = benefits_process("serve", "--store", "notes.db", "--port", "0", cwd=tmp_path)

    assert (ran.code, ran.out) == (5, "")
    assert "notes.db" in ran.err


def test_without_what_it_stands_on_it_says_how_to_install_it(demo):
    program = (
        f"import sys; sys.modules['litestar'] = None\nfrom cli.main import main\nmain(['serve', '--store', {demo!r}])\n"
    )

    ran = subprocess.run([sys.executable, "-c", program], check=False, capture_output=True, text=True)

    assert ran.returncode == 5
    assert "pip install 'benefits-realisation[web]'" in ran.stderr


def test_pages_are_asked_while_others_record(demo, started, tmp_path):
    store = str(shutil.copy(demo, tmp_path / "busy.db"))
    serving = started("--store", store)
    assert json.loads(serving.get("/health")[1])["events"] == EVENTS

    for number in range(3):
        ran = benefits(
            *("post", "establish", f"NEW-{number}", "--title", "New", "--authority", "LEICS-CC", "--by", "PMO"),
            *("--store", store),
        )
        assert ran.code == 0, ran.err
        assert f"NEW-{number}".encode() in serving.get(f"/show/NEW-{number}")[1]

    assert json.loads(serving.get("/health")[1])["events"] == EVENTS + 3
    assert serving.stop(signal.SIGTERM) == 0


AS_KNOWN = "as_at=2008-03-31&known_at=2008-06-05"


@pytest.mark.parametrize(
    "address",
    [
        f"/board/SCP?{AS_KNOWN}",
        f"/api/board/SCP?{AS_KNOWN}",
        f"/board/SCP/benefits.csv?{AS_KNOWN}",
        f"/chart/over-time/SCP.svg?{AS_KNOWN}&release=cash-releasing&kind=efficiency&fund=not-stated",
    ],
)
def test_what_is_asked_again_of_a_past_day_is_the_same_letter_by_letter(pages, address):
    first, again = pages.get(address), pages.get(address)

    assert first.status_code == 200, first.text
    assert again.content == first.content
    assert again.headers.multi_items() == first.headers.multi_items()
