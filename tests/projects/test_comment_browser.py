"""Comments in a real browser: names by keyboard, nothing typed is lost, copying with and without permission."""

import json

import pytest
from playwright.sync_api import expect

from mlcanvas.projects import actions as projects
from mlcanvas.projects.comments import actions
from mlcanvas.projects.models import Comment, Mention
from mlcanvas.workspaces.models import Membership
from mlcanvas.workspaces.roles import Role
from tests.fixtures_projects import member

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

BASE = "/p/churn-in-prepaid-mobile/comments/"
BLOCK = "canvas/ml_canvas_v1_1/features"
ON = f"{BASE}on/?at={BLOCK}"
RTL = "مرحبا، هل نعرف هذا كل ليلة؟"


def add(project, by, text="Known at night?", **more):
    return actions.add(project=project, target=BLOCK, text=text, by=by, **more)


def kept(page):
    return page.evaluate("JSON.stringify(localStorage)")


def test_a_name_is_chosen_by_keyboard_and_the_comment_is_shown(project, workspace, rita, erin, visit):
    joao = member(workspace, "joao", Role.VIEWER)
    joao.name = "João d'Ávila"
    joao.save()
    page = visit(rita, ON)
    field = page.get_by_label("New comment")
    field.type("Ask @joa")
    people = page.get_by_role("listbox")
    expect(people.get_by_role("option")).to_have_count(1)
    assert field.get_attribute("aria-controls") == people.get_attribute("id")
    field.press("Enter")
    expect(people).to_have_count(0)
    assert field.input_value() == "Ask @João d'Ávila "
    assert field.get_attribute("aria-controls") is None
    field.type("and @")
    expect(people.get_by_role("option")).to_have_count(4)
    field.press("ArrowUp")
    active = page.locator(f"[id='{field.get_attribute('aria-activedescendant')}']")
    assert active.inner_text().startswith("Rita")
    field.press("ArrowDown")
    field.press("ArrowDown")
    field.press("Tab")
    assert field.input_value() == "Ask @João d'Ávila and @Erin "
    field.type("now")
    expect(people).to_have_count(0)
    field.press("Control+Enter")
    expect(page.locator(".comment-text")).to_have_text("Ask @João d'Ávila and @Erin now")
    expect(page.locator(".comment-text .named")).to_have_count(2)
    assert {row.user for row in Mention.objects.all()} == {joao, erin}
    # The new comment has the focus, the field is empty.
    assert page.evaluate("document.activeElement.matches('.comment')")
    assert field.input_value() == ""


def test_the_list_of_people_goes_away(project, rita, erin, visit):
    page = visit(rita, ON)
    field = page.get_by_label("New comment")
    people = page.get_by_role("listbox")
    field.type("rita@er")
    expect(people).to_have_count(0)
    field.fill("")
    field.type("@E")
    expect(people).to_be_visible()
    field.press("Escape")
    expect(people).to_have_count(0)
    assert field.input_value() == "@E"
    field.type("r")
    people.get_by_role("option").first.click()
    assert field.input_value() == "@Erin "
    expect(field).to_be_focused()
    field.type("@nobody")
    expect(people).to_have_count(0)
    field.fill("@E")
    expect(people).to_be_visible()
    field.blur()
    expect(people).to_have_count(0)


def test_answer_resolve_open_again_edit_delete(project, rita, erin, visit):
    thread = add(project, rita)
    page = visit(erin, f"{ON}&thread={thread.pk}#comment-{thread.pk}")
    page.locator(".answer summary").click()
    page.get_by_label("Your answer").fill("At 3 a.m.")
    page.get_by_role("button", name="Answer").click()
    expect(page.locator(".comment")).to_have_count(2)
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Change your comment").fill("At 4 a.m.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".comment-text").nth(1)).to_have_text("At 4 a.m.")
    expect(page.locator(".comments")).to_contain_text("edited")
    page.get_by_role("button", name="Resolve").click()
    expect(page.locator(".comments-said")).to_have_text("Resolved.")
    assert page.locator("#comments").get_attribute("data-open") == "0"
    page.locator(".resolved-threads a").click()
    page.get_by_role("button", name="Open again").click()
    expect(page.get_by_role("button", name="Resolve")).to_be_visible()
    page.locator(".comment-delete summary").click()
    page.locator(".comment-delete button").click()
    expect(page.locator(".comment")).to_have_count(1)


def test_it_works_where_the_fragment_was_loaded_into_another_page(project, rita, visit):
    projects.save_text(project=project, key=BLOCK, text="Days since top-up", base=0, by=rita)
    page = visit(rita, f"{BASE}on/?at=scope/problem")
    address = f"{ON}&quote=since+top-up"
    page.evaluate("address => htmx.ajax('GET', address, {target: '#comments', swap: 'outerHTML'})", address)
    expect(page.get_by_label("Which words?")).to_have_value("since top-up")
    page.get_by_label("New comment").fill("Which top-up?")
    page.get_by_role("button", name="Comment").click()
    expect(page.locator(".quoted")).to_have_text("since top-up")
    assert Comment.objects.get().target == BLOCK


