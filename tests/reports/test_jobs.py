"""Work that goes on without the person: the reports of all projects in one file."""

import io
import signal
import threading
import time
import zipfile
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from mlcanvas.domain.refusal import Refused
from mlcanvas.projects import actions as projects
from mlcanvas.reports import selectors as reports
from mlcanvas.reports.jobs import actions, kinds, lane, selectors
from mlcanvas.reports.jobs.kinds import EVERY_REPORT
from mlcanvas.reports.models import Job, State
from mlcanvas.typeset import Crowded, NoFonts, NotTypeset, Typeset
from mlcanvas.workspaces.models import Membership
from mlcanvas.workspaces.roles import Role
from tests.fixtures_projects import FRAGMENT

ALL = "/workspace/retail-analytics/report/all/"
START = f"{ALL}start/"
pytestmark = pytest.mark.usefixtures("kept_files")

NOWHERE = "/reports/00000000-0000-4000-8000-000000000000/"


@pytest.fixture
def quick(monkeypatch):
    """A report is made at once, and says whose it is."""

    def make(project):
        return Typeset(f"%PDF of {project.name}".encode(), {})

    monkeypatch.setattr(reports, "pdf_of", make)


@pytest.fixture
def two(project, workspace, alice):
    return [project, projects.create(workspace=workspace, name="Soil moisture", by=alice)]


def asked(workspace, by):
    return actions.start(workspace=workspace, kind=EVERY_REPORT, by=by)


def done(workspace, by):
    """A job that has been done."""
    job = asked(workspace, by)
    lane.work(actions.claim())
    job.refresh_from_db()
    return job


def address(job, end=""):
    return f"/reports/{job.pk}/{end}"


def older(job, **past):
    Job.objects.filter(pk=job.pk).update(heard_at=timezone.now() - timedelta(**past))
    job.refresh_from_db()


