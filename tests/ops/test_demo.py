"""The commands that bring projects and people in, and projects out."""

import re
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from mlcanvas.accounts.models import User
from mlcanvas.exchange.selectors import project_file, schema_file
from mlcanvas.ops.demonstration import OWNER, cases, demonstrate
from mlcanvas.projects.models import Event, Project
from mlcanvas.workspaces.models import Membership, Workspace
from mlcanvas.workspaces.roles import Role
from tests.plumbing.image import clean_environment

CASE = "format: mlcanvas-project\nversion: 1\nproject:\n  name: From a file\n"


def run(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "case.yaml"
    path.write_text(CASE)
    return path


class TestDemo:
    def test_it_loads_two_cases_and_prints_a_link_on_a_line_by_itself(self, db):
        last = run("demo", "--address", "http://127.0.0.1:8123/").splitlines()[-1]
        assert re.fullmatch(r"http://127\.0\.0\.1:8123/account/enter/\S+", last)
        projects = Project.objects.order_by("language")
        assert [(project.language, project.is_example) for project in projects] == [("en", True), ("pt-br", True)]
        assert {project_file(project).encode() for project in projects} == set(cases().values())

    def test_the_link_signs_in_once(self, db):
        path = run("demo").splitlines()[-1].removeprefix("http://127.0.0.1:8000")
        client = Client()
        entered = client.post(path) if client.get(path).status_code == 200 else client.get(path)
        assert entered.status_code == 302
        assert client.get("/").status_code == 200
        again = Client()
        again.get(path)
        again.post(path)
        assert again.get("/").status_code == 302

    def test_every_role_is_there_and_nobody_has_a_password(self, db):
        owner = demonstrate()
        roles = Membership.objects.filter(workspace__slug="demo").values_list("role", flat=True)
        assert set(roles) == set(Role.values)
        assert owner.email == OWNER
        assert not any(user.has_usable_password() for user in User.objects.all())

    def test_a_second_run_changes_nothing(self, db):
        run("demo")
        before = (Project.objects.count(), User.objects.count(), Membership.objects.count(), Event.objects.count())
        assert "http" in run("demo")
        assert (
            Project.objects.count(),
            User.objects.count(),
            Membership.objects.count(),
            Event.objects.count(),
        ) == before

    def test_a_deleted_case_stays_deleted(self, db):
        run("demo")
        Project.objects.all().delete()
        run("demo")
        assert not Project.objects.exists()

    def test_a_workspace_of_somebody_else_called_demo_is_left_alone(self, db):
        Workspace.objects.create(name="Ours", slug="demo")
        owner = demonstrate()
        assert not Membership.objects.filter(user=owner).exists()
        assert not Project.objects.exists()

    def test_the_cache_table_is_there(self, db):
        run("demo")
        cache.set("a", timezone.now(), 5)
        assert cache.get("a")


class TestImportProject:
    def test_it_prints_the_slug(self, workspace, alice, file):
        assert run("import_project", str(file), "--by", "Alice@example.org") == "from-a-file\n"
        project = Project.objects.get()
        assert (project.workspace, project.created_by) == (workspace, alice)

    def test_a_taken_slug_gets_a_number(self, workspace, file):
        run("import_project", str(file))
        assert run("import_project", str(file), "--workspace", workspace.slug) == "from-a-file-2\n"

    @pytest.mark.parametrize(
        ("text", "line"),
        [
            (CASE + "scop: {}\n", "case.yaml:5: scop: The key “scop” is not known here. Did you mean “scope”?"),
            (CASE + "facts: [\n", "case.yaml:"),
            (
                CASE + "scope:\n  metrics:\n" + "    - {key: a, name: a, kind: model, direction: lower}\n" * 2,
                "case.yaml:8: scope.metrics[1].key",
            ),
        ],
    )
    def test_a_broken_file_is_told_by_line_and_nothing_is_imported(self, workspace, file, text, line):
        file.write_text(text)
        with pytest.raises(CommandError) as caught:
            run("import_project", str(file))
        assert line in str(caught.value)
        assert not Project.objects.exists()
        assert not Event.objects.exists()

    @pytest.mark.parametrize(
        ("arguments", "sentence"),
        [
            (["--workspace", "nowhere"], "there is no workspace “nowhere”"),
            (["--by", "nobody@example.org"], "nobody here has the address"),
        ],
    )
    def test_unknown_places_and_people_are_named(self, workspace, file, arguments, sentence):
        with pytest.raises(CommandError, match=sentence):
            run("import_project", str(file), *arguments)

    def test_several_workspaces_ask_for_one(self, workspace, sam, file):
        with pytest.raises(CommandError, match="elsewhere, retail-analytics"):
            run("import_project", str(file))

    def test_no_workspace_says_how_to_make_one(self, db, file):
        with pytest.raises(CommandError, match="first_owner"):
            run("import_project", str(file))

    def test_a_missing_file_is_named(self, workspace, tmp_path):
        with pytest.raises(CommandError, match="No such file"):
            run("import_project", str(tmp_path / "none.yaml"))


class TestExportProject:
    def test_to_the_output_and_to_a_file(self, project, tmp_path):
        assert run("export_project", project.slug) == project_file(project)
        run("export_project", project.slug, "--output", str(tmp_path / "a.yaml"))
        assert (tmp_path / "a.yaml").read_bytes() == project_file(project).encode()

    def test_the_schema(self, db):
        assert run("export_project", "--schema") == schema_file()

    @pytest.mark.parametrize(
        ("arguments", "sentence"), [(["none"], "there is no project “none”"), ([], "name a project")]
    )
    def test_an_unknown_project_is_named(self, db, arguments, sentence):
        with pytest.raises(CommandError, match=sentence):
            run("export_project", *arguments)

    def test_a_folder_that_is_not_there_is_named(self, project, tmp_path):
        with pytest.raises(CommandError, match="No such file"):
            run("export_project", project.slug, "--output", str(tmp_path / "none" / "a.yaml"))


class TestFirstOwner:
    def test_it_makes_both_and_prints_a_path(self, db):
        path = run("first_owner", "Ana@Example.org", "--workspace", "Ação & Dados").strip()
        assert path.startswith("/account/enter/")
        workspace = Workspace.objects.get()
        assert (workspace.name, workspace.slug) == ("Ação & Dados", "acao-dados")
        assert Membership.objects.get().user.email == "ana@example.org"
        assert Membership.objects.get().role == Role.OWNER

    def test_the_same_owner_gets_a_new_link(self, db):
        run("first_owner", "ana@example.org", "--workspace", "A")
        assert "/account/enter/" in run("first_owner", "ana@example.org", "--workspace", "A")
        assert (User.objects.count(), Workspace.objects.count()) == (1, 1)

    def test_a_second_owner_is_refused(self, alice, workspace):
        with pytest.raises(CommandError, match=r"alice@example\.org"):
            run("first_owner", "ana@example.org", "--workspace", workspace.name)
        assert not User.objects.filter(email="ana@example.org").exists()

    def test_a_member_of_a_workspace_without_owner_becomes_it(self, erin, workspace):
        run("first_owner", erin.email, "--workspace", workspace.name)
        assert Membership.objects.get(user=erin).role == Role.OWNER

    @pytest.mark.parametrize(
        ("email", "name"), [("ana", "A"), ("ana@example.org", " "), ("ana@example.org", "x" * 121)]
    )
    def test_bad_input_is_refused(self, db, email, name):
        with pytest.raises(CommandError):
            run("first_owner", email, "--workspace", name)
        assert not User.objects.exists()

    def test_workspaces_of_one_name_get_slugs_of_their_own(self, db):
        Workspace.objects.create(name="Other", slug="team")
        run("first_owner", "ana@example.org", "--workspace", "Team")
        assert Workspace.objects.get(name="Team").slug == "team-2"


def test_a_broken_file_ends_the_process_with_1(tmp_path):
    """The whole way: problems on the error output, exit code 1."""
    root = Path(__file__).resolve().parents[2]
    environment = {**clean_environment(), "MLCANVAS_DATA_DIR": str(tmp_path)}
    script = (
        "from django.core.management import call_command, execute_from_command_line as go;"
        "import django; django.setup();"
        "call_command('migrate', verbosity=0);"
        "call_command('first_owner', 'ana@example.org', '--workspace', 'A');"
        f"go(['manage.py', 'import_project', {str(tmp_path / 'broken.yaml')!r}])"
    )
    (tmp_path / "broken.yaml").write_text(CASE + "scope: {problem: 3}\n")
    environment["DJANGO_SETTINGS_MODULE"] = "mlcanvas.settings"
    done = subprocess.run([sys.executable, "-c", script], cwd=root, env=environment, capture_output=True, text=True)
    assert done.returncode == 1
    assert "broken.yaml:5: scope.problem: This has to be text" in done.stderr
    assert "Traceback" not in done.stderr
