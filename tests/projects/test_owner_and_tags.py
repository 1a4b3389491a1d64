"""Who answers for a project, and its tags: in the settings, at the start, in the file and in the history."""

import pytest
from django.db import IntegrityError, transaction

from mlcanvas.domain.canonical import digest
from mlcanvas.domain.refusal import Refused
from mlcanvas.exchange.actions import project_import
from mlcanvas.exchange.problems import Unreadable
from mlcanvas.exchange.selectors import project_file
from mlcanvas.projects import actions, parts, selectors
from mlcanvas.projects.comparing import compare
from mlcanvas.projects.models import Event, Project, Tag
from mlcanvas.workspaces.models import Membership, Workspace
from tests.fixtures_projects import FRAGMENT

BASE = "/p/churn-in-prepaid-mobile/"
BOTH = pytest.mark.parametrize("headers", [{}, FRAGMENT], ids=["page", "fragment"])
NASTY = '<img src=x onerror="alert(1)">'


def head(**changes):
    return {"name": "Churn in prepaid mobile", "language": "en", "currency": "EUR", **changes}


def said(project):
    return [event.what for event in Event.objects.filter(project=project).order_by("pk")][1:]


class TestSettings:
    address = f"{BASE}settings/edit/"

    @BOTH
    def test_an_editor_sets_both(self, project, erin, vic, client_for, headers):
        sent = head(owner=str(vic.pk), tags="NLP, retail , nlp")
        response = client_for(erin).post(self.address, sent, **headers)
        assert response.headers["HX-Redirect" if headers else "Location"] == f"{BASE}settings/"
        project.refresh_from_db()
        assert (project.owner, project.owner_name, selectors.tags(project)) == (vic, "Vic", ["NLP", "retail"])
        assert said(project) == ["projects.owned", "projects.tagged"]
        page = client_for(vic).get(f"{BASE}settings/").content.decode()
        assert f'<option value="{vic.pk}" selected>Vic</option>' in page
        assert 'value="NLP, retail"' in page
        history = client_for(vic).get(f"{BASE}history/").content.decode()
        assert "named Vic as the project" in history
        assert "set the tags: NLP, retail." in history

    def test_saying_the_same_again_is_no_event(self, project, erin, client_for):
        for _ in range(2):
            client_for(erin).post(self.address, head(owner=str(erin.pk), tags="nlp"))
        assert said(project) == ["projects.owned", "projects.tagged"]

    def test_they_can_be_taken_back(self, project, erin, client_for):
        client = client_for(erin)
        client.post(self.address, head(owner=str(erin.pk), tags="nlp"))
        client.post(self.address, head(owner="", tags=""))
        project.refresh_from_db()
        assert (project.owner, project.owner_name, selectors.tags(project)) == (None, "", [])
        assert said(project)[2:] == ["projects.disowned", "projects.untagged"]

    def test_what_is_not_sent_stays(self, project, erin, client_for):
        actions.own(project=project, owner=erin, by=erin)
        actions.tag(project=project, tags=["nlp"], by=erin)
        assert client_for(erin).post(self.address, head(name="Churn")).status_code == 302
        project.refresh_from_db()
        assert (project.name, project.owner, selectors.tags(project)) == ("Churn", erin, ["nlp"])

    @BOTH
    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ({"tags": ", ".join(str(number) for number in range(13))}, "at most 12 tags; these are 13"),
            ({"tags": "x" * 41}, "longer than the 40 characters"),
            ({"tags": "a\x00"}, "cannot be stored"),
            ({"owner": "999999"}, "Choose one of the answers in the list."),
            ({"owner": "kept"}, "Choose one of the answers in the list."),
            ({"owner": NASTY}, "Choose one of the answers in the list."),
        ],
    )
    def test_bad_input_is_422_and_nothing_typed_is_lost(self, project, erin, client_for, wrong, sentence, headers):
        sent = head(name="Another name", tags="kept words") | wrong
        response = client_for(erin).post(self.address, sent, **headers)
        page = response.content.decode()
        assert response.status_code == 422
        assert sentence in page
        assert 'value="Another name"' in page
        assert f'value="{sent["tags"]}"' in page or "\x00" in sent["tags"]
        project.refresh_from_db()
        assert (project.name, said(project)) == ("Churn in prepaid mobile", [])

    def test_a_stranger_cannot_own_it(self, project, erin, sam, client_for):
        assert client_for(erin).post(self.address, head(owner=str(sam.pk))).status_code == 422
        with pytest.raises(Refused, match="owner_not_member"):
            actions.own(project=project, owner=sam, by=erin)
        assert "Sam" not in client_for(erin).get(f"{BASE}settings/").content.decode()

    def test_an_owner_who_left_may_stay_and_can_be_replaced(self, project, alice, erin, vic, client_for):
        actions.own(project=project, owner=vic, by=alice)
        Membership.objects.filter(user=vic).delete()
        client = client_for(erin)
        page = client.get(f"{BASE}settings/").content.decode()
        assert f'<option value="{vic.pk}" selected>Vic (not in this workspace)</option>' in page
        assert client.post(self.address, head(owner=str(vic.pk), tags="nlp")).status_code == 302
        project.refresh_from_db()
        assert project.owner == vic
        assert client.post(self.address, head(owner=str(erin.pk))).status_code == 302
        assert client.post(self.address, head(owner=str(vic.pk))).status_code == 422

    @pytest.mark.parametrize("field", ["owner", "tags"])
    def test_who_may_not(self, project, vic, rita, sam, client, client_for, field):
        sent = head(**{field: "nlp" if field == "tags" else str(vic.pk)})
        for user in (vic, rita):
            response = client_for(user).post(self.address, sent)
            assert response.status_code == 403
            assert "read-only for you" in response.content.decode()
        assert client_for(sam).post(self.address, sent).status_code == 404
        assert client.post(self.address, sent).headers["Location"].startswith("/account/login/")
        assert client_for(vic).get(self.address).status_code == 405
        assert said(project) == []

    def test_names_and_tags_are_text_wherever_they_stand(self, project, alice, client_for):
        alice.name = NASTY
        alice.save()
        actions.own(project=project, owner=alice, by=alice)
        actions.tag(project=project, tags=[NASTY], by=alice)
        actions.edit(project=project, name=NASTY, language="en", currency="EUR", by=alice)
        for address in ("/", "/?as=cards", "/?as=chart", f"{BASE}settings/", f"{BASE}history/", "/?tag=" + NASTY):
            page = client_for(alice).get(address).content.decode()
            assert NASTY not in page
            assert "&lt;img src=x" in page


