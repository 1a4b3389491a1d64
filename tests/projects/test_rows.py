"""What a project lists under its blocks: every write by the same list, the page, the part."""

import re
from threading import Thread

import pytest
from django.db import IntegrityError, connection, transaction

from mlcanvas import catalog
from mlcanvas.domain.refusal import Refused
from mlcanvas.exchange.actions import project_import
from mlcanvas.exchange.problems import Unreadable
from mlcanvas.exchange.selectors import project_file
from mlcanvas.projects import actions as projects
from mlcanvas.projects import selectors as facts
from mlcanvas.projects.models import Event, Project, Row
from mlcanvas.projects.rows import actions, selectors
from tests.fixtures_projects import FRAGMENT
from tests.may_write import WritersOnly

PAGE = "/p/churn-in-prepaid-mobile/rows/"
SOURCES, FEATURES, OUTCOMES = (f"{PAGE}{kind}/" for kind in ("sources", "features", "outcomes"))
TYPED = {"name": "Top-up ledger", "owner": "Billing", "refresh_hours": "1 d", "personal_data": "no", "version": "1"}
WRITES = {
    "row_add": (f"{SOURCES}add/", TYPED),
    "row_edit": (f"{SOURCES}S01/edit/", TYPED),
    "row_remove": (f"{SOURCES}S01/remove/", {}),
    "row_restore": (f"{SOURCES}S03/restore/", {}),
    "row_move": (f"{SOURCES}S01/move/", {"to": "down"}),
}
PT = {"accept-language": "pt-br"}


def source(project: Project, by: object, name: str = "Calls", **values: object) -> Row:
    return actions.row_add(project=project, kind=catalog.row_kinds()["sources"], values={"name": name, **values}, by=by)


@pytest.fixture
def listed(project, erin):
    """Two sources, and one that was removed."""
    rows = [source(project, erin, name) for name in ("Calls", "Weather", "Old")]
    actions.row_remove(row=rows[2], by=erin)
    Event.objects.all().delete()
    return project


def errors(page: str) -> list[tuple[str, str]]:
    """Each refused field of a page with what is said beside it."""
    fields = re.split(r'<div class="field', page)[1:]
    return [
        (re.findall(r' name="(\w+)"', field)[0], re.findall(r'class="errorlist[^>]*>\s*<li>(.*?)</li>', field)[0])
        for field in fields
        if 'class="errorlist' in field
    ]


def keys(project: Project, kind: str = "sources") -> list[str]:
    return [row.key for row in selectors.listed(project, kind)]


@pytest.mark.usefixtures("listed")
@pytest.mark.parametrize("name", WRITES)
class TestWhoMayWrite(WritersOnly):
    writes = WRITES
    readable = frozenset({"row_edit"})

    @pytest.mark.parametrize("who", ["alice", "erin"])
    def test_members_who_write(self, project, client_for, request, name, who):
        address, values = WRITES[name]
        response = client_for(request.getfixturevalue(who)).post(address, values)
        assert response.status_code == 302
        assert response.headers["Location"].startswith(SOURCES)
        assert Event.objects.filter(project=project, what__startswith="rows.").count() == 1

    def test_fragment(self, erin, client_for, name):
        address, values = WRITES[name]
        response = client_for(erin).post(address, values, **FRAGMENT)
        assert response.status_code == 200
        assert response.content.decode().strip().startswith('<section class="rows" id="rows-sources"')
        assert response.headers["HX-Trigger"] == "answers-changed"

    @pytest.mark.parametrize("kind", ["dance", "__class__", "delete", "pk"])
    def test_an_unknown_kind_is_404(self, erin, client_for, name, kind):
        address, values = WRITES[name]
        assert client_for(erin).post(address.replace("/sources/", f"/{kind}/"), values).status_code == 404

    def test_the_row_of_another_project_is_404(self, workspace, project, erin, client_for, name):
        other = projects.create(workspace=workspace, name="Other", by=erin)
        source(other, erin)
        assert (
            name == "row_add"
            or client_for(erin)
            .post(WRITES[name][0].replace("S01", "S07").replace("S03", "S07"), WRITES[name][1])
            .status_code
            == 404
        )


