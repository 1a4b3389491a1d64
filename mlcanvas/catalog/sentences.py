"""The sentences for the codes that rules answer with."""

import tomllib
from functools import cache
from importlib.resources import files

from mlcanvas.catalog.reading import Mistake
from mlcanvas.domain.text import Text


@cache
def sentences() -> dict[str, Text]:
    """Every sentence by its code, from all files of `catalog/said/`. Raises Mistake for a code given twice."""
    found: dict[str, Text] = {}
    for file in sorted(files("mlcanvas.catalog").joinpath("said").iterdir(), key=lambda file: file.name):
        if not file.name.endswith(".toml"):
            continue
        for code, text in tomllib.loads(file.read_text(encoding="utf-8")).items():
            if code in found:
                raise Mistake(f"said/{file.name}: {code}: this code has a sentence in another file too")
            try:
                found[code] = Text(**text)
            except (TypeError, ValueError) as error:
                raise Mistake(f"said/{file.name}: {code}: {error}") from error
    return found


def sentence(code: str) -> Text:
    """The sentence for `code`. Raises KeyError for a code without one: a test finds those."""
    return sentences()[code]
