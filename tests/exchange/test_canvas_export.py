"""A canvas out as Markdown and YAML, and back without a change."""

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from mlcanvas.canvas import actions as canvas
from mlcanvas.canvas import selectors
from mlcanvas.exchange.actions import project_import
from mlcanvas.exchange.canvas import reading
from mlcanvas.exchange.canvas.writing import canvas_markdown, canvas_yaml, schema, schema_file
from mlcanvas.ops.demonstration import cases
from mlcanvas.projects import actions as projects
from tests import made_up
from tests.domain.test_canvas_text import TestRoundTrip

pytestmark = pytest.mark.any_database

DOCS = Path(__file__).resolve().parents[2] / "docs"
BASE = "/p/churn-in-prepaid-mobile/canvas/ml_canvas_v1_1/"
KINDS = [("md", "text/markdown; charset=utf-8"), ("yaml", "application/yaml; charset=utf-8")]
LONG = ("Every line of this text is kept, to the last. " * 500)[:20_000]
WRITERS = {"md": canvas_markdown, "yaml": canvas_yaml}


def fill(project, by, texts):
    for block, text in texts.items():
        projects.save_text(project=project, key=f"canvas/ml_canvas_v1_1/{block}", text=text, base=0, by=by)


@pytest.mark.parametrize(("ending", "kind"), KINDS)
class TestFiles:
    def test_a_reader_downloads_it(self, project, vic, client_for, ending, kind):
        response = client_for(vic).get(f"{BASE}export.{ending}")
        assert response.status_code == 200
        assert response.headers["Content-Type"] == kind
        assert response.headers["Content-Disposition"] == (
            f'attachment; filename="Churn in prepaid mobile - Machine Learning Canvas - iteration 1.{ending}"'
        )
        assert response.content.decode() == WRITERS[ending](project, "ml_canvas_v1_1")

    def test_a_stranger_sees_404_and_anonymous_the_sign_in(self, project, sam, client, client_for, ending, kind):
        assert client_for(sam).get(f"{BASE}export.{ending}").status_code == 404
        assert client.get(f"{BASE}export.{ending}").status_code == 302

    def test_a_canvas_that_the_project_does_not_fill_is_404(self, project, vic, client_for, ending, kind):
        address = f"{BASE}export.{ending}".replace("ml_canvas_v1_1", "another")
        assert client_for(vic).get(address).status_code == 404

    def test_post_is_not_allowed(self, project, alice, client_for, ending, kind):
        assert client_for(alice).post(f"{BASE}export.{ending}").status_code == 405

    def test_as_many_queries_for_a_full_canvas(self, project, alice, client_for, count_queries, ending, kind):
        client = client_for(alice)
        before = count_queries(lambda: client.get(f"{BASE}export.{ending}"))
        fill(project, alice, dict.fromkeys(selectors.template(project).blocks, "x"))
        assert count_queries(lambda: client.get(f"{BASE}export.{ending}")) == before <= 8