class TestRows:
    def test_an_empty_list_says_what_it_is_for(self, project, vic, client_for):
        page = client_for(vic).get(SOURCES).content.decode()
        assert "with who owns it" in page
        assert "Add to the list" not in page

    def test_it_shows_what_is_known_and_links_to_the_block(self, project, erin, client_for):
        source(project, erin, "Ledger", owner="Billing", refresh_hours=24, legal_basis="contract")
        page = client_for(erin).get(SOURCES).content.decode()
        for said in ("Ledger", "Billing", "1\u00a0d", "LGPD 7 V; GDPR 6(1)(b)", "canvas/block/data_sources/"):
            assert said in page

    def test_it_speaks_portuguese(self, project, erin, vic, client_for):
        source(project, erin, "Razão", refresh_hours=1.5, legal_basis="legitimate_interests")
        page = client_for(vic).get(SOURCES, headers=PT).content.decode()
        assert "Legítimo interesse (LGPD 7º, IX; GDPR 6(1)(f))" in page
        assert "90\u00a0min" in page  # whole minutes are the shorter way to say 1.5 h

    def test_a_feature_names_its_source(self, project, erin, client_for):
        source(project, erin, "Ledger")
        client_for(erin).post(f"{FEATURES}add/", {"name": "Days", "source": "S01"})
        assert "Ledger" in client_for(erin).get(FEATURES).content.decode()

    def test_markup_is_shown_as_text(self, project, erin, client_for):
        source(project, erin, "<script>alert(1)</script>", owner='"><img src=x>')
        page = client_for(erin).get(f"{SOURCES}?edit=S01").content.decode()
        assert "<script>alert" not in page
        assert "<img" not in page

    @pytest.mark.parametrize("address", [SOURCES, f"{SOURCES}?edit=S01", f"{SOURCES}?removed=S01"])
    def test_a_reader_sees_no_form(self, listed, vic, client_for, address):
        page = client_for(vic).get(address).content.decode()
        assert 'class="row-form"' not in page
        assert "Undo" not in page

    def test_stranger_and_anonymous(self, project, sam, client, client_for):
        assert client_for(sam).get(SOURCES).status_code == 404
        assert client.get(SOURCES).status_code == 302

    def test_post_is_not_allowed(self, project, erin, client_for):
        assert client_for(erin).post(SOURCES).status_code == 405

    def test_a_row_that_is_not_there_is_404(self, project, erin, client_for):
        assert client_for(erin).get(f"{SOURCES}?edit=S09").status_code == 404

    def test_queries_do_not_grow_with_rows(self, project, erin, vic, client_for, count_queries):
        client = client_for(vic)

        def fill(several):
            for number in range(several):
                source(project, erin, f"Source {number}")
                kind = catalog.row_kinds()["features"]
                actions.row_add(project=project, kind=kind, values={"name": "f", "source": "S01"}, by=erin)

        fill(3)
        client.get(FEATURES)
        few = count_queries(lambda: client.get(FEATURES))
        fill(10)
        assert count_queries(lambda: client.get(FEATURES)) == few
        assert count_queries(lambda: selectors.rows(project)) == 1

    def test_back_shows_the_whole_page(self, project, erin, client_for):
        response = client_for(erin).get(SOURCES, HTTP_HX_REQUEST="true", HTTP_HX_HISTORY_RESTORE_REQUEST="true")
        assert "<html" in response.content.decode()