class TestNewProject:
    address = "/p/new/"

    @BOTH
    def test_both_can_be_said_at_once(self, workspace, erin, vic, client_for, headers):
        sent = {"name": "Late deliveries", "owner": str(vic.pk), "tags": "logistics, north"}
        assert client_for(erin).post(self.address, sent, **headers).status_code == (204 if headers else 302)
        project = Project.objects.get()
        assert (project.owner, selectors.tags(project)) == (vic, ["logistics", "north"])

    def test_without_them_nobody_owns_it(self, workspace, erin, client_for):
        client_for(erin).post(self.address, {"name": "Late deliveries"})
        project = Project.objects.get()
        assert (project.owner, project.owner_name, selectors.tags(project)) == (None, "", [])

    @pytest.mark.parametrize("wrong", [{"tags": "x" * 41}, {"owner": "999999"}])
    def test_bad_input_is_422_and_nothing_typed_is_lost(self, workspace, erin, client_for, wrong):
        response = client_for(erin).post(self.address, {"name": "Late deliveries"} | wrong)
        assert response.status_code == 422
        page = response.content.decode()
        assert 'value="Late deliveries"' in page
        assert '<details class="new-project-more" open>' in page
        assert not Project.objects.exists()

    def test_the_owner_is_of_the_same_workspace(self, workspace, erin, sam, client_for):
        other = Workspace.objects.create(name="Other", slug="other")
        Membership.objects.create(workspace=other, user=erin, role=4)
        Membership.objects.create(workspace=other, user=sam, role=1)
        sent = {"name": "Late deliveries", "workspace": "retail-analytics", "owner": str(sam.pk)}
        response = client_for(erin).post(self.address, sent)
        assert response.status_code == 422
        assert "Sam is not a member of this workspace." in response.content.decode()
        assert not Project.objects.exists()
        assert client_for(erin).post(self.address, sent | {"workspace": "other"}).status_code == 302


