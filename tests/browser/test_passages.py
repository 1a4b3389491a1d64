"""The save protocol in a real browser: nobody loses a sentence."""

import pytest
from playwright.sync_api import expect

from mlcanvas.projects import actions
from mlcanvas.projects.models import Passage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CANVAS = "/p/churn-in-prepaid-mobile/canvas/"
KEY = "canvas/ml_canvas_v1_1/features"


def stored(project, key=KEY):
    row = Passage.objects.filter(project=project, key=key).first()
    return row.text if row else ""


def begin(page, block="features"):
    page.locator(f"#box-{block} .body").click()
    return page.locator(f"#text-{block}")


def test_click_type_and_it_is_saved_and_shown_as_markdown(project, erin, visit):
    page = visit(erin, CANVAS)
    begin(page).type("- days since top-up\n- dropped calls")
    expect(page.locator("#status-text-features")).to_contain_text("Saved")
    assert stored(project) == "- days since top-up\n- dropped calls"
    page.locator("#title-monitoring").focus()
    page.keyboard.press("Tab")
    expect(page.locator("#box-features .rendered li")).to_have_count(2)


def test_two_people_in_different_lines_keep_both(project, alice, erin, visit):
    actions.save_text(project=project, key=KEY, text="first\nmiddle\nlast", base=0, by=alice)
    page = visit(erin, CANVAS)
    field = begin(page)
    actions.save_text(project=project, key=KEY, text="first, by Alice\nmiddle\nlast", base=1, by=alice)
    field.press("Control+End")
    field.type(", by Erin")
    expect(page.locator("#status-text-features")).to_contain_text("together with what Alice wrote")
    # The focused field is not touched; typing on does not remove the other's words.
    assert field.input_value() == "first\nmiddle\nlast, by Erin"
    field.type(" again")
    field.blur()
    expect(page.locator("#box-features .rendered")).to_contain_text("first, by Alice")
    assert stored(project) == "first, by Alice\nmiddle\nlast, by Erin again"


@pytest.mark.parametrize(
    ("choice", "result"), [("mine", "by Erin"), ("theirs", "by Alice"), ("both", "by Alice\nby Erin")]
)
def test_a_clash_shows_both_texts_and_overwrites_nothing_without_a_click(project, alice, erin, visit, choice, result):
    page = visit(erin, CANVAS)
    field = begin(page)
    actions.save_text(project=project, key=KEY, text="by Alice", base=0, by=alice)
    field.type("by Erin")
    clash = page.locator("#clash-text-features .clash")
    expect(clash).to_contain_text("Alice")
    assert clash.locator("[data-side=mine]").input_value() == "by Erin"
    assert clash.locator("[data-side=theirs]").input_value() == "by Alice"
    assert stored(project) == "by Alice"
    clash.locator(f"[data-keep={choice}]").click()
    expect(clash).to_have_count(0)
    page.locator("#title-monitoring a").focus()
    page.wait_for_timeout(1200)
    assert stored(project) == result


def test_text_typed_offline_survives_a_crash_and_is_saved(project, erin, visit):
    page = visit(erin, CANVAS)
    field = begin(page)
    page.context.set_offline(True)
    field.type("typed in a tunnel")
    expect(page.locator("#status-text-features")).to_contain_text("Offline, kept here")
    assert stored(project) == ""
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert "typed in a tunnel" in kept
    # After a crash nothing is sent any more: what the browser kept is found by the next start.
    again = visit(erin, "/p/churn-in-prepaid-mobile/settings/")
    again.evaluate("kept => Object.assign(localStorage, JSON.parse(kept))", kept)
    again.goto(again.url.replace("/settings/", "/canvas/"))
    expect(again.locator("#box-features .rendered")).to_contain_text("typed in a tunnel")
    expect(again.locator("#status-text-features")).to_contain_text("Saved")
    assert stored(project) == "typed in a tunnel"
    assert "typed in a tunnel" not in again.evaluate("JSON.stringify(localStorage)")


def test_an_expired_session_keeps_the_text_and_sends_it_after_signing_in(project, erin, visit, live_server):
    page = visit(erin, CANVAS)
    field = begin(page)
    cookies = page.context.cookies()
    page.context.clear_cookies(name="sessionid")
    field.type("still here")
    expect(page.locator("#status-text-features")).to_contain_text("signed out")
    assert field.input_value() == "still here"
    page.context.add_cookies(cookies)
    expect(page.locator("#status-text-features")).to_contain_text("Saved", timeout=15_000)
    assert stored(project) == "still here"


def test_too_long_a_text_stays_in_its_field_with_the_reason(project, erin, visit):
    page = visit(erin, CANVAS)
    field = begin(page)
    field.fill("x" * 20_001)
    expect(page.locator("#status-text-features")).to_contain_text("the limit is 20,000")
    assert len(field.input_value()) == 20_001
    field.fill("short")
    expect(page.locator("#status-text-features")).to_contain_text("Saved")
    assert stored(project) == "short"


def test_the_scope_saves_itself_too(project, erin, visit):
    page = visit(erin, "/p/churn-in-prepaid-mobile/scope/")
    page.get_by_role("textbox", name="The problem").type("Calls are wasted.")
    expect(page.locator("#status-text-problem")).to_contain_text("Saved")
    assert stored(project, "scope/problem") == "Calls are wasted."


def test_an_answer_is_read_as_markdown_until_somebody_clicks_into_it(project, alice, erin, visit):
    actions.save_text(project=project, key="scope/problem", text="**Calls** are wasted.", base=0, by=alice)
    page = visit(erin, "/p/churn-in-prepaid-mobile/scope/")
    page.locator("#box-problem .rendered").click()
    field = page.get_by_role("textbox", name="The problem")
    field.press("Control+End")
    field.type(" Every day.")
    field.blur()
    expect(page.locator("#box-problem .rendered")).to_have_text("Calls are wasted. Every day.")
    expect(page.locator("#box-problem .rendered strong")).to_have_text("Calls")


def test_agreeing_on_a_block(project, alice, visit):
    actions.save_text(project=project, key=KEY, text="known each night", base=0, by=alice)
    page = visit(alice, CANVAS)
    page.get_by_role("button", name="✓ agree").click()
    expect(page.locator("#box-features .state")).to_contain_text("agreed")
    begin(page).type(" and more")
    expect(page.locator("#status-text-features")).to_contain_text("Saved")


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("language", ["en", "pt-BR"])
@pytest.mark.parametrize(
    "path",
    [
        "/",
        CANVAS,
        "/p/churn-in-prepaid-mobile/canvas/ml_canvas_v1_1/features/",
        "/p/churn-in-prepaid-mobile/scope/",
        "/p/churn-in-prepaid-mobile/settings/",
        "/p/churn-in-prepaid-mobile/history/",
    ],
)
def test_pages_are_accessible(project, alice, visit, axe_violations, path, language, dark):
    actions.save_text(project=project, key=KEY, text="- [x] known\n- [ ] each **night**", base=0, by=alice)
    assert axe_violations(visit(alice, path, language=language, dark=dark)) == []
