"""People, roles, settings and new workspaces: every write, by everybody."""

from threading import Barrier, Thread

import pytest
from django.db import connections

from mlcanvas.domain.refusal import Refused
from mlcanvas.projects.models import CURRENCIES as PROJECT_CURRENCIES
from mlcanvas.workspaces import actions
from mlcanvas.workspaces.currencies import CURRENCIES
from mlcanvas.workspaces.models import Invitation, Membership, Workspace
from mlcanvas.workspaces.roles import Role
from tests.fixtures_projects import FRAGMENT, member

PEOPLE = "/workspace/retail-analytics/people/"
EITHER = pytest.mark.parametrize("headers", [{}, FRAGMENT], ids=["page", "fragment"])


def seat(user):
    return Membership.objects.get(user=user, workspace__slug="retail-analytics")


def role(user):
    return Role(seat(user).role)


class TestPeople:
    def test_every_member_reads_who_is_here_as_what(self, alice, vic, client_for):
        page = client_for(vic).get(PEOPLE).content.decode()
        assert "alice@example.org" in page
        assert "also manages people, settings and deletion" in page
        assert "Invite somebody" not in page
        assert "Make the invitation" not in page

    def test_an_owner_sees_the_controls(self, alice, vic, client_for):
        page = client_for(alice).get(PEOPLE).content.decode()
        assert "Role of Vic" in page
        assert "Invite somebody" in page

    def test_a_fragment_is_only_the_list(self, alice, client_for):
        page = client_for(alice).get(PEOPLE, **FRAGMENT).content.decode().strip()
        assert page.startswith('<div class="container-xl page narrow" id="people">')

    def test_stranger_sees_404(self, workspace, sam, client_for):
        assert client_for(sam).get(PEOPLE).status_code == 404
        assert client_for(sam).get("/workspace/retail-analytics/").status_code == 404

    def test_anonymous_goes_to_sign_in(self, workspace, client):
        assert client.get(PEOPLE).headers["Location"] == f"/account/login/?next={PEOPLE}"

    def test_the_bare_address_leads_here(self, vic, client_for):
        assert client_for(vic).get("/workspace/retail-analytics/").headers["Location"] == PEOPLE

    def test_a_post_is_not_allowed(self, alice, client_for):
        assert client_for(alice).post(PEOPLE).status_code == 405

    def test_queries_do_not_grow_with_people(self, workspace, alice, client_for, count_queries):
        client = client_for(alice)
        few = count_queries(lambda: client.get(PEOPLE))
        for number in range(10):
            member(workspace, f"p{number}", Role.VIEWER)
            actions.invite(workspace=workspace, email=f"q{number}@example.org", role=Role.VIEWER, by=alice)
        assert count_queries(lambda: client.get(PEOPLE)) == few

    def test_a_name_is_text_and_never_markup(self, alice, vic, client_for):
        vic.name = '<b onmouseover="x">Vic'
        vic.save()
        assert "<b onmouseover" not in client_for(alice).get(PEOPLE).content.decode()


