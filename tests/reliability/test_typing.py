"""Nobody loses a sentence, in a real browser: bad networks, ended sessions, killed servers and browsers."""

import os
import random
import signal
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from playwright.sync_api import Error, expect

from mlcanvas.accounts.models import User
from mlcanvas.canvas import actions as canvas
from mlcanvas.projects import actions
from mlcanvas.projects.models import Passage, PassageEdit, Project
from mlcanvas.workspaces.models import Membership
from mlcanvas.workspaces.roles import Role
from tests.plumbing.browser import QUIET
from tests.plumbing.servers import servers
from tests.plumbing.weather import weather
from tests.reliability.people import BLOCKS

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SETTINGS = "/p/churn-in-prepaid-mobile/settings/"
CANVAS = "/p/churn-in-prepaid-mobile/canvas/"
WORDS = ["drift", "não", "café", "churn", "– €", "42 %", "日本", "🙂", "**bold**", "- item\n", "\n", "<b>", "&amp;"]
PASSWORD = "correct horse 7"


@pytest.fixture
def full(request) -> bool:
    """Whether this is the long size."""
    return bool(request.config.getoption("--full"))


@pytest.fixture
def nina(workspace) -> User:
    """An editor with a password."""
    user = User.objects.create_user("nina@example.org", PASSWORD, name="Nina")
    Membership.objects.create(workspace=workspace, user=user, role=Role.EDITOR)
    return user


@pytest.fixture
def browse(chromium):
    """Opens a page of a server at another address than the live server's."""
    contexts = []

    def open_page(url, user, path=CANVAS):
        context = chromium.new_context(locale="en", viewport={"width": 1440, "height": 900})
        context.set_default_timeout(20_000)
        contexts.append(context)
        sign_in(context, url, user)
        page = context.new_page()
        page.goto(f"{url}{path}")
        return page

    yield open_page
    for context in contexts:
        context.close()


def sign_in(context, url, user):
    client = Client()
    client.force_login(user)
    root = "/".join(url.split("/")[:3])
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": f"{root}/"}])


def stored(project, block="features"):
    row = Passage.objects.filter(project=project, key=f"canvas/ml_canvas_v1_1/{block}").first()
    return row.text if row else ""


def begin(page, block="features"):
    page.locator(f"#box-{block} .body").click()
    field = page.locator(f"#text-{block}")
    expect(field).to_be_focused()
    return field


def status(page, block="features"):
    return page.locator(f"#status-text-{block}")


def note(page):
    return page.locator("#saved-note")


def leave(page):
    page.locator("#title-monitoring a").focus()


def kept(page):
    return page.evaluate("mlcanvas.kept.texts().then(texts => texts.map(text => text.record.text))")