class TestContent:
    def test_the_credit_and_the_header_are_there(self, project, alice):
        canvas.head(
            project=project, template="ml_canvas_v1_1", by=alice, designed_for="Retention", designed_by="", date=None
        )
        said = canvas_markdown(project, "ml_canvas_v1_1")
        assert said.startswith(
            "# Churn in prepaid mobile\n\nMachine Learning Canvas v1.1 · Louis Dorard, Ph.D. · "
            "[CC BY-SA 4.0](https://creativecommons.org/licenses/by-sa/4.0/) · [ownml.co](https://ownml.co) · "
            "modified\n\n- Designed for: Retention\n- Iteration: 1\n\n## Value proposition\n"
        )
        assert "<!--" not in said

    def test_a_project_in_portuguese_names_its_blocks_so(self, project, alice):
        projects.edit(project=project, by=alice, name="Evasão", language="pt-br", currency="BRL")
        said = canvas_markdown(project, "ml_canvas_v1_1")
        assert "## Proposta de valor\n\n## Tarefa de predição\n" in said
        assert "- Iteração: 1" in said

    def test_yaml_is_what_the_schema_says_in_the_order_of_filling(self, project, alice):
        fill(project, alice, {"features": "- a\n- b", "decisions": "Call.", "value_proposition": "Six."})
        content = yaml.safe_load(canvas_yaml(project, "ml_canvas_v1_1"))
        assert list(Draft202012Validator(schema()).iter_errors(content)) == []
        assert list(content["blocks"]) == ["value_proposition", "decisions", "features"]
        assert content["blocks"]["features"] == {"text": "- a\n- b", "state": "draft"}
        assert (content["format"], content["template"]) == ("mlcanvas-canvas", "ml_canvas_v1_1")

    def test_the_schema_in_the_docs_is_the_schema(self):
        """Written by `manage.py export_canvas --schema --output docs/canvas-file.schema.json`."""
        assert (DOCS / "canvas-file.schema.json").read_text(encoding="utf-8") == schema_file()
        Draft202012Validator.check_schema(json.loads(schema_file()))

    def test_every_key_is_documented(self):
        text = (DOCS / "canvas-file.md").read_text(encoding="utf-8")
        for key in schema()["properties"]:
            assert f"`{key}`" in text, key


class TestRoundTrips:
    @pytest.mark.parametrize("ending", ["md", "yaml"])
    @pytest.mark.parametrize("language", ["en", "pt-br"])
    @pytest.mark.parametrize("text", [*TestRoundTrip.HARD, LONG, "é 🎯 العربية", "\n\n  x\n\n", "a: b", "{", "- x"])
    def test_what_comes_back_changes_nothing(self, project, alice, client_for, ending, language, text):
        projects.edit(project=project, by=alice, name="Decisions", language=language, currency="EUR")
        canvas.head(
            project=project, template="ml_canvas_v1_1", by=alice, designed_for="# x", designed_by="## Features",
            date=None,
        )  # fmt: skip
        fill(project, alice, dict.fromkeys(selectors.template(project).blocks, text))
        response = client_for(alice).post(f"{BASE}import/", {"text": WRITERS[ending](project, "ml_canvas_v1_1")})
        preview = response.context_data["preview"]
        assert preview.rows == ()
        assert preview.loose == ()
        assert len(preview.same) == 10
        assert response.context_data["head"] == []

    @pytest.mark.parametrize("ending", ["md", "yaml"])
    def test_the_demonstration_comes_back_as_it_was(self, workspace, alice, client_for, ending):
        for file in cases().values():
            project = project_import(workspace=workspace, text=file, by=alice)
            text = WRITERS[ending](project, "ml_canvas_v1_1")
            response = client_for(alice).post(f"/p/{project.slug}/canvas/ml_canvas_v1_1/import/", {"text": text})
            assert response.context_data["preview"].rows == ()
            assert response.context_data["preview"].loose == ()

    def test_an_empty_canvas(self, project, alice, client_for):
        for ending in WRITERS:
            text = WRITERS[ending](project, "ml_canvas_v1_1")
            preview = client_for(alice).post(f"{BASE}import/", {"text": text}).context_data["preview"]
            assert (preview.rows, preview.loose) == ((), ())

    @pytest.mark.parametrize("ending", ["md", "yaml"])
    def test_another_grid(self, project, alice, client_for, monkeypatch, ending):
        made_up.use(monkeypatch)
        reading._validator.cache_clear()
        canvas.add(project=project, template=made_up.KEY, by=alice)
        projects.save_text(
            project=project, key=f"canvas/{made_up.KEY}/sails", text="## Harbour\n---\nx", base=0, by=alice
        )
        text = WRITERS[ending](project, made_up.KEY)
        response = client_for(alice).post(f"/p/{project.slug}/canvas/{made_up.KEY}/import/", {"text": text})
        reading._validator.cache_clear()
        assert (response.context_data["preview"].rows, response.context_data["preview"].loose) == ((), ())
        assert "sails" in {block.key for block in response.context_data["preview"].same}
