"""`export_report`: the file that the button gives, for scripts."""

import pytest
from django.core.management import CommandError, call_command

from mlcanvas.projects import actions
from mlcanvas.projects import selectors as projects
from mlcanvas.reports import selectors
from mlcanvas.typeset import NoFonts, NotTypeset
from tests.reports import snapshots
from tests.reports.printing import text


class TestExportReport:
    def test_it_writes_the_file_and_says_where(self, project, tmp_path, capsys):
        file = tmp_path / "report.pdf"
        call_command("export_report", project.slug, output=file)
        assert "Churn in prepaid mobile" in text(file.read_bytes())
        assert capsys.readouterr().out.strip() == str(file)

    def test_it_speaks_another_language(self, project, tmp_path):
        file = tmp_path / "report.pdf"
        call_command("export_report", project.slug, "--output", str(file), "--language", "pt-br")
        assert "Cópia de trabalho" in text(file.read_bytes())

    def test_twice_gives_the_same_bytes(self, project, tmp_path):
        for name in ("a.pdf", "b.pdf"):
            call_command("export_report", project.slug, output=tmp_path / name)
        assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()

    def test_it_names_what_could_not_be_printed(self, project, tmp_path, monkeypatch, capsys):
        monkeypatch.setattr(projects, "snapshot", lambda _project: snapshots.poisoned("你"))
        call_command("export_report", project.slug, output=tmp_path / "report.pdf")
        assert "U+4F60" in capsys.readouterr().err

    def test_an_unknown_project(self, db, tmp_path):
        with pytest.raises(CommandError, match="There is no project 'nobody'"):
            call_command("export_report", "nobody", output=tmp_path / "report.pdf")

    def test_a_file_that_cannot_be_written(self, project, tmp_path):
        with pytest.raises(CommandError, match="cannot be written: No such file or directory"):
            call_command("export_report", project.slug, output=tmp_path / "none" / "report.pdf")

    def test_an_unknown_language(self, project, tmp_path):
        with pytest.raises(CommandError, match="invalid choice"):
            call_command("export_report", project.slug, "--output", str(tmp_path / "x.pdf"), "--language", "xx")

    @pytest.mark.parametrize(
        ("trouble", "sentence"), [(NoFonts("/x"), "no fonts in /x"), (NotTypeset("why"), "not be made: why")]
    )
    def test_a_trouble_is_one_sentence(self, project, tmp_path, monkeypatch, trouble, sentence):
        def broken(*_report):
            raise trouble

        monkeypatch.setattr(selectors, "typeset_report", broken)
        with pytest.raises(CommandError, match=sentence):
            call_command("export_report", project.slug, output=tmp_path / "x.pdf")


class TestPortfolio:
    @pytest.fixture
    def other(self, project, alice):
        return actions.create(workspace=project.workspace, name="Another idea", by=alice)

    @pytest.mark.parametrize("ending", ["pdf", "html", "md", "docx", "xlsx"])
    def test_several_projects_are_one_report(self, project, other, tmp_path, ending):
        made = []
        for slugs in ([project.slug, other.slug], [other.slug, project.slug]):
            file = tmp_path / f"{slugs[0]}.{ending}"
            call_command("export_report", "--portfolio", *slugs, "--output", str(file))
            made.append(file.read_bytes())
        assert made[0] == made[1]

    def test_it_has_both_and_speaks_another_language(self, project, other, tmp_path):
        file = tmp_path / "report.pdf"
        call_command(
            "export_report", "--portfolio", project.slug, other.slug, "--output", str(file), "--language", "pt-br"
        )
        said = text(file.read_bytes())
        for typed in ("2 projetos lado a lado", "Churn in prepaid mobile", "Another idea", "Marcados um a um"):
            assert typed in said

    @pytest.mark.parametrize(
        ("arguments", "sentence"),
        [
            ([], "Name one project, or several after --portfolio"),
            (["churn-in-prepaid-mobile", "--portfolio", "churn-in-prepaid-mobile"], "Name one project, or several"),
            (["--portfolio", "churn-in-prepaid-mobile", "nobody"], "There is no project 'nobody'"),
        ],
    )
    def test_what_it_cannot_do_is_one_sentence(self, project, tmp_path, arguments, sentence):
        with pytest.raises(CommandError, match=sentence):
            call_command("export_report", *arguments, "--output", str(tmp_path / "report.pdf"))

    def test_there_are_no_slides_of_several(self, project, tmp_path):
        with pytest.raises(CommandError, match="no ending that says which form"):
            call_command("export_report", "--portfolio", project.slug, "--output", str(tmp_path / "report.pptx"))
