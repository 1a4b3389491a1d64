"""What is typed in a form and not sent is there again: in every kind of form, and in nobody else's browser."""

import pytest
from django.test import Client
from playwright.sync_api import expect

from mlcanvas.baselines.models import Baseline
from mlcanvas.reviews.models import Decision
from mlcanvas.risks.models import Risk
from tests.risks.risk_cases import risk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PROJECT = "/p/churn-in-prepaid-mobile/"
KEPT = "Kept from before, not saved yet"


def sign_in(page, user, live_server):
    """The next page of this browser is one of `user`."""
    client = Client()
    client.force_login(user)
    cookies = [{"name": name, "value": cookie.value, "url": live_server.url} for name, cookie in client.cookies.items()]
    page.context.add_cookies(cookies)


def test_what_was_typed_is_there_again_until_it_is_saved_or_discarded(project, alice, visit, live_server):
    def go(path):
        page.goto(f"{live_server.url}{PROJECT}{path}")

    risk(project)
    page = visit(alice, f"{PROJECT}risks/P01/")
    page.get_by_label("What is done about it").fill("Ask the network team")
    page.get_by_label("Status", exact=True).select_option(index=1)
    go("reviews/")
    page.get_by_label("Go ahead").check()
    page.get_by_label("Why, and on which conditions").fill("Two regions first")
    go("baselines/add/")
    page.get_by_label("How it was measured").fill("On the calls of March")
    go("costs/")
    horizon = page.locator("#q-O1_horizon")
    page.locator(".chapter", has=horizon).locator("summary").first.click()
    horizon.locator("input[name=value]").fill("48")
    go("lifecycle/")
    page.get_by_role("link", name="Change SC-09").click()
    page.locator("#SC-09").get_by_label("Note, or the reason for waiving").fill("Asked the lawyers")
    page.locator("#SC-09").get_by_label("Date", exact=True).fill("2027-03-31")

    # A risk: put back, said, and discarded.
    go("risks/P01/")
    expect(page.locator(".kept-note")).to_contain_text(KEPT)
    expect(page.locator("#drafts")).to_contain_text("What is done about it")
    expect(page.get_by_label("What is done about it")).to_have_value("Ask the network team")
    assert page.get_by_label("Status", exact=True).evaluate("field => field.selectedIndex") == 1
    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_label("What is done about it")).to_have_value("")
    expect(page.locator(".kept-note")).to_have_count(0)
    # A decision, by htmx: put back, sent, and forgotten.
    go("reviews/")
    expect(page.get_by_label("Go ahead")).to_be_checked()
    page.get_by_role("button", name="Record the decision").click()
    expect(page.locator(".decisions")).to_contain_text("Two regions first")
    # A baseline, on a page of its own: refused, kept, saved, and forgotten.
    go("baselines/add/")
    expect(page.get_by_label("How it was measured")).to_have_value("On the calls of March")
    page.get_by_label("Name", exact=True).fill("Rule of today")
    page.get_by_role("button", name="Save the baseline").click()
    expect(page.locator("[aria-invalid=true]").first).to_be_visible()
    go("baselines/add/")
    expect(page.get_by_label("Name", exact=True)).to_have_value("Rule of today")
    page.get_by_label("Value", exact=True).fill("0.41")
    page.locator("[name=metric]").select_option("accuracy")
    page.get_by_role("button", name="Save the baseline").click()
    expect(page.locator("#registry")).to_contain_text("Rule of today")
    # A checkpoint: the form comes by htmx, and something else on the page is saved meanwhile.
    go("lifecycle/")
    page.get_by_role("link", name="Change SC-09").click()
    expect(page.locator("#SC-09").get_by_label("Note, or the reason for waiving")).to_have_value("Asked the lawyers")
    page.get_by_role("button", name="SC-06 done").click()
    expect(page.locator("#tick-SC-06")).to_have_class("tick done")
    page.get_by_role("link", name="Change SC-09").click()
    expect(page.locator("#SC-09").get_by_label("Date", exact=True)).to_have_value("2027-03-31")
    # A number, in a chapter that is opened for it.
    go("costs/")
    expect(horizon.locator("input[name=value]")).to_have_value("48")
    expect(horizon.locator(".kept-note")).to_be_visible()
    horizon.get_by_role("button", name="Save").click()
    expect(horizon.locator(".saved")).to_be_visible()
    # All is forgotten but the checkpoint.
    go("baselines/add/")
    kept = page.evaluate("mlcanvas.kept.texts().then(texts => texts.map(({ address }) => address))")
    assert kept == [f"form:{PROJECT}lifecycle/SC-09/"]
    expect(page.get_by_label("How it was measured")).to_have_value("")
    expect(page.locator(".kept-note")).to_have_count(0)
    assert Decision.objects.get().note == "Two regions first"
    assert Baseline.objects.get().protocol == "On the calls of March"


def test_a_clash_shows_both_and_nobody_else_sees_it(project, alice, erin, visit, live_server):
    address = f"{live_server.url}{PROJECT}risks/P01/"
    stored = risk(project, mitigation="Nothing yet", effect="Calls are lost")
    page = visit(erin, f"{PROJECT}risks/P01/")
    measure = page.get_by_role("textbox", name="What is done about it")
    effect = page.locator("[name=effect]")
    measure.fill("Ask the network team")
    effect.fill("Customers leave")
    # In a second window of hers nothing shows while the first one is open.
    window = page.context.new_page()
    window.goto(address)
    expect(window.locator("[name=effect]")).to_have_value("Calls are lost")
    window.close()
    Risk.objects.filter(pk=stored.pk).update(mitigation="Alice has asked", version=stored.version + 1)
    # Somebody else in the same browser.
    sign_in(page, alice, live_server)
    page.goto(address)
    expect(measure).to_have_value("Alice has asked")
    page.wait_for_timeout(300)
    expect(page.locator(".kept-note")).to_have_count(0)
    assert page.evaluate("mlcanvas.kept.texts()") == []
    # Back to her: what nobody touched is in its field, the other one stands beside it.
    sign_in(page, erin, live_server)
    page.goto(address)
    note = page.locator(".kept-note")
    expect(note).to_contain_text("Ask the network team")
    expect(measure).to_have_value("Alice has asked")
    expect(effect).to_have_value("Customers leave")
    page.reload()
    page.get_by_role("button", name="Use it: What is done about it").click()
    expect(measure).to_have_value("Ask the network team")
    page.get_by_role("button", name="Save the risk").click()
    page.wait_for_selector("#register")
    stored.refresh_from_db()
    assert (stored.mitigation, stored.effect) == ("Ask the network team", "Customers leave")
    assert page.evaluate("mlcanvas.kept.texts()") == []
    # Signing out asks, and drops it.
    page.goto(address)
    effect.fill("Never sent")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.accept()))
    page.locator("details.menu > summary").last.click()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/account/**")
    assert [message.split(".")[0] for message in asked] == ["One text is not on the server yet"]
    assert "Never sent" not in page.evaluate("JSON.stringify(localStorage)")


def test_a_browser_that_cannot_keep_it_asks_before_it_leaves(project, erin, visit):
    page = visit(erin, f"{PROJECT}settings/")
    full = "throw new Error('full')"
    page.evaluate(f"() => {{ Storage.prototype.setItem = IDBObjectStore.prototype.put = () => {{ {full}; }}; }}")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.get_by_label("Tags").click()
    page.keyboard.type("roaming")
    page.get_by_role("link", name="Scope").first.click()
    page.wait_for_timeout(300)
    assert asked == ["beforeunload"]
    expect(page.get_by_label("Tags")).to_have_value("roaming")
