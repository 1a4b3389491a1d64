"""The documented format is the one that is read."""

import json
import re
from pathlib import Path

from jsonschema import Draft202012Validator

from mlcanvas.exchange.reading import read
from mlcanvas.exchange.selectors import schema_file
from mlcanvas.projects import parts

DOCS = Path(__file__).resolve().parents[2] / "docs"


def test_the_schema_in_the_docs_is_the_schema():
    """Written by `manage.py export_project --schema --output docs/project-file.schema.json`."""
    assert (DOCS / "project-file.schema.json").read_text(encoding="utf-8") == schema_file()


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(json.loads(schema_file()))


def test_every_part_has_its_chapter():
    text = (DOCS / "project-file.md").read_text(encoding="utf-8")
    for part in parts.parts():
        assert f"## `{part.key}`" in text


def test_every_key_of_a_part_is_documented():
    text = (DOCS / "project-file.md").read_text(encoding="utf-8")
    for key in _keys({key: part.schema() for key, part in ((part.key, part) for part in parts.parts())}):
        assert f"`{key}`" in text, key


def _keys(schemas):
    """Keys that are fixed by us; those of the catalogues stand there."""
    for part, schema in schemas.items():
        yield from schema["properties"] if part != "facts" else ()
        for inner in schema["properties"].values():
            if inner.get("type") == "array":
                yield from inner["items"].get("properties", ())


def test_the_examples_in_the_docs_are_read():
    text = (DOCS / "project-file.md").read_text(encoding="utf-8")
    examples = re.findall(r"```yaml\n(format: .*?)```", text, re.DOTALL)
    assert examples
    for example in examples:
        assert read(example)["project"]["name"]
