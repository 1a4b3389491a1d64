"""The first page in a real browser: its three shapes, its fields, the pictures by keyboard, and on a phone."""

import pytest
from playwright.sync_api import expect

from mlcanvas.projects.models import Project, Summary, Tag

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def many(workspace, alice):
    names = [
        f"Forecast {n} of the demand for spare parts in all regions" if n % 7 == 0 else f"P {n}" for n in range(90)
    ]
    rows = [
        Project(
            workspace=workspace, name=name, slug=f"p-{n}", owner=alice if n % 2 else None, owner_name="Alice" * (n % 2)
        )
        for n, name in enumerate(names)
    ]
    Project.objects.bulk_create(rows)
    Summary.objects.bulk_create(
        Summary(project=row)
        if n % 15 == 14
        else Summary(project=row, value=n % 7 * 15, feasibility=n % 11 * 9, tier=n % 3 + 1 + n % 2 * 2,
                     severity=n % 2 * 2 + 1, p50=1000 * n if n % 4 else None, currency="BRL" if n % 5 == 0 else "EUR")
        for n, row in enumerate(rows)
    )  # fmt: skip
    Tag.objects.bulk_create(
        Tag(project=row, workspace_id=row.workspace_id, name="W" * 40, folded="w" * 40) for row in rows[::3]
    )
    Tag.objects.bulk_create(
        Tag(project=row, workspace_id=row.workspace_id, name="<b>nlp</b>", folded="<b>nlp</b>") for row in rows[::4]
    )
    return rows


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("language", ["en", "pt-BR"])
def test_it_is_accessible_and_fits(many, alice, visit, axe_violations, dark, language, request):
    page = visit(alice, "/?as=chart", dark=dark, language=language)
    root = page.url.split("/?")[0]
    addresses = ("/?as=chart&tier=3&value=10-60&quadrant=do_first", "/?as=chart", "/?as=cards", "/")
    for turn, width in enumerate((1440, 390)):
        page.set_viewport_size({"width": width, "height": 900})
        # The short size looks at each shape in one width.
        for address in addresses if request.config.getoption("--full") else addresses[turn::2]:
            page.goto(root + address)
            assert axe_violations(page) == [], (width, address)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (width, address)


def test_narrowed_by_keyboard_it_survives_a_reload_and_goes_back(many, alice, visit):
    page = visit(alice, "/?as=chart")
    page.get_by_label("Risk tier").select_option("3")
    page.wait_for_url("**/?as=chart&tier=3")
    first = page.locator(".projects-count").inner_text()
    page.get_by_label("Find by name").fill("Forecast")
    page.wait_for_url("**/?as=chart&q=Forecast&tier=3")
    expect(page.locator(".projects-count")).not_to_have_text(first)
    expect(page.get_by_label("Find by name")).to_be_focused()
    narrowed = page.locator(".projects-count").inner_text()
    page.reload()
    expect(page.get_by_label("Find by name")).to_have_value("Forecast")
    expect(page.get_by_label("Risk tier")).to_have_value("3")
    expect(page.locator(".projects-count")).to_have_text(narrowed)
    page.get_by_role("link", name="Cards").press("Enter")
    page.wait_for_url("**/?as=cards&q=Forecast&tier=3")
    page.go_back()
    page.go_back()
    page.wait_for_url("**/?as=chart&tier=3")
    expect(page.locator(".projects-count")).to_have_text(first)
    expect(page.get_by_label("Find by name")).to_have_value("")


def test_bubbles_and_squares_lead_on_by_keyboard(many, alice, visit):
    page = visit(alice, "/?as=chart")
    page.locator(".skip-picture").focus()
    expect(page.locator(".skip-picture")).to_be_in_viewport()
    group = page.locator(".scatter a:has(.group-count)").first
    group.focus()
    group.press("Enter")
    page.wait_for_url("**/?*value=*")
    page.goto(page.url.split("/?")[0] + "/?as=chart")
    bubble = page.locator(".scatter a:has(.bubble)").first
    target = bubble.get_attribute("href")
    bubble.press("Enter")
    page.wait_for_url(f"**{target}")
    page.go_back()
    square = page.locator(".square-count").first
    count = square.inner_text().split()[0]
    square.press("Enter")
    page.wait_for_url("**/?cell=*")
    expect(page.locator(".projects-count")).to_contain_text(count)


def test_it_works_without_htmx(many, alice, visit):
    page = visit(alice, "/")
    page.evaluate("document.querySelector('.narrow-by').removeAttribute('hx-get')")
    page.get_by_label("Tag", exact=True).select_option("<b>nlp</b>")
    page.evaluate("document.querySelector('.narrow-by').submit()")
    page.wait_for_url("**tag=%3Cb%3Enlp*")
    expect(page.locator(".projects-count")).to_have_text("23 projects")
    expect(page.get_by_label("Tag", exact=True)).to_have_value("<b>nlp</b>")