class TestRoleChange:
    def address(self, user):
        return f"{PEOPLE}{seat(user).pk}/role/"

    def test_works_as_page(self, alice, vic, client_for):
        response = client_for(alice).post(self.address(vic), {"role": "3"})
        assert (response.status_code, response.headers["Location"]) == (302, PEOPLE)
        assert role(vic) == Role.EDITOR

    def test_works_as_fragment(self, alice, vic, client_for):
        response = client_for(alice).post(self.address(vic), {"role": "4"}, **FRAGMENT)
        assert response.status_code == 200
        assert 'id="people"' in response.content.decode()
        assert role(vic) == Role.OWNER

    def test_it_holds_from_the_next_request(self, alice, erin, client_for):
        client = client_for(erin)
        client_for(alice).post(self.address(erin), {"role": "1"})
        assert client.post("/workspace/retail-analytics/settings/edit/", {"name": "x"}).status_code == 403

    @EITHER
    @pytest.mark.parametrize("wanted", ["1", "2", "3"])
    def test_the_last_owner_stays_one(self, alice, vic, client_for, headers, wanted):
        response = client_for(alice).post(self.address(alice), {"role": wanted}, **headers)
        assert response.status_code == 409
        assert "This is the only owner." in response.content.decode()
        assert role(alice) == Role.OWNER

    def test_one_of_two_owners_may_step_back(self, workspace, alice, client_for):
        member(workspace, "olga", Role.OWNER)
        assert client_for(alice).post(self.address(alice), {"role": "1"}).status_code == 302
        assert role(alice) == Role.VIEWER

    @EITHER
    @pytest.mark.parametrize("wanted", ["", "0", "5", "owner", "4.0", "-1", "99999999999999999999"])
    def test_a_role_that_is_none_is_422(self, alice, vic, client_for, headers, wanted):
        response = client_for(alice).post(self.address(vic), {"role": wanted}, **headers)
        assert response.status_code == 422
        assert role(vic) == Role.VIEWER

    @EITHER
    def test_members_who_are_not_owners_are_refused_with_the_reason(self, alice, erin, rita, vic, client_for, headers):
        for user in (erin, rita, vic):
            response = client_for(user).post(self.address(vic), {"role": "4"}, **headers)
            assert response.status_code == 403
            assert "Only an owner of the workspace can do this." in response.content.decode()
        assert role(vic) == Role.VIEWER

    @EITHER
    def test_stranger_sees_404(self, vic, sam, client_for, headers):
        assert client_for(sam).post(self.address(vic), {"role": "4"}, **headers).status_code == 404

    def test_anonymous_goes_to_sign_in_and_comes_back_to_a_page(self, vic, client):
        response = client.post(self.address(vic), {"role": "4"}, headers={"referer": f"http://testserver{PEOPLE}"})
        assert response.headers["Location"] == "/account/login/?next=%2Fworkspace%2Fretail-analytics%2Fpeople%2F"
        assert client.post(self.address(vic), {"role": "4"}, **FRAGMENT).status_code == 401

    @EITHER
    def test_get_is_not_allowed(self, alice, client_for, headers):
        assert client_for(alice).get(self.address(alice), **headers).status_code == 405

    @EITHER
    def test_a_member_of_another_workspace_is_404(self, alice, sam, client_for, headers):
        other = Membership.objects.get(user=sam)
        response = client_for(alice).post(f"{PEOPLE}{other.pk}/role/", {"role": "1"}, **headers)
        assert response.status_code == 404
        assert Membership.objects.get(user=sam).role == Role.OWNER

    def test_more_fields_than_asked_change_nothing(self, alice, vic, client_for):
        was = seat(vic)
        client_for(alice).post(self.address(vic), {"role": "2", "user": alice.pk, "workspace": 999, "id": 999})
        now = seat(vic)
        assert (now.pk, now.user_id, now.workspace_id) == (was.pk, vic.pk, was.workspace_id)


class TestPersonRemove:
    def address(self, user):
        return f"{PEOPLE}{seat(user).pk}/remove/"

    @EITHER
    def test_an_owner_removes_somebody_who_sees_nothing_from_then_on(self, project, alice, vic, client_for, headers):
        client = client_for(vic)
        assert client.get("/p/churn-in-prepaid-mobile/scope/").status_code == 200
        response = client_for(alice).post(self.address(vic), **headers)
        assert response.status_code == (200 if headers else 302)
        assert client.get("/p/churn-in-prepaid-mobile/scope/").status_code == 404
        assert client.get(PEOPLE).status_code == 404

    def test_everybody_may_leave(self, alice, vic, client_for):
        response = client_for(vic).post(self.address(vic))
        assert response.headers["Location"] == "/workspace/"
        assert not Membership.objects.filter(user=vic).exists()

    def test_leaving_by_htmx_moves_the_whole_page(self, alice, vic, client_for):
        response = client_for(vic).post(self.address(vic), **FRAGMENT)
        assert (response.status_code, response.headers["HX-Redirect"]) == (204, "/workspace/")

    @EITHER
    def test_the_last_owner_stays(self, alice, vic, client_for, headers):
        response = client_for(alice).post(self.address(alice), **headers)
        assert response.status_code == 409
        assert "You are the only owner." in response.content.decode()
        assert role(alice) == Role.OWNER

    @EITHER
    def test_members_who_are_not_owners_are_refused_with_the_reason(self, alice, erin, vic, client_for, headers):
        response = client_for(vic).post(self.address(erin), **headers)
        assert response.status_code == 403
        assert "Only an owner" in response.content.decode()
        assert role(erin) == Role.EDITOR

    @EITHER
    def test_stranger_and_members_of_others_are_404(self, alice, vic, sam, client_for, headers):
        assert client_for(sam).post(self.address(vic), **headers).status_code == 404
        other = Membership.objects.get(user=sam)
        assert client_for(alice).post(f"{PEOPLE}{other.pk}/remove/", **headers).status_code == 404
        assert Membership.objects.filter(pk=other.pk).exists()

    def test_anonymous_goes_to_sign_in(self, vic, client):
        assert client.post(self.address(vic)).status_code == 302
        assert client.post(self.address(vic), **FRAGMENT).status_code == 401

    @EITHER
    def test_get_is_not_allowed(self, alice, client_for, headers):
        assert client_for(alice).get(self.address(alice), **headers).status_code == 405


