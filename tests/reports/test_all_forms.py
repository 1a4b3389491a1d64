"""The report of one project in every form, as one file, made while the person does something else."""

import io
import zipfile
from dataclasses import replace

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse

from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import actions as projects
from mlcanvas.reports import actions as looks
from mlcanvas.reports import selectors as reports
from mlcanvas.reports.document import USUAL
from mlcanvas.reports.forms import FORMS
from mlcanvas.reports.jobs import actions, kinds, lane, selectors
from mlcanvas.reports.jobs.asked import OneProject, Unreadable, one_project
from mlcanvas.reports.jobs.kinds import ALL_FORMS, IN_THE_FILE
from mlcanvas.reports.models import Job, State
from mlcanvas.typeset import Crowded, NoFonts, NotTypeset, Typeset
from mlcanvas.workspaces.models import Membership, Workspace
from tests.fixtures_projects import FRAGMENT
from tests.may_write import EITHER

pytestmark = pytest.mark.usefixtures("kept_files")

ASK = "/p/churn-in-prepaid-mobile/report/all/"
PAGE = "/p/churn-in-prepaid-mobile/report/"
NAME = "churn-in-prepaid-mobile-report"


@pytest.fixture
def quick(monkeypatch):
    """Every form is made at once, and says what it is of."""

    def say(form, found):
        return f"{form} {found.digest} {found.language} {found.options.paper} {len(found.sections)}".encode()

    for ending, form in FORMS.items():
        made = replace(form, make=lambda found, _snapshot, _fonts, ending=ending: say(ending, found))
        monkeypatch.setitem(FORMS, ending, made)
    monkeypatch.setattr(reports, "kept_pdf", lambda found: Typeset(say("pdf", found), {}))


def work():
    """The job that waits, done."""
    lane.work(claimed := actions.claim())
    claimed.refresh_from_db()
    return claimed


def asked(client, query="", **headers):
    """The job that somebody gets who presses the button."""
    response = client.post(ASK + query, **headers)
    address = response.headers["HX-Redirect" if headers else "Location"]
    return Job.objects.get(pk=address.split("/")[2])


def files(job):
    with zipfile.ZipFile(io.BytesIO(selectors.content(job))) as bundle:
        return {name: bundle.read(name) for name in bundle.namelist()}


def address(job, end=""):
    return f"/reports/{job.pk}/{end}"


@pytest.mark.any_database
class TestFile:
    def test_it_holds_every_form_that_there_is(self):
        assert sorted(IN_THE_FILE) == sorted(["pdf", *FORMS])

    def test_each_file_is_what_it_is_by_itself(self, project, vic, client_for):
        client = client_for(vic)
        query = "?language=pt-br&sections=register,canvas&paper=letter&only=all"
        asked(client, query)
        found = files(work())
        assert list(found) == [f"{NAME}.{ending}" for ending in IN_THE_FILE]
        for ending in IN_THE_FILE:
            alone = client.get(reverse(f"reports:report_{ending}", args=[project.slug]) + query)
            assert found[f"{NAME}.{ending}"] == alone.content, ending

    def test_equal_reports_give_equal_bytes(self, project, vic, erin, client_for, quick):
        asked(client_for(vic))
        asked(client_for(erin))
        assert selectors.content(work()) == selectors.content(work())

    def test_it_is_of_the_state_that_the_page_shows(self, project, alice, client_for, quick):
        projects.revise(project=project, by=alice)
        projects.save_text(project=project, key="scope/problem", text="Calls are late.", base=0, by=alice)
        asked(client_for(alice), "?revision=1")
        asked(client_for(alice))
        by_revision, by_now = files(work()), files(work())
        assert list(by_revision) == [f"{NAME}-revision-1.{ending}" for ending in IN_THE_FILE]
        assert list(by_now) == [f"{NAME}.{ending}" for ending in IN_THE_FILE]
        digests = [{content.split()[1] for content in found.values()} for found in (by_revision, by_now)]
        assert len(digests[0]) == len(digests[1]) == 1
        assert digests[0] != digests[1]

    def test_all_of_them_are_of_one_state(self, project, alice, client_for, monkeypatch):
        """Who writes while they are made changes none of them."""
        seen = []

        def make(found, _snapshot, _fonts):
            seen.append(found.digest)
            projects.save_text(project=project, key="scope/problem", text="New.", base=len(seen) - 1, by=alice)
            return b"x"

        for ending, form in FORMS.items():
            monkeypatch.setitem(FORMS, ending, replace(form, make=make))
        monkeypatch.setattr(reports, "kept_pdf", lambda found: Typeset(make(found, None, None), {}))
        asked(client_for(alice))
        assert work().state == State.DONE
        assert len(seen) == 6
        assert len(set(seen)) == 1

    def test_what_the_workspace_remembers_later_does_not_change_it(self, project, alice, client_for, quick):
        asked(client_for(alice), "?paper=letter")
        looks.remember(workspace=project.workspace, sections=USUAL.sections, paper="a4", brief=True, by=alice)
        made = files(work())[f"{NAME}.md"].decode().split()
        assert "letter" in made
        assert int(made[-1]) > 1


