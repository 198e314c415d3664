"""A real browser before real pages: Chromium of this machine, and `benefits serve` in processes of their own."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from benefits import BenefitsRegister
from tests.browser.chromium import LEFT_OUT, chromium, launched
from tests.browser.visitor import Visitor
from tests.cli.running import benefits
from tests.web.serving import Serving


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once for each process of the tests."""
    if chromium() is None:
        pytest.skip(LEFT_OUT)
    with sync_playwright() as playwright, launched(playwright) as browser:
        yield browser


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the demo was made, as the README says."""
    made = tmp_path_factory.mktemp("demo")
    ran = benefits("demo", "--store", str(made / "demo.db"))
    assert ran.code == 0, ran.err
    return made


@contextmanager
def serving(*arguments: str, cwd: Path, **environment: str) -> Iterator[Serving]:
    """Serve pages while something looks at them."""
    process = Serving(*arguments, cwd=cwd, **environment)
    try:
        yield process
    finally:
        process.stop(signal.SIGTERM)


@pytest.fixture(scope="session")
def site(browser: Browser, folder: Path) -> Iterator[str]:
    """The first page of the demo."""
    with serving("--store", "demo.db", cwd=folder) as process:
        yield process.address


@pytest.fixture(scope="session")
def empty_site(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The first page of a store in which nothing was recorded yet."""
    made = tmp_path_factory.mktemp("empty")
    ran = benefits("init", "--store", str(made / "empty.db"))
    assert ran.code == 0, ran.err
    with serving("--store", "empty.db", cwd=made) as process:
        yield process.address


@pytest.fixture(scope="session")
def behind_site(browser: Browser, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The first page of a store whose views have not come as far as its log."""
    made = tmp_path_factory.mktemp("behind")
    store = str(shutil.copy(folder / "demo.db", made))
    with serving("--store", "demo.db", cwd=made) as process:
        address = process.address
        with BenefitsRegister(store) as register:  # Nothing follows it.
            register.milestone.reach("TP-FINAL-REPORT", by="CENTRAL-BEDS-PMO")
        yield address


@pytest.fixture(scope="session")
def standing(browser: Browser) -> Iterator[Page]:
    """A window that is opened once for each process of the tests."""
    page = browser.new_page(locale="en-GB")
    page.set_default_timeout(10_000)
    yield page
    page.close()


@pytest.fixture
def window(standing: Page) -> Page:
    """A window for what is only looked at: opening one takes longer than looking at a page."""
    standing.set_viewport_size({"width": 1280, "height": 900})
    standing.emulate_media(media="screen")
    return standing


@pytest.fixture
def opened(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens windows, each as new to the site as a new user is, and closes them when the test is over."""
    contexts = []

    def open_(width: int = 1280, *, javascript: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, java_script_enabled=javascript, locale="en-GB"
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        return context.new_page()

    yield open_
    for context in contexts:
        context.close()


@pytest.fixture(params=[True, False], ids=["with-javascript", "without-javascript"])
def reader(request: pytest.FixtureRequest, opened: Callable[..., Page], site: str) -> Visitor:
    """A new user, who has opened the first page of the demo; once with JavaScript, and once without."""
    visitor = Visitor(opened(javascript=request.param))
    visitor.opens(site)
    return visitor
