"""What no template may hold: the browser refuses it, or it would ask another host."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
OWN_FILES = sorted(
    path
    for path in (ROOT / "static").rglob("*")
    if path.suffix in {".css", ".js", ".svg"} and "vendor" not in path.parts
)
OF_TEMPLATE_LANGUAGE = re.compile(r"\{#.*?#\}|\{%\s*comment.*?endcomment\s*%\}", re.DOTALL)

FORBIDDEN = {
    "a script with a body": r"<script(?![^>]*\bsrc=)[^>]*>",
    "a style element": r"<style\b",
    "a style attribute": r"\sstyle\s*=",
    "an event handler": r"""\son[a-z]+\s*=\s*["'{]""",
    "code in an htmx attribute": r"""\shx-on\b|\shx-on:|["']js:|["']javascript:""",
    "an htmx filter, which needs eval": r"""hx-trigger=["'][^"']*\w\[""",
    "hx-vars, which needs eval": r"\shx-vars\b",
    "text that is not escaped": r"\|\s*safe\b|\|\s*safeseq\b|autoescape\s+off",
    "a nonce": r"\bnonce\b",
    "a base element": r"<base\b",
}
FROM_ELSEWHERE = re.compile(
    r"""<(?!a\b)[a-z][^>]*\s(?:src|href|action|srcset|poster|data|formaction|hx-get|hx-post|hx-put|hx-delete|hx-patch)\s*=\s*["'](?:https?:)?//""",
    re.IGNORECASE,
)


def source(path):
    return OF_TEMPLATE_LANGUAGE.sub("", path.read_text(encoding="utf-8"))


def name(path):
    return str(path.relative_to(ROOT))


def test_there_are_templates_to_look_at():
    assert len(TEMPLATES) > 30
    assert len(OWN_FILES) > 5


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_holds_nothing_that_the_policy_refuses(path):
    text = source(path)
    found = [what for what, pattern in FORBIDDEN.items() if re.search(pattern, text, re.IGNORECASE)]
    assert found == []


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_asks_no_other_host(path):
    text = source(path)
    assert FROM_ELSEWHERE.findall(text) == []
    # `<a href>` to elsewhere is a choice of the reader; `<link>`, `<img>` and the like are not.
    assert re.findall(r"<(?:link|img|script|iframe|video|audio|source|object|embed|form)\b[^>]*https?://", text) == []


@pytest.mark.parametrize("path", OWN_FILES, ids=name)
def test_a_style_or_script_of_ours_asks_no_other_host(path):
    text = re.sub(r'xmlns(:\w+)?="[^"]*"', "", path.read_text(encoding="utf-8"))
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE)
    assert re.findall(r"""(?:https?:)?//[a-z0-9-]+\.[a-z]{2,}""", text) == []
    assert "@import" not in text


@pytest.mark.parametrize("path", OWN_FILES, ids=name)
def test_a_script_of_ours_needs_no_eval_and_writes_no_markup(path):
    if path.suffix == ".js":
        text = path.read_text(encoding="utf-8")
        assert (
            re.findall(r"\beval\(|new Function|document\.write|\.(?:inner|outer)HTML\s*=|insertAdjacentHTML", text)
            == []
        )


@pytest.mark.parametrize("path", TEMPLATES, ids=name)
def test_a_template_can_be_read(path):
    engines["django"].get_template(str(path.relative_to(ROOT / "templates")))


def test_mark_safe_is_in_one_reviewed_file():
    users = [
        name(path)
        for path in (ROOT / "mlcanvas").rglob("*.py")
        if re.search(r"\bmark_safe\b|\bSafeString\(|autoescape", path.read_text(encoding="utf-8"))
    ]
    assert users == ["mlcanvas/web/markdown.py"]
