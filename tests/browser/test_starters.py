"""From an empty portfolio through a filled example to a project of one's own."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_somebody_starts_from_an_example_and_makes_it_their_own(workspace, erin, visit):
    page = visit(erin)
    page.locator(".empty-card a").click()
    page.get_by_role("link", name="Trade-in price of used tractors").click()
    page.wait_for_url("**/p/examples/used-tractors/")

    # An empty name is told beside the field, without leaving the page.
    name = page.locator("#start input[name=name]")
    name.fill("")
    page.locator("#start button").click()
    expect(page.locator("#start .errorlist")).to_have_text("Give the project a name.")
    page.locator("#start input[name=name]").fill("Combines in the south")
    page.locator("#start button").click()

    page.wait_for_url("**/p/combines-in-the-south/")
    expect(page.locator(".bar .example-badge")).to_be_visible()
    page.get_by_role("button", name="This is our own project now").click()
    expect(page.locator("#messages")).to_contain_text("no longer marked as an example")
    expect(page.locator(".example-badge")).to_have_count(0)


def test_one_block_is_copied_as_it_was_written(workspace, vic, visit):
    page = visit(vic, "/p/examples/clinic-no-shows/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator(".area-task .copy").click()
    expect(page.locator(".area-task .copy-said")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("**Classification.** One prediction is about one booked appointment")
    assert copied == page.locator("#source-prediction_task").input_value()


def test_without_a_clipboard_the_text_is_shown_and_selected(workspace, vic, visit):
    page = visit(vic, "/p/examples/clinic-no-shows/")
    page.evaluate("delete Object.getPrototypeOf(navigator).clipboard; document.execCommand = () => false")
    page.locator(".area-task .copy").click()
    source = page.get_by_label("Copy this with Ctrl-C")
    expect(source).to_be_visible()
    expect(source).to_be_focused()
    assert source.input_value() == page.locator("#source-prediction_task").input_value()
    assert page.evaluate("String(getSelection())").startswith("**Classification.**")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_the_pages_are_accessible_and_fit_a_phone(workspace, erin, visit, axe_violations, language, dark):
    for path in ("/", "/p/examples/", "/p/examples/weld-x-ray/"):
        page = visit(erin, path, language=language, dark=dark)
        assert axe_violations(page) == []
        page.set_viewport_size({"width": 360, "height": 740})
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        assert axe_violations(page) == []


def test_the_badge_is_there_on_a_phone_beside_a_long_name(workspace, erin, visit):
    page = visit(erin, "/p/examples/reply-drafts/", width=360, height=740, language="pt-BR")
    page.locator("#start button").click()
    page.wait_for_url("**/p/rascunhos-de-resposta-para-o-atendimento-do-saneamento/")
    for part in ("", "canvas/", "costs/"):
        page.goto(f"{page.url.split('/p/')[0]}/p/rascunhos-de-resposta-para-o-atendimento-do-saneamento/{part}")
        expect(page.locator(".bar .example-badge")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
