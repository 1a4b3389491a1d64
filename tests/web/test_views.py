"""Health, theme and language."""

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from tests.fixtures_projects import FRAGMENT

pytestmark = pytest.mark.any_database


class TestHealth:
    def test_the_process_answers_without_a_database(self, client):
        response = client.get("/healthz")
        assert (response.status_code, response.content) == (200, b"ok\n")

    def test_it_is_ready_when_migrated(self, client, db):
        response = client.get("/readyz")
        assert (response.status_code, response.json()) == (200, {"ready": True})

    def test_it_is_not_ready_before(self, client, db):
        MigrationRecorder(connection).record_unapplied("workspaces", "0001_initial")
        response = client.get("/readyz")
        assert (response.status_code, response.json()) == (503, {"ready": False})

    @pytest.mark.parametrize("path", ["/healthz", "/readyz"])
    def test_head_works_and_a_post_does_not(self, client, db, path):
        assert client.head(path).status_code == 200
        assert client.post(path).status_code == 405


class TestTheme:
    def theme_of(self, client):
        page = client.get("/account/login/").content.decode()
        return page.partition('data-theme="')[2].partition('"')[0]

    @pytest.mark.parametrize("theme", ["auto", "light", "dark"])
    def test_it_is_remembered(self, client, db, theme):
        response = client.post("/theme", {"theme": theme, "next": "/account/login/"})
        assert response.headers["Location"] == "/account/login/"
        assert self.theme_of(client) == theme
        cookie = response.cookies["theme"]
        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"

    @pytest.mark.parametrize("theme", ["", "blue", "dark; x", '"><script>', "\x00"])
    def test_another_one_is_not(self, client, db, theme):
        response = client.post("/theme", {"theme": theme})
        assert response.status_code == 302
        assert "theme" not in response.cookies
        assert self.theme_of(client) == "auto"

    def test_a_cookie_of_somebody_else_is_not_believed(self, client, db):
        client.cookies["theme"] = 'dark"><b>'
        assert self.theme_of(client) == "auto"

    @pytest.mark.parametrize("path", ["/theme", "/language"])
    @pytest.mark.parametrize(
        "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""]
    )
    def test_it_never_leads_to_another_host(self, client, db, path, target):
        assert client.post(path, {"theme": "dark", "language": "en", "next": target}).headers["Location"] == "/"

    def test_get_is_not_allowed(self, client, db):
        assert client.get("/theme").status_code == 405


class TestLanguage:
    def test_it_is_remembered(self, client, db):
        client.post("/language", {"language": "pt-br", "next": "/account/login/"})
        assert '<html lang="pt-br"' in client.get("/account/login/").content.decode()
        client.post("/language", {"language": "en", "next": "/account/login/"})
        assert '<html lang="en"' in client.get("/account/login/", headers={"accept-language": "pt-br"}).content.decode()

    def test_it_follows_the_browser_until_then(self, client, db):
        assert (
            '<html lang="pt-br"'
            in client.get("/account/login/", headers={"accept-language": "pt-BR,pt;q=0.9"}).content.decode()
        )
        assert '<html lang="en"' in client.get("/account/login/", headers={"accept-language": "fr"}).content.decode()

    def test_one_that_we_do_not_speak_changes_nothing(self, client, db):
        client.post("/language", {"language": "xx", "next": "/account/login/"})
        assert '<html lang="en"' in client.get("/account/login/").content.decode()

    def test_a_get_changes_nothing(self, client, db):
        client.get("/language", {"language": "pt-br"})
        assert '<html lang="en"' in client.get("/account/login/").content.decode()


def test_a_split_page_says_that_it_varies(alice, client_for):
    client = client_for(alice)
    for headers in ({}, FRAGMENT):
        assert "HX-Request" in client.get("/workspace/retail-analytics/people/", **headers).headers["Vary"]


@pytest.mark.parametrize(
    "headers",
    [{"HTTP_HX_BOOSTED": "true"}, {"HTTP_HX_HISTORY_RESTORE_REQUEST": "true"}],
    ids=["boosted", "Back button"],
)
def test_a_whole_page_stays_whole(alice, client_for, headers):
    page = client_for(alice).get("/workspace/retail-analytics/people/", **FRAGMENT, **headers).content.decode()
    assert page.startswith("<!doctype html>")
