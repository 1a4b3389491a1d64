"""Project files that a schema alone would let through."""

import pytest

from mlcanvas.exchange.actions import project_import
from mlcanvas.exchange.reading import Unreadable
from mlcanvas.projects.models import Project

HEAD = "format: mlcanvas-project\nversion: 1\nproject: {name: Hostile}\n"
METRIC = "{key: %s, name: x, kind: %s, direction: higher, primary: true}"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (HEAD + f"scope: {{metrics: [{METRIC % ('a', 'model')}, {METRIC % ('b', 'model')}]}}\n", "scope.metrics[1]"),
        (HEAD + f"scope: {{metrics: [{METRIC % ('a', 'project')}]}}\n", "scope.metrics[0]"),
        (HEAD + 'scope: {metrics: [{key: "a\\n", name: x, kind: model, direction: higher}]}\n', "scope.metrics[0]"),
        (
            HEAD + 'risks: {register: [{key: "P01\\n", title: x, category: data, likelihood: 1, severity: 1}]}\n',
            "risks.register[0]",
        ),
    ],
)
def test_they_are_refused_with_the_place_and_nothing_is_imported(workspace, alice, text, path):
    with pytest.raises(Unreadable) as refused:
        project_import(workspace=workspace, text=text, by=alice)
    assert any(str(problem.path).startswith(path) or path in str(problem) for problem in refused.value.problems)
    assert not Project.objects.exists()
