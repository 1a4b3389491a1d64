"""The register as a sheet and as a picture: cells, moves, several at once, what was, what is accepted and declined."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from mlcanvas.projects import parts
from mlcanvas.projects.models import Event
from mlcanvas.risks import actions, links, selectors
from mlcanvas.risks.models import Declined, Risk, RiskChange
from tests.fixtures_projects import FRAGMENT
from tests.may_write import WritersOnly
from tests.risks.risk_cases import INJECTIONS, PAGE, WHOLE, risk

FRAMEWORK_CODES = [value.partition(":")[2] for value in links.places() if value.startswith("eu_ai_act:")]
ACCEPT = {"until": "2099-12-31", "why": "The pilot is short."}
WRITES = {
    "cell_edit": (f"{PAGE}P01/cell/owner/", {"owner": "Ana", "seen-owner": ""}),
    "risk_move": (f"{PAGE}P01/move/", {"view": "current", "to": "2x2", "seen": ""}),
    "risk_accept": (f"{PAGE}P01/accept/", ACCEPT),
    "risk_accept_end": (f"{PAGE}P01/accept/end/", {}),
    "suggestion_decline": (f"{PAGE}library/R02/decline/", {"why": "We buy the labels."}),
    "suggestion_again": (f"{PAGE}library/R10/again/", {}),
    "many": (f"{PAGE}many/", {"key": ["P01"], "what": "owner", "owner": "Ana"}),
    "many_restore": (f"{PAGE}many/restore/", {"keys": "P02"}),
}


@pytest.fixture
def rows(project, alice):
    """One in the register, one deleted, one suggestion declined."""
    risk(project, "P01")
    risk(project, "P02", deleted_at="2026-01-01T00:00:00Z")
    Declined.objects.create(project=project, risk="R10", why="No", by=alice)


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("name", WRITES)
class TestWhoMayWrite(WritersOnly):
    writes = WRITES
    readable = frozenset({"cell_edit"})

    @pytest.mark.parametrize("who", ["alice", "erin"])
    def test_members_who_write(self, project, client_for, request, name, who):
        address, values = WRITES[name]
        response = client_for(request.getfixturevalue(who)).post(address, values)
        assert response.status_code == 302
        assert response.headers["Location"].startswith(PAGE)
        assert Event.objects.filter(project=project, what__startswith="risks.").count() == 1

    def test_fragment(self, project, erin, client_for, name):
        address, values = WRITES[name]
        response = client_for(erin).post(address, values, **FRAGMENT)
        assert response.status_code == 200
        roots = {"cell_edit": '<tr id="row-P01"', "risk_accept": "<section", "risk_accept_end": "<section"}
        root = roots.get(name, '<section id="register"')
        assert response.content.decode().strip().startswith(root)


class TestCell:
    def edit(self, client, cell, values, key="P01", **headers):
        return client.post(f"{PAGE}{key}/cell/{cell}/", values, **(headers or FRAGMENT))

    def test_the_editor_holds_what_stands(self, project, erin, client_for):
        risk(project, owner="Ana", due=date(2027, 3, 31))
        client = client_for(erin)
        page = client.get(f"{PAGE}P01/cell/due/", **FRAGMENT).content.decode()
        assert 'name="due" value="2027-03-31"' in page
        assert 'name="seen-due" value="2027-03-31"' in page
        assert client.get(f"{PAGE}P01/cell/due/").status_code == 302
        assert client.get(f"{PAGE}P01/cell/nothing/", **FRAGMENT).status_code == 404

    def test_a_cell_is_stored_and_the_row_comes_back(self, project, erin, client_for):
        risk(project, likelihood=5, severity=5)
        sent = {"current_likelihood": "2", "current_severity": "3", "seen-current_likelihood": ""}
        response = self.edit(client_for(erin), "now", sent | {"seen-current_severity": ""})
        assert (response.headers["HX-Retarget"], response.headers["HX-Trigger"]) == ("#row-P01", "risks-changed")
        assert "6 · medium" in response.content.decode().lower()
        found = Risk.objects.get()
        assert (found.current_likelihood, found.current_severity, found.version, found.by) == (2, 3, 2, erin)

    def test_another_cell_that_somebody_else_changed_stays(self, project, alice, erin, client_for):
        row = risk(project)
        actions.risk_set(risk=row, seen={"owner": ""}, by=alice, owner="Alice")
        assert self.edit(client_for(erin), "title", {"title": "New", "seen-title": "Risk P01"}).status_code == 200
        found = Risk.objects.get()
        assert (found.title, found.owner, found.version) == ("New", "Alice", 3)

    def test_the_same_cell_is_a_clash_that_overwrites_nothing_without_a_click(self, project, alice, erin, client_for):
        actions.risk_set(risk=risk(project), seen={"owner": ""}, by=alice, owner="Alice")
        client = client_for(erin)
        response = self.edit(client, "owner", {"owner": "Erin", "seen-owner": ""})
        page = response.content.decode()
        assert response.status_code == 409
        assert "Alice changed this to “Alice” meanwhile" in page
        assert 'name="owner" value="Erin"' in page
        assert 'name="seen-owner" value="Alice"' in page
        assert Risk.objects.get().owner == "Alice"
        assert self.edit(client, "owner", {"owner": "Erin", "seen-owner": "Alice"}).status_code == 200
        assert Risk.objects.get().owner == "Erin"

    def test_who_says_not_what_they_saw_sees_what_stands_first(self, project, erin, client_for):
        risk(project)
        response = self.edit(client_for(erin), "title", {"title": "New"})
        page = response.content.decode()
        assert response.status_code == 409
        assert "Save again to put yours in its place" in page
        assert 'name="seen-title" value="Risk P01"' in page
        assert Risk.objects.get().title == "Risk P01"

    def test_sent_twice_is_stored_once(self, project, erin, client_for):
        risk(project)
        client = client_for(erin)
        for _ in range(2):
            assert self.edit(client, "owner", {"owner": "Ana", "seen-owner": ""}).status_code == 200
        assert Risk.objects.get().version == 2
        assert Event.objects.filter(what="risks.edited").count() == 1

    @pytest.mark.parametrize(
        ("cell", "values", "sentence"),
        [
            ("title", {"title": " ", "seen-title": "Risk P01"}, "Give the risk a title."),
            ("due", {"due": "soon", "seen-due": ""}, "Write a date such as 2027-03-31."),
            ("category", {"category": "x", "seen-category": "data"}, "Choose one of the answers"),
            ("owner", {"owner": "x" * 121, "seen-owner": ""}, "120"),
            (
                "target",
                {"residual_likelihood": "5", "residual_severity": "5", "seen-residual_likelihood": ""},
                "above the inherent score",
            ),
            (
                "now",
                {"current_likelihood": "2", "current_severity": "", "seen-current_likelihood": ""},
                "both likelihood and severity",
            ),
            (
                "inherent",
                {"likelihood": "9", "severity": "1", "seen-likelihood": "3", "seen-severity": "4"},
                "Choose one",
            ),
        ],
    )
    def test_bad_input_is_422_beside_its_field(self, project, erin, client_for, cell, values, sentence):
        risk(project)
        response = self.edit(client_for(erin), cell, values)
        assert response.status_code == 422
        assert sentence in response.content.decode()
        assert Risk.objects.get().version == 1

    def test_a_deleted_risk_takes_nothing_and_says_so(self, project, erin, client_for):
        risk(project, deleted_at=timezone.now())
        response = self.edit(client_for(erin), "owner", {"owner": "Ana", "seen-owner": ""})
        assert response.status_code == 409
        assert 'value="Ana"' in response.content.decode()

    @pytest.mark.parametrize("text", INJECTIONS)
    def test_titles_stay_titles(self, project, erin, client_for, text):
        risk(project)
        response = self.edit(client_for(erin), "title", {"title": text, "seen-title": "Risk P01"})
        assert response.status_code == 200
        assert Risk.objects.get().title == text
        assert "<script>alert" not in response.content.decode()


class TestMove:
    def move(self, client, to, seen="", view="current", key="P01"):
        return client.post(f"{PAGE}{key}/move/", {"view": view, "to": to, "seen": seen}, **FRAGMENT)

    @pytest.mark.parametrize(
        ("view", "seen", "names"),
        [
            ("current", "", ("current_likelihood", "current_severity")),
            ("target", "", ("residual_likelihood", "residual_severity")),
            ("inherent", "3x4", ("likelihood", "severity")),
        ],
    )
    def test_it_stands_elsewhere_and_can_be_taken_back(self, project, erin, client_for, view, seen, names):
        risk(project)
        client = client_for(erin)
        page = self.move(client, "2x5", seen, view).content.decode()
        assert "P01 “Risk P01” is at 2 × 5 now." in page
        assert [getattr(Risk.objects.get(), name) for name in names] == [2, 5]
        assert f'name="to" value="{seen}"' in page
        self.move(client, seen, "2x5", view)
        before = [3, 4] if seen else [None, None]
        assert [getattr(Risk.objects.get(), name) for name in names] == before
        assert Event.objects.filter(what="risks.moved").count() == 2

    def test_a_move_of_somebody_else_is_not_overwritten(self, project, alice, erin, client_for):
        actions.risk_move(risk=risk(project), view="current", seen=None, to=(1, 1), by=alice)
        response = self.move(client_for(erin), "2x2")
        assert response.status_code == 409
        assert "Alice changed this risk meanwhile: it is at 1 × 1 now." in response.content.decode()
        assert Risk.objects.get().current_likelihood == 1

    @pytest.mark.parametrize(
        ("to", "view", "seen", "sentence"),
        [
            ("9x9", "current", "", "no cell “9x9”"),
            ("junk", "current", "", "no cell"),
            ("5x5", "current", "", "above the inherent score"),
            ("5x5", "target", "", "above the inherent score"),
            ("2x2", "current", "7x1", "no cell “7x1”"),
        ],
    )
    def test_bad_input_is_422_with_a_sentence(self, project, erin, client_for, to, view, seen, sentence):
        risk(project)
        response = self.move(client_for(erin), to, seen, view)
        assert response.status_code == 422
        assert sentence in response.content.decode()
        assert Risk.objects.get().version == 1


class TestMany:
    def test_all_ticked_get_the_value(self, project, erin, client_for):
        for key in ("P01", "P02", "P03"):
            risk(project, key)
        sent = {"key": ["P01", "P03"], "what": "due", "due": "2027-03-31", "owner": "not sent"}
        client = client_for(erin)
        assert 'id="many-due"' in client.get(PAGE).content.decode()
        page = client.post(f"{PAGE}many/", sent, **FRAGMENT).content.decode()
        assert "2 risks are changed." in page
        assert set(Risk.objects.values_list("key", "due", "owner", "version")) == {
            ("P01", date(2027, 3, 31), "", 2),
            ("P02", None, "", 1),
            ("P03", date(2027, 3, 31), "", 2),
        }

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_deleted_together_and_back_together(self, project, erin, client_for, headers):
        for key in ("P01", "P02", "P03"):
            risk(project, key)
        client = client_for(erin)
        sent = {"key": ["P01", "P03"], "what": "remove"}
        page = client.post(f"{PAGE}many/", sent, follow=not headers, **headers).content.decode()
        assert "2 risks are deleted." in page
        assert [row.key for row in Risk.objects.of(project)] == ["P02"]
        client.post(f"{PAGE}many/restore/", {"keys": "P01,P03,P99"}, **headers)
        assert Risk.objects.of(project).count() == 3

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    @pytest.mark.parametrize(
        ("sent", "sentence"),
        [
            ({"what": "owner", "owner": "Ana"}, "Tick at least one risk first."),
            ({"key": ["P01"], "what": "due", "due": "soon"}, "Write a date such as 2027-03-31."),
            ({"key": ["P01"], "what": "status", "status": "gone"}, "Choose one of the answers"),
        ],
    )
    def test_bad_input_is_422_and_what_was_ticked_stays(self, project, erin, client_for, sent, sentence, headers):
        risk(project)
        response = client_for(erin).post(f"{PAGE}many/", sent, **headers)
        page = response.content.decode()
        assert response.status_code == 422
        assert sentence in page
        assert ('value="P01" form="many" aria-label="Tick P01" checked' in page) == ("key" in sent)
        assert ('value="soon"' in page) == (sent.get("due") == "soon")
        assert Risk.objects.get().version == 1

    def test_an_unknown_field_is_404(self, project, erin, client_for):
        risk(project)
        sent = {"key": ["P01"], "what": "version", "version": "7"}
        assert client_for(erin).post(f"{PAGE}many/", sent).status_code == 404


class TestAcceptance:
    def test_by_whom_until_when_and_why(self, project, erin, client_for):
        risk(project)
        client = client_for(erin)
        client.post(f"{PAGE}P01/accept/", ACCEPT)
        found = Risk.objects.get()
        assert (found.treatment, found.accepted_by, found.accepted_until) == ("accept", "Erin", date(2099, 12, 31))
        page = client.get(f"{PAGE}P01/").content.decode()
        assert "Erin accepted this risk on" in page
        assert "The pilot is short." in page
        client.post(f"{PAGE}P01/accept/end/", {})
        found.refresh_from_db()
        assert (found.treatment, found.accepted_by, found.accepted_until) == ("", "", None)

    def test_another_treatment_ends_it(self, project, erin):
        row = actions.accept(risk=risk(project), until=date(2099, 1, 1), why="Small", by=erin)
        actions.risk_set(risk=row, seen={"treatment": "accept"}, by=erin, treatment="reduce")
        assert Risk.objects.get().accepted_until is None

    def test_after_the_day_it_says_so_and_is_no_answer_any_more(self, project, erin, client_for):
        row = actions.accept(
            risk=risk(project, likelihood=5, owner="Ana"), until=timezone.localdate(), why="x", by=erin
        )
        assert selectors.picture(project).expired == ()
        assert selectors.registered([row], selectors.scale(row.project))[0].cared.answered
        Risk.objects.update(accepted_until=timezone.localdate() - timedelta(days=1))
        (expired,) = selectors.picture(project).expired
        assert not expired.cared.answered
        page = client_for(erin).get(PAGE).content.decode()
        assert "acceptance ended" in page
        assert "1 was accepted until a day that is past." in page

    def test_the_form_of_the_risk_stays_and_learns_of_it(self, project, erin, client_for):
        risk(project)
        page = client_for(erin).post(f"{PAGE}P01/accept/", ACCEPT, **FRAGMENT).content.decode()
        assert page.lstrip().startswith('<section class="card card-pad" id="acceptance"')
        assert 'name="version" value="2" hx-swap-oob="true" id="id_version"' in page
        assert '<option value="accept" selected>' in page

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    @pytest.mark.parametrize(
        ("sent", "sentence"),
        [
            ({"until": "2099-01-01", "why": " "}, "Say why the project can live with this risk."),
            ({"until": "", "why": "Kept text"}, "Say until when"),
            ({"until": "2020-01-01", "why": "Kept text"}, "Choose a day from today on"),
            ({"until": "soon", "why": "Kept text"}, "Write a date such as"),
        ],
    )
    def test_bad_input_is_422_and_keeps_what_was_typed(self, project, erin, client_for, sent, sentence, headers):
        risk(project)
        response = client_for(erin).post(f"{PAGE}P01/accept/", sent, **headers)
        page = response.content.decode()
        assert response.status_code == 422
        assert sentence in page
        assert sent["why"].strip() in page
        assert Risk.objects.get().accepted_until is None

    def test_it_is_in_the_project_file_whole(self, project, erin):
        actions.accept(risk=risk(project), until=date(2099, 1, 1), why="Small", by=erin)
        actions.decline(project=project, key="R02", why="Bought", by=erin)
        content = parts.content(project)
        assert content["risks"]["register"][0]["accepted_by"] == "Erin"
        assert content["risks"]["declined"] == {"R02": "Bought"}
        parts.write(project, content, erin)
        assert parts.content(project) == content


class TestDeclined:
    def test_it_is_suggested_no_more_until_somebody_says_so(self, project, erin, client_for):
        actions.answer(project=project, factor="data_availability", level="little", by=erin)
        client = client_for(erin)
        page = client.post(f"{PAGE}library/R02/decline/", {"why": "We buy them."}, **FRAGMENT).content.decode()
        assert "R02" not in {row.risk.key for row in selectors.picture(project).suggestions}
        assert "We buy them. (Erin" in page
        client.post(f"{PAGE}library/R02/again/", {})
        assert "R02" in {row.risk.key for row in selectors.picture(project).suggestions}

    def test_no_reason_is_422_beside_the_field(self, project, erin, client_for):
        actions.answer(project=project, factor="data_availability", level="little", by=erin)
        response = client_for(erin).post(f"{PAGE}library/R02/decline/", {"why": " "}, **FRAGMENT)
        assert response.status_code == 422
        assert 'id="why-wrong-R02"' in response.content.decode()
        assert client_for(erin).post(f"{PAGE}library/R99/decline/", {"why": "x"}).status_code == 404


class TestReplay:
    def history(self, project, erin):
        row = actions.risk_add(project=project, by=erin, title="First", category="data", likelihood=5, severity=4)
        row = actions.risk_move(risk=row, view="current", seen=None, to=(3, 3), by=erin)
        actions.risk_add(project=project, by=erin, title="Second", category="org", likelihood=2, severity=2)
        actions.risk_set(risk=row, seen={"owner": ""}, by=erin, owner="Ana")  # moves nothing
        actions.risk_remove(risk=row, by=erin)

    def at(self, project, number):
        return selectors.register_at(project, selectors.moment(project, number))[1]

    def test_every_moment_is_as_it_was(self, project, erin):
        self.history(project, erin)
        seen = [
            [(risk.key, risk.where.current.likelihood, risk.where.current.severity) for risk in register]
            for register in (self.at(project, number) for number in range(1, selectors.moments(project) + 1))
        ]
        assert seen == [
            [("P01", 5, 4)],
            [("P01", 3, 3)],
            [("P01", 3, 3), ("P02", 2, 2)],
            [("P02", 2, 2)],
        ]

    def test_the_address_names_the_moment_and_nothing_can_be_changed_there(self, project, erin, client_for):
        self.history(project, erin)
        page = client_for(erin).get(f"{PAGE}?moment=2").content.decode()
        assert "As it stood on" in page
        assert 'id="chip-P01"' in page
        assert "draggable" not in page
        assert 'data-cell="owner">–' in page
        fragment = client_for(erin).get(f"{PAGE}?moment=1", HTTP_HX_TRIGGER="moment", **FRAGMENT).content.decode()
        assert fragment.strip().startswith('<div id="heat"')
        assert 'id="list" hx-swap-oob="true"' in fragment

    @pytest.mark.parametrize("moment", ["0", "99", "-1", "x", "1e9", "9" * 400])
    def test_a_moment_that_never_was_is_today_or_the_last(self, project, erin, client_for, moment):
        self.history(project, erin)
        assert client_for(erin).get(f"{PAGE}?moment={moment}").status_code == 200

    def test_an_import_is_one_moment_and_leaves_what_was(self, project, erin):
        self.history(project, erin)
        content = parts.content(project)
        content["risks"]["register"][0]["likelihood"] = 1
        content["risks"]["register"].append(
            {"key": "P07", "title": "Third", "category": "data", "likelihood": 1, "severity": 1}
        )
        assert selectors.moments(project) == 4
        parts.write(project, content, erin)
        assert selectors.moments(project) == 5
        assert [risk.key for risk in self.at(project, 4)] == ["P02"]
        assert [risk.key for risk in self.at(project, 5)] == ["P02", "P07"]
        parts.write(project, content, erin)
        assert selectors.moments(project) == 5

    def test_queries_do_not_grow(self, project, erin, client_for, count_queries):
        client = client_for(erin)

        def queries():
            return count_queries(lambda: client.get(f"{PAGE}?moment=1"))

        self.history(project, erin)
        few = queries()
        for _ in range(30):
            actions.risk_add(project=project, by=erin, title="More", category="data", likelihood=2, severity=2)
        assert queries() == few
        assert RiskChange.objects.count() == 34


def test_news_tells_that_something_moved(project, erin, vic, client_for):
    client = client_for(vic)
    assert client.get(f"{PAGE}news/").json() == {"moments": 0}
    risk_one = actions.risk_add(project=project, by=erin, title="First", category="data", likelihood=5, severity=4)
    assert client.get(f"{PAGE}news/").json() == {"moments": 1}
    actions.risk_move(risk=risk_one, view="current", seen=None, to=(3, 3), by=erin)
    assert client.get(f"{PAGE}news/").json() == {"moments": 2}


@pytest.mark.parametrize("at", ["P01", "table", "factors/data_availability", "factors/money"])
def test_a_risk_a_factor_and_the_table_can_be_talked_about(project, erin, rita, client_for, at):
    risk(project)
    where = f"/p/{project.slug}/comments/"
    client = client_for(rita)
    client.post(f"{where}add/?at=risks/{at}", {"text": "Since when?"})
    assert "Since when?" in client.get(f"{where}on/?at=risks/{at}").content.decode()
    actions.risk_remove(risk=Risk.objects.get(), by=erin)
    assert client.get(f"{where}on/?at=risks/{at}").status_code == 200
    assert client.get(f"{where}on/?at=risks/P99").status_code == 404


class TestMovement:
    ADDRESS = f"{PAGE}movement.json"

    def test_readers_get_the_figure_that_the_filters_ask_for(self, project, erin, vic, client_for):
        row = risk(project, "P01", category="org")
        risk(project, "P02", status="closed")
        actions.risk_move(risk=row, view="current", seen=None, to=(1, 1), by=erin)
        client = client_for(vic)

        def keys(query=""):
            data = client.get(self.ADDRESS + query).json()["data"]
            return [key for trace in data for key in trace.get("customdata", [])]

        assert keys() == ["P01"]
        assert sorted(keys("?status=all&cell=5x5")) == ["P01", "P02"]
        assert keys("?category=data") == []
        assert keys("?moment=1") == ["P01"]

    def test_who_may_see_it(self, project, sam, erin, client, client_for):
        assert client_for(sam).get(self.ADDRESS).status_code == 404
        assert client.get(self.ADDRESS).status_code == 302
        assert client_for(erin).post(self.ADDRESS).status_code == 405


class TestLinks:
    def test_what_is_ticked_is_linked_in_the_order_of_the_catalogue(self, project, erin, client_for):
        risk(project)
        client = client_for(erin)
        sent = WHOLE | {"links": ["checkpoint:DV-03", "block:features", "block:features"]}
        assert client.post(f"{PAGE}P01/", sent).status_code == 302
        assert Risk.objects.get().links == ["block:features", "checkpoint:DV-03"]
        page = client.get(f"{PAGE}P01/").content.decode()
        assert f'<a href="/p/{project.slug}/canvas/block/features/">Features</a>' in page
        assert f'<a href="/p/{project.slug}/lifecycle/DV-03/">DV-03 · ' in page
        assert 'value="block:features" checked' in page

    def test_each_link_has_a_page_or_is_a_place_in_a_framework(self, project, erin, client_for):
        client = client_for(erin)
        addresses = {links.address(project, value) for value in links.places()} - {""}
        assert len(addresses) > 80
        for address in sorted(addresses)[::9]:
            assert client.get(address, follow=True).status_code == 200, address

    @pytest.mark.parametrize("sent", [["block:nothing"], ["x"], ["block:features\x00"]])
    def test_an_unknown_link_is_422_and_the_rest_stays_ticked(self, project, erin, client_for, sent):
        risk(project)
        response = client_for(erin).post(f"{PAGE}P01/", WHOLE | {"links": [*sent, "block:features"]})
        assert response.status_code == 422
        assert 'value="block:features" checked' in response.content.decode()
        assert Risk.objects.get().version == 1

    def test_too_many_are_refused_with_the_limit(self, project, erin, client_for):
        risk(project)
        response = client_for(erin).post(f"{PAGE}P01/", WHOLE | {"links": list(links.places())[: links.MOST + 1]})
        assert response.status_code == 422
        assert f"{links.MOST} things at most" in response.content.decode()

    def test_they_are_in_the_project_file(self, project, erin):
        risk(project, links=["block:features", "eu_ai_act:" + next(iter(FRAMEWORK_CODES))])
        content = parts.content(project)
        assert content["risks"]["register"][0]["links"] == Risk.objects.get().links
        parts.write(project, content, erin)
        assert parts.content(project) == content
