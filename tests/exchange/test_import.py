"""A project file in and out, through the pages."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from mlcanvas.exchange.reading import read
from mlcanvas.exchange.selectors import project_file
from mlcanvas.exchange.writing import write
from mlcanvas.ops.demonstration import cases
from mlcanvas.projects.models import Event, Project
from mlcanvas.workspaces.models import Membership, Workspace
from mlcanvas.workspaces.roles import Role
from tests.fixtures_projects import FRAGMENT

TEXT = """format: mlcanvas-project
version: 1
project:
  name: Imported
  language: pt-br
  currency: BRL
scope:
  problem: It hurts.
"""
BROKEN = TEXT.replace("problem", "problm")
ALL_REFUSALS = """format: mlcanvas-project
version: 1
project:
  name: Imported
scope:
  metrics:
    - {key: a, name: A, kind: model, direction: higher, target: 3, current: 5}
    - {key: b, name: B, kind: model, direction: higher}
    - {key: b, name: B, kind: model, direction: higher}
    - {key: c, name: C, kind: model, direction: higher, minimum: 9, target: 1}
costs:
  answers:
    C4_auto_share: {low: 3, likely: 2, high: 1}
    C5_seconds: {low: 3, likely: 2, high: 1}
tracker:
  checkpoints:
    SC-06:
      status: waived
