"""Invitations: made, handed over, withdrawn, accepted once; and the way in that they open."""

import re
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core import mail
from django.db import connections
from django.utils import timezone

from mlcanvas.accounts.models import User
from mlcanvas.domain.refusal import Refused
from mlcanvas.workspaces import actions
from mlcanvas.workspaces.models import Invitation, Membership
from mlcanvas.workspaces.roles import Role
from tests.fixtures_projects import FRAGMENT, person

ADD = "/workspace/retail-analytics/invitations/add/"
DATA = {"email": "New@Example.org", "role": "2"}
ACCOUNT = {
    "name": "Nina New",
    "email": "new@example.org",
    "password1": "correct horse 7",
    "password2": "correct horse 7",
}
EITHER = pytest.mark.parametrize("headers", [{}, FRAGMENT], ids=["page", "fragment"])


@pytest.fixture
def invited(workspace, alice):
    """An open invitation for new@example.org as reviewer, and its secret."""
    return actions.invite(workspace=workspace, email="new@example.org", role=Role.REVIEWER, by=alice)


@pytest.fixture
def address(invited):
    return f"/workspace/invitation/{invited[1]}/"


class TestInvitationAdd:
    @EITHER
    def test_the_link_is_shown_once_and_only_its_hash_is_stored(self, alice, client_for, headers):
        client = client_for(alice)
        response = client.post(ADD, DATA, **headers)
        assert response.status_code == 200
        page = response.content.decode()
        assert "This server sends no mail" in page
        token = re.search(r"http://testserver/workspace/invitation/([\w-]+)/", page)[1]
        assert len(token) == 43  # 256 bits in base64
        stored = Invitation.objects.get()
        assert token not in "".join(str(value) for value in vars(stored).values())
        assert len(stored.token_hash) == 64
        assert (stored.email, stored.role, stored.invited_by) == ("new@example.org", Role.REVIEWER, alice)
        assert timedelta(days=13, hours=23) < stored.expires_at - timezone.now() < timedelta(days=14, minutes=1)
        assert token not in client.get("/workspace/retail-analytics/people/").content.decode()
        assert client.get(f"/workspace/invitation/{token}/").status_code == 200

    def test_it_is_mailed_where_there_is_a_server(self, workspace, alice, client_for, settings):
        settings.EMAIL_HOST = "mail.example.org"
        workspace.name = "R&D “north”"
        workspace.save()
        page = client_for(alice).post(ADD, DATA).content.decode()
        assert "It is on its way by mail" in page
        (message,) = mail.outbox
        assert message.to == ["new@example.org"]
        assert "R&D “north”" in message.body
        assert re.search(r"http://testserver/workspace/invitation/[\w-]{43}/", message.body)[0] in page

    def test_a_mail_server_that_is_away_costs_nothing(self, alice, client_for, settings):
        settings.EMAIL_HOST = "mail.example.org"
        settings.EMAIL_BACKEND = "tests.workspaces.test_invitations.Away"
        response = client_for(alice).post(ADD, DATA)
        assert response.status_code == 200
        assert "The mail could not be sent." in response.content.decode()

    def test_a_second_invitation_replaces_the_first(self, workspace, alice, client, invited, address):
        actions.invite(workspace=workspace, email="NEW@example.org ", role=Role.VIEWER, by=alice)
        assert Invitation.objects.count() == 1
        assert client.get(address).status_code == 410

    @EITHER
    @pytest.mark.parametrize(
        ("wrong", "sentence"),
        [
            ({"email": ""}, "Write the address"),
            ({"email": "nobody"}, "This is not an e-mail address"),
            ({"email": "a@b@c.org"}, "This is not an e-mail address"),
            ({"email": "a\x00@example.org"}, "cannot be stored"),
            ({"email": "a@example.org\nBcc: x@example.org"}, "This is not an e-mail address"),
            ({"email": f"{'x' * 260}@example.org"}, "the limit is 254"),
            ({"email": "ALICE@example.org"}, "alice@example.org is a member already."),
            ({"role": "5"}, "Choose one of the answers"),
            ({"role": ""}, "required"),
        ],
    )
    def test_bad_input_is_422_with_a_sentence_and_keeps_what_was_typed(
        self, alice, client_for, wrong, sentence, headers
    ):
        response = client_for(alice).post(ADD, {**DATA, **wrong}, **headers)
        assert response.status_code == 422
        page = response.content.decode()
        assert sentence in page
        if "role" in wrong:
            assert 'value="New@Example.org"' in page
        assert not Invitation.objects.exists()

    @EITHER
    def test_other_members_are_refused_with_the_reason(self, alice, erin, rita, vic, client_for, headers):
        for user in (erin, rita, vic):
            response = client_for(user).post(ADD, DATA, **headers)
            assert response.status_code == 403
            assert "Only an owner" in response.content.decode()
        assert not Invitation.objects.exists()

    @EITHER
    def test_stranger_sees_404(self, workspace, sam, client_for, headers):
        assert client_for(sam).post(ADD, DATA, **headers).status_code == 404

    def test_anonymous_goes_to_sign_in(self, workspace, client):
        assert client.post(ADD, DATA).status_code == 302
        assert client.post(ADD, DATA, **FRAGMENT).status_code == 401

    @EITHER
    def test_get_is_not_allowed(self, alice, client_for, headers):
        assert client_for(alice).get(ADD, **headers).status_code == 405