@pytest.mark.parametrize("seed", [0])
def test_fast_typing_over_a_bad_network(project, erin, live_server, browse, full, seed):
    """A4: 0 to 800 ms of delay, 5 % of the answers dropped; what is stored is what was typed last."""
    runs, bursts, at_once = (50, 30, 5) if full else (3, 6, 3)
    with weather(live_server.url, seed) as network:
        dice = random.Random(seed)
        pages = [(block, browse(network.url, erin)) for block in BLOCKS[:at_once]]
        network.delay, network.dropped = 0.8, 0.05 if full else 0.4
        for _run in range(runs // at_once):
            fields = [(block, page, begin(page, block)) for block, page in pages]
            for _burst in range(bursts):
                for _block, page, _field in fields:
                    for _ in range(dice.randrange(1, 4)):
                        page.keyboard.type(dice.choice(WORDS) + " ")
                    if dice.random() < 0.3:
                        for _ in range(dice.randrange(1, 12)):
                            page.keyboard.press("Backspace")
                pages[0][1].wait_for_timeout(dice.choice([0, dice.uniform(0, 1200)]))
            typed = {}
            for block, page, field in fields:
                typed[block] = field.input_value()
                leave(page)
            for block, page, _field in fields:
                expect(status(page, block)).to_contain_text("Saved", timeout=60_000)
                assert stored(project, block) == typed[block]
                assert kept(page) == []
        assert network.most_at_once == 1
        assert network.drops > 0
    requests = PassageEdit.objects.filter(passage__project=project)
    assert requests.count() == requests.exclude(request=None).values("request").distinct().count()
    print(f"{runs} runs: {sum(network.saves.values())} saves, {network.drops} answers dropped, nothing lost")


@pytest.mark.full
def test_two_browsers_in_different_paragraphs_of_one_block(project, alice, erin, live_server, browse, full):
    key = "canvas/ml_canvas_v1_1/features"
    actions.save_text(project=project, key=key, text="Alice:\n\n\nErin:", base=0, by=alice)
    with weather(live_server.url) as network:
        network.delay = 0.2
        pages = [browse(network.url, user) for user in (alice, erin)]
        fields = [begin(page) for page in pages]
        fields[0].evaluate("field => field.setSelectionRange(6, 6)")
        fields[1].evaluate("field => field.setSelectionRange(field.value.length, field.value.length)")
        said = []
        until = time.monotonic() + (60 if full else 5)
        number = 0
        while time.monotonic() < until:
            number += 1
            for who, page in zip(("Alice", "Erin"), pages, strict=True):
                sentence = f" {who} says {number}."
                said.append(sentence)
                page.keyboard.type(sentence, delay=15)
                if number % 5 == 0:
                    page.keyboard.press("Enter")
            pages[number % 2].wait_for_timeout(number % 4 * 300)
        for page in pages:
            leave(page)
            expect(status(page)).to_contain_text("Saved", timeout=20_000)
    text = stored(project)
    assert [sentence for sentence in said if sentence not in text] == []
    assert text.index("Alice says") < text.index("Erin:") < text.index("Erin says")


def test_two_browsers_in_the_same_line(project, alice, erin, visit):
    pages = [visit(user, CANVAS) for user in (alice, erin)]
    for page, words in zip(pages, ("by Alice", "by Erin"), strict=True):
        begin(page).type(words)
    clashing = pages[1] if stored(project) != "by Erin" else pages[0]
    expect(clashing.locator(".clash")).to_be_visible()
    sides = [clashing.locator(f"[data-side={side}]").input_value() for side in ("mine", "theirs")]
    assert sorted(sides) == ["by Alice", "by Erin"]
    clashing.locator("[data-keep=both]").click()
    expect(status(clashing)).to_contain_text("Saved")
    assert sorted(stored(project).split("\n")) == ["by Alice", "by Erin"]


def test_what_is_typed_until_a_clash_is_told_is_in_mine(project, alice, erin, live_server, browse):
    with weather(live_server.url) as network:
        page = browse(network.url, erin)
        field = begin(page)
        actions.save_text(project=project, key="canvas/ml_canvas_v1_1/features", text="by Alice", base=0, by=alice)
        network.delay, network.dice = 2.0, type("Slow", (random.Random,), {"uniform": lambda *_: 1.2})(0)
        field.type("by Erin")
        expect(status(page)).to_have_attribute("data-kind", "saving")
        field.type(" and more")
        mine = page.locator("[data-side=mine]")
        expect(mine).to_have_value("by Erin and more")
        mine.press("End")
        mine.type(", at last")
        assert kept(page) == ["by Erin and more, at last"]
        page.locator("[data-keep=mine]").click()
        expect(status(page)).to_contain_text("Saved")
    assert stored(project) == "by Erin and more, at last"


def test_a_server_that_is_killed_in_the_middle_of_a_save(project, erin, browse):
    with servers() as (server,):
        page = browse(server.url, erin)
        with transaction.atomic():
            Project.objects.select_for_update().get(pk=project.pk)  # the save waits for this
            begin(page).type("written just before")
            expect(status(page)).to_have_attribute("data-kind", "saving")
            page.wait_for_timeout(200)
            server.kill()
        expect(note(page)).to_have_text("Offline · 1 text not saved")
        page.keyboard.type(", and while it was away")
        server.start()
        page.evaluate("dispatchEvent(new Event('online'))")
        expect(status(page)).to_contain_text("Saved", timeout=20_000)
        expect(note(page)).to_have_text("")
    assert stored(project) == "written just before, and while it was away"
    assert list(PassageEdit.objects.order_by("version").values_list("text", flat=True)) == [
        "written just before",
        "written just before, and while it was away",
    ]


def test_typing_while_the_network_is_away(project, erin, live_server, browse, full):
    with weather(live_server.url) as network:
        page = browse(network.url, erin)
        begin(page).type("before")
        expect(status(page)).to_contain_text("Saved")
        network.down = True
        until, number = time.monotonic() + (30 if full else 3), 0
        while time.monotonic() < until:
            number += 1
            page.keyboard.type(f" {number}", delay=20)
            page.wait_for_timeout(250)
        expect(status(page)).to_have_text("Offline, kept here")
        expect(note(page)).to_have_text("Offline · 1 text not saved")
        asked = []
        page.once("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
        page.evaluate("setTimeout(() => location.assign('/'))")
        page.wait_for_timeout(300)
        assert asked == ["beforeunload"]
        network.down = False
        page.evaluate("dispatchEvent(new Event('online'))")
        expect(status(page)).to_contain_text("Saved", timeout=35_000)
        expect(note(page)).to_have_text("")
        # Nobody is asked when all is saved, and what was typed just before is sent on the way.
        page.keyboard.type(" last")
        page.goto(f"{network.url}{SETTINGS}")
        page.wait_for_timeout(500)
    assert stored(project) == "before " + " ".join(map(str, range(1, number + 1))) + " last"


@contextmanager
def own_browser(chromium, path, profile, url, user):
    """A browser with a profile of its own, which can be killed and started again."""
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    for left in profile.glob("Singleton*"):  # of one that was killed
        left.unlink()
    context = chromium.browser_type.launch_persistent_context(
        str(profile), executable_path=path, args=[*QUIET, *root], locale="en"
    )
    sign_in(context, url, user)
    try:
        yield context
    finally:
        with suppress(Error):  # it was killed
            context.close()


def kill_browser(profile):
    """Ends every process that was started with this profile."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if str(profile).encode() in (process / "cmdline").read_bytes():
                os.kill(int(process.name), signal.SIGKILL)
        except OSError:
            continue


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="a browser is found and killed by way of /proc")
def test_a_browser_that_is_killed_while_somebody_types(project, erin, live_server, chromium, chromium_path, tmp_path):
    profile = tmp_path / "profile"
    with weather(live_server.url) as network:
        with own_browser(chromium, chromium_path, profile, network.url, erin) as context:
            page = context.new_page()
            page.goto(f"{network.url}{CANVAS}")
            begin(page).type("saved.")
            expect(status(page)).to_contain_text("Saved")
            network.down = True
            page.keyboard.type(" Not sent, and then the lights went out")
            page.wait_for_timeout(50)
            kill_browser(profile)
        assert stored(project) == "saved."
        network.down = False
        with own_browser(chromium, chromium_path, profile, network.url, erin) as context:
            page = context.new_page()
            page.goto(f"{network.url}{CANVAS}")
            expect(page.locator("#messages")).to_contain_text("had not reached the server")
            expect(page.locator("#messages")).to_contain_text("Features")
            expect(status(page)).to_contain_text("Saved")
            expect(page.locator("#box-features .rendered")).to_contain_text("the lights went out")
            assert kept(page) == []
    assert stored(project) == "saved. Not sent, and then the lights went out"


@pytest.mark.parametrize("text", ["ã" * 20_000, ("x" * 99 + "\n") * 200], ids=["accents", "lines"])
def test_twenty_thousand_characters_are_exact_everywhere(project, erin, visit, text):
    page = visit(erin, CANVAS)
    begin(page).fill(text)
    expect(status(page)).to_contain_text("Saved")
    assert stored(project) == text
    page.reload()
    assert page.locator("#text-features").input_value() == text
    # On the way out, too: more than browsers send for a page that is gone stays here and is asked about.
    page.locator("#text-features").evaluate("field => field.focus()")
    field = page.locator("#text-features")
    field.fill("é" + text[1:])
    page.goto(page.url.replace("/canvas/", "/settings/"))
    page.wait_for_timeout(500)
    assert stored(project) == "é" + text[1:]


@pytest.mark.full
def test_fifty_thousand_pasted_stay_in_their_field(project, erin, visit):
    page = visit(erin, CANVAS)
    field = begin(page)
    field.fill("y" * 50_000)
    expect(status(page)).to_contain_text("the limit is 20,000")
    assert len(field.input_value()) == 50_000
    expect(note(page)).to_have_text("1 text not saved")
    assert stored(project) == ""
    page.context.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    expect(status(page)).to_contain_text("the limit is 20,000")
    assert len(page.locator("#text-features").input_value()) == 50_000
    page.locator("#text-features").fill("short")
    expect(status(page)).to_contain_text("Saved")
    expect(note(page)).to_have_text("")


@pytest.mark.parametrize("code", [400, 413])
@pytest.mark.full
def test_a_text_too_large_to_be_read_is_refused_once(project, erin, visit, code):
    page = visit(erin, CANVAS)
    posts = []
    page.route("**/save/", lambda route: (posts.append(route), route.fulfill(status=code)))
    field = begin(page)
    field.type("as if it were 3 MB")
    expect(status(page)).to_contain_text("The server cannot read this text.")
    page.wait_for_timeout(1500)
    assert len(posts) == 1
    page.unroute("**/save/")
    field.type(", or less")
    expect(status(page)).to_contain_text("Saved")
    assert stored(project) == "as if it were 3 MB, or less"


def test_a_text_that_begins_with_empty_lines_is_shown_as_it_is(project, alice, erin, visit):
    actions.save_text(project=project, key="scope/problem", text="\n\n  deep", base=0, by=alice)
    page = visit(erin, "/p/churn-in-prepaid-mobile/scope/")
    assert page.locator("#text-problem").input_value() == "\n\n  deep"


def test_what_is_typed_before_the_script_is_there_is_saved_too(project, erin, visit):
    page = visit(erin, SETTINGS)
    waiting = []
    page.route("**/passage.js", lambda route: waiting.append(route))
    page.goto(page.url.replace("/settings/", "/scope/"), wait_until="commit")
    page.get_by_role("textbox", name="The problem").type("early")
    waiting[0].continue_()
    expect(page.locator("#status-text-problem")).to_contain_text("Saved")
    assert Passage.objects.get(project=project, key="scope/problem").text == "early"


def test_a_text_that_the_browser_put_back_is_not_taken_for_the_one_that_stands(project, alice, erin, visit):
    actions.save_text(project=project, key="canvas/ml_canvas_v1_1/features", text="old", base=0, by=alice)
    page = visit(erin, CANVAS)
    # As browsers do that keep what a field held over a reload.
    page.locator("#text-features").evaluate(
        """field => {
            const box = field.closest(".block");
            const again = box.cloneNode(true);
            again.querySelector("textarea").value = "older";
            again.querySelector("textarea").removeAttribute("autocomplete");
            box.replaceWith(again);
            again.dispatchEvent(new CustomEvent("htmx:afterSwap", { bubbles: true }));
        }"""
    )
    assert page.locator("#text-features").input_value() == "old"
    begin(page).press("Control+End")
    page.keyboard.type(" and new")
    expect(status(page)).to_contain_text("Saved")
    assert stored(project) == "old and new"


def test_long_typing_without_a_pause_is_saved_meanwhile(project, erin, visit):
    page = visit(erin, CANVAS)
    field = begin(page)
    field.type("no pause " * 8, delay=90)
    field.type("still typing")
    assert stored(project).startswith("no pause")


def sign_out_elsewhere(page):
    other = page.context.new_page()
    other.goto(page.url.split("/p/")[0] + "/account/logout/")
    other.get_by_role("main").get_by_role("button", name="Sign out").click()
    expect(other.get_by_role("heading", name="Sign in")).to_be_visible()
    other.close()


def fill_in(panel, address):
    panel.get_by_label("Email").fill(address)
    panel.get_by_label("Password").fill(PASSWORD)
    panel.get_by_role("button", name="Sign in").click()


@pytest.mark.full
def test_signed_out_in_another_tab_and_in_again_in_the_panel(project, nina, visit, axe_violations):
    page = visit(nina, CANVAS)
    field = begin(page)
    sign_out_elsewhere(page)
    field.type("typed after the end")
    panel = page.locator("#session-panel")
    expect(panel.get_by_label("Email")).to_be_visible()
    # Whoever types goes on typing in the text.
    expect(field).to_be_focused()
    field.type(" of the session")
    expect(note(page)).to_contain_text("Signed out · 1 text not saved")
    assert axe_violations(page) == []
    panel.get_by_label("Email").fill("nina@example.org")
    panel.get_by_label("Password").fill("wrong")
    panel.get_by_role("button", name="Sign in").click()
    expect(panel).to_contain_text("not correct")
    assert stored(project) == ""
    fill_in(panel, "nina@example.org")
    expect(panel).to_be_hidden()
    expect(status(page)).to_contain_text("Saved")
    expect(note(page)).to_have_text("")
    assert stored(project) == "typed after the end of the session"
    # The page has a new token: the next save, and an ordinary form, are taken at once.
    begin(page).press("Control+End")
    page.keyboard.type("!")
    expect(status(page)).to_contain_text("Saved")
    leave(page)
    page.locator("#box-features .agree button").click()
    expect(page.locator("#box-features .state")).to_contain_text("agreed")
    assert stored(project) == "typed after the end of the session!"


@pytest.mark.full
def test_the_panel_asks_for_the_second_step(project, nina, visit):
    from allauth.mfa.totp.internal import auth

    auth.TOTP.activate(nina, secret := auth.generate_totp_secret())
    page = visit(nina, CANVAS)
    begin(page)
    sign_out_elsewhere(page)
    page.keyboard.type("two steps")
    panel = page.locator("#session-panel")
    fill_in(panel, "nina@example.org")
    code = auth.format_hotp_value(auth.hotp_value(secret, list(auth.yield_hotp_counters_from_time())[1]))
    panel.locator("[name=code]").fill(code)
    panel.get_by_role("button").first.click()
    expect(panel).to_be_hidden()
    expect(status(page)).to_contain_text("Saved")
    assert stored(project) == "two steps"


def test_somebody_else_signs_in_and_sees_and_sends_nothing_of_it(project, nina, alice, visit):
    alice.set_password(PASSWORD)
    alice.save()
    page = visit(nina, CANVAS)
    begin(page)
    sign_out_elsewhere(page)
    page.keyboard.type("a secret of Nina")
    panel = page.locator("#session-panel")
    fill_in(panel, "alice@example.org")
    expect(page.get_by_label("Menu")).to_contain_text("A")
    expect(page.locator("body")).to_have_attribute("data-user", str(alice.pk))
    page.wait_for_timeout(1000)
    assert "a secret of Nina" not in page.content()
    assert page.locator("#text-features").input_value() == ""
    assert kept(page) == []
    assert not PassageEdit.objects.exists()
    # It is kept for the first person.
    page.context.clear_cookies()
    sign_in(page.context, page.url, nina)
    page.reload()
    expect(page.locator("#messages")).to_contain_text("had not reached the server")
    expect(status(page)).to_contain_text("Saved")
    assert stored(project) == "a secret of Nina"


@pytest.mark.full
def test_another_person_in_another_tab_takes_the_page_away(project, nina, alice, visit):
    page = visit(nina, CANVAS)
    begin(page).type("of Nina")
    expect(status(page)).to_contain_text("Saved")
    page.context.clear_cookies()
    sign_in(page.context, page.url, alice)
    other = page.context.new_page()
    other.goto(page.url)
    expect(page.locator("body")).to_have_attribute("data-user", str(alice.pk))


def test_a_role_that_is_taken_away_leaves_the_text_to_copy(project, erin, visit):
    page = visit(erin, CANVAS)
    field = begin(page)
    Membership.objects.filter(user=erin).update(role=Role.VIEWER)
    posts = []
    page.on("request", lambda request: request.url.endswith("/save/") and posts.append(request.url))
    field.type("too late")
    expect(status(page)).to_contain_text("You can no longer edit this project.")
    page.wait_for_timeout(2500)
    assert len(posts) == 1
    assert field.input_value() == "too late"
    page.context.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    left = page.locator("#messages .alert")
    expect(left).to_contain_text("You can no longer edit this project.")
    assert left.locator("textarea").input_value() == "too late"
    left.get_by_role("button", name="Throw away").click()
    expect(left).to_have_count(0)
    page.reload()
    expect(page.locator("#messages .alert")).to_have_count(0)


@pytest.mark.full
def test_a_project_that_is_gone_for_somebody_leaves_the_text_to_copy(project, erin, visit):
    page = visit(erin, CANVAS)
    field = begin(page)
    Membership.objects.filter(user=erin).delete()
    field.type("too late")
    expect(status(page)).to_contain_text("There is no place for this text any more.")
    assert field.input_value() == "too late"
    page.context.on("dialog", lambda dialog: dialog.accept())


def test_signing_out_asks_before_it_drops_what_was_not_sent(project, erin, visit):
    page = visit(erin, CANVAS)
    field = begin(page)
    page.route("**/save/", lambda route: route.abort())
    field.type("never arrives")
    expect(status(page)).to_have_text("Offline, kept here")
    asked = []

    def answer(dialog):
        asked.append((dialog.type, dialog.message))
        dialog.accept() if len(asked) > 1 else dialog.dismiss()

    page.on("dialog", answer)
    page.get_by_label("Menu").click()
    page.locator(".sign-out").click()
    page.wait_for_timeout(400)
    assert kept(page) == ["never arrives"]
    page.locator(".sign-out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert [kind for kind, _message in asked] == ["confirm", "confirm"]
    assert asked[0][1].startswith("One text is not on the server yet.")
    sign_in(page.context, page.url, erin)
    page.goto(page.url.split("/account/")[0] + CANVAS)
    page.wait_for_timeout(500)
    assert kept(page) == []
    assert page.locator("#text-features").input_value() == ""


@pytest.mark.full
def test_signing_out_first_sends_what_waits_and_asks_nothing(project, erin, visit):
    page = visit(erin, CANVAS)
    begin(page).type("just typed")
    page.evaluate("document.querySelector('form[action=\"/account/logout/\"]').requestSubmit()")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert stored(project) == "just typed"


@pytest.mark.full
def test_news_waits_for_whoever_types_and_comes_at_once_otherwise(project, alice, erin, visit):
    key = "canvas/ml_canvas_v1_1/features"
    actions.save_text(project=project, key=key, text="one\n\ntwo", base=0, by=alice)
    page = visit(erin, CANVAS)
    tell = "(field, version) => field.dispatchEvent(new CustomEvent('passage:news', {detail: {version, who: 'Alice'}}))"
    actions.save_text(project=project, key=key, text="one, by Alice\n\ntwo", base=1, by=alice)
    page.locator("#text-features").evaluate(tell, 2)
    expect(page.locator("#box-features .rendered")).to_contain_text("one, by Alice")
    field = begin(page)
    field.press("Control+End")
    actions.save_text(project=project, key=key, text="one, by Alice again\n\ntwo", base=2, by=alice)
    field.evaluate(tell, 3)
    expect(status(page)).to_have_text("Alice wrote here too: show it")
    caret = field.evaluate("field => field.selectionStart")
    assert field.input_value() == "one, by Alice\n\ntwo"
    field.evaluate(tell, 2)
    field.type(", by Erin")
    expect(status(page)).to_contain_text("Saved")
    assert field.input_value() == "one, by Alice\n\ntwo, by Erin"
    assert field.evaluate("field => field.selectionStart") == caret + len(", by Erin")
    actions.save_text(project=project, key=key, text="one, at last\n\ntwo, by Erin", base=4, by=alice)
    field.evaluate(tell, 5)
    page.get_by_role("button", name="Alice wrote here too").click()
    expect(page.locator("#box-features .rendered")).to_contain_text("one, at last")
    expect(page.locator("#text-features")).to_have_value("one, at last\n\ntwo, by Erin")
    assert stored(project) == "one, at last\n\ntwo, by Erin"


def test_two_tabs_keep_each_others_text(project, erin, visit):
    page = visit(erin, CANVAS)
    page.route("**/save/", lambda route: route.abort())
    begin(page).type("not sent by the first tab")
    expect(status(page)).to_have_text("Offline, kept here")
    second = page.context.new_page()
    second.goto(page.url)
    begin(second, "monitoring").type("sent by the second")
    expect(status(second, "monitoring")).to_contain_text("Saved")
    assert kept(second) == ["not sent by the first tab"]
    assert second.locator("#text-features").input_value() == ""
    # The first tab goes away: the second one takes its text over.
    page.close()
    expect(status(second)).to_contain_text("Saved")
    assert stored(project) == "not sent by the first tab"
    assert kept(second) == []


def test_a_box_that_is_replaced_while_its_text_waits_goes_on_waiting(project, alice, erin, visit):
    key = "canvas/ml_canvas_v1_1/features"
    actions.save_text(project=project, key=key, text="known", base=0, by=alice)
    canvas.agree(project=project, template="ml_canvas_v1_1", block="features", version=1, by=alice)
    page = visit(erin, CANVAS)
    field = begin(page)
    page.route("**/save/", lambda route: route.abort())
    field.press("Control+End")
    field.type(" each night")
    expect(status(page)).to_have_text("Offline, kept here")
    page.get_by_role("button", name="make it a draft again").click()
    expect(page.locator("#box-features .state")).to_contain_text("draft")
    page.unroute("**/save/")
    expect(status(page)).to_contain_text("Saved", timeout=20_000)
    assert stored(project) == "known each night"