def test_an_unsent_comment_survives_a_reload_and_goes_once_it_is_stored(project, rita, visit):
    thread = add(project, rita)
    page = visit(rita, ON)
    page.get_by_label("New comment").fill("half a thou")
    page.locator(".answer summary").click()
    page.get_by_label("Your answer").fill("half an answer")
    page.reload()
    expect(page.get_by_label("New comment")).to_have_value("half a thou")
    expect(page.get_by_label("Your answer")).to_have_value("half an answer")
    expect(page.get_by_label("Your answer")).to_be_visible()
    expect(page.locator(".comment-status").first).to_have_text("You had written this and not sent it.")
    page.get_by_role("button", name="Comment").click()
    expect(page.locator(".comment")).to_have_count(2)
    # What was written elsewhere on the page outlives the answer that replaced it.
    expect(page.get_by_label("Your answer").last).to_have_value("half an answer")
    assert "half a thou" not in kept(page)
    assert f"/comments/{thread.pk}/answer/" in kept(page)
    page.get_by_label("Your answer").last.fill("")
    assert "mlcanvas:comment" not in kept(page)


def test_a_draft_belongs_to_one_person_and_ends_after_14_days(project, rita, visit):
    page = visit(rita, ON)
    page.get_by_label("New comment").fill("old words")
    page.evaluate(
        """() => {
            for (const [key, value] of Object.entries(localStorage)) {
                const mine = { ...JSON.parse(value), text: "not mine" };
                localStorage.setItem(key.replace(/:\\d+:/, ":999999:"), JSON.stringify(mine));
                const old = { ...JSON.parse(value), at: Date.now() - 15 * 24 * 3600 * 1000 };
                localStorage.setItem(key, JSON.stringify(old));
            }
        }"""
    )
    page.reload()
    expect(page.get_by_label("New comment")).to_have_value("")
    found = json.loads(kept(page))
    assert [json.loads(value)["text"] for key, value in found.items() if "comment" in key] == ["not mine"]


def test_offline_the_text_stays_and_is_stored_once(project, rita, visit):
    page = visit(rita, ON)
    field = page.get_by_label("New comment")
    field.fill("typed in a tunnel")
    page.context.set_offline(True)
    page.get_by_role("button", name="Comment").click()
    status = page.locator(".comment-status").first
    expect(status).to_contain_text("Not sent")
    assert field.input_value() == "typed in a tunnel"
    assert field.is_editable()
    assert "typed in a tunnel" in kept(page)
    page.context.set_offline(False)
    # An answer that is lost on its way back: sent again, it is the same comment.
    page.route("**/comments/add/*", lambda route: (route.fetch(), route.abort()))
    page.get_by_role("button", name="Comment").click()
    expect(status).to_contain_text("Not sent")
    page.unroute("**/comments/add/*")
    page.get_by_role("button", name="Comment").click()
    expect(page.locator(".comment-text")).to_have_text("typed in a tunnel")
    assert Comment.objects.count() == 1
    assert "typed in a tunnel" not in kept(page)


def test_an_expired_session_and_a_new_sign_in_elsewhere(project, rita, visit):
    page = visit(rita, ON)
    cookies = page.context.cookies()
    page.context.clear_cookies(name="sessionid")
    field = page.get_by_label("New comment")
    field.fill("still here")
    page.get_by_role("button", name="Comment").click()
    expect(page.locator(".comment-status").first).to_contain_text("You are signed out.")
    assert field.input_value() == "still here"
    # Signing in brings another CSRF secret.
    page.context.add_cookies([cookie for cookie in cookies if cookie["name"] == "sessionid"])
    page.context.clear_cookies(name="csrftoken")
    page.get_by_role("button", name="Comment").click()
    expect(page.locator(".comment-text")).to_have_text("still here")
    assert Comment.objects.count() == 1


def test_what_is_refused_stays_in_its_field(project, rita, erin, visit):
    thread = add(project, rita)
    page = visit(erin, ON)
    field = page.get_by_label("New comment")
    field.fill("x" * 5001)
    page.get_by_role("button", name="Comment").click()
    expect(page.locator(".errorlist")).to_contain_text("limit is 5,000")
    expect(field).to_be_focused()
    assert len(field.input_value()) == 5001
    field.fill("short")
    page.locator(".answer summary").click()
    answer = page.get_by_label("Your answer")
    answer.fill("to nobody")
    actions.delete(comment=thread, by=rita)
    page.get_by_role("button", name="Answer").click()
    expect(page.locator(".thread .comment-status")).to_contain_text("This was deleted meanwhile.")
    assert answer.input_value() == "to nobody"
    # A role that was taken away.
    Membership.objects.filter(user=erin).update(role=Role.VIEWER)
    page.get_by_role("button", name="Comment").click()
    expect(page.locator(".comment-status").first).to_contain_text("You may no longer comment here.")
    assert field.input_value() == "short"