class TestRowAdd:
    def test_every_field_is_stored_in_its_type(self, project, erin, client_for):
        typed = TYPED | {"legal_basis": "contract", "kind": "table", "access": "asked", "licence": "internal"}
        client_for(erin).post(f"{SOURCES}add/", typed)
        row = Row.objects.get()
        assert (row.kind, row.key, row.place, row.version, row.by) == ("sources", "S01", 1, 1, erin)
        assert row.values == {
            "name": "Top-up ledger", "owner": "Billing", "kind": "table", "access": "asked", "refresh_hours": 24,
            "personal_data": "no", "legal_basis": "contract", "licence": "internal",
        }  # fmt: skip

    @pytest.mark.parametrize(
        ("typed", "stored"),
        [
            ({"amount": "11"}, 11),
            ({"amount": "0"}, 0),
            ({"amount": "1,250.50"}, 1250.5),
            ({"amount": "11", "amount_low": "8", "amount_high": "14"}, {"low": 8, "likely": 11, "high": 14}),
        ],
    )
    def test_an_amount_is_one_number_or_three(self, project, erin, client_for, typed, stored):
        client_for(erin).post(f"{OUTCOMES}add/", {"name": "A kept line", **typed})
        assert Row.objects.get().values["amount"] == stored

    def test_numbers_are_read_in_the_reader_s_language(self, project, erin, client_for):
        client_for(erin).post(f"{OUTCOMES}add/", {"name": "x", "amount": "1.250,50", "delay_days": "2,5"}, headers=PT)
        assert Row.objects.get().values == {"name": "x", "amount": 1250.5, "delay_days": 2.5}

    def test_keys_count_on_after_a_removal(self, listed, erin):
        assert source(listed, erin).key == "S04"

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    @pytest.mark.parametrize(
        ("address", "typed", "field", "sentence"),
        [
            (SOURCES, {"name": ""}, "name", "Give it a name."),
            (SOURCES, {"name": "a\x00b"}, "name", "cannot be stored"),
            (SOURCES, {"name": "x" * 121}, "name", "120"),
            (SOURCES, {"name": "x", "refresh_hours": "often"}, "refresh_hours", "such as 15 min, 6 h or 1 d"),
            (SOURCES, {"name": "x", "refresh_hours": "24"}, "refresh_hours", "such as 15 min, 6 h or 1 d"),
            (SOURCES, {"name": "x", "refresh_hours": "-1 h"}, "refresh_hours", "from 0 h to 10 years"),
            (SOURCES, {"name": "x", "refresh_hours": "1e400 h"}, "refresh_hours", "such as 15 min"),
            (SOURCES, {"name": "x", "legal_basis": "magic"}, "legal_basis", "one of the answers"),
            (FEATURES, {"name": "x", "source": "S99"}, "source", "one of the answers"),
            (OUTCOMES, {"name": "x", "amount": "NaN"}, "amount", "number"),
            (OUTCOMES, {"name": "x", "amount": "-1"}, "amount", "0"),
            (OUTCOMES, {"name": "x", "amount": "9" * 100_000}, "amount", "number"),
            (OUTCOMES, {"name": "x", "amount_low": "3"}, "amount", "all three"),
            (OUTCOMES, {"name": "x", "amount": "2", "amount_low": "3", "amount_high": "4"}, "amount", "above likely"),
            (OUTCOMES, {"name": "x", "delay_days": "36501"}, "delay_days", "36,500"),
        ],
    )
    def test_bad_input_is_422_beside_its_field_and_nothing_is_lost(
        self, project, erin, client_for, headers, address, typed, field, sentence
    ):
        other = {"owner": "Who owns it"} if address == SOURCES else {}
        response = client_for(erin).post(f"{address}add/", {**typed, **other}, **headers)
        assert response.status_code == 422
        page = response.content.decode()
        ((refused, said),) = errors(page)
        assert refused == field
        assert sentence in said
        if other:
            assert 'value="Who owns it"' in page
        assert "HX-Trigger" not in response.headers
        assert not Row.objects.exists()

    def test_fields_that_are_not_ours_change_nothing(self, project, erin, client_for):
        typed = TYPED | {"key": "X", "place": "9", "by": "1", "project": "7", "kind_": "y", "deleted_at": "2026-01-01"}
        client_for(erin).post(f"{SOURCES}add/", typed | {"version": "9"})
        row = Row.objects.get()
        assert (row.key, row.place, row.version, row.project, row.by) == ("S01", 1, 1, project, erin)
        assert set(row.values) == {"name", "owner", "refresh_hours", "personal_data"}

    def test_two_hundred_rows_are_the_most(self, project, erin, client_for):
        Row.objects.bulk_create(
            Row(project=project, kind="sources", key=f"S{n:03}", place=n, values={"name": "x"}) for n in range(1, 201)
        )
        response = client_for(erin).post(f"{SOURCES}add/", TYPED)
        assert response.status_code == 422
        assert "There are 200 rows already" in str(response.context["form"].non_field_errors())
        assert "The list is full: 200 rows." in client_for(erin).get(SOURCES).content.decode()
        assert client_for(erin).post(f"{FEATURES}add/", {"name": "x"}).status_code == 302

    def test_what_a_row_answers_is_not_asked_again(self, project, erin, client_for):
        client_for(erin).post(f"{SOURCES}add/", TYPED | {"personal_data": "yes"})
        assert facts.facts(project)["personal_data"] == "yes"

    def test_an_answer_that_somebody_gave_stays_theirs(self, project, erin, client_for):
        projects.set_fact(project=project, key="personal_data", value="no", by=erin)
        client_for(erin).post(f"{SOURCES}add/", TYPED | {"personal_data": "yes"})
        assert facts.facts(project)["personal_data"] == "no"


