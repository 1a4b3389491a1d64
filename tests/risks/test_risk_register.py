"""The risk page: what it shows, and how it is asked for by the address."""

import re

import pytest

from mlcanvas.risks import actions
from tests.fixtures_projects import FRAGMENT
from tests.risks.risk_cases import ANSWERS, INJECTIONS, PAGE, risk


def keys(response) -> list[str]:
    """The risks of the table, in their order."""
    return re.findall(r'<td class="col-key">(\w+)</td>', response.content.decode())


class TestRegister:
    @pytest.mark.parametrize("who", ["alice", "erin", "rita", "vic"])
    def test_members_read_it(self, project, client_for, request, who):
        response = client_for(request.getfixturevalue(who)).get(PAGE)
        assert response.status_code == 200
        assert "Likelihood × severity" in response.content.decode()

    def test_stranger_sees_404(self, project, sam, client_for):
        assert client_for(sam).get(PAGE).status_code == 404

    def test_anonymous_goes_to_sign_in(self, project, client):
        response = client.get(PAGE)
        assert response.status_code == 302
        assert response.headers["Location"].startswith("/account/login/")

    def test_post_is_not_allowed(self, project, erin, client_for):
        assert client_for(erin).post(PAGE).status_code == 405

    def test_a_fragment_is_the_register_alone(self, project, erin, client_for):
        page = client_for(erin).get(PAGE, **FRAGMENT).content.decode().strip()
        assert page.startswith('<section id="register"')
        assert "<html" not in page

    def test_back_gives_the_whole_page(self, project, erin, client_for):
        page = client_for(erin).get(PAGE, **FRAGMENT, HTTP_HX_HISTORY_RESTORE_REQUEST="true")
        assert "<html" in page.content.decode()

    def test_an_empty_register_teaches(self, project, erin, client_for):
        page = client_for(erin).get(PAGE).content.decode()
        assert "A register names what could go wrong before it does" in page
        assert "4 questions are still open" in page

    def test_a_viewer_finds_nothing_to_press(self, project, vic, client_for):
        risk(project)
        page = client_for(vic).get(PAGE).content.decode()
        assert "Add the risk" not in page
        assert "/remove/" not in page

    def test_it_speaks_portuguese(self, project, erin, client_for):
        for factor, level in ANSWERS.items():
            actions.answer(project=project, factor=factor, level=level, by=erin)
        page = client_for(erin).get(PAGE, headers={"accept-language": "pt-br"}).content.decode()
        assert "Disponibilidade de dados" in page
        assert "4 · Alto" in page

    def test_the_tier_comes_with_its_reasons_and_its_rule(self, project, erin, client_for):
        for factor, level in ANSWERS.items():
            actions.answer(project=project, factor=factor, level=level, by=erin)
        page = client_for(erin).get(PAGE).content.decode()
        assert "4 · High" in page
        assert "Data availability: <b>little</b>" in page
        assert "What the feature touches: <b>function</b>" in page
        assert "the worse answer on each axis" in page
        assert page.count('class="here-mark"') == 1

    def test_the_summary_says_the_picture_in_words(self, project, erin, client_for):
        risk(project, "P01", likelihood=5, severity=4, current_likelihood=2, current_severity=4)
        risk(project, "P02", likelihood=5, severity=5)
        risk(project, "P03", status="closed")
        page = client_for(erin).get(PAGE).content.decode()
        assert "2 open risks (critical: 1, medium: 1)." in page
        assert "1 scores lower than before any measure." in page
        assert "1 risk that is high or critical has no owner." in page

    def test_every_cell_is_a_link_with_its_name(self, project, erin, client_for):
        risk(project, "P01", likelihood=4, severity=3)
        page = client_for(erin).get(PAGE).content.decode()
        assert len(re.findall(r'<a class="cell', page)) == 25
        assert "Likelihood likely, severity moderate, high: 1 risk" in page