class TestWork:
    def test_each_project_has_its_report_in_the_file(self, workspace, two, alice, quick):
        job = done(workspace, alice)
        assert (job.state, job.step, job.steps, job.missing) == (State.DONE, 2, 2, [])
        with zipfile.ZipFile(io.BytesIO(selectors.content(job))) as bundle:
            found = {name: bundle.read(name) for name in bundle.namelist()}
        assert found == {
            "churn-in-prepaid-mobile-report.pdf": b"%PDF of Churn in prepaid mobile",
            "soil-moisture-report.pdf": b"%PDF of Soil moisture",
        }
        assert job.size == len(selectors.content(job))

    def test_they_are_real_ones(self, workspace, project, alice):
        job = done(workspace, alice)
        with zipfile.ZipFile(io.BytesIO(selectors.content(job))) as bundle:
            made = bundle.read("churn-in-prepaid-mobile-report.pdf")
        assert made == reports.pdf_of(project).pdf

    def test_the_same_reports_give_the_same_bytes(self, workspace, two, alice, erin, quick):
        assert selectors.content(done(workspace, alice)) == selectors.content(done(workspace, erin))

    def test_no_report_of_another_workspace_is_in_it(self, workspace, two, alice, sam, quick):
        elsewhere = Membership.objects.get(user=sam).workspace
        projects.create(workspace=elsewhere, name="Secret", by=sam)
        assert b"Secret" not in selectors.content(done(workspace, alice))

    def test_one_that_cannot_be_made_is_named_and_the_others_are_there(
        self, workspace, two, alice, monkeypatch, caplog
    ):
        def make(project):
            if project == two[0]:
                raise NotTypeset("broken")
            return Typeset(b"%PDF", {})

        monkeypatch.setattr(reports, "pdf_of", make)
        job = done(workspace, alice)
        ((name, reference),) = job.missing
        assert job.state == State.DONE
        assert name == two[0].name
        assert reference in caplog.text
        with zipfile.ZipFile(io.BytesIO(selectors.content(job))) as bundle:
            assert bundle.namelist() == ["soil-moisture-report.pdf"]

    @pytest.mark.parametrize("error", [NotTypeset("broken"), NoFonts("/nowhere"), RuntimeError("ours")])
    def test_when_none_can_be_made_it_has_failed_with_a_reference(
        self, workspace, project, alice, monkeypatch, caplog, error
    ):
        def make(_project):
            raise error

        monkeypatch.setattr(reports, "pdf_of", make)
        job = done(workspace, alice)
        assert job.state == State.FAILED
        assert len(job.reference) == 8
        assert job.reference in caplog.text

    def test_it_waits_for_room_and_says_that_it_lives(self, workspace, project, alice, monkeypatch):
        answers = [Crowded(), Crowded(), Typeset(b"%PDF", {})]
        beats = []

        def make(_project):
            beats.append(Job.objects.get().heard_at)
            answer = answers.pop(0)
            if isinstance(answer, Crowded):
                raise answer
            return answer

        monkeypatch.setattr(reports, "pdf_of", make)
        monkeypatch.setattr(kinds, "ROOM", 0.01)
        assert done(workspace, alice).state == State.DONE
        assert len(set(beats)) == 3

    def test_two_workers_take_different_jobs(self, workspace, project, alice, erin):
        first, second = asked(workspace, alice), asked(workspace, erin)
        assert [actions.claim(), actions.claim(), actions.claim()] == [first, second, None]

    def test_a_lane_does_all_that_waits(self, workspace, project, alice, erin, quick, monkeypatch):
        monkeypatch.setattr(lane.connection, "close", lambda: None)  # the one of this test
        asked(workspace, alice)
        asked(workspace, erin)
        lane.run()
        assert set(Job.objects.values_list("state", flat=True)) == {State.DONE}

    def test_a_process_that_is_stopped_lets_it_wait_again(self, workspace, project, alice, monkeypatch):
        def stop(_project):
            raise SystemExit

        monkeypatch.setattr(reports, "pdf_of", stop)
        asked(workspace, alice)
        with pytest.raises(SystemExit):
            lane.work(actions.claim())
        assert (Job.objects.get().state, Job.objects.get().steps) == (State.QUEUED, 0)

    def test_a_server_leaves_it_to_the_worker_where_there_is_one(self, settings, monkeypatch):
        begun = []
        monkeypatch.setattr(lane, "run", lambda: begun.append(1))
        settings.JOBS = "worker"
        lane.wake()
        assert not [thread for thread in threading.enumerate() if thread.name == "jobs"]
        assert begun == []

    def test_the_worker_does_what_waits_and_ends_when_asked_to(self, workspace, project, alice, monkeypatch):
        monkeypatch.setattr(lane.connection, "close", lambda: None)  # the one of this test
        monkeypatch.setattr(signal, "signal", lambda *_: None)
        job = asked(workspace, alice)
        call_command("worker", "--once")
        with zipfile.ZipFile(io.BytesIO(selectors.content(Job.objects.get(pk=job.pk)))) as bundle:
            assert bundle.read("churn-in-prepaid-mobile-report.pdf").startswith(b"%PDF")

    def test_a_lane_leaves_what_another_thread_does(self, workspace, project, alice):
        asked(workspace, alice)
        with lane._lane:
            lane.run()
            lane.wake()
        assert Job.objects.get().state == State.QUEUED


