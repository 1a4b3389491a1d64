"""Snapshots made by hand: what a rich, an empty, an absurdly long and a hostile project look like."""

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml

from mlcanvas.domain.canvas import Template

_RICH: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("rich.yaml").read_text(encoding="utf-8"))


def snapshot(content: dict[str, Any], results: dict[str, Any] | None = None) -> dict[str, Any]:
    return {"content": content, "results": results or {}, "versions": {"snapshot": 1}}


def full() -> dict[str, Any]:
    """A rich project in English."""
    return deepcopy(snapshot(_RICH["content"], _RICH["results"]))


def cheia() -> dict[str, Any]:
    """The same project, written by people who speak Portuguese."""
    made = deepcopy(snapshot(_RICH["content"], _RICH["results"]))
    content = made["content"]
    content["project"] |= {"name": "Evasão em celular pré-pago", "language": "pt-br", "currency": "BRL"}
    content["scope"] |= _RICH["portuguese"]
    content["canvas"]["blocks"]["value_proposition"]["text"] = (
        "**Quem:** a equipe de retenção, 6 pessoas, 4.000 ligações por semana.\n\n"
        "**Dor:** as ligações vão para quem ficaria; 70 % do orçamento é gasto com isso.\n\n"
        "- Menos ligações desperdiçadas\n- Evasão semanal de 4,2 % para 3,5 %"
    )
    content["risks"]["register"][0] |= {
        "title": "Os dados necessários não chegam a tempo",
        "mitigation": "Contrato com data; começar com 11 meses",
    }
    return made


def on(template: Template) -> dict[str, Any]:
    """The rich project with another canvas, each block of which holds its own example."""
    made = full()
    blocks = {key: {"text": block.example.en, "state": "draft"} for key, block in template.blocks.items()}
    made["content"]["canvas"] |= {"template": template.key, "blocks": blocks}
    return made


def empty() -> dict[str, Any]:
    """A project as it is right after somebody has named it."""
    return snapshot(
        {
            "format": "mlcanvas-project",
            "version": 1,
            "project": {"name": "New idea", "language": "en", "currency": "EUR", "iteration": 1},
        }
    )


def long_blocks() -> dict[str, Any]:
    """A project whose people write novels into every block."""
    made = full()
    sentence = (
        "The retention team reads the weekly list on Monday morning and calls the lines in the order of their value, "
        "which is why the order matters more than the score. "
    )
    for place, block in enumerate(made["content"]["canvas"]["blocks"].values()):
        if place % 3 == 0:
            block["text"] = sentence * (8 + 12 * place)
        elif place % 3 == 1:
            block["text"] = "\n".join(f"- Entry {number}: {sentence}" for number in range(1, 12 + place * 3))
        else:
            block["text"] = "\n\n".join([sentence * 2] * (4 + place))
    made["content"]["scope"]["problem"] = "\n\n".join([sentence * 5] * 24)
    for risk in made["content"]["risks"]["register"]:
        risk["mitigation"] = sentence * 3
    return made


HOSTILE = (
    '#read("/etc/passwd")',
    '#import "@preview/cetz:0.3.0"',
    '#sys.inputs #eval("1+1") #panic()',
    "$x^2$ $ sum_(i=1)^n $",
    "\\ \\\\ \\u{41} \\#read",
    "*bold* _under_ `code` = heading <label> @ref //comment /* block */",
    "]] [[ )) (( }} {{ {0} {name} %s",
    "<script>alert(1)</script> <img src=x onerror=alert(1)>",
    "[click](javascript:alert(1)) ![x](file:///etc/passwd) [ok](https://example.org/a_b?c=d&e=f)",
    "W" * 5000,
    "a\u202egnissecorp\u202c b \u2066x\u2069 \u200eL\u200fR",
    "👩‍👩‍👧 ❤️ 👍🏽 🇧🇷 1️⃣ 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "你好，世界 日本語 한국어",
    "العربية עברית हिन्दी",
    "nul\x00 esc\x1b bell\x07 del\x7f",
    "lone \ud800 surrogate \udfff",
    "e\u0301 q\u0301\u0328 Z\u0351\u036b\u0343\u036a",
    "tab\there\rreturn\u2028line\u2029para\x0bvt\ufeffbom\ufffd",
    ">" * 400 + " deep",
    "- " * 300 + "list",
    '| a | b |\n|---|---|\n| #read("x") | `|` |',
    '```typ\n#read("/etc/passwd")\n```',
    "=cmd|' /C calc'!A0",
)

# Each document takes a tenth of a second and more: the short size prints every fourth of them.
HOSTILE_PRINTED = tuple(
    pytest.param(text, marks=() if number % 4 == 0 else pytest.mark.full, id=ascii(text)[:24])
    for number, text in enumerate(HOSTILE)
)


def poisoned(text: str) -> dict[str, Any]:
    """The rich project with `text` in every place where somebody may type."""
    made = full()

    def fill(value: Any, path: str) -> Any:
        if isinstance(value, dict):
            return {key: fill(item, f"{path}.{key}") for key, item in value.items()}
        if isinstance(value, list):
            return [fill(item, path) for item in value]
        return text if isinstance(value, str) and path.rsplit(".", 1)[-1] in TYPED else value

    made["content"] = fill(made["content"], "")
    return made


TYPED = frozenset(
    """
    name problem why_ml inputs_outputs business_objective model_objective objective_link model_success project_success
    unit designed_for designed_by text title cause event effect mitigation owner dataset dataset_revision split
    measured_by protocol comparable_why notes source_name source_url licence reason label url
    """.split()  # noqa: SIM905
)