class TestRules:
    """What holds whoever calls the actions."""

    @pytest.mark.parametrize("wanted", list(Role))
    def test_nobody_but_an_owner_gives_roles(self, workspace, erin, vic, wanted):
        for write in (
            lambda: actions.change_role(membership=seat(vic), role=wanted, by=erin),
            lambda: actions.change_role(membership=seat(erin), role=wanted, by=erin),
            lambda: actions.invite(workspace=workspace, email="new@example.org", role=wanted, by=erin),
            lambda: actions.remove(membership=seat(vic), by=erin),
        ):
            with pytest.raises(Refused, match="role_too_low"):
                write()
        assert (role(erin), role(vic)) == (Role.EDITOR, Role.VIEWER)

    def test_a_stranger_does_nothing(self, workspace, vic, sam):
        with pytest.raises(Refused, match="role_too_low"):
            actions.change_role(membership=seat(vic), role=Role.VIEWER, by=sam)
        with pytest.raises(Refused, match="role_too_low"):
            actions.edit(workspace=workspace, name="x", language="en", currency="EUR", by=sam)

    def test_somebody_who_left_meanwhile_gets_no_role(self, alice, vic):
        gone = seat(vic)
        actions.remove(membership=seat(vic), by=alice)
        with pytest.raises(Refused, match="member_gone"):
            actions.change_role(membership=gone, role=Role.EDITOR, by=alice)

    @pytest.mark.parametrize("way", ["demoted", "removed"])
    def test_invitations_of_a_former_owner_end(self, workspace, alice, way):
        olga = member(workspace, "olga", Role.OWNER)
        actions.invite(workspace=workspace, email="back-door@example.org", role=Role.OWNER, by=olga)
        actions.invite(workspace=workspace, email="kept@example.org", role=Role.VIEWER, by=alice)
        if way == "demoted":
            actions.change_role(membership=seat(olga), role=Role.EDITOR, by=alice)
        else:
            actions.remove(membership=seat(olga), by=alice)
        assert [found.email for found in Invitation.objects.all()] == ["kept@example.org"]

    def test_a_new_name_that_is_taken_gets_a_number(self, alice):
        found = [actions.create(name="Retail analytics", by=alice).slug for _ in range(3)]
        assert found == ["retail-analytics-2", "retail-analytics-3", "retail-analytics-4"]

    @pytest.mark.parametrize("name", ["New", "Invitation", "数据", "---"])
    def test_an_address_of_ours_is_never_a_workspace(self, alice, name):
        slug = actions.create(name=name, by=alice).slug
        assert slug not in {"", "new", "invitation"}


@pytest.mark.django_db(transaction=True)
def test_two_owners_who_demote_each_other_leave_one(workspace, alice):
    olga = member(workspace, "olga", Role.OWNER)
    barrier, outcomes = Barrier(2), []

    def demote(target, by):
        try:
            barrier.wait()
            actions.change_role(membership=target, role=Role.VIEWER, by=by)
            outcomes.append("done")
        except Refused as refused:
            outcomes.append(refused.code)
        finally:
            connections.close_all()

    threads = [Thread(target=demote, args=pair) for pair in ((seat(olga), alice), (seat(alice), olga))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["done", "role_too_low"]
    assert Membership.objects.filter(workspace=workspace, role=Role.OWNER).count() == 1


class TestWorkspaces:
    def test_the_list_shows_only_ones_own(self, alice, sam, client_for):
        page = client_for(alice).get("/workspace/").content.decode()
        assert "Retail analytics" in page
        assert "Elsewhere" not in page

    def test_a_member_of_nothing_is_told_what_to_do(self, client_for, alice):
        Membership.objects.all().delete()
        assert "You are not in a workspace yet." in client_for(alice).get("/workspace/").content.decode()

    def test_queries_do_not_grow(self, alice, client_for, count_queries):
        client = client_for(alice)
        few = count_queries(lambda: client.get("/workspace/"))
        for number in range(5):
            actions.create(name=f"W{number}", by=alice)
        assert count_queries(lambda: client.get("/workspace/")) == few

    def test_the_menu_costs_no_query(self, alice, client_for, count_queries):
        client = client_for(alice)
        # The session and the person: a page that is not about a workspace asks nothing about workspaces.
        assert count_queries(lambda: client.get("/account/name/")) == 2

    def test_anonymous_goes_to_sign_in(self, client, db):
        assert client.get("/workspace/").status_code == 302

    def test_a_post_is_not_allowed(self, alice, client_for):
        assert client_for(alice).post("/workspace/").status_code == 405


class TestWorkspaceAdd:
    address = "/workspace/new/"

    def test_the_form_starts_in_the_readers_language_and_currency(self, alice, client_for):
        page = client_for(alice).get("/workspace/", headers={"accept-language": "pt-br"}).content.decode()
        assert '<option value="pt-br" selected>' in page
        assert '<option value="BRL" selected>' in page

    data = {"name": "Fraud team", "language": "pt-br", "currency": "BRL"}

    def test_works_as_page_and_the_maker_owns_it(self, vic, client_for):
        response = client_for(vic).post(self.address, self.data)
        assert response.headers["Location"] == "/workspace/fraud-team/people/"
        made = Workspace.objects.get(slug="fraud-team")
        assert (made.name, made.language, made.currency) == ("Fraud team", "pt-br", "BRL")
        assert Membership.objects.get(workspace=made).user == vic
        assert Membership.objects.get(workspace=made).role == Role.OWNER

    def test_works_as_fragment(self, vic, client_for):
        response = client_for(vic).post(self.address, self.data, **FRAGMENT)
        assert (response.status_code, response.headers["HX-Redirect"]) == (204, "/workspace/fraud-team/people/")

    @EITHER
    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ({"name": ""}, "Give the workspace a name."),
            ({"name": " \n "}, "Give the workspace a name."),
            ({"name": "a\x00b"}, "cannot be stored"),
            ({"name": "x" * 121}, "the limit is 120"),
            ({"language": "fr"}, "Choose one of the answers"),
            ({"currency": "XXX"}, "Choose one of the answers"),
        ],
    )
    def test_bad_input_is_422_with_a_sentence_and_keeps_what_was_typed(self, vic, client_for, wrong, sentence, headers):
        response = client_for(vic).post(self.address, {**self.data, **wrong}, **headers)
        assert response.status_code == 422
        page = response.content.decode()
        assert sentence in page
        if "name" not in wrong:
            assert 'value="Fraud team"' in page
        assert Workspace.objects.count() == 1

    def test_anonymous_goes_to_sign_in(self, client, db):
        assert client.post(self.address, self.data).status_code == 302
        assert client.post(self.address, self.data, **FRAGMENT).status_code == 401

    def test_get_is_not_allowed(self, alice, client_for):
        assert client_for(alice).get(self.address).status_code == 405


