"""Signing in, its limits, one-time links and the pages of one's own account."""

import hashlib
import time
from threading import Thread

import pytest
from django.contrib.auth import hashers
from django.core.cache import caches
from django.db import connection, connections
from django.test import Client
from django.utils import timezone

from mlcanvas.accounts.links import sign_in_path
from mlcanvas.accounts.models import User, display
from tests.fixtures_projects import FRAGMENT, person

LOGIN = "/account/login/"
PASSWORD = "correct horse 7"
PAGES = ["/account/login/", "/account/signup/", "/account/password/reset/", "/account/password/reset/done/"]
OWN_PAGES = [
    "/account/name/",
    "/account/password/change/",
    "/account/password/set/",
    "/account/email/",
    "/account/2fa/",
    "/account/2fa/webauthn/",
    "/account/sessions/",
    "/account/logout/",
    "/account/3rdparty/",
]


@pytest.fixture
def nina(db):
    user = person("nina")
    user.set_password(PASSWORD)
    user.save()
    return user


@pytest.fixture(autouse=True)
def _no_earlier_tries(db):
    caches["default"].clear()


def sign_in(client, email="nina@example.org", password=PASSWORD, **more):
    return client.post(LOGIN, {"login": email, "password": password, **more})


class TestSignIn:
    def test_works_and_leads_to_the_projects(self, client, nina):
        assert sign_in(client).headers["Location"] == "/"
        page = client.get("/")
        assert page.status_code == 200
        assert "Successfully signed in" not in page.content.decode()

    def test_the_address_is_read_in_any_case(self, client, nina):
        assert sign_in(client, email=" NINA@Example.org ").status_code == 302

    def test_it_gives_the_session_a_new_key(self, client, nina):
        client.get(LOGIN)
        client.session["x"] = 1
        before = client.session.session_key
        sign_in(client)
        assert client.session.session_key != before

    @pytest.mark.parametrize(
        "target",
        [
            "https://evil.example/",
            "//evil.example",
            "/\\evil.example",
            "javascript:alert(1)",
            "http:evil.example",
            "\thttps://evil.example",
        ],
    )
    def test_it_never_leads_to_another_host(self, client, nina, target):
        assert sign_in(client, next=target).headers["Location"] == "/"

    def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(self, client, nina):
        answers = []
        for email, password in (("nina@example.org", "wrong"), ("nobody@example.org", PASSWORD)):
            response = sign_in(client, email=email, password=password)
            assert response.status_code == 200
            page = response.content.decode().replace(email, "?")
            answers.append([line for line in page.splitlines() if "csrf" not in line.lower()])
        assert answers[0] == answers[1]
        assert "not correct" in "".join(answers[0])

    def test_a_deactivated_person_is_out_at_the_next_request(self, client, nina):
        sign_in(client)
        User.objects.update(is_active=False)
        assert client.get("/").status_code == 302
        assert sign_in(client).headers.get("Location") != "/"

    def test_signing_out_needs_a_post(self, client, nina):
        sign_in(client)
        client.get("/account/logout/")
        assert client.get("/").status_code == 200
        client.post("/account/logout/")
        assert client.get("/").status_code == 302


