"""The report of many projects, made while the person does something else."""

import pytest

from mlcanvas.projects import actions as projects
from mlcanvas.projects.models import Project, Summary
from mlcanvas.reports import selectors as reports
from mlcanvas.reports.jobs import actions, kinds, lane
from mlcanvas.reports.jobs.asked import PORTFOLIO_FORMS, Unreadable, several_projects
from mlcanvas.reports.models import Job, State
from mlcanvas.reports.portfolio import document, selectors
from mlcanvas.typeset import NoFonts, NotTypeset
from mlcanvas.workspaces.models import Membership, Workspace
from mlcanvas.workspaces.roles import Role
from tests.fixtures_projects import FRAGMENT
from tests.may_write import EITHER

pytestmark = [pytest.mark.usefixtures("kept_files", "long"), pytest.mark.any_database]

PAGE = "/portfolio/report/"
START = "/portfolio/report/start/"


@pytest.fixture
def long(monkeypatch):
    """Two projects are many."""
    monkeypatch.setattr(selectors, "LONG", 2)


@pytest.fixture
def two(workspace):
    found = [projects.create(workspace=workspace, name=name, by=None) for name in ("Alpha", "Beta")]
    Summary.objects.filter(project__in=found).update(stage="data")
    return found


@pytest.fixture
def secret(sam):
    return projects.create(workspace=Workspace.objects.get(slug="elsewhere"), name="Secret", by=sam)


def asked(client, query="?language=en", form="md", **headers):
    """The job that somebody gets who presses the button."""
    response = client.post(START + query, {"form": form}, **headers)
    return Job.objects.get(pk=response.headers["HX-Redirect" if headers else "Location"].split("/")[2])


def work():
    """The job that waits, done."""
    lane.work(claimed := actions.claim())
    claimed.refresh_from_db()
    return claimed


def address(job, end=""):
    return f"/reports/{job.pk}/{end}"


class TestWhen:
    def test_from_many_on_the_page_says_it_before_the_press(self, two, vic, client_for):
        said = client_for(vic).get(f"{PAGE}?stage=data").content.decode()
        assert "takes longer than a page may" in said
        assert f'action="{START}?stage=data&amp;language=en"' in said
        for form in PORTFOLIO_FORMS:
            assert f'name="form" value="{form}"' in said
            assert f'href="/portfolio/report.{form}' not in said

    def test_below_it_is_made_at_once(self, two, vic, client_for):
        client = client_for(vic)
        said = client.get(f"{PAGE}?project=alpha").content.decode()
        assert "takes longer than a page may" not in said
        assert START not in said
        assert 'href="/portfolio/report.pdf?project=alpha' in said
        assert client.get("/portfolio/report.md?project=alpha").status_code == 200

    @EITHER
    @pytest.mark.parametrize("form", PORTFOLIO_FORMS)
    def test_an_old_address_of_a_file_leads_to_the_button(self, two, vic, client_for, form, headers):
        response = client_for(vic).get(f"/portfolio/report.{form}", **headers)
        assert response.status_code == 422
        said = response.content.decode()
        assert "Ask for it with the button on this page." in said
        assert "Make PDF" in said

    def test_only_projects_with_a_page_count(self, two, vic, client_for, monkeypatch):
        monkeypatch.setattr(selectors, "MOST_PAGES", 1)
        assert START not in client_for(vic).get(PAGE).content.decode()


class TestFile:
    @pytest.mark.parametrize("form", PORTFOLIO_FORMS)
    @pytest.mark.parametrize("query", ["?stage=data&language=pt-br", "?project=beta&project=alpha&language=en"])
    def test_it_is_what_the_request_would_have_made(self, two, vic, client_for, monkeypatch, form, query):
        client = client_for(vic)
        asked(client, query, form)
        job = work()
        assert (job.state, job.step, job.steps) == (State.DONE, 2, 2)
        made = client.get(address(job, "file/"))
        monkeypatch.setattr(selectors, "LONG", 100)
        alone = client.get(f"/portfolio/report.{form}{query}")
        assert made.content == alone.content
        for header in ("Content-Type", "Content-Disposition", "Cache-Control"):
            assert made.headers[header] == alone.headers[header]

    def test_links_in_it_lead_to_this_server(self, two, vic, client_for):
        client = client_for(vic)
        asked(client)
        assert b"http://testserver/p/alpha/report/" in client.get(address(work(), "file/")).content

    @pytest.mark.parametrize("error", [NotTypeset("broken"), NoFonts("/nowhere"), RuntimeError("ours")])
    def test_a_failure_has_a_reference(self, two, vic, client_for, monkeypatch, caplog, error):
        def broken(*_of):
            raise error

        monkeypatch.setattr(reports, "kept_pdf", broken)
        client = client_for(vic)
        asked(client, form="pdf")
        job = work()
        assert job.state == State.FAILED
        assert job.reference in caplog.text
        assert f"Reference for support: {job.reference}" in client.get(address(job)).content.decode()


