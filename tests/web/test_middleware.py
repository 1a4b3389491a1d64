"""What holds for every answer: headers, errors, redirects, a database that is away."""

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.test import Client
from django.urls import get_resolver

from mlcanvas.projects import actions
from mlcanvas.projects import views as projects
from mlcanvas.web import views
from tests.baselines.baseline_cases import PAGE, TYPED

pytestmark = pytest.mark.any_database

FRAGMENT = {"hx-request": "true"}
BOOSTED = {"hx-request": "true", "hx-boosted": "true"}
POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "manifest-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "object-src 'none'",
}


def raising(error):
    def view(*args, **kwargs):
        raise error

    return view


def check_headers(response):
    headers = response.headers
    assert {part.strip() for part in headers["Content-Security-Policy"].split(";")} == POLICY
    assert headers["X-Content-Type-Options"] == "nosniff"
    # For browsers that do not know frame-ancestors; an answer to a host that is not ours comes before it is set.
    assert headers.get("X-Frame-Options", "DENY") == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["Permissions-Policy"] == "camera=(), geolocation=(), microphone=()"
    assert "no-store" in headers["Cache-Control"]
    assert "Server" not in headers


class TestHeaders:
    @pytest.mark.parametrize(
        ("path", "status"),
        [
            ("/", 200),
            ("/nothing-here/", 404),
            ("/p/new/", 405),
            ("/account/name/", 200),
            ("/workspace/", 200),
            ("/healthz", 200),
        ],
    )
    @pytest.mark.parametrize("headers", [{}, FRAGMENT], ids=["page", "fragment"])
    def test_every_answer_has_them(self, alice, client_for, path, status, headers):
        response = client_for(alice).get(path, headers=headers)
        assert response.status_code == status
        check_headers(response)

    @pytest.mark.parametrize(
        "path", ["/", "/account/login/", "/account/signup/", "/workspace/invitation/x/", "/readyz"]
    )
    def test_so_has_what_strangers_see(self, client, db, path):
        check_headers(client.get(path))

    def test_so_has_a_refusal(self, project, vic, client_for):
        response = client_for(vic).post("/p/churn-in-prepaid-mobile/settings/edit/", {})
        assert response.status_code == 403
        check_headers(response)

    def test_so_has_a_host_that_is_not_ours(self, client, db):
        response = client.get("/account/login/", headers={"host": "evil.example"})
        assert response.status_code == 400
        check_headers(response)

    def test_so_has_a_form_without_its_token(self, alice):
        client = Client(enforce_csrf_checks=True)
        response = client.post("/theme", {"theme": "dark"})
        assert response.status_code == 403
        assert "This page was too old" in response.content.decode()
        assert not response.cookies
        check_headers(response)

    @pytest.mark.parametrize(
        "error", [RuntimeError("inner words"), SuspiciousOperation("inner words"), OperationalError("inner words")]
    )
    def test_so_has_an_error_of_ours(self, alice, client_for, monkeypatch, error):
        monkeypatch.setattr(projects, "_portfolio", raising(error))
        client = client_for(alice)
        client.raise_request_exception = False
        response = client.get("/")
        assert response.status_code == {RuntimeError: 500, SuspiciousOperation: 400, OperationalError: 503}[type(error)]
        assert "inner words" not in response.content.decode()
        check_headers(response)

    @pytest.mark.parametrize("language", ["en", "pt-br"])
    def test_an_error_page_is_a_whole_page(self, client, db, language):
        response = client.get("/workspace/invitation/x/y/z", headers={"accept-language": language})
        assert response.status_code == 404
        assert f'<html lang="{language}"' in response.content.decode()