class TestFailure:
    @pytest.mark.parametrize("error", [NotTypeset("broken"), NoFonts("/nowhere"), RuntimeError("ours")])
    def test_a_form_that_cannot_be_made_is_named_and_the_others_are_there(
        self, project, alice, client_for, quick, monkeypatch, caplog, error
    ):
        def broken(*_of):
            raise error

        monkeypatch.setitem(FORMS, "docx", replace(FORMS["docx"], make=broken))
        client = client_for(alice)
        asked(client)
        job = work()
        ((ending, reference),) = job.missing
        assert (job.state, ending) == (State.DONE, "docx")
        assert reference in caplog.text
        assert list(files(job)) == [f"{NAME}.{ending}" for ending in IN_THE_FILE if ending != "docx"]
        assert f"Word – reference for support: {reference}" in client.get(address(job)).content.decode()

    def test_when_none_can_be_made_it_has_failed_with_a_reference(self, project, alice, client_for, monkeypatch):
        monkeypatch.setattr(kinds, "IN_THE_FILE", ("pdf",))
        monkeypatch.setattr(reports, "kept_pdf", lambda _found: (_ for _ in ()).throw(NotTypeset("broken")))
        asked(client_for(alice))
        job = work()
        assert job.state == State.FAILED
        assert len(job.reference) == 8

    def test_it_waits_for_room(self, project, alice, client_for, quick, monkeypatch):
        answers = [Crowded(), Typeset(b"%PDF", {})]

        def make(_found):
            answer = answers.pop(0)
            if isinstance(answer, Crowded):
                raise answer
            return answer

        monkeypatch.setattr(reports, "kept_pdf", make)
        monkeypatch.setattr(kinds, "ROOM", 0.01)
        asked(client_for(alice))
        assert files(work())[f"{NAME}.pdf"] == b"%PDF"

    def test_who_was_given_up_makes_no_other_form(self, project, alice, client_for, quick, monkeypatch):
        job = asked(client_for(alice))
        made = []

        def make(_found):
            Job.objects.update(state=State.FAILED)
            return Typeset(b"%PDF", {})

        monkeypatch.setattr(reports, "kept_pdf", make)
        monkeypatch.setitem(FORMS, "docx", replace(FORMS["docx"], make=lambda *_of: made.append(1)))
        lane.work(actions.claim())
        job.refresh_from_db()
        assert (job.state, job.result, made) == (State.FAILED, "", [])

    @pytest.mark.any_database
    @pytest.mark.parametrize("gone", ["membership", "account", "project", "revision"])
    def test_what_was_lost_in_between_is_not_made(self, project, alice, erin, client_for, quick, gone):
        projects.revise(project=project, by=alice)
        job = asked(client_for(erin), "?revision=1")
        if gone == "membership":
            Membership.objects.filter(user=erin).delete()
        elif gone == "account":
            erin.is_active = False
            erin.save()
        elif gone == "project":
            projects.delete(project=project, by=alice)
        else:
            Job.objects.update(asked=job.asked | {"query": "?revision=7"})
        work()
        job.refresh_from_db()
        assert (job.state, job.result) == (State.FAILED, "")
        expected = "job_lost_access" if gone in ("membership", "account") else "job_project_gone"
        assert job.refused == expected

    def test_the_reason_is_said_and_it_can_be_asked_again(self, project, alice, erin, client_for, quick):
        client = client_for(erin)
        job = asked(client)
        Job.objects.update(state=State.FAILED, refused="job_project_gone")
        said = client.get(address(job)).content.decode()
        assert "the project or its revision is not there any more" in said
        assert "Reference for support" not in said
        client.post(address(job, "again/"))
        job.refresh_from_db()
        assert (job.state, job.refused) == (State.QUEUED, "")

    @pytest.mark.parametrize(
        "row",
        [
            {},
            [],
            None,
            "x",
            {"project": 1},
            {"project": "1", "query": "?"},
            {"project": True, "query": "?"},
            {"project": 0, "query": "?"},
            {"project": 1, "query": "language=en"},
            {"project": 1, "query": None},
            {"project": 1, "query": "?" + "x" * 60_000},
            {"project": 1, "query": "?", "more": 1},
        ],
    )
    def test_a_row_that_nobody_could_have_asked_for_is_not_read(self, row):
        with pytest.raises(Unreadable):
            one_project(row)

    @EITHER
    def test_such_a_row_has_a_page_and_fails(self, project, alice, client_for, quick, headers):
        client = client_for(alice)
        job = asked(client)
        Job.objects.update(asked={"project": "x"})
        assert client.get(address(job), **headers).status_code == 200
        work()
        said = client.get(address(job), **headers).content.decode()
        assert "Reference for support" in said

    def test_a_project_of_another_workspace_is_not_reported(self, project, sam, alice, client_for, quick):
        secret = projects.create(workspace=Workspace.objects.get(slug="elsewhere"), name="Secret", by=sam)
        job = actions.start(
            workspace=project.workspace, kind=ALL_FORMS, by=alice, asked=OneProject(secret.pk, "?language=en")
        )
        assert "Secret" not in client_for(alice).get(address(job)).content.decode()
        assert work().refused == "job_project_gone"