class Away:
    """A mail server that does not answer."""

    def __init__(self, *args, **kwargs):
        pass

    def send_messages(self, messages):
        raise ConnectionRefusedError


class TestInvitationRevoke:
    def where(self, invitation):
        return f"/workspace/retail-analytics/invitations/{invitation.pk}/revoke/"

    @EITHER
    def test_the_link_ends_at_once(self, alice, client_for, client, invited, address, headers):
        response = client_for(alice).post(self.where(invited[0]), **headers)
        assert response.status_code == (200 if headers else 302)
        assert client.get(address).status_code == 410
        assert client.post(f"{address}sign-up/").status_code == 410

    def test_an_open_sign_up_page_closes_with_it(self, alice, client_for, client, invited, address):
        client.post(f"{address}sign-up/")
        client_for(alice).post(self.where(invited[0]))
        client.post("/account/signup/", ACCOUNT)
        assert not User.objects.filter(email="new@example.org").exists()

    @EITHER
    def test_an_accepted_one_is_409(self, alice, client_for, invited, headers):
        actions.accept(invitation=invited[0], by=person("new"))
        response = client_for(alice).post(self.where(invited[0]), **headers)
        assert response.status_code == 409
        assert Invitation.objects.filter(pk=invited[0].pk).exists()

    @EITHER
    def test_who_may_not(self, erin, sam, client_for, client, invited, headers):
        assert client_for(erin).post(self.where(invited[0]), **headers).status_code == 403
        assert client_for(sam).post(self.where(invited[0]), **headers).status_code == 404
        assert client.post(self.where(invited[0]), **headers).status_code == (401 if headers else 302)
        assert client_for(erin).get(self.where(invited[0]), **headers).status_code == 405
        assert Invitation.objects.exists()

    def test_the_invitation_of_another_workspace_is_404(self, alice, sam, client_for):
        elsewhere = Membership.objects.get(user=sam).workspace
        other, _token = actions.invite(workspace=elsewhere, email="x@example.org", role=Role.VIEWER, by=sam)
        assert client_for(alice).post(self.where(other)).status_code == 404
        assert Invitation.objects.exists()


class TestInvitation:
    def test_anonymous_reads_it_and_nothing_changes(self, client, address):
        page = client.get(address)
        assert page.status_code == 200
        assert "Join “Retail analytics”" in page.content.decode()
        assert "Make an account" in page.content.decode()
        assert not client.cookies.get("sessionid")
        assert Invitation.objects.get().accepted_at is None

    @pytest.mark.parametrize("token", ["x", "x" * 43, "%00", "a'b", "é" * 20])
    def test_a_forged_one_is_over(self, client, db, token):
        assert client.get(f"/workspace/invitation/{token}/").status_code == 410

    def test_an_old_one_is_over(self, client, address, alice, client_for):
        Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        assert client.get(address).status_code == 410
        assert client_for(person("new")).post(f"{address}accept/").status_code == 410
        assert not Membership.objects.filter(user__email="new@example.org").exists()
        assert "new@example.org" not in client_for(alice).get("/workspace/retail-analytics/people/").content.decode()

    def test_one_of_a_deactivated_owner_is_over(self, client, address, alice):
        alice.is_active = False
        alice.save()
        assert client.get(address).status_code == 410

    def test_a_post_is_not_allowed(self, client, address):
        assert client.post(address).status_code == 405