class TestAccess:
    def test_projects_of_several_workspaces(self, two, secret, vic, client_for):
        Membership.objects.create(workspace=secret.workspace, user=vic, role=Role.VIEWER)
        client = client_for(vic)
        job = asked(client)
        job = work()
        assert b"Secret" in client.get(address(job, "file/")).content
        assert job.holds == sorted([two[0].workspace_id, secret.workspace_id])
        # What was made holds what this person may not see any more.
        Membership.objects.filter(workspace=secret.workspace, user=vic).delete()
        assert client.get(address(job)).status_code == 404
        assert client.get(address(job, "file/")).status_code == 404
        assert client.post(address(job, "again/")).status_code == 404

    def test_who_lost_one_workspace_in_between_gets_nothing(self, two, secret, vic, client_for):
        Membership.objects.create(workspace=secret.workspace, user=vic, role=Role.VIEWER)
        asked(client_for(vic))
        Membership.objects.filter(workspace=secret.workspace, user=vic).delete()
        job = work()
        assert (job.state, job.refused, job.result) == (State.FAILED, "job_lost_access", "")

    def test_what_came_in_between_is_in_it_and_guarded(self, two, secret, vic, client_for):
        """The filters are looked at when it runs; who loses that workspace later loses the file."""
        client = client_for(vic)
        asked(client)
        Membership.objects.create(workspace=secret.workspace, user=vic, role=Role.VIEWER)
        job = work()
        assert secret.workspace_id in job.holds
        Membership.objects.filter(workspace=secret.workspace, user=vic).delete()
        assert client.get(address(job, "file/")).status_code == 404

    @pytest.mark.parametrize(
        ("query", "change", "code", "words"),
        [
            ("?project=alpha&language=en", "gone", "job_lost_access", "you can no longer see everything"),
            ("?q=alpha&language=en", "gone", "job_choice_empty", "none of your projects is among these"),
            ("?language=en", "many", "job_choice_many", "more projects are among these now"),
        ],
    )
    def test_a_choice_that_is_none_any_more_is_told(
        self, two, vic, alice, client_for, monkeypatch, query, change, code, words
    ):
        client = client_for(vic)
        job = asked(client, query)
        if change == "gone":
            projects.delete(project=Project.objects.get(slug="alpha"), by=alice)
        else:
            monkeypatch.setattr(kinds, "MOST", 1)
        assert work().refused == code
        assert words in client.get(address(job)).content.decode()

    @pytest.mark.parametrize("who", ["alice", "erin", "rita", "vic"])
    @EITHER
    def test_whoever_sees_the_projects_asks(self, two, client_for, request, who, headers):
        client = client_for(request.getfixturevalue(who))
        job = asked(client, **headers)
        said = client.get(address(job), **headers).content.decode()
        assert "It waits for its turn." in said
        work()
        said = client.get(address(job), **headers).content.decode()
        assert "Download MD" in said
        assert "Make it again" in said
        client.post(address(job, "again/"), **headers)
        assert Job.objects.get().state == State.QUEUED

    @EITHER
    def test_a_stranger_finds_nothing(self, two, vic, sam, client_for, headers):
        job, client = asked(client_for(vic)), client_for(sam)
        assert client.post(f"{START}?project=alpha", {"form": "pdf"}, **headers).status_code == 404
        assert client.get(address(job), **headers).status_code == 404
        assert Job.objects.count() == 1

    def test_neither_does_another_member(self, two, vic, alice, client_for):
        job = asked(client_for(vic))
        work()
        client = client_for(alice)
        assert client.get(address(job)).status_code == 404
        assert client.get(address(job, "file/")).status_code == 404
        assert str(job.pk) not in client.get(PAGE).content.decode()

    def test_who_is_signed_out_signs_in_first(self, two, client):
        assert client.post(START).headers["Location"].startswith("/account/login/")

    def test_another_method_is_refused(self, two, vic, client_for):
        assert client_for(vic).get(START).status_code == 405


