"""`export_report`: the file that the button gives, for scripts."""

import pytest
from django.core.management import CommandError, call_command

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
        def broken(_report):
            raise trouble

        monkeypatch.setattr(selectors, "typeset_report", broken)
        with pytest.raises(CommandError, match=sentence):
            call_command("export_report", project.slug, output=tmp_path / "x.pdf")