class TestInvitationAccept:
    def test_the_invited_person_joins_as_what_was_offered(self, client_for, address):
        nina = person("new")
        client = client_for(nina)
        assert "signed in as" not in client.get(address).content.decode()
        response = client.post(f"{address}accept/")
        assert (response.status_code, response.headers["Location"]) == (302, "/")
        assert Membership.objects.get(user=nina).role == Role.REVIEWER
        assert client.get("/workspace/retail-analytics/people/").status_code == 200

    def test_somebody_signed_in_as_another_address_is_asked(self, client_for, sam, address):
        page = client_for(sam).get(address).content.decode()
        assert "The invitation is for new@example.org, and you are signed in as sam@example.org." in page
        assert "Join as sam@example.org" in page
        assert "Sign out and use another account" in page

    def test_it_works_once(self, client_for, address):
        assert client_for(person("new")).post(f"{address}accept/").status_code == 302
        second = person("second")
        assert client_for(second).post(f"{address}accept/").status_code == 410
        assert not Membership.objects.filter(user=second).exists()

    def test_a_member_keeps_their_role(self, alice, vic, client_for, address):
        for user in (alice, vic):
            assert "You are a member already." in client_for(user).get(address).content.decode()
        client_for(alice).post(f"{address}accept/")
        assert Membership.objects.get(user=alice).role == Role.OWNER

    def test_anonymous_signs_in_and_comes_back_to_the_page(self, client, address):
        response = client.post(f"{address}accept/")
        assert response.headers["Location"] == f"/account/login/?next={address}"

    def test_get_is_not_allowed(self, sam, client_for, address):
        assert client_for(sam).get(f"{address}accept/").status_code == 405

    def test_a_role_in_the_request_is_nothing(self, client_for, address):
        nina = person("new")
        client_for(nina).post(f"{address}accept/", {"role": "4"})
        assert Membership.objects.get(user=nina).role == Role.REVIEWER


@pytest.mark.django_db(transaction=True)
def test_of_eight_people_with_one_link_one_joins(invited):
    people = [person(f"p{number}") for number in range(8)]
    barrier, joined, codes = Barrier(8), [], []

    def join(user):
        try:
            barrier.wait()
            joined.append(actions.accept(invitation=invited[0], by=user))
        except Refused as refused:
            codes.append(refused.code)
        finally:
            connections.close_all()

    threads = [Thread(target=join, args=(user,)) for user in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(joined) == 1
    assert codes == ["invitation_over"] * 7
    assert Membership.objects.filter(user__in=people).count() == 1


class TestSignUpByInvitation:
    def test_public_sign_up_is_closed(self, client, db):
        page = client.get("/account/signup/").content.decode()
        assert "Accounts are by invitation" in page
        client.post("/account/signup/", ACCOUNT)
        assert not User.objects.exists()

    def test_the_whole_way_in(self, client, address):
        response = client.post(f"{address}sign-up/")
        form = client.get(response.headers["Location"]).content.decode()
        assert 'value="new@example.org"' in form
        response = client.post("/account/signup/", {**ACCOUNT, "next": address})
        assert response.headers["Location"] == address
        nina = User.objects.get(email="new@example.org")
        assert nina.name == "Nina New"
        assert nina.check_password("correct horse 7")
        assert client.post(f"{address}accept/").headers["Location"] == "/"
        assert Membership.objects.get(user=nina).role == Role.REVIEWER
        assert client.get("/").status_code == 200
        assert "invitation" not in client.session

    def test_a_used_invitation_opens_nothing(self, client, client_for, address):
        client.post(f"{address}sign-up/")
        client_for(person("other")).post(f"{address}accept/")
        assert "Accounts are by invitation" in client.get("/account/signup/").content.decode()

    @pytest.mark.parametrize(
        "wrong",
        [{"name": ""}, {"name": "a\x00b"}, {"password2": "other"}, {"password1": "short", "password2": "short"}],
    )
    def test_bad_input_makes_no_account(self, client, address, wrong):
        client.post(f"{address}sign-up/")
        response = client.post("/account/signup/", {**ACCOUNT, **wrong})
        assert "errorlist" in response.content.decode()
        assert not User.objects.filter(email="new@example.org").exists()

    def test_get_is_not_allowed(self, client, address):
        assert client.get(f"{address}sign-up/").status_code == 405

    def test_an_operator_may_open_it_to_all(self, client, db, settings):
        settings.SIGN_UP_OPEN = True
        client.post("/account/signup/", ACCOUNT)
        assert User.objects.filter(email="new@example.org").exists()
