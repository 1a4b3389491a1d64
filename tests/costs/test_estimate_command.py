"""manage.py estimate"""

import io
import json

import pytest
from django.core.management import CommandError, call_command

from mlcanvas.costs import actions, selectors

LINES = """\
name,low,likely,high
labels,520,3700,24800
engineering,24000,38000,72000
acquisition,2000,5000,15000
compute,300,1200,5000
run,8000,16000,35000
"""


def run(*arguments):
    out = io.StringIO()
    call_command("estimate", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def lines(tmp_path):
    path = tmp_path / "lines.csv"
    path.write_text(LINES)
    return path


def test_a_project_as_json_is_the_same_to_the_cent_as_the_page(project, alice):
    actions.answer(project=project, question="O1_horizon", value=2, by=alice)
    printed = json.loads(run(project.slug, "--json"))
    shown = selectors.cost(project).result
    for name in ("p10", "p50", "p80", "p90", "mean", "seed", "rule_version", "lines"):
        assert printed[name] == shown[name]
    assert printed == json.loads(run(project.slug, "--json"))


def test_a_file_of_lines_as_json_within_2_per_cent_of_the_worked_example(lines):
    printed = json.loads(run("--lines", str(lines), "--rho", "0.3", "--json"))
    assert [printed[name] for name in ("p10", "p50", "p80", "p90")] == pytest.approx(
        [55_400, 73_100, 86_300, 93_400], rel=0.02
    )
    assert [line["key"] for line in printed["lines"]] == ["acquisition", "compute", "engineering", "labels", "run"]
    assert (printed["rho"], printed["seed"], printed["draws"]) == (0.3, 1, 10_000)


def test_without_json_it_is_a_table(lines):
    printed = run("--lines", str(lines))
    assert "engineering" in printed
    assert "seed 1" in printed


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (LINES + "late,3,2,1\n", "line 7: Low, likely and high must not fall"),
        (LINES + "late,1,x,3\n", "line 7: This is not a number."),
        ("a,b\n", "line 1: The first row must hold"),
    ],
)
def test_a_mistake_in_the_file_names_line_and_reason(lines, text, message):
    lines.write_text(text)
    with pytest.raises(CommandError, match=message):
        run("--lines", str(lines))


def test_what_cannot_be_read_is_said(tmp_path):
    with pytest.raises(CommandError, match=r"none.csv: No such file"):
        run("--lines", str(tmp_path / "none.csv"))
    (tmp_path / "latin.csv").write_bytes(b"name\xff")
    with pytest.raises(CommandError, match=r"latin.csv: the file is not UTF-8"):
        run("--lines", str(tmp_path / "latin.csv"))


def test_wrong_arguments_are_said(lines, db):
    with pytest.raises(CommandError, match="Name a project"):
        run()
    with pytest.raises(CommandError, match="Name a project"):
        run("slug", "--lines", str(lines))
    with pytest.raises(CommandError, match="There is no project"):
        run("nowhere")
    with pytest.raises(CommandError, match="correlation"):
        run("--lines", str(lines), "--rho", "2")


def test_a_project_without_answers_is_refused_with_the_reason(project):
    with pytest.raises(CommandError, match="nothing to estimate from"):
        run(project.slug)
