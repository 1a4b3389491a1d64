"""The command that writes a canvas."""

import pytest
from django.core.management import CommandError, call_command

from mlcanvas.exchange.canvas.writing import canvas_markdown, canvas_yaml, schema_file


def said(capsys, *arguments):
    call_command("export_canvas", *arguments)
    return capsys.readouterr().out


@pytest.mark.parametrize(("form", "written"), [("md", canvas_markdown), ("yaml", canvas_yaml)])
def test_it_writes_the_main_canvas_or_the_named_one(project, capsys, form, written):
    text = written(project, "ml_canvas_v1_1")
    assert said(capsys, project.slug, "--form", form) == text
    assert said(capsys, project.slug, "--form", form, "--template", "ml_canvas_v1_1") == text


def test_it_writes_a_file_and_the_schema(db, tmp_path):
    call_command("export_canvas", "--schema", "--output", str(tmp_path / "a.json"))
    assert (tmp_path / "a.json").read_text(encoding="utf-8") == schema_file()


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["nowhere"], "there is no project “nowhere”"),
        ([], "name a project"),
        (["churn-in-prepaid-mobile", "--template", "x"], "does not fill a canvas “x”"),
        (["churn-in-prepaid-mobile", "--output", "/nowhere/at/all"], "No such file"),
    ],
)
def test_it_says_what_is_wrong(project, arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        call_command("export_canvas", *arguments)
