"""The way in, one's own account and the people of a workspace: accessible in both languages and themes, by hand."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from mlcanvas.accounts.links import sign_in_path
from mlcanvas.accounts.models import User
from mlcanvas.workspaces import actions
from mlcanvas.workspaces.models import Membership
from mlcanvas.workspaces.roles import Role
from tests.plumbing.browser import Visit

pytestmark = pytest.mark.browser

PEOPLE = "/workspace/retail-analytics/people/"
PUBLIC = ["/account/login/", "/account/signup/", "/account/password/reset/", "/workspace/invitation/over/"]
OWN = [
    "/account/name/",
    "/account/password/change/",
    "/account/email/",
    "/account/2fa/",
    "/account/sessions/",
    "/account/logout/",
    "/workspace/",
    PEOPLE,
    "/workspace/retail-analytics/settings/",
]
LOOKS = pytest.mark.parametrize(
    ("language", "dark"),
    [("en", False), ("en", True), ("pt-BR", False), ("pt-BR", True)],
    ids=["en-light", "en-dark", "pt-light", "pt-dark"],
)
Violations = Callable[[Page], list[str]]


@pytest.fixture
def nina(db: None) -> User:
    user: User = User.objects.create_user("nina@example.org", "correct horse 7", name="Nina")
    return user


def look_at(page: Page, paths: list[str], axe_violations: Violations) -> list[str]:
    root = page.url.split("/", 3)[:3]
    found = []
    for path in paths:
        page.goto("/".join(root) + path)
        found += [f"{path} {problem}" for problem in axe_violations(page)]
    return found


@LOOKS
def test_the_way_in_is_accessible(visit: Visit, axe_violations: Violations, language: str, dark: bool) -> None:
    page = visit(path=PUBLIC[0], language=language, dark=dark)
    assert page.locator("html").get_attribute("lang") == language.lower()
    assert look_at(page, PUBLIC, axe_violations) == []


@LOOKS
def test_ones_own_pages_are_accessible(
    visit: Visit, axe_violations: Violations, alice: User, vic: User, language: str, dark: bool
) -> None:
    alice.set_password("correct horse 7")
    alice.save()
    actions.invite(
        workspace=Membership.objects.get(user=vic).workspace, email="new@example.org", role=Role.VIEWER, by=alice
    )
    page = visit(alice, language=language, dark=dark)
    assert look_at(page, OWN, axe_violations) == []


def test_nothing_is_pushed_out_of_sight_on_a_telephone(visit: Visit, alice: User, vic: User) -> None:
    page = visit(alice, width=390, height=800)
    root = page.url.rstrip("/")
    for path in [*OWN, *PUBLIC]:
        page.goto(root + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path
    page.goto(root + PEOPLE)
    page.get_by_label("Role of Vic").scroll_into_view_if_needed()
    assert page.get_by_role("button", name="Remove Vic").bounding_box()["x"] < 300


def test_a_wrong_password_is_said_and_announced(visit: Visit, axe_violations: Violations, nina: User) -> None:
    page = visit(path="/account/login/")
    page.get_by_label("Email").fill("nina@example.org")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("not correct")).to_be_visible()
    assert axe_violations(page) == []
    page.get_by_label("Password").fill("correct horse 7")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Projects")).to_be_visible()


def test_a_link_signs_in_once(visit: Visit, nina: User) -> None:
    path = sign_in_path(nina)
    page = visit(path=path)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Projects")).to_be_visible()
    page.goto("/".join(page.url.split("/", 3)[:3]) + path)
    expect(page.get_by_role("heading", name="This link no longer works")).to_be_visible()


def test_the_second_step_is_set_up_and_asked_for(visit: Visit, axe_violations: Violations, nina: User) -> None:
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    page = visit(path="/account/login/?next=/account/2fa/totp/activate/")
    page.get_by_label("Email").fill("nina@example.org")
    page.get_by_label("Password").fill("correct horse 7")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    # A signed-in browser that somebody left open must not be enough.
    page.get_by_label("Password").fill("correct horse 7")
    page.get_by_role("button", name="Confirm").click()
    expect(page.locator("img.picture")).to_be_visible()
    assert axe_violations(page) == []
    secret = page.locator("#authenticator_secret").input_value()
    page.locator("[name=code]").fill(format_hotp_value(hotp_value(secret, list(yield_hotp_counters_from_time())[1])))
    page.get_by_role("main").get_by_role("button").first.click()
    expect(page.locator("#recovery_codes")).to_be_visible()
    assert axe_violations(page) == []

    other = visit(path="/account/login/")
    other.get_by_label("Email").fill("nina@example.org")
    other.get_by_label("Password").fill("correct horse 7")
    other.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(other.get_by_role("heading", name="Two-Factor Authentication")).to_be_visible()
    assert axe_violations(other) == []
    other.goto(other.url.replace("/account/2fa/authenticate/", "/"))
    expect(other.get_by_role("heading", name="Two-Factor Authentication")).to_be_visible()


def test_an_owner_invites_and_the_invited_person_makes_an_account_and_joins(
    visit: Visit, axe_violations: Violations, alice: User
) -> None:
    page = visit(alice, path=PEOPLE)
    page.get_by_label("E-mail address").fill("no address")
    page.get_by_role("button", name="Make the invitation").click()
    expect(page.get_by_text("This is not an e-mail address.")).to_be_visible()
    expect(page.get_by_label("E-mail address")).to_be_focused()
    page.get_by_label("E-mail address").fill("new@example.org")
    page.get_by_label("Role", exact=True).select_option("2")
    page.get_by_role("button", name="Make the invitation").click()
    link = page.get_by_label("Link").input_value()
    assert axe_violations(page) == []

    other = visit(path=link.replace(page.url.split("/workspace")[0], ""))
    assert axe_violations(other) == []
    other.get_by_role("button", name="Make an account").click()
    assert other.get_by_label("Email").input_value() == "new@example.org"
    assert axe_violations(other) == []
    other.get_by_label("Your name").fill("Nina New")
    other.get_by_label("Password", exact=True).fill("correct horse 7")
    other.get_by_label("Password (again)").fill("correct horse 7")
    other.get_by_role("button", name="Make the account").click()
    other.get_by_role("button", name="Accept").click()
    expect(other.get_by_text("You are now in “Retail analytics”.")).to_be_visible()
    assert Membership.objects.get(user__email="new@example.org").role == Role.REVIEWER


def test_the_last_owner_is_told_why_beside_the_row(
    visit: Visit, axe_violations: Violations, alice: User, vic: User
) -> None:
    page = visit(alice, path=PEOPLE)
    page.get_by_label("Role of Alice").select_option("1")
    page.get_by_role("button", name="Change Alice").click()
    expect(page.get_by_role("alert")).to_have_text("This is the only owner. Make somebody else an owner first.")
    assert axe_violations(page) == []
    page.get_by_label("Role of Vic").select_option("4")
    page.get_by_role("button", name="Change Vic").click()
    expect(page.get_by_label("Role of Vic")).to_have_value("4")
    expect(page.get_by_role("alert")).to_have_count(0)