class TestRowEdit:
    address = f"{SOURCES}S01/edit/"

    def test_it_is_offered_in_place_with_what_stands(self, listed, erin, client_for):
        response = client_for(erin).get(f"{SOURCES}?edit=S01", **FRAGMENT)
        assert 'value="Calls"' in response.content.decode()
        assert client_for(erin).get(self.address).headers["Location"] == f"{SOURCES}?edit=S01#row-sources-S01"

    def test_the_same_again_changes_nothing_it_shows(self, project, erin, client_for):
        source(project, erin, "Ledger", refresh_hours=1 / 3, owner="Billing")
        before = Row.objects.get().values
        form = client_for(erin).get(f"{SOURCES}?edit=S01", headers=PT).context["edit"].form
        posted = {name: form[name].value() or "" for name in form.fields}
        posted["refresh_hours"] = form.fields["refresh_hours"].prepare_value(posted["refresh_hours"])
        client_for(erin).post(self.address, posted, headers=PT)
        assert Row.objects.get().values == before

    def test_a_field_that_is_emptied_is_gone(self, project, erin, client_for):
        source(project, erin, "Ledger", owner="Billing")
        client_for(erin).post(self.address, {"name": "Ledger", "owner": "", "version": "1"})
        row = Row.objects.get()
        assert (row.values, row.version) == ({"name": "Ledger"}, 2)

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_a_stale_version_is_409_with_both(self, listed, alice, erin, client_for, headers):
        row = Row.objects.get(key="S01")
        actions.row_edit(row=row, version=1, values={"name": "Calls", "owner": "Operations"}, by=alice)
        response = client_for(erin).post(self.address, TYPED, **headers)
        assert response.status_code == 409
        page = response.content.decode()
        for said in ("Somebody changed this row meanwhile", "What Alice saved", "Operations", "Billing"):
            assert said in page
        assert Row.objects.get(key="S01").values["owner"] == "Operations"
        # Sending again on top of the version now seen keeps mine.
        version = re.findall(r'name="version" value="(\d+)"', page)[0]
        assert client_for(erin).post(self.address, TYPED | {"version": version}).status_code == 302
        assert Row.objects.get(key="S01").values["owner"] == "Billing"

    def test_a_stale_version_that_says_the_same_is_no_clash(self, listed, erin, client_for):
        for _ in range(2):
            assert client_for(erin).post(self.address, TYPED).status_code == 302
        assert Row.objects.get(key="S01").version == 2

    @pytest.mark.parametrize("version", ["", "-1", "x", "99999999999"])
    def test_a_version_that_never_was_is_refused(self, listed, erin, client_for, version):
        assert client_for(erin).post(self.address, TYPED | {"version": version}).status_code == 422
        assert client_for(erin).post(self.address, TYPED | {"version": "999999"}).status_code == 409
        assert Row.objects.get(key="S01").version == 1

    def test_one_that_somebody_removed_keeps_the_text_and_can_come_back(self, listed, alice, erin, client_for):
        actions.row_remove(row=Row.objects.get(key="S01"), by=alice)
        response = client_for(erin).post(self.address, TYPED, **FRAGMENT)
        assert response.status_code == 409
        page = response.content.decode()
        assert "Somebody removed this row meanwhile" in page
        assert 'value="Top-up ledger"' in page
        assert keys(listed) == ["S02"]
        assert client_for(erin).post(self.address, TYPED | {"restore": "1"}, **FRAGMENT).status_code == 200
        assert keys(listed) == ["S01", "S02"]
        assert str(Row.objects.get(key="S01")) == "Top-up ledger"

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_bad_input_is_422_and_nothing_is_lost(self, listed, erin, client_for, headers):
        response = client_for(erin).post(self.address, TYPED | {"refresh_hours": "often", "owner": "Ops"}, **headers)
        assert response.status_code == 422
        page = response.content.decode()
        assert 'value="Ops"' in page
        assert 'value="often"' in page
        assert "such as 15 min" in page
        assert Row.objects.get(key="S01").version == 1

    def test_a_source_that_is_gone_is_kept_until_another_is_chosen(self, project, erin, client_for):
        row = source(project, erin, "Ledger")
        client_for(erin).post(f"{FEATURES}add/", {"name": "Days", "source": "S01"})
        actions.row_remove(row=row, by=erin)
        page = client_for(erin).get(f"{FEATURES}?edit=F01").content.decode()
        assert '<option value="S01" selected>S01, no longer listed</option>' in page
        typed = {"name": "Days ago", "source": "S01", "version": "1"}
        assert client_for(erin).post(f"{FEATURES}F01/edit/", typed).status_code == 302
        assert Row.objects.get(kind="features").values == {"name": "Days ago", "source": "S01"}

    def test_an_unknown_row_is_404(self, listed, erin, client_for):
        assert client_for(erin).post(f"{SOURCES}S77/edit/", TYPED).status_code == 404