@pytest.mark.any_database
class TestPages:
    @pytest.mark.parametrize("who", ["alice", "erin", "rita", "vic"])
    @EITHER
    def test_whoever_reads_the_project_asks_and_is_led_to_it(self, project, who, headers, client_for, request, quick):
        client = client_for(request.getfixturevalue(who))
        job = asked(client, "?language=pt-br", **headers)
        said = client.get(address(job), **headers).content.decode()
        assert "It waits for its turn." in said
        assert 'hx-trigger="every 2s"' in said
        work()
        said = client.get(address(job), **headers).content.decode()
        assert "It is done." in said
        assert "Download ZIP" in said
        assert "Make it again" in said
        assert client.post(address(job, "again/"), **headers).status_code in (200, 204, 302)
        assert Job.objects.get().state == State.QUEUED

    def test_the_page_says_what_it_is_of_and_leads_back_to_it(self, project, alice, client_for, quick):
        projects.revise(project=project, by=alice)
        client = client_for(alice)
        job = asked(client, "?language=pt-br&revision=1&paper=letter")
        said = client.get(address(job)).content.decode()
        assert "Revision 1 · Português" in said
        back = f"{PAGE}?language=pt-br&amp;revision=1&amp;sections="
        assert f'href="{back}' in said
        assert "&amp;paper=letter" in said
        assert project.name in said
        assert "Working copy · English" in client.get(address(asked(client))).content.decode()

    def test_it_says_how_far_it_is(self, project, alice, client_for):
        client = client_for(alice)
        job = asked(client)
        claimed = actions.claim()
        actions.beat(claimed, 2, 6, "pptx")
        said = client.get(address(job), **FRAGMENT).content.decode()
        assert "Step 3 of 6: Slides" in said
        assert '<progress value="2" max="6"' in said

    def test_the_same_asked_twice_is_one_job_and_another_is_another(self, project, alice, erin, client_for):
        client = client_for(alice)
        first = asked(client, "?language=en")
        assert asked(client, "?language=en") == first
        assert asked(client, "?language=pt-br") != first
        assert asked(client_for(erin), "?language=en") != first

    @EITHER
    def test_one_person_does_not_fill_the_queue(self, project, alice, erin, client_for, monkeypatch, headers):
        monkeypatch.setattr(actions, "MOST_AT_ONCE", 2)
        client = client_for(alice)
        first = asked(client, "?language=en")
        asked(client, "?language=pt-br")
        for path in (f"{ASK}?paper=letter", "/portfolio/report/start/"):
            response = client.post(path, {"form": "pdf"}, **headers)
            assert response.status_code == 422
            assert "2 files that you asked for are not done yet." in response.content.decode()
        assert asked(client, "?language=en") == first
        assert asked(client_for(erin), "?language=en") != first

    def test_after_the_end_it_is_another(self, project, alice, client_for, quick):
        client = client_for(alice)
        first = asked(client)
        work()
        second = asked(client)
        assert second != first
        with pytest.raises(Refused, match="job_unfinished"):
            actions.again(job=first)

    def test_the_report_page_offers_it_with_what_is_chosen_and_finds_it_again(
        self, project, vic, rita, client_for, quick
    ):
        client = client_for(vic)
        query = "?language=pt-br&sections=register&paper=letter&only=all"
        said = client.get(PAGE + query).content.decode()
        assert f'action="{ASK}{query.replace("&", "&amp;")}"' in said
        assert "All forms (ZIP)" in said
        job = asked(client, query)
        assert address(job) in client.get(PAGE).content.decode()
        assert address(job) not in client_for(rita).get(PAGE).content.decode()

    def test_more_jobs_take_no_more_queries(self, project, alice, client_for, count_queries, quick):
        client = client_for(alice)
        asked(client)
        few = count_queries(lambda: client.get(PAGE))
        for _number in range(3):
            work()
            asked(client)
        assert count_queries(lambda: client.get(PAGE)) == few

    def test_a_stranger_finds_nothing(self, project, alice, sam, client_for, quick):
        job, client = asked(client_for(alice)), client_for(sam)
        assert client.post(ASK).status_code == 404
        for path in (address(job), address(job, "file/")):
            assert client.get(path).status_code == 404
        assert client.post(address(job, "again/")).status_code == 404
        assert Job.objects.count() == 1

    def test_neither_does_another_member_even_the_owner(self, project, vic, alice, client_for, quick):
        job = asked(client_for(vic))
        work()
        client = client_for(alice)
        for path in (address(job), address(job, "file/")):
            assert client.get(path).status_code == 404

    def test_who_is_signed_out_signs_in_first(self, project, client):
        assert client.post(ASK).headers["Location"].startswith("/account/login/")

    def test_another_method_is_refused(self, project, alice, client_for):
        assert client_for(alice).get(ASK).status_code == 405

    @EITHER
    @pytest.mark.parametrize("revision", ["7", "x", "-1", "%00"])
    def test_no_such_revision_is_not_found(self, project, alice, client_for, headers, revision):
        assert client_for(alice).post(f"{ASK}?revision={revision}", **headers).status_code == 404
        assert not Job.objects.exists()

    def test_the_file_is_called_like_what_is_in_it(self, project, alice, client_for, quick):
        projects.revise(project=project, by=alice)
        client = client_for(alice)
        for query, name in (("", NAME), ("?revision=1", f"{NAME}-revision-1")):
            job = asked(client, query)
            work()
            response = client.get(address(job, "file/"))
            assert response.headers["Content-Type"] == "application/zip"
            assert response.headers["Content-Disposition"] == f'attachment; filename="{name}.zip"'
            assert response.headers["Cache-Control"] == "private, no-store"

    def test_it_speaks_portuguese(self, project, alice, client_for):
        client = client_for(alice)
        portuguese = {"headers": {"accept-language": "pt-br"}}
        assert "Todos os formatos (ZIP)" in client.get(PAGE, **portuguese).content.decode()
        said = client.get(address(asked(client)), **portuguese).content.decode()
        assert "Todos os formatos do relatório, em um só arquivo" in said


@pytest.mark.django_db(transaction=True)
@pytest.mark.full
def test_the_rows_go_back_to_what_they_were(project, alice):
    """The migration forward, back with such jobs in the table, and forward again."""
    home = project.workspace
    for language in ("en", "pt-br"):
        wanted = OneProject(project.pk, f"?language={language}")
        actions.start(workspace=home, kind=ALL_FORMS, by=alice, asked=wanted)
    actions.start(workspace=home, kind=kinds.EVERY_REPORT, by=alice)
    for name in ("0002_job", "0003_jobs_of_what_was_asked"):
        MigrationExecutor(connection).migrate([("reports", name)])
    assert [job.kind for job in Job.objects.all()] == [kinds.EVERY_REPORT]
