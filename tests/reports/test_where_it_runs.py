"""A report that goes wrong: what the person sees, what the server keeps, what is left when it ends."""

import http.client
import os
import signal
import time
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from mlcanvas.reports import pdf
from mlcanvas.typeset import press
from mlcanvas.typeset.press import Limits, Press
from mlcanvas.web.fonts import document_fonts
from tests.plumbing.servers import servers
from tests.typeset.test_press import ENDLESS, HEAD, at_once, gone, until

REPORT = "/p/churn-in-prepaid-mobile/report.pdf"
FRAGMENT = {"HX-Request": "true"}


@contextmanager
def pressed(templates, **limits):
    made = Press(Limits(**limits), (press.PROGRAM, templates))
    before = press.use(made)
    try:
        yield made
    finally:
        made.close()
        press.use(before)


@pytest.fixture
def endless(tmp_path, monkeypatch):
    """Reports are filled into a template that never ends."""
    template = tmp_path / "endless.typ"
    template.write_text(HEAD + ENDLESS, encoding="utf-8")
    monkeypatch.setattr(pdf, "TEMPLATE", template)


@pytest.mark.any_database
class TestPage:
    @pytest.mark.usefixtures("endless")
    @pytest.mark.parametrize("headers", [{}, FRAGMENT], ids=["page", "fragment"])
    def test_a_report_without_end_gives_a_reference_and_the_next_one_works(
        self, project, alice, client_for, tmp_path, monkeypatch, headers, caplog
    ):
        client = client_for(alice)
        with pressed(tmp_path, seconds=0.4):
            response = client.get(REPORT, headers=headers)
            said = response.content.decode()
            assert response.status_code == 500
            assert "Printing this page works. Reference for support: " in said
            assert "data-print" in said
            assert 'id="section-summary"' in said  # the print view itself
            reference = said.partition("Reference for support: ")[2][:8]
            assert reference in caplog.text
            assert "not ready after 0.4 s" in caplog.text
            monkeypatch.undo()
            assert client.get(REPORT).content.startswith(b"%PDF")

    @pytest.mark.usefixtures("endless")
    def test_so_does_one_whose_process_is_killed(self, project, alice, client_for, tmp_path, monkeypatch):
        client = client_for(alice)
        with pressed(tmp_path) as made:
            made.warm(document_fonts().folders)
            (first,) = made.processes
            killer = press.threading.Timer(1, os.kill, (first, signal.SIGKILL))
            killer.start()
            response = client.get(REPORT)
            killer.join()
            assert response.status_code == 500
            assert "Reference for support: " in response.content.decode()
            monkeypatch.undo()
            assert client.get(REPORT).content.startswith(b"%PDF")
            assert first not in made.processes

    @pytest.mark.parametrize("headers", [{}, FRAGMENT], ids=["page", "fragment"])
    def test_too_many_at_once_are_asked_to_come_again(self, project, alice, client_for, tmp_path, headers):
        client = client_for(alice)
        with pressed(tmp_path, seconds=0.2) as made:
            made._busy = made.limits.at_once
            response = client.get(REPORT, headers=headers)
            assert response.status_code == 503
            assert response.headers["Retry-After"] == "5"
            assert "Try again in a moment." in response.content.decode()
            made._busy = 0
            assert client.get(REPORT).content.startswith(b"%PDF")

    @pytest.mark.parametrize("path", ["report/canvas/ml_canvas_v1_1.png", "report.docx", "report.pptx"])
    def test_every_other_file_is_made_there_too(self, project, alice, client_for, tmp_path, path):
        client = client_for(alice)
        with pressed(tmp_path) as made:
            assert client.get(f"/p/churn-in-prepaid-mobile/{path}").status_code == 200
            pictures = made.processes != []
        assert pictures or path.endswith(("docx", "pptx"))  # a report without pictures needs nobody to draw them


def _processes_of(session):
    """The children for documents that a server and its workers have started."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state = (entry / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
                words = (entry / "cmdline").read_bytes()
            except OSError:
                continue
            if int(state[3]) == session and b"mlcanvas.typeset.child" in words:
                found.append(int(entry.name))
    return found


def _fetched(server, cookies, path=REPORT):
    with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)) as browser:
        browser.request("GET", path, headers={"Cookie": cookies})
        answer = browser.getresponse()
        return answer.status, answer.read()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the system does not list its processes in files")
@pytest.mark.django_db(transaction=True)
class TestServer:
    def test_it_has_a_warm_child_that_ends_with_it(self, project, alice):
        client = Client()
        client.force_login(alice)
        cookies = f"sessionid={client.cookies['sessionid'].value}"
        connection.close()
        with servers() as (server,):
            session = server.process.pid
            assert until(lambda: len(_processes_of(session)) == 1), "nothing is warm after the start"
            (first,) = _processes_of(session)
            assert _fetched(server, cookies)[1].startswith(b"%PDF")
            assert _processes_of(session) == [first]
            os.kill(first, signal.SIGKILL)
            time.sleep(0.1)
            assert _fetched(server, cookies, f"{REPORT}?language=pt-br")[1].startswith(b"%PDF")
            answers = at_once(8, lambda number: _fetched(server, cookies, f"{REPORT}?only=all&up={number}"))
            assert [status for status, _content in answers] == [200] * 8
            there = _processes_of(session)
            assert first not in there
            assert 1 <= len(there) <= 2
            server.process.send_signal(signal.SIGTERM)  # the server alone, as a container does
            server.process.wait(timeout=20)
            assert until(lambda: all(map(gone, there)))

    def test_kill_9_leaves_no_child(self, project):
        with servers() as (server,):
            session = server.process.pid
            assert until(lambda: len(_processes_of(session)) == 1)
            server.kill()
            assert until(lambda: not _processes_of(session))