class TestAddress:
    @pytest.fixture(autouse=True)
    def risks(self, project):
        risk(project, "P01", title="b", likelihood=4, severity=3, owner="Zoe", category="model")
        risk(project, "P02", title="a", likelihood=5, severity=5, current_likelihood=1, current_severity=3)
        risk(project, "R10", title="c", likelihood=2, severity=2, due="2027-01-01", owner="Ann")
        risk(project, "R02", title="d", status="closed")

    @pytest.mark.parametrize(
        ("query", "expected"),
        [
            ("", ["P01", "R10", "P02"]),
            ("?cell=4x3", ["P01"]),
            ("?cell=5x5", []),
            ("?cell=5x5&show=inherent", ["P02"]),
            ("?category=model", ["P01"]),
            ("?status=closed", ["R02"]),
            ("?status=all&sort=key", ["R02", "R10", "P01", "P02"]),
            ("?status=all&sort=-key", ["P02", "P01", "R10", "R02"]),
            ("?sort=title", ["P02", "P01", "R10"]),
            ("?sort=-title", ["R10", "P01", "P02"]),
            ("?sort=-inherent", ["P02", "P01", "R10"]),
            ("?sort=now", ["P02", "R10", "P01"]),
            ("?sort=owner", ["R10", "P01", "P02"]),
            ("?sort=due", ["R10", "P01", "P02"]),
            ("?sort=category", ["R10", "P02", "P01"]),
            ("?sort=-target", ["R10", "P01", "P02"]),
            ("?all=1", ["P01", "R10", "P02"]),
            ("?page=2", []),
            # What an address cannot mean is left out, never an error.
            ("?cell=9x9&category=luck&status=x&sort=password&page=-1&show=y", ["P01", "R10", "P02"]),
            ("?cell=4x3%00&page=99999999999&page=²", ["P01", "R10", "P02"]),
        ],
    )
    def test_filters_and_order_are_in_the_address(self, project, erin, client_for, query, expected):
        response = client_for(erin).get(PAGE + query)
        assert response.status_code == 200
        assert keys(response) == expected
        assert keys(client_for(erin).get(PAGE + query, **FRAGMENT)) == expected

    def test_the_chosen_cell_leads_back(self, project, erin, client_for):
        page = client_for(erin).get(f"{PAGE}?cell=4x3").content.decode()
        chosen = re.search(r'<a class="cell[^>]*id="cell-4x3"[^>]*>', page).group()
        assert 'aria-current="true"' in chosen
        assert f'href="{PAGE}#register"' in chosen


class TestManyRisks:
    def test_queries_do_not_grow(self, project, alice, client_for, count_queries):
        client = client_for(alice)
        client.get(PAGE)
        for number in range(10):
            risk(project, f"P{number:02}")
        few = count_queries(lambda: client.get(PAGE))
        for number in range(10, 20):
            risk(project, f"P{number:02}")
        assert count_queries(lambda: client.get(PAGE)) == few
        assert few <= 11

    def test_a_hundred_rows_and_then_more(self, project, erin, client_for):
        for number in range(1, 251):
            risk(project, f"P{number:02}", likelihood=1 + number % 5, severity=1 + number % 4)
        client = client_for(erin)
        first = client.get(f"{PAGE}?sort=key")
        assert len(keys(first)) == 100
        assert "Show more, 150 left" in first.content.decode()
        more = client.get(f"{PAGE}?sort=key&page=2", **FRAGMENT, HTTP_HX_TRIGGER="more-rows")
        assert keys(more) == [f"P{number}" for number in range(101, 201)]
        assert more.content.decode().strip().startswith("<tr")
        assert len(keys(client.get(f"{PAGE}?page=3"))) == 50
        assert len(keys(client.get(f"{PAGE}?all=1"))) == 250

    @pytest.mark.parametrize("title", INJECTIONS)
    def test_titles_stay_titles(self, project, erin, client_for, title):
        risk(project, "P01", title=title, owner=title[:120], cause=title)
        for address in (PAGE, f"{PAGE}P01/", f"{PAGE}?removed=P01"):
            page = client_for(erin).get(address).content.decode()
            for broken in ("<script>alert", "<img src=x", "onerror=alert(1)>", "14{"):
                assert broken not in page
        page = client_for(erin).get(f"{PAGE}?sort=<script>alert(1)</script>&cell={title}").content.decode()
        assert "<script>alert" not in page