class TestLife:
    def test_who_asks_twice_gets_the_same(self, workspace, project, alice, erin):
        first = asked(workspace, alice)
        assert asked(workspace, alice) == first
        assert asked(workspace, erin) != first

    def test_after_the_end_another_one_can_be_asked_for(self, workspace, project, alice, quick):
        assert done(workspace, alice) != done(workspace, alice)

    def test_silence_of_two_minutes_is_a_failure(self, workspace, project, alice, caplog):
        asked(workspace, alice)
        job = actions.claim()
        older(job, minutes=1, seconds=50)
        actions.sweep()
        job.refresh_from_db()
        assert job.state == State.RUNNING
        older(job, minutes=2, seconds=1)
        actions.sweep()
        job.refresh_from_db()
        assert job.state == State.FAILED
        assert job.reference in caplog.text

    def test_who_was_given_up_writes_nothing_more(self, workspace, project, alice, quick):
        asked(workspace, alice)
        stale = actions.claim()
        older(stale, minutes=3)
        actions.sweep()
        actions.again(job=stale)
        fresh = actions.claim()
        before = Job.objects.values().get()
        for write in (
            lambda: actions.beat(Job(pk=fresh.pk, attempt=1), 1, 1, "x"),
            lambda: actions.finish(Job(pk=fresh.pk, attempt=1), result="x", size=1, missing=[]),
            lambda: actions.fail(Job(pk=fresh.pk, attempt=1), "x"),
        ):
            with pytest.raises(actions.GivenUp):
                write()
        assert Job.objects.values().get() == before
        lane.work(fresh)
        assert Job.objects.get().state == State.DONE

    def test_what_ended_long_ago_is_forgotten(self, workspace, project, alice, quick):
        job = done(workspace, alice)
        Job.objects.update(ended_at=timezone.now() - timedelta(days=29))
        actions.sweep()
        assert Job.objects.filter(pk=job.pk).exists()
        Job.objects.update(ended_at=timezone.now() - timedelta(days=31))
        actions.sweep()
        assert not Job.objects.exists()

    def test_again_begins_from_nothing(self, workspace, project, alice, quick):
        job = actions.again(job=done(workspace, alice))
        assert (job.state, job.step, job.result, job.reference, job.ended_at) == (State.QUEUED, 0, "", "", None)

    def test_not_while_it_goes_on(self, workspace, project, alice):
        with pytest.raises(Refused, match="job_unfinished"):
            actions.again(job=asked(workspace, alice))

    def test_nor_while_the_same_was_asked_for_anew(self, workspace, project, alice, quick):
        first = done(workspace, alice)
        asked(workspace, alice)
        with pytest.raises(Refused, match="job_unfinished"):
            actions.again(job=first)


