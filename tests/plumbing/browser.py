"""A real Chromium for tests marked `browser`: `visit(user)` opens a page of the live server.

Whatever a test does, it fails when a page asked another host, broke the content security policy, or threw.
"""

import os
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from tests.plumbing.programs import CHROMIUM, browser

QUIET = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
# No other host answers. A route that turns requests away would say the same, at the price of the browser's cache.
ALONE = ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1"]


class Visit(Protocol):
    """Opens a page in a new browser profile; `user` is signed in, `path` is opened at once."""

    def __call__(
        self,
        user: Any = None,
        path: str = "/",
        *,
        language: str = "en",
        width: int = 1440,
        height: int = 900,
        dark: bool = False,
    ) -> Page: ...


@pytest.fixture(scope="session")
def chromium_path(request: pytest.FixtureRequest) -> str:
    """Where Chromium is. The long size runs the whole browser; the other one its quicker shell, where there is one."""
    path = browser(whole=request.config.getoption("--full"))
    if path is None:
        pytest.skip(CHROMIUM.missing)
    return path


@pytest.fixture(scope="session")
def chromium(chromium_path: str) -> Iterator[Browser]:
    """One Chromium for the whole run."""
    # Playwright's loop runs in the thread of the tests, and Django takes that for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    # Chromium's sandbox does not start as root, where CI and containers run.
    root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium_path, args=[*QUIET, *ALONE, *root])
        yield started
        started.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def page_problems() -> list[str]:
    """What went wrong on the pages of this test so far. Whoever expects one takes it out."""
    return []


@pytest.fixture
def visit(chromium: Browser, live_server: Any, page_problems: list[str]) -> Iterator[Visit]:
    """Opens pages; see `Visit`. That they have no problems is asserted at the end of the test."""
    contexts = []

    def watch(request: Request) -> None:
        if not request.url.startswith((live_server.url, "data:", "blob:")):
            page_problems.append(f"asked another host: {request.url}")

    def listen(message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            page_problems.append(message.text)

    def open_page(
        user: Any = None,
        path: str = "/",
        *,
        language: str = "en",
        width: int = 1440,
        height: int = 900,
        dark: bool = False,
    ) -> Page:
        context = chromium.new_context(
            locale=language,
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            accept_downloads=True,
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        context.on("request", watch)
        if user is not None:
            client = Client()
            client.force_login(user)
            for name, cookie in client.cookies.items():
                context.add_cookies([{"name": name, "value": cookie.value, "url": live_server.url}])
        page = context.new_page()
        page.on("console", listen)
        page.on("pageerror", lambda error: page_problems.append(f"threw: {error}"))
        page.goto(f"{live_server.url}{path}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert page_problems == []


@pytest.fixture
def axe_violations() -> Callable[[Page], list[str]]:
    """Runs axe on a page and returns one line for each broken accessibility rule."""

    def violations(page: Page) -> list[str]:
        found = Axe().run(page).response["violations"]
        return [f"{rule['id']}: {node['target']}" for rule in found for node in rule["nodes"]]

    return violations