"""
REFUSED_LINES = [(7, "scope.metrics[0].target"), (9, "scope.metrics[2].key"), (10, "scope.metrics[3].minimum")]


def upload(text, name="a.yaml"):
    return SimpleUploadedFile(name, text if isinstance(text, bytes) else text.encode(), "application/yaml")


class TestProjectFile:
    address = "/p/churn-in-prepaid-mobile/project.yaml"

    def test_reader_downloads_it(self, project, vic, client_for):
        response = client_for(vic).get(self.address)
        assert response.status_code == 200
        assert response.headers["Content-Type"] == "application/yaml; charset=utf-8"
        assert response.headers["Content-Disposition"] == 'attachment; filename="churn-in-prepaid-mobile.yaml"'
        assert response.content.decode() == project_file(project)

    def test_stranger_sees_404(self, project, sam, client_for):
        assert client_for(sam).get(self.address).status_code == 404

    def test_anonymous_goes_to_sign_in(self, project, client):
        assert client.get(self.address).status_code == 302

    def test_post_is_not_allowed(self, project, alice, client_for):
        assert client_for(alice).post(self.address).status_code == 405


class TestProjectImport:
    address = "/import/"

    def test_page_asks_for_a_file(self, erin, client_for):
        page = client_for(erin).get(self.address).content.decode()
        assert 'type="file"' in page
        assert '<textarea id="id_text"' in page

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    @pytest.mark.parametrize("sent", ["file", "text"])
    def test_shows_what_would_be_created_and_creates_nothing(self, erin, client_for, headers, sent):
        data = {"file": upload(TEXT)} if sent == "file" else {"text": TEXT}
        response = client_for(erin).post(self.address, data, **headers)
        assert response.status_code == 200
        page = response.content.decode()
        assert "“Imported” can be imported" in page
        assert "Answers of the scope" in page
        assert page.strip().startswith("<div" if headers else "<!doctype html>")
        assert not Project.objects.exists()
        assert not Event.objects.exists()

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    def test_problems_are_listed_with_their_lines_and_the_text_is_still_there(self, erin, client_for, headers):
        response = client_for(erin).post(self.address, {"text": BROKEN}, **headers)
        assert response.status_code == 422
        page = response.content.decode()
        assert "<code>scope.problm</code>" in page
        assert '<td class="num">8</td>' in page
        assert "Did you mean “problem”?" in page
        assert "problm: It hurts." in page

    def test_problems_are_told_in_portuguese(self, erin, client_for):
        response = client_for(erin).post(self.address, {"text": BROKEN}, headers={"accept-language": "pt-br"})
        assert "Seria “problem”?" in response.content.decode()

    def test_all_that_the_rules_refuse_is_listed_and_nothing_is_created(self, erin, client_for):
        response = client_for(erin).post(self.address, {"text": ALL_REFUSALS})
        assert response.status_code == 422
        found = [(problem.line, problem.path) for problem in response.context["unreadable"].problems]
        assert found[:3] == REFUSED_LINES
        assert {line for line, _path in found[3:]} >= {13, 14}
        assert found[-1][1].startswith("tracker.checkpoints.SC-06")
        assert not Project.objects.exists()

    @pytest.mark.parametrize("data", [{}, {"text": "  \n"}, {"text": "\x00"}, {"text": "- a"}, {"file": "no file"}])
    def test_bad_input_is_422_with_a_sentence(self, erin, client_for, data):
        response = client_for(erin).post(self.address, data)
        assert response.status_code == 422
        page = response.content.decode()
        assert "Choose a project file" in page or "What is wrong" in page

    def test_a_file_that_is_no_text_is_422(self, erin, client_for):
        response = client_for(erin).post(self.address, {"file": upload(b"\x89PNG\r\n\x1a\n\x00\xff", "a.png")})
        assert response.status_code == 422
        assert "UTF-8" in response.content.decode()

    def test_a_file_that_is_too_large_is_422(self, erin, client_for):
        response = client_for(erin).post(self.address, {"file": upload(TEXT + "# x\n" * 600_000)})
        assert response.status_code == 422
        assert "larger than 2 MB" in response.content.decode()

    def test_viewer_is_refused_with_the_reason(self, vic, client_for):
        for response in (client_for(vic).get(self.address), client_for(vic).post(self.address, {"text": TEXT})):
            assert response.status_code == 403
            assert "editor or owner" in response.content.decode()

    def test_a_viewer_of_the_named_workspace_is_refused_though_an_editor_elsewhere(self, workspace, vic, client_for):
        Membership.objects.create(workspace=Workspace.objects.create(name="B", slug="b"), user=vic, role=Role.EDITOR)
        assert client_for(vic).post(self.address, {"text": TEXT, "workspace": workspace.slug}).status_code == 403
        assert client_for(vic).post(self.address, {"text": TEXT, "workspace": "b"}).status_code == 200

    def test_stranger_sees_404(self, workspace, sam, client_for):
        assert client_for(sam).post(self.address, {"text": TEXT, "workspace": workspace.slug}).status_code == 404

    def test_anonymous_goes_to_sign_in(self, client, db):
        assert client.get(self.address).headers["Location"].startswith("/account/login/")
        assert client.post(self.address, {"text": TEXT}).status_code == 302

    def test_put_is_not_allowed(self, erin, client_for):
        assert client_for(erin).put(self.address).status_code == 405


class TestProjectImportAdd:
    address = "/import/add/"

    def test_works_as_page(self, erin, workspace, client_for):
        response = client_for(erin).post(self.address, {"text": TEXT, "workspace": workspace.slug})
        assert response.status_code == 302
        assert response.headers["Location"] == "/p/imported/"
        project = Project.objects.get()
        assert (project.name, project.language, project.currency, project.created_by) == (
            "Imported",
            "pt-br",
            "BRL",
            erin,
        )
        added = TEXT.replace("BRL\n", "BRL\n  iteration: 1\n") + "canvas:\n  template: ml_canvas_v1_1\n"
        assert project_file(project) == added

    def test_works_as_fragment(self, erin, client_for):
        response = client_for(erin).post(self.address, {"text": TEXT}, **FRAGMENT)
        assert response.headers["HX-Redirect"] == "/p/imported/"

    def test_the_previewed_text_is_imported_to_the_letter(self, erin, client_for):
        """The text travels through a hidden field, which browsers send with Windows line ends."""
        for case in cases().values():
            page = client_for(erin).post("/import/", {"file": upload(case)})
            text = page.context["text"].replace("\n", "\r\n")
            address = client_for(erin).post(self.address, {"text": text}).headers["Location"]
            assert client_for(erin).get(f"{address}project.yaml").content == case

    @pytest.mark.parametrize("headers", [{}, FRAGMENT])
    @pytest.mark.parametrize("text", [BROKEN, ALL_REFUSALS, "", "\x00", TEXT.replace("Imported", '" "')])
    def test_bad_input_is_422_and_creates_nothing(self, erin, client_for, headers, text):
        response = client_for(erin).post(self.address, {"text": text}, **headers)
        assert response.status_code == 422
        assert not Project.objects.exists()

    def test_viewer_is_refused_with_the_reason(self, vic, client_for):
        response = client_for(vic).post(self.address, {"text": TEXT})
        assert response.status_code == 403
        assert "editor or owner" in response.content.decode()

    def test_stranger_sees_404(self, workspace, sam, client_for):
        assert client_for(sam).post(self.address, {"text": TEXT, "workspace": workspace.slug}).status_code == 404
        assert not Project.objects.exists()

    def test_anonymous_goes_to_sign_in(self, client, db):
        assert client.post(self.address, {"text": TEXT}).status_code == 302

    def test_get_is_not_allowed(self, erin, client_for):
        assert client_for(erin).get(self.address).status_code == 405


HOSTILE_TEXTS = [
    "<script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "![x](data:text/html,<script>alert(1)</script>)",
    "<svg onload=alert(1)>",
    "{{ settings.SECRET_KEY }}{% debug %}",
    "${{7*7}} #{7*7} <%= 7*7 %>",
    "'; DROP TABLE projects_project; --",
    "=cmd|' /C calc'!A0",
    "\u202egnp.exe",
    "../../etc/passwd",
    "%0d%0aSet-Cookie: a=b",
    "*a &b !c | > %d",
    "]]></textarea></title><script>",
]  # fmt: skip


class TestHostileText:
    @pytest.mark.parametrize("text", HOSTILE_TEXTS)
    def test_it_is_kept_and_shown_as_text(self, erin, client_for, settings, text):
        content = {
            "format": "mlcanvas-project",
            "version": 1,
            "project": {"name": text},
            "scope": {
                "problem": text,
                "metrics": [{"key": "a", "name": text, "kind": "model", "direction": "higher", "unit": "<b>"}],
            },
            "canvas": {"designed_for": text, "blocks": {"decisions": {"text": f"{text}\n{text}", "state": "draft"}}},
            "risks": {
                "register": [
                    {"key": "P01", "title": text, "category": "data", "likelihood": 1, "severity": 1, "owner": text}
                ]
            },
        }
        client = client_for(erin)
        pages = [client.post("/import/", {"file": upload(write(content))})]
        address = client.post("/import/add/", {"text": write(content)}).headers["Location"]
        pages += [client.get(f"{address}{part}") for part in ("scope/", "canvas/", "risks/", "history/", "settings/")]
        pages.append(client.get("/"))
        for page in pages:
            assert page.status_code == 200
            html = page.content.decode()
            for live in ("<script>alert", "<img src=x", "<svg onload", 'href="javascript:', settings.SECRET_KEY):
                assert live not in html
            assert "Set-Cookie: a=b" not in str(page.headers)
        exported = read(client.get(f"{address}project.yaml").content)
        assert exported["scope"]["problem"] == text
        assert exported["project"]["name"] == text

    def test_keys_and_choices_that_attack_are_named_and_escaped(self, erin, client_for):
        text = f'{TEXT}"<script>alert(1)</script>": 1\nfacts:\n  task_type: "<img src=x onerror=alert(1)>"\n'
        response = client_for(erin).post("/import/", {"text": text})
        assert response.status_code == 422
        html = response.content.decode()
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert "&lt;script&gt;" in html