class TestRowRemoveAndRestore:
    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_it_goes_and_comes_back_to_its_place(self, listed, erin, client_for, headers):
        client = client_for(erin)
        response = client.post(f"{SOURCES}S01/remove/", **headers)
        page = (response if headers else client.get(response.headers["Location"])).content.decode()
        assert "“Calls” is off the list." in page
        assert keys(listed) == ["S02"]
        client.post(f"{SOURCES}S01/restore/", **headers)
        assert keys(listed) == ["S01", "S02"]

    def test_twice_is_once(self, listed, erin, client_for):
        row = Row.objects.get(key="S01")
        for _ in range(2):
            actions.row_remove(row=row, by=erin)
        for _ in range(2):
            actions.row_restore(row=row, by=erin)
        assert list(Event.objects.order_by("pk").values_list("what", flat=True)) == ["rows.removed", "rows.restored"]

    def test_a_key_that_another_has_by_now_is_refused(self, listed, erin, client_for):
        Row.objects.create(project=listed, kind="sources", key="S03", place=9, values={"name": "Imported"})
        response = client_for(erin).post(f"{SOURCES}S03/restore/")
        assert response.status_code == 422
        assert "Another row has the key “S03”" in response.content.decode()

    def test_a_full_list_takes_nothing_back(self, listed, erin, monkeypatch):
        monkeypatch.setattr(actions, "MOST", 2)
        with pytest.raises(Refused, match="row_too_many"):
            actions.row_restore(row=Row.objects.get(key="S03"), by=erin)

    def test_the_database_keeps_the_rule_too(self, listed):
        with pytest.raises(IntegrityError), transaction.atomic():
            Row.objects.create(project=listed, kind="sources", key="S01", place=3, values={"name": "x"})