class TestProjectFile:
    def file(self, *lines):
        return "\n".join(["format: mlcanvas-project", "version: 1", "project:", "  name: A", *lines, ""])

    def round_trip(self, workspace, text, by):
        first = project_file(project_import(workspace=workspace, text=text, by=by))
        assert project_file(project_import(workspace=workspace, text=first, by=by)) == first
        return first

    def test_it_comes_back_byte_for_byte(self, workspace, alice, vic):
        text = self.file("  owner: vic@example.org", "  tags:", "    - retail", "    - '#NLP'", "    - nlp")
        first = self.round_trip(workspace, text, alice)
        assert "  owner: vic@example.org\n  tags:\n    - NLP\n    - retail\n" in first
        assert Project.objects.first().owner == vic

    @pytest.mark.parametrize("name", ["Vic", "vic", "VIC@example.org"])
    def test_a_member_is_known_by_name_or_address(self, workspace, alice, vic, name):
        project = project_import(workspace=workspace, text=self.file(f"  owner: {name}"), by=alice)
        assert (project.owner, project.owner_name) == (vic, name)

    def test_somebody_else_is_kept_by_name(self, project, workspace, alice, sam, client_for):
        """A stranger with this name is not the one who is meant."""
        text = self.round_trip(workspace, self.file("  owner: Sam"), alice)
        assert "  owner: Sam\n" in text
        found = Project.objects.filter(owner_name="Sam").first()
        assert found.owner is None
        page = client_for(alice).get(f"/p/{found.slug}/settings/").content.decode()
        assert '<option value="kept" selected>Sam (not in this workspace)</option>' in page
        sent = {"name": "A", "language": "en", "currency": "EUR", "owner": "kept", "tags": ""}
        assert client_for(alice).post(f"/p/{found.slug}/settings/edit/", sent).status_code == 302
        found.refresh_from_db()
        assert found.owner_name == "Sam"

    def test_two_of_one_name_are_nobody(self, workspace, alice, erin, vic):
        type(vic).objects.filter(pk__in=[erin.pk, vic.pk]).update(name="Kim")
        project = project_import(workspace=workspace, text=self.file("  owner: Kim"), by=alice)
        assert (project.owner, project.owner_name) == (None, "Kim")

    def test_another_name_of_the_person_is_no_change_of_the_project(self, project, alice, vic):
        actions.own(project=project, owner=vic, by=alice)
        before = digest(parts.content(project))
        vic.name = "Victoria"
        vic.save()
        project.refresh_from_db()
        assert digest(parts.content(project)) == before
        assert project.owned_by == "Victoria"

    @pytest.mark.parametrize(
        ("lines", "place"),
        [
            (["  tags: [a, 'b, c']"], "project.tags"),
            (["  tags: nlp"], "project.tags"),
            (["  tags: ['']"], "project.tags[0]"),
            (["  owner: ''"], "project.owner"),
            ([f"  tags: [{', '.join(str(n) + 'x' for n in range(13))}]"], "project.tags"),
        ],
    )
    def test_mistakes_are_told_with_their_place(self, workspace, alice, lines, place):
        with pytest.raises(Unreadable) as unreadable:
            project_import(workspace=workspace, text=self.file(*lines), by=alice)
        assert [problem.path for problem in unreadable.value.problems] == [place]
        assert not Project.objects.exists()

    def test_a_comparison_names_both(self, project, alice, vic):
        before = parts.content(project)
        actions.own(project=project, owner=vic, by=alice)
        actions.tag(project=project, tags=["nlp", "retail"], by=alice)
        (changed,) = compare(before, parts.content(project))
        assert [(change.label, change.before, change.after) for change in changed.changes] == [
            ("Project owner", "", "Vic"),
            ("Tags", "", "nlp, retail"),
        ]


class TestConstraints:
    def test_an_owner_has_a_name(self, project, alice):
        with pytest.raises(IntegrityError), transaction.atomic():
            Project.objects.filter(pk=project.pk).update(owner=alice)

    def test_a_tag_is_there_once(self, project):
        Tag.objects.create(project=project, workspace=project.workspace, name="NLP", folded="nlp")
        with pytest.raises(IntegrityError), transaction.atomic():
            Tag.objects.create(project=project, workspace=project.workspace, name="nlp", folded="nlp")

    def test_a_deleted_account_leaves_its_name(self, project, alice, vic):
        actions.own(project=project, owner=vic, by=alice)
        vic.delete()
        project.refresh_from_db()
        assert (project.owner, project.owner_name, project.owned_by) == (None, "Vic", "Vic")