class TestLimits:
    def test_five_wrong_passwords_for_one_account_close_it_for_a_while(self, client, nina):
        for _ in range(5):
            assert "not correct" in sign_in(client, password="wrong").content.decode()
        page = sign_in(client).content.decode()
        assert "Too many failed login attempts" in page
        assert client.get("/").status_code == 302

    def test_thirty_tries_from_one_place_end_with_429_and_a_page(self, client, nina):
        codes = [sign_in(client, email=f"p{number}@example.org").status_code for number in range(31)]
        assert codes[0] == 200
        assert codes[-1] == 429
        response = sign_in(client)
        assert "Too many tries" in response.content.decode()
        assert "script-src 'self'" in response.headers["Content-Security-Policy"]

    def test_a_forged_forwarded_address_changes_nothing(self, client, nina):
        for number in range(11):
            client.post(
                LOGIN,
                {"login": f"p{number}@example.org", "password": "x"},
                headers={"x-forwarded-for": f"10.0.0.{number}"},
            )
        assert "Too many failed" in sign_in(client).content.decode()

    def test_the_count_is_in_the_database_that_all_processes_share(self, client, nina):
        sign_in(client, password="wrong")
        with connection.cursor() as cursor:
            cursor.execute("SELECT cache_key FROM cache")
            keys = [row[0] for row in cursor.fetchall()]
        assert any("login_failed" in key for key in keys)
        assert "nina" not in "".join(keys)

    @pytest.mark.django_db(transaction=True)
    def test_forty_tries_at_once_reach_the_hasher_at_most_twelve_times(self, nina, monkeypatch):
        reached = []
        check = hashers.MD5PasswordHasher.verify
        monkeypatch.setattr(hashers.MD5PasswordHasher, "verify", lambda *args: reached.append(1) or check(*args))

        def attack():
            try:
                client = Client()
                for _ in range(10):
                    sign_in(client, password="wrong")
            finally:
                connections.close_all()

        threads = [Thread(target=attack) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert 1 <= len(reached) <= 12
        # The right password is not looked at either until the minutes have passed.
        assert "Location" not in sign_in(Client()).headers


class TestEnter:
    def test_a_get_only_asks(self, client, nina):
        path = sign_in_path(nina)
        for _ in range(2):
            page = client.get(path)
            assert page.status_code == 200
            assert "Sign in as Nina" in page.content.decode()
        assert client.head(path).status_code == 200
        assert client.get("/").status_code == 302
        assert "no-store" in page.headers["Cache-Control"]

    def test_a_post_signs_in_once(self, client, nina):
        path = sign_in_path(nina)
        assert client.post(path).headers["Location"] == "/"
        assert client.get("/").status_code == 200
        other = Client()
        for response in (other.get(path), other.post(path)):
            assert response.status_code == 410
            assert "This link no longer works" in response.content.decode()
        assert other.get("/").status_code == 302

    def test_it_ends_with_its_hour_and_with_a_new_password(self, client, nina, settings):
        path = sign_in_path(nina)
        settings.PASSWORD_RESET_TIMEOUT = -1
        assert client.post(path).status_code == 410
        settings.PASSWORD_RESET_TIMEOUT = 3600
        nina.set_password("another horse 8")
        nina.save()
        assert client.post(path).status_code == 410

    def test_it_ends_with_the_account(self, client, nina):
        path = sign_in_path(nina)
        User.objects.update(is_active=False)
        assert client.post(path).status_code == 410

    @pytest.mark.parametrize("path", ["MQ/x", "x/x", "____/c-x", "é/é", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5/x-y"])
    def test_a_forged_one_is_410(self, client, nina, path):
        assert client.get(f"/account/enter/{path}/").status_code == 410

    def test_a_reset_link_is_no_sign_in_link(self, client, nina):
        from allauth.account.forms import default_token_generator
        from django.utils.http import urlsafe_base64_encode

        number = urlsafe_base64_encode(str(nina.pk).encode())
        assert client.post(f"/account/enter/{number}/{default_token_generator.make_token(nina)}/").status_code == 410

    def test_other_methods_are_405(self, client, nina):
        assert client.delete(sign_in_path(nina)).status_code == 405


class TestPages:
    @pytest.mark.parametrize("language", ["en", "pt-br"])
    @pytest.mark.parametrize("path", PAGES)
    def test_the_way_in_has_a_language_a_heading_and_one_main(self, client, db, path, language):
        response = client.get(path, headers={"accept-language": language})
        assert response.status_code == 200
        page = response.content.decode()
        assert f'<html lang="{language}"' in page
        assert page.count("<main ") == 1
        assert page.count("<h1") == 1
        assert "entrance.css" in page

    @pytest.mark.parametrize("path", OWN_PAGES)
    def test_ones_own_pages_need_a_sign_in_and_look_like_the_rest(self, client, nina, path):
        assert client.get(path).status_code == 302
        sign_in(client)
        response = client.get(path, follow=True)
        assert response.status_code == 200
        page = response.content.decode()
        assert page.count("<main ") == 1
        assert "css/account.css" in page
        assert "no-store" in response.headers["Cache-Control"]

    def test_the_pages_behind_a_fresh_password(self, client, nina):
        sign_in(client)
        for path in ("/account/2fa/totp/activate/", "/account/2fa/webauthn/add/"):
            page = client.get(path, follow=True).content.decode()
            assert "css/account.css" in page
            assert "<script>" not in page

    def test_an_error_stands_next_to_its_field(self, client, nina):
        sign_in(client)
        page = client.post(
            "/account/password/change/",
            {"oldpassword": "wrong", "password1": "longer horse 9", "password2": "longer horse 9"},
        ).content.decode()
        field = page[page.index('name="oldpassword"') :]
        assert "errorlist" in field[: field.index("</div>")]
        assert 'aria-invalid="true"' in page

    def test_a_changed_password_ends_the_other_sessions(self, client, nina):
        other = Client()
        sign_in(client)
        sign_in(other)
        client.post(
            "/account/password/change/",
            {"oldpassword": PASSWORD, "password1": "longer horse 9", "password2": "longer horse 9"},
        )
        assert other.get("/").status_code == 302

    @pytest.mark.parametrize("password", ["short1", "password1234", "nina@example.org", "1234567890123"])
    def test_a_weak_password_is_refused(self, client, nina, password):
        sign_in(client)
        page = client.post(
            "/account/password/change/", {"oldpassword": PASSWORD, "password1": password, "password2": password}
        )
        assert "errorlist" in page.content.decode()
        nina.refresh_from_db()
        assert nina.check_password(PASSWORD)

    def test_other_sessions_are_listed_and_ended(self, client, nina):
        other = Client()
        sign_in(other)
        sign_in(client)
        assert client.get("/account/sessions/").content.decode().count("127.0.0.1") == 2
        client.post("/account/sessions/")
        assert other.get("/").status_code == 302
        assert client.get("/").status_code == 200

    def test_a_session_from_a_one_time_link_is_listed_as_this_one(self, client, nina):
        client.post(sign_in_path(nina), headers={"user-agent": "Browser 1"})
        rows = client.get("/account/sessions/").content.decode().partition("<tbody>")[2].partition("</tbody>")[0]
        assert rows.count("<tr>") == 1
        assert "this one" in rows
        assert "Browser 1" in rows

    def test_no_mail_is_promised_where_none_is_sent(self, client, db, settings):
        page = client.get("/account/password/reset/").content.decode()
        assert "This server sends no mail." in page
        assert 'name="email"' not in page
        settings.EMAIL_HOST = "mail.example.org"
        assert 'name="email"' in client.get("/account/password/reset/").content.decode()

    def test_a_reset_does_not_say_who_has_an_account(self, client, nina, settings, mailoutbox):
        settings.EMAIL_HOST = "mail.example.org"
        for email in ("nina@example.org", "nobody@example.org"):
            response = client.post("/account/password/reset/", {"email": email})
            assert response.headers["Location"] == "/account/password/reset/done/"
        link = next(word for word in mailoutbox[0].body.split() if "/reset/key/" in word)
        assert link.startswith("http://testserver/")
        page = client.get(link, follow=True).content.decode()
        assert 'name="password1"' in page


class TestName:
    address = "/account/name/"

    def test_works(self, client_for, nina):
        client = client_for(nina)
        assert client.post(self.address, {"name": " Nina Silva "}).status_code == 302
        nina.refresh_from_db()
        assert nina.name == "Nina Silva"
        assert "Nina Silva" in client.get(self.address).content.decode()

    @pytest.mark.parametrize("name", ["", "  ", "a\x00b", "x" * 121])
    def test_bad_input_is_422_and_keeps_what_was_typed(self, client_for, nina, name):
        response = client_for(nina).post(self.address, {"name": name})
        assert response.status_code == 422
        assert "errorlist" in response.content.decode()
        nina.refresh_from_db()
        assert nina.name == "Nina"

    def test_other_fields_change_nothing(self, client_for, nina):
        client_for(nina).post(
            self.address, {"name": "N", "email": "x@example.org", "is_staff": "1", "is_superuser": "1", "id": "9"}
        )
        nina.refresh_from_db()
        assert (nina.email, nina.is_staff, nina.is_superuser) == ("nina@example.org", False, False)

    def test_anonymous_goes_to_sign_in(self, client, db):
        assert client.post(self.address, {"name": "x"}).status_code == 302
        assert client.post(self.address, {"name": "x"}, **FRAGMENT).status_code == 401

    def test_other_methods_are_405(self, client_for, nina):
        assert client_for(nina).delete(self.address).status_code == 405


@pytest.mark.parametrize(
    ("name", "email", "initials", "short"),
    [
        ("Ana Maria Silva", "a@example.org", "AS", "Ana"),
        ("Ana", "a@example.org", "A", "Ana"),
        ("", "ana.silva@example.org", "AO", "ana.silva@example.org"),
        ("(x) Öz", "a@example.org", "Ö", "(x)"),
        ("😀", "a@example.org", "?", "😀"),
    ],
)
def test_a_person_has_a_name_and_initials(name, email, initials, short):
    user = User(email=email, name=name, date_joined=timezone.now())
    assert user.initials == initials
    assert user.get_short_name() == short
    assert str(user) == user.get_full_name() == display(user) == (name or email)
    assert 0 <= user.hue < 6


def test_an_address_is_stored_in_lower_case_and_superusers_are_made(db):
    boss = User.objects.create_superuser("Boss@Example.ORG", PASSWORD)
    assert (boss.email, boss.is_staff, boss.is_superuser) == ("boss@example.org", True, True)


def test_products_hasher_is_slow_enough_and_not_too_slow():
    """Argon2, as the settings of the product say; the tests themselves use a quick one."""
    hasher = hashers.Argon2PasswordHasher()
    begun = time.perf_counter()
    stored = hasher.encode(PASSWORD, hashlib.sha256(b"salt").hexdigest()[:22])
    assert 0.005 < time.perf_counter() - begun < 3
    assert stored.startswith("argon2$argon2id$")