class TestDatabaseAway:
    @pytest.mark.parametrize(
        "error", [OperationalError("database is locked"), InterfaceError("connection already closed")]
    )
    @pytest.mark.parametrize("headers", [{}, FRAGMENT], ids=["page", "fragment"])
    def test_a_view_that_cannot_read_answers_503_and_when_to_come_back(
        self, alice, client_for, monkeypatch, error, headers
    ):
        client = client_for(alice)
        monkeypatch.setattr(projects, "_portfolio", raising(error))
        response = client.get("/", headers=headers)
        assert response.status_code == 503
        assert response.headers["Retry-After"] == "5"
        page = response.content.decode()
        assert "Nothing that you typed here is lost." in page
        assert "locked" not in page

    def test_so_does_a_sign_in_that_cannot_be_checked(self, alice, client_for, monkeypatch):
        client = client_for(alice)
        monkeypatch.setattr(SessionStore, "load", raising(OperationalError("connection refused")))
        for response in (client.get("/"), client.post("/p/new/", {"name": "x"}, headers=FRAGMENT)):
            assert response.status_code == 503
            assert response.headers["Retry-After"] == "5"

    def test_so_does_a_page_that_fails_while_it_is_written(self, project, alice, client_for, monkeypatch):
        client = client_for(alice)
        monkeypatch.setattr("mlcanvas.web.templatetags.mlcanvas.reverse", raising(OperationalError("gone")))
        assert client.get("/p/churn-in-prepaid-mobile/settings/").status_code == 503

    def test_other_mistakes_are_not_called_busy(self, alice, client_for, monkeypatch):
        monkeypatch.setattr(projects, "_portfolio", raising(ValueError("ours")))
        with pytest.raises(ValueError, match="ours"):
            client_for(alice).get("/")

    def test_the_process_is_alive_without_it(self, client, monkeypatch):
        monkeypatch.setattr(SessionStore, "load", raising(OperationalError("connection refused")))
        client.cookies["sessionid"] = "x" * 32
        assert client.get("/healthz").status_code == 200


class TestRedirects:
    """An anonymous request for a page of a project."""

    path = "/p/churn-in-prepaid-mobile/scope/"

    def test_a_page_leads_to_sign_in_and_back(self, client, db):
        assert client.get(self.path).headers["Location"] == f"/account/login/?next={self.path}"

    def test_a_fragment_moves_the_whole_page_there(self, client, db):
        response = client.get(self.path, headers=FRAGMENT)
        assert response.status_code == 204
        assert response.content == b""
        assert response.headers["HX-Redirect"] == "/account/login/?next=%2F"
        assert "HX-Request" in response.headers["Vary"]

    def test_and_back_to_the_page_that_was_looked_at(self, client, db):
        headers = {**FRAGMENT, "hx-current-url": "http://testserver/workspace/?q=1#top"}
        response = client.get(self.path, headers=headers)
        assert response.headers["HX-Redirect"] == "/account/login/?next=%2Fworkspace%2F%3Fq%3D1"

    @pytest.mark.parametrize(
        "current",
        [
            "http://evil.example/workspace/",
            "//evil.example/",
            "http://testserver//evil.example/",
            "javascript:alert(1)",
            "http://testserver/nothing/",
            "http://testserver@evil.example/",
            "/workspace/",
            "\\\\evil.example",
        ],
    )
    def test_never_to_another_host_or_an_unknown_page(self, client, db, current):
        response = client.get(self.path, headers={**FRAGMENT, "hx-current-url": current})
        assert response.headers["HX-Redirect"] == "/account/login/?next=%2F"

    def test_a_boosted_link_follows_the_redirect(self, client, db):
        response = client.get(self.path, headers=BOOSTED)
        assert (response.status_code, response.headers["Location"]) == (302, f"/account/login/?next={self.path}")

    def test_a_save_is_answered_401_so_that_the_text_stays(self, client, db):
        response = client.post(f"{self.path}text/problem/", {"text": "x", "base": "0"}, headers=FRAGMENT)
        assert response.status_code == 401
        assert response.content.decode() == "You are signed out. Sign in again; your text is kept here."
        assert "Location" not in response.headers

    def test_a_form_without_scripts_comes_back_to_its_page(self, client, db):
        response = client.post("/p/new/", {"name": "x"}, headers={"referer": "http://testserver/workspace/"})
        assert response.headers["Location"] == "/account/login/?next=%2Fworkspace%2F"
        assert client.post("/p/new/", {"name": "x"}).headers["Location"] == "/account/login/?next=%2F"

    def test_a_redirect_after_a_write_moves_the_whole_page_and_keeps_its_cookies(self, client, db):
        response = client.post("/theme", {"theme": "dark", "next": "/workspace/"}, headers=FRAGMENT)
        assert (response.status_code, response.headers["HX-Redirect"]) == (204, "/workspace/")
        assert response.cookies["theme"].value == "dark"