class TestAsking:
    @EITHER
    @pytest.mark.parametrize("form", ["", "pptx", "exe", "PDF", "\x00"])
    def test_a_form_that_is_none_is_refused(self, two, vic, client_for, form, headers):
        response = client_for(vic).post(START, {"form": form}, **headers)
        assert response.status_code == 422
        assert "A portfolio report has no such form." in response.content.decode()
        assert not Job.objects.exists()

    @EITHER
    @pytest.mark.parametrize("query", ["?chosen=1", "?q=nothing"])
    def test_nothing_chosen_is_refused(self, two, vic, client_for, query, headers):
        response = client_for(vic).post(START + query, {"form": "pdf"}, **headers)
        assert response.status_code == 422
        assert "No project is chosen." in response.content.decode()
        assert not Job.objects.exists()

    def test_too_many_are_refused(self, two, vic, client_for, monkeypatch):
        monkeypatch.setattr(document, "MOST", 1)
        response = client_for(vic).post(START, {"form": "pdf"})
        assert response.status_code == 422
        assert "a report holds at most 1" in response.content.decode()

    def test_the_same_asked_twice_is_one_job_and_another_is_another(self, two, vic, rita, client_for):
        client = client_for(vic)
        first = asked(client, "?stage=data&language=en", "pdf")
        assert asked(client, "?language=en&stage=data&as=cards", "pdf") == first
        others = [
            asked(client, "?stage=data&language=pt-br", "pdf"),
            asked(client, "?stage=data&language=en", "md"),
            asked(client, "?language=en", "pdf"),
            asked(client_for(rita), "?stage=data&language=en", "pdf"),
        ]
        assert len({first, *others}) == 5

    def test_it_says_what_was_asked_and_how_far_it_is(self, two, vic, client_for):
        client = client_for(vic)
        job = asked(client, "?stage=data&language=pt-br", "docx")
        claimed = actions.claim()
        actions.beat(claimed, 0, 2, kinds.READING)
        said = client.get(address(job)).content.decode()
        assert "Word · Português" in said
        assert f'href="{PAGE}?stage=data&amp;language=pt-br"' in said
        assert "Step 1 of 2: reading the projects" in said

    def test_the_page_finds_it_again(self, two, vic, client_for):
        client = client_for(vic)
        job = asked(client)
        assert address(job) in client.get(PAGE).content.decode()

    def test_more_jobs_take_no_more_queries(self, two, vic, client_for, count_queries):
        client = client_for(vic)
        asked(client)
        few = count_queries(lambda: client.get(PAGE))
        for form in ("pdf", "docx", "html"):
            asked(client, form=form)
        assert count_queries(lambda: client.get(PAGE)) == few

    @pytest.mark.parametrize(
        "row",
        [
            {},
            None,
            [1],
            {"form": "exe", "query": "?", "site": "http://a"},
            {"form": ["pdf"], "query": "?", "site": "http://a"},
            {"form": "pdf", "query": "x", "site": "http://a"},
            {"form": "pdf", "query": "?", "site": "javascript:alert(1)"},
            {"form": "pdf", "query": "?", "site": "http://a/b"},
            {"form": "pdf", "query": "?", "site": "http://a", "more": 1},
        ],
    )
    def test_a_row_that_nobody_could_have_asked_for_is_not_read(self, row):
        with pytest.raises(Unreadable):
            several_projects(row)

    @EITHER
    def test_such_a_row_has_a_page_and_fails(self, two, vic, client_for, headers):
        client = client_for(vic)
        job = asked(client)
        Job.objects.update(asked={"form": 1})
        assert client.get(address(job), **headers).status_code == 200
        work()
        assert "Reference for support" in client.get(address(job), **headers).content.decode()

    def test_it_speaks_portuguese(self, two, vic, client_for):
        client = client_for(vic)
        portuguese = {"headers": {"accept-language": "pt-br"}}
        assert "leva mais tempo do que uma página" in client.get(PAGE, **portuguese).content.decode()
        assert "O relatório de portfólio" in client.get(address(asked(client)), **portuguese).content.decode()


def test_as_a_fragment_the_page_is_only_the_progress(two, vic, client_for):
    client = client_for(vic)
    said = client.get(address(asked(client)), **FRAGMENT).content.decode()
    assert said.strip().startswith("<section")