class TestRowMove:
    def test_up_and_down_and_no_further(self, listed, erin, client_for):
        client = client_for(erin)
        for to, expected in (("up", "S01 S02"), ("down", "S02 S01"), ("down", "S02 S01"), ("up", "S01 S02")):
            client.post(f"{SOURCES}S01/move/", {"to": to})
            assert keys(listed) == expected.split()
        assert Event.objects.filter(what="rows.moved").count() == 2

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    @pytest.mark.parametrize("to", ["", "sideways", "delete"])
    def test_another_way_is_422(self, listed, erin, client_for, to, headers):
        response = client_for(erin).post(f"{SOURCES}S01/move/", {"to": to}, **headers)
        assert response.status_code == 422
        assert "Choose one of the answers in the list." in response.content.decode()

    def test_one_that_is_gone_moves_nothing(self, listed, erin):
        row = Row.objects.get(key="S01")
        actions.row_remove(row=row, by=erin)
        actions.row_move(row=row, to="down", by=erin)
        assert keys(listed) == ["S02"]


@pytest.mark.django_db(transaction=True)
def test_of_eight_edits_on_one_version_one_is_stored(project, erin):
    row = source(project, erin)
    outcomes: list[object] = []

    def edit(number):
        try:
            values = {"name": f"Edit {number}"}
            outcomes.append(actions.row_edit(row=Row.objects.get(pk=row.pk), version=1, values=values, by=erin))
        finally:
            connection.close()

    threads = [Thread(target=edit, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Clash"] * 7 + ["Row"]
    assert Row.objects.get().version == 2


class TestContent:
    FILE = """format: mlcanvas-project
version: 1
project:
  name: Listed
  language: en
  currency: EUR
  iteration: 1
canvas:
  template: ml_canvas_v1_1
rows:
  sources:
    - key: ledger
      name: "Top-up ledger: daily"
      refresh_hours: 0.008333333333333333
      personal_data: "yes"
      legal_basis: contract
    - key: S02
      name: Calls
  features:
    - key: F01
      name: Days
      source: gone
      available: unsure
  outcomes:
    - key: O01
      name: A kept line
      amount: {low: 8, likely: 11.25, high: 14}
    - key: O02
      name: A missed one
      amount: 0
"""

    def test_import_and_export_give_the_same_bytes_and_the_order(self, workspace, alice):
        first = project_import(workspace=workspace, text=self.FILE, by=alice)
        assert project_file(first) == self.FILE
        second = project_import(workspace=workspace, text=project_file(first), by=alice)
        assert project_file(second) == self.FILE
        assert facts.snapshot(first) == facts.snapshot(second)
        assert facts.snapshot(first)["results"]["rows"] == {"definition_version": catalog.rows_version()}

    def test_an_import_does_not_answer_for_anybody(self, workspace, alice):
        found = project_import(workspace=workspace, text=self.FILE, by=alice)
        assert "personal_data" not in facts.facts(found)

    def test_what_was_removed_is_not_in_the_file(self, listed):
        assert "Old" not in project_file(listed)

    def test_filling_a_project_replaces_its_rows(self, listed, erin):
        projects.fill(project=listed, content={"project": {"name": "Churn in prepaid mobile"}}, by=erin)
        assert keys(listed) == []

    @pytest.mark.parametrize(
        ("change", "place"),
        [
            (("key: S02", "key: ledger"), "rows.sources[1].key"),
            (("name: Calls", 'name: "  "'), "rows.sources[1].name"),
            (("unsure", "perhaps"), "rows.features[0].available"),
            (("high: 14", "high: 3"), "rows.outcomes[0].amount"),
            (("amount: 0", "amount: -1"), "rows.outcomes[1].amount"),
            (("name: Calls", "colour: red"), "rows.sources[1]"),
        ],
    )
    def test_a_mistake_is_named_with_its_place(self, workspace, alice, change, place):
        with pytest.raises(Unreadable) as refused:
            project_import(workspace=workspace, text=self.FILE.replace(*change), by=alice)
        assert any(problem.path.startswith(place) for problem in refused.value.problems)
        assert not Project.objects.filter(name="Listed").exists()