class TestWhatIsStored:
    """A form of a whole page that was saved gives its browser back the name under which it keeps it."""

    one, two = "0123456789abcdef" * 2, "f" * 32

    def saved(self, client, kept_as, **values):
        return client.post(f"{PAGE}add/", {**TYPED, "kept_as": kept_as, **values})

    def test_a_save_names_it_to_scripts(self, client_for, project, erin):
        response = self.saved(client_for(erin), self.one)
        assert response.status_code == 302
        assert response.cookies["stored"].value == self.one
        assert not response.cookies["stored"]["httponly"]

    def test_those_of_two_windows_are_both_named(self, client_for, project, erin):
        client = client_for(erin)
        self.saved(client, self.one)
        assert self.saved(client, self.two, name="Another").cookies["stored"].value == f"{self.one}.{self.two}"

    def test_a_refusal_names_nothing_and_its_page_says_that_it_is_one(self, client_for, project, erin):
        response = self.saved(client_for(erin), self.one, value="much")
        assert response.status_code == 422
        assert "stored" not in response.cookies
        assert " data-refused>" in response.content.decode()
        page = client_for(erin).get(f"{PAGE}add/")
        assert " data-refused>" not in page.content.decode()

    @pytest.mark.parametrize("name", ["", "x" * 32, "0" * 31, "0" * 33, "0" * 32 + "; domain=evil.example"])
    def test_what_is_no_such_name_is_not_echoed(self, client_for, project, erin, name):
        response = self.saved(client_for(erin), name)
        assert response.status_code == 302
        assert "stored" not in response.cookies

    def test_whoever_is_signed_out_saved_nothing(self, client, project):
        response = self.saved(client, self.one)
        assert response.headers["Location"].startswith("/account/login/")
        assert "stored" not in response.cookies


def test_a_view_is_public_only_on_purpose():
    """Whoever adds a public address writes it here."""
    public = {
        "healthz",
        "readyz",
        "theme",
        "language",
        "enter",
        "invitation",
        "invitation_sign_up",
        "invitation_accept",
    }
    found = set()

    def walk(patterns, namespace):
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                walk(pattern.url_patterns, pattern.namespace or namespace)
            elif namespace and not getattr(pattern.callback, "login_required", True):
                found.add(pattern.name)

    walk(get_resolver().url_patterns, "")
    assert found == public


@pytest.mark.parametrize("view", [views.not_found, views.bad_request, views.forbidden])
def test_error_pages_show_no_markup_of_a_request(rf, db, view):
    page = view(rf.get("/<script>"), Exception("<script>alert(1)</script>")).content.decode()
    assert "<script>" not in page


@pytest.mark.parametrize(("chosen", "shown"), [("dark", "dark"), ("light", "light"), ("<b>", "auto")])
def test_error_pages_look_as_chosen(client, db, chosen, shown):
    client.cookies["theme"] = chosen
    page = client.get("/nothing-here/").content.decode()
    assert f'data-theme="{shown}"' in page
    assert f'data-bs-theme="{"dark" if shown == "dark" else "light"}"' in page


def test_an_address_that_is_none_does_not_break_the_way_to_sign_in(client, db):
    response = client.get("/", headers={"HX-Request": "true", "HX-Current-URL": "http://["})
    assert response.status_code == 204


class TestCompression:
    ACCEPT = {"accept-encoding": "gzip, br"}

    def test_a_page_and_a_stylesheet_are_sent_compressed(self, project, vic, client_for):
        client = client_for(vic)
        for address in ("/p/churn-in-prepaid-mobile/canvas/", "/static/css/app.css"):
            plain = client.get(address)
            packed = client.get(address, headers=self.ACCEPT)
            assert "Content-Encoding" not in plain
            assert packed["Content-Encoding"] == "gzip"
            assert "Accept-Encoding" in packed["Vary"]
            read = [b"".join(response) if response.streaming else response.content for response in (plain, packed)]
            plain.close()
            packed.close()
            assert len(read[1]) < len(read[0]) / 2

    def test_what_is_small_already_is_left_alone(self, project, vic, client_for):
        client = client_for(vic)
        for address in ("/p/churn-in-prepaid-mobile/report.pdf", "/static/vendor/inter/inter-latin.woff2"):
            response = client.get(address, headers=self.ACCEPT)
            response.close()
            assert "Content-Encoding" not in response

    def test_a_known_state_is_known_under_the_tag_of_a_compressed_answer(self, project, alice, vic, client_for):
        actions.save_text(project=project, key="canvas/ml_canvas_v1_1/features", text="Age", base=0, by=alice)
        address = "/p/churn-in-prepaid-mobile/canvas/ml_canvas_v1_1/news/"
        client = client_for(vic)
        tag = client.get(address, headers=self.ACCEPT)["ETag"]
        assert client.get(address, headers={"if-none-match": f"W/{tag.removeprefix('W/')}"}).status_code == 304