class TestSettings:
    address = "/workspace/retail-analytics/settings/"
    edit = "/workspace/retail-analytics/settings/edit/"
    data = {"name": "Retail", "language": "pt-br", "currency": "GBP"}

    def test_works_as_page_and_the_address_stays(self, alice, client_for):
        response = client_for(alice).post(self.edit, self.data)
        assert response.headers["Location"] == self.address
        now = Workspace.objects.get(slug="retail-analytics")
        assert (now.name, now.language, now.currency) == ("Retail", "pt-br", "GBP")

    def test_works_as_fragment(self, alice, client_for):
        response = client_for(alice).post(self.edit, self.data, **FRAGMENT)
        assert (response.status_code, response.headers["HX-Redirect"]) == (204, self.address)

    def test_a_member_reads_it(self, alice, vic, client_for):
        page = client_for(vic).get(self.address).content.decode()
        assert "Only an owner can change this." in page
        assert "settings/edit" not in page

    @EITHER
    @pytest.mark.parametrize("wrong", [{"name": ""}, {"name": "a\x00"}, {"language": ""}, {"currency": "DOGE"}])
    def test_bad_input_is_422(self, alice, client_for, wrong, headers):
        response = client_for(alice).post(self.edit, {**self.data, **wrong}, **headers)
        assert response.status_code == 422
        assert "errorlist" in response.content.decode()
        assert Workspace.objects.get().name == "Retail analytics"

    @EITHER
    def test_other_members_are_refused_with_the_reason(self, alice, erin, rita, vic, client_for, headers):
        for user in (erin, rita, vic):
            response = client_for(user).post(self.edit, self.data, **headers)
            assert response.status_code == 403
            assert "Only an owner" in response.content.decode()

    @EITHER
    def test_stranger_sees_404(self, workspace, sam, client_for, headers):
        assert client_for(sam).get(self.address, **headers).status_code == 404
        assert client_for(sam).post(self.edit, self.data, **headers).status_code == 404

    def test_anonymous_goes_to_sign_in(self, workspace, client):
        assert client.get(self.address).status_code == 302
        assert client.post(self.edit, self.data).status_code == 302
        assert client.post(self.edit, self.data, **FRAGMENT).status_code == 401

    def test_wrong_methods_are_405(self, alice, client_for):
        assert client_for(alice).post(self.address).status_code == 405
        assert client_for(alice).get(self.edit).status_code == 405


def test_a_workspace_offers_the_currencies_that_projects_have():
    assert [code for code, _label in CURRENCIES] == [code for code, _label in PROJECT_CURRENCIES]
