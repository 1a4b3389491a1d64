"""What every page promises in a real browser, and that a test notices when a page breaks it."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from mlcanvas.accounts.models import User
from tests.plumbing.browser import Visit

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_the_sign_in_page_is_accessible(
    visit: Visit, axe_violations: Callable[[Page], list[str]], language: str, dark: bool
) -> None:
    page = visit(path="/account/login/", language=language, dark=dark)
    assert axe_violations(page) == []


def test_a_signed_in_person_sees_their_projects(visit: Visit, alice: User) -> None:
    page = visit(alice)
    assert page.url.endswith("/")
    assert page.get_by_role("main").is_visible()


def test_another_host_is_noticed(visit: Visit, page_problems: list[str]) -> None:
    page = visit(path="/account/login/")
    page.evaluate("location.assign('https://elsewhere.example/')")
    page.wait_for_timeout(300)
    assert page_problems == ["asked another host: https://elsewhere.example/"]
    page_problems.clear()


def test_a_broken_policy_is_noticed(visit: Visit, page_problems: list[str]) -> None:
    page = visit(path="/account/login/")
    page.evaluate("document.body.append(Object.assign(document.createElement('script'), {text: 'shown = 1'}))")
    page.wait_for_timeout(300)
    assert len(page_problems) == 1
    assert "Content Security Policy" in page_problems[0]
    page_problems.clear()


def test_a_script_that_throws_is_noticed(visit: Visit, page_problems: list[str]) -> None:
    page = visit(path="/account/login/")
    page.evaluate("setTimeout(() => { throw new Error('lost') })")
    page.wait_for_timeout(300)
    assert page_problems == ["threw: lost"]
    page_problems.clear()