@pytest.mark.any_database
class TestPages:
    @pytest.mark.parametrize("who", ["alice", "erin"])
    @pytest.mark.parametrize("headers", [{}, FRAGMENT], ids=["page", "fragment"])
    def test_an_editor_asks_and_is_led_to_it(self, project, who, headers, client_for, request):
        client = client_for(request.getfixturevalue(who))
        response = client.post(START, **headers)
        job = Job.objects.get()
        if headers:
            assert response.headers["HX-Redirect"] == address(job)
        else:
            assert response.headers["Location"] == address(job)
        said = client.get(address(job)).content.decode()
        assert "It waits for its turn." in said
        assert 'hx-trigger="every 2s"' in said

    @pytest.mark.parametrize("who", ["vic", "rita"])
    @pytest.mark.parametrize("headers", [{}, FRAGMENT], ids=["page", "fragment"])
    def test_a_reader_is_told_why_not(self, project, who, headers, client_for, request):
        client = client_for(request.getfixturevalue(who))
        response = client.post(START, **headers)
        assert response.status_code == 403
        assert "read-only for you" in response.content.decode()
        assert not Job.objects.exists()
        assert "Make all reports" not in client.get(ALL).content.decode()

    def test_a_stranger_finds_nothing(self, project, workspace, alice, sam, client_for):
        job, client = asked(workspace, alice), client_for(sam)
        for path in (ALL, address(job), address(job, "file/"), NOWHERE):
            assert client.get(path).status_code == 404
        for path in (START, address(job, "again/")):
            assert client.post(path).status_code == 404

    def test_neither_does_another_member_even_the_owner(self, project, workspace, erin, alice, client_for, quick):
        job, client = done(workspace, erin), client_for(alice)
        assert client.get(address(job)).status_code == 404
        assert client.get(address(job, "file/")).status_code == 404
        assert client.post(address(job, "again/")).status_code == 404
        assert str(job.pk) not in client.get(ALL).content.decode()

    def test_nor_somebody_who_has_left(self, project, workspace, erin, client_for, quick):
        job, client = done(workspace, erin), client_for(erin)
        Membership.objects.filter(user=erin).delete()
        assert client.get(address(job)).status_code == 404
        assert client.get(address(job, "file/")).status_code == 404

    def test_who_may_only_read_now_keeps_the_file_and_makes_no_other(self, project, workspace, erin, client_for, quick):
        job, client = done(workspace, erin), client_for(erin)
        Membership.objects.filter(user=erin).update(role=Role.VIEWER)
        assert client.get(address(job, "file/")).status_code == 200
        assert client.post(address(job, "again/")).status_code == 403

    def test_who_is_signed_out_signs_in_first(self, project, workspace, alice, client):
        job = asked(workspace, alice)
        for path in (ALL, address(job), address(job, "file/")):
            assert client.get(path).headers["Location"].startswith("/account/login/")
        for path in (START, address(job, "again/")):
            assert client.post(path).headers["Location"].startswith("/account/login/")

    def test_other_methods_are_refused(self, project, workspace, alice, client_for):
        job, client = asked(workspace, alice), client_for(alice)
        for path in (START, address(job, "again/")):
            assert client.get(path).status_code == 405
        for path in (ALL, address(job), address(job, "file/")):
            assert client.post(path).status_code == 405

    @pytest.mark.parametrize("headers", [{}, FRAGMENT], ids=["page", "fragment"])
    def test_a_workspace_without_projects_has_nothing_to_make(self, workspace, alice, client_for, headers):
        response = client_for(alice).post(START, **headers)
        assert response.status_code == 422
        assert "no project yet" in response.content.decode()

    def test_it_says_how_far_it_is_and_stops_asking_when_done(self, two, workspace, alice, client_for, quick):
        client = client_for(alice)
        asked(workspace, alice)
        job = actions.claim()
        actions.beat(job, 1, 2, "Soil & moisture")
        said = client.get(address(job), **FRAGMENT).content.decode()
        assert "Report 2 of 2: Soil &amp; moisture" in said
        assert '<progress value="1" max="2"' in said
        assert 'hx-trigger="every 2s"' in said
        assert "<html" not in said
        lane.work(job)
        said = client.get(address(job), **FRAGMENT).content.decode()
        assert "It is done." in said
        assert "every 2s" not in said

    def test_one_that_has_just_begun_is_not_called_nearly_done(self, project, workspace, alice, client_for):
        asked(workspace, alice)
        job = actions.claim()
        said = client_for(alice).get(address(job)).content.decode()
        assert "Nearly done." not in said
        assert "It waits for its turn." in said
        actions.beat(job, 1, 1, "")
        assert "Nearly done." in client_for(alice).get(address(job)).content.decode()

    def test_the_file_is_downloaded_as_a_zip(self, project, workspace, alice, client_for, quick):
        response = client_for(alice).get(address(done(workspace, alice), "file/"))
        assert response.headers["Content-Type"] == "application/zip"
        assert "Retail analytics - reports - " in response.headers["Content-Disposition"]
        assert zipfile.is_zipfile(io.BytesIO(response.content))

    @pytest.mark.parametrize("headers", [{}, FRAGMENT], ids=["page", "fragment"])
    def test_a_file_that_is_gone_is_said_to_be_gone(
        self, project, workspace, alice, client_for, quick, kept_files, headers
    ):
        job, client = done(workspace, alice), client_for(alice)
        kept_files.clear()
        for path, status in ((address(job), 200), (address(job, "file/"), 410)):
            response = client.get(path, **headers)
            assert response.status_code == status
            said = response.content.decode()
            assert "The file is not kept any longer" in said
            assert "Make it again" in said
        client.post(address(job, "again/"))
        lane.work(actions.claim())
        assert client.get(address(job, "file/")).status_code == 200

    def test_there_is_no_file_before_the_end(self, project, workspace, alice, client_for):
        assert client_for(alice).get(address(asked(workspace, alice), "file/")).status_code == 409

    @pytest.mark.parametrize("headers", [{}, FRAGMENT], ids=["page", "fragment"])
    def test_a_failure_gives_a_reference_and_another_try(
        self, project, workspace, alice, client_for, monkeypatch, headers
    ):
        client = client_for(alice)
        asked(workspace, alice)
        job = actions.claim()
        actions.fail(job, "abcd1234")
        said = client.get(address(job), **headers).content.decode()
        assert "Reference for support: abcd1234" in said
        assert "Try again" in said
        client.post(address(job, "again/"), **headers)
        assert client.post(address(job, "again/"), **headers).status_code == 409

    def test_a_page_that_looks_at_a_dead_one_sweeps_it(self, project, workspace, alice, client_for):
        asked(workspace, alice)
        job = actions.claim()
        older(job, minutes=3)
        assert "Try again" in client_for(alice).get(address(job)).content.decode()

    def test_a_page_that_looks_at_one_that_nobody_took_has_it_done(
        self, project, workspace, alice, client_for, monkeypatch, django_capture_on_commit_callbacks
    ):
        woken = []
        monkeypatch.setattr(lane, "wake", lambda: woken.append(1))
        job, client = asked(workspace, alice), client_for(alice)
        for past, times in ((1, 0), (6, 1)):
            older(job, seconds=past)
            with django_capture_on_commit_callbacks(execute=True):
                client.get(address(job))
            assert len(woken) == times

    def test_reports_that_are_missing_are_named(self, project, workspace, alice, client_for, quick):
        job = done(workspace, alice)
        Job.objects.update(missing=[["<b>Soil</b>", "abcd1234"]])
        said = client_for(alice).get(address(job)).content.decode()
        assert "&lt;b&gt;Soil&lt;/b&gt; – reference for support: abcd1234" in said

    def test_more_jobs_and_projects_take_no_more_queries(
        self, project, workspace, alice, client_for, count_queries, quick
    ):
        client = client_for(alice)
        done(workspace, alice)
        few = count_queries(lambda: client.get(ALL))
        for number in range(4):
            projects.create(workspace=workspace, name=f"Project {number}", by=alice)
            done(workspace, alice)
        assert count_queries(lambda: client.get(ALL)) == few

    def test_it_speaks_portuguese(self, project, workspace, alice, client_for):
        said = client_for(alice).get(ALL, headers={"accept-language": "pt-br"}).content.decode()
        assert "Fazer todos os relatórios" in said


@pytest.mark.django_db(transaction=True)
def test_it_goes_on_in_a_thread_while_the_person_looks(project, alice, client_for, quick):
    """The real thing: the press of the button starts it, and the page is asked until it is done."""
    client = client_for(alice)
    page = client.post(START).headers["Location"]
    ends = time.monotonic() + 20
    while "It is done." not in (said := client.get(page).content.decode()) and time.monotonic() < ends:
        time.sleep(0.05)
    assert "It is done." in said
    for thread in threading.enumerate():
        if thread.name == "jobs":
            thread.join(10)
    connection.close()


def test_an_editor_of_two_workspaces_has_a_job_in_each(workspace, project, alice, sam):
    elsewhere = Membership.objects.get(user=sam).workspace
    projects.create(workspace=elsewhere, name="Other", by=sam)
    Membership.objects.create(workspace=elsewhere, user=alice, role=Role.EDITOR)
    assert asked(workspace, alice) != asked(elsewhere, alice)
