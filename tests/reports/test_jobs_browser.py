"""What a person sees of a report that fails, and of one that takes longer than a page may."""

import threading

import pytest
from django.db import connection
from playwright.sync_api import expect

from mlcanvas.reports import selectors
from mlcanvas.reports.jobs import selectors as jobs
from mlcanvas.typeset import Stopped, Typeset

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_failed_pdf_shows_its_reference_and_prints_the_page(visit, project, alice, monkeypatch, page_problems):
    def stop(*_of):
        raise Stopped("the document was not ready after 20 s")

    monkeypatch.setattr(selectors, "typeset_report", stop)
    page = visit(alice, f"/p/{project.slug}/report/")
    page.get_by_role("link", name="Download PDF").click()
    expect(page.get_by_role("alert")).to_contain_text("Reference for support: ")
    expect(page.locator("#section-summary")).to_be_visible()
    page.evaluate("window.print = () => document.body.dataset.printed = 'yes'")
    page.get_by_role("button", name="Print this page").click()
    expect(page.locator("body")).to_have_attribute("data-printed", "yes")
    page_problems[:] = [problem for problem in page_problems if "500" not in problem]


@pytest.mark.usefixtures("kept_files")
def test_all_forms_are_asked_for_in_the_menu_and_kept(visit, project, vic, axe_violations):
    page = visit(vic, f"/p/{project.slug}/report/?language=pt-br")
    page.locator("#downloads summary").click()
    assert axe_violations(page) == []
    page.get_by_role("button", name="All forms (ZIP)").click()
    expect(page.locator("#job")).to_contain_text("It is done.", timeout=20_000)
    assert axe_violations(page) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="Download ZIP").click()
    assert download.value.suggested_filename == f"{project.slug}-report.zip"
    page.get_by_role("link", name="Report", exact=True).first.click()
    page.locator("#downloads summary").click()
    expect(page.locator("#downloads a[href^='/reports/']")).to_have_count(1)
    for thread in threading.enumerate():
        if thread.name == "jobs":
            thread.join(10)
    connection.close()


def test_progress_is_shown_until_the_file_is_there(visit, project, alice, monkeypatch, axe_violations):
    begun, go_on = threading.Event(), threading.Event()
    files: dict[str, bytes] = {}

    def make(_project):
        begun.set()
        assert go_on.wait(20)
        return Typeset(b"%PDF", {})

    monkeypatch.setattr(selectors, "pdf_of", make)
    monkeypatch.setattr(jobs, "keep", files.__setitem__)
    monkeypatch.setattr(jobs, "is_kept", lambda job: job.result in files)
    monkeypatch.setattr(jobs, "content", lambda job: files.get(job.result))
    page = visit(alice, "/workspace/retail-analytics/report/all/")
    assert axe_violations(page) == []
    page.get_by_role("button", name="Make all reports").click()
    assert begun.wait(10)
    expect(page.locator("#job")).to_contain_text(f"Report 1 of 1: {project.name}")
    assert axe_violations(page) == []
    go_on.set()
    expect(page.locator("#job")).to_contain_text("It is done.", timeout=10_000)
    assert axe_violations(page) == []
    with page.expect_download() as download:
        page.get_by_role("link", name="Download ZIP").click()
    assert download.value.suggested_filename.endswith(".zip")
    for thread in threading.enumerate():
        if thread.name == "jobs":
            thread.join(10)
    connection.close()