def test_copying(project, rita, visit, live_server):
    thread = add(project, rita, "Known **at night**?")
    page = visit(rita, ON)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("link", name="Copy link").click()
    expect(page.locator(".copy-said").first).to_have_text("Copied")
    link = page.evaluate("navigator.clipboard.readText()")
    assert (
        link
        == f"{live_server.url}{BASE}on/?at=canvas%2Fml_canvas_v1_1%2Ffeatures&thread={thread.pk}#comment-{thread.pk}"
    )
    page.get_by_role("link", name="Copy as Markdown").click()
    expect(page.locator(".copy-said").nth(1)).to_have_text("Copied")
    said = page.evaluate("navigator.clipboard.readText()")
    assert "**Rita**, " in said
    assert "Known **at night**?" in said
    page.goto(link)
    expect(page.locator(f"#comment-{thread.pk}")).to_be_visible()


def test_copying_without_permission_shows_what_to_copy(project, rita, visit):
    add(project, rita)
    page = visit(rita, ON)
    page.evaluate("() => { document.execCommand = () => false }")
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('denied')) }")
    page.get_by_role("link", name="Copy link").click()
    field = page.get_by_label("Copy this with Ctrl-C or by a long press")
    expect(field).to_be_focused()
    assert "#comment-" in field.input_value()
    assert page.evaluate("getSelection().toString()") == field.input_value()
    field.press("Escape")
    expect(field).to_have_count(0)
    # Over plain http there is no clipboard, but the old way works.
    page.evaluate("() => { document.execCommand = () => true }")
    page.get_by_role("link", name="Copy link").click()
    expect(page.locator(".copy-said")).to_have_text("Copied")
    expect(field).to_have_count(0)
    page.route("**/thread.md", lambda route: route.abort())
    page.get_by_role("link", name="Copy as Markdown").click()
    expect(page.locator(".copy-said").nth(1)).to_contain_text("The server does not answer.")


def test_a_mention_leads_from_the_first_page_to_its_comment(project, rita, erin, visit):
    thread = add(project, rita)
    named = actions.answer(thread=thread, text="@Erin knows", by=rita)
    page = visit(erin, "/")
    page.get_by_role("link", name="Rita in Churn in prepaid mobile").click()
    page.wait_for_url(f"**#comment-{named.pk}")
    expect(page.locator(f"#comment-{named.pk} .is-me")).to_have_text("@Erin")
    page.goto(page.url.partition("/p/")[0])
    expect(page.get_by_text("You are mentioned")).to_have_count(0)


def crowd(project, people, number):
    """Threads that are long, right to left, with signs of every kind, some of them resolved."""
    writer, other, _third = people
    texts = [
        "x" * 5000,
        RTL,
        "👩🏽‍🔬" * 40,
        "z" + "\u0301" * 1000,
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "- [x] done\n- [ ] not",
    ]
    projects.save_text(project=project, key=BLOCK, text=f"words {RTL}", base=0, by=other)
    for place in range(number):
        thread = add(project, people[place % 3], texts[place % 6], quote=RTL if place % 5 == 0 else "")
        if place % 4 == 0:
            actions.answer(thread=thread, text="@Rita @Erin", by=other)
        if place % 7 == 0:
            actions.resolve(thread=thread, read=2**60, by=writer)
    projects.save_text(project=project, key=BLOCK, text="other", base=1, by=other)


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_the_pages_are_accessible(project, rita, erin, alice, visit, axe_violations, language, dark):
    crowd(project, (rita, erin, alice), 9)
    for path in (BASE, "/"):
        assert axe_violations(visit(rita, path, language=language, dark=dark)) == []
    page = visit(rita, ON, language=language, dark=dark)
    page.locator(".answer summary").first.click()
    page.locator(".comment-delete summary").first.click()
    field = page.locator("#add-text")
    field.type("@")
    expect(page.locator(".people")).to_be_visible()
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('denied')) }")
    assert axe_violations(page) == []
    field.press("Escape")
    field.fill("x" * 5001)
    field.press("Control+Enter")
    expect(page.locator("#add-text-error")).to_be_visible()
    assert axe_violations(page) == []


@pytest.mark.parametrize("path", [BASE, ON, "/"])
def test_sixty_threads_fit_a_phone(project, rita, erin, alice, visit, path):
    crowd(project, (rita, erin, alice), 60)
    page = visit(rita, path, width=360)
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_right_to_left_stays_in_its_own_paragraph(project, rita, visit):
    add(project, rita, RTL)
    page = visit(rita, ON)
    assert page.locator(".comment-text").evaluate("element => getComputedStyle(element).direction") == "rtl"
    assert page.locator(".comment-head").evaluate("element => getComputedStyle(element).direction") == "ltr"
