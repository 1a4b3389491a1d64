"""The translation catalogue follows what the sources say, and what is left to do is named."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from mlcanvas.ops.management.commands import messages

PYTHON = """
from django.utils.translation import gettext_lazy as _, ngettext, pgettext
A = _("Hello")
B = ngettext("%(n)d thing", "%(n)d things", 3)
C = pgettext("month", "May")
D = _("Dear {name}, "
      "welcome")
"""
TEMPLATE = """{% load i18n %}
  <p title="{% translate "Title" %}">don't {{ x|default:_("none") }}
  {% blocktranslate trimmed count n=things|length %}
     {{ n }} risk
  {% plural %}
     {{ n }} risks
  {% endblocktranslate %}
    {% translate "Open" context "verb" %}
  {% blocktranslate with a=b %}A "quoted" {{ a }}, it's 100% é{% endblocktranslate %}</p> {
"""
PORTUGUESE = {
    "Hello": "Olá",
    ("%(n)d thing", "%(n)d things"): ("%(n)d coisa", "%(n)d coisas"),
    "May": "maio",
    "Dear {name}, welcome": "Bem-vinda, {name}",
    "Title": "Título",
    "none": "nada",
    ("%(n)s risk", "%(n)s risks"): ("%(n)s risco", "%(n)s riscos"),
    "Open": "Abrir",
    'A "quoted" %(a)s, it\'s 100%% é': "Um %(a)s 100%%",
}


@pytest.fixture
def root(tmp_path: Path, settings: Any) -> Path:
    """A small product: one Python file, one template, no catalogue yet."""
    (tmp_path / "mlcanvas" / "x" / "templates" / "x").mkdir(parents=True)
    (tmp_path / "mlcanvas" / "x" / "views.py").write_text(PYTHON)
    (tmp_path / "mlcanvas" / "x" / "templates" / "x" / "page.html").write_text(TEMPLATE)
    settings.BASE_DIR = tmp_path
    return tmp_path


def folder(root: Path) -> Path:
    return root / "locale" / "pt_BR" / "LC_MESSAGES"


def translate(root: Path) -> None:
    """Fills every translation, as a translator would in the file."""
    call_command("messages", verbosity=0)
    catalog = messages.stored(folder(root) / "django.po")
    for message in catalog:
        if message.id:
            message.string = PORTUGUESE[message.id]
    with (folder(root) / "django.po").open("wb") as file:
        messages.write_po(file, catalog)
    call_command("messages", verbosity=0)


def test_everything_said_is_found(root: Path) -> None:
    found = {(message.id, message.context) for message in messages.extracted(root) if message.id}
    assert found == {(text, {"May": "month", "Open": "verb"}.get(str(text))) for text in PORTUGUESE}


def test_check_names_what_is_untranslated(root: Path) -> None:
    call_command("messages")
    with pytest.raises(CommandError) as refused:
        call_command("messages", "--check")
    assert "untranslated: 'Hello' (mlcanvas/x/views.py)" in str(refused.value)
    assert str(refused.value).count("untranslated:") == len(PORTUGUESE)


def test_a_full_catalogue_passes_and_running_again_changes_nothing(root: Path) -> None:
    translate(root)
    call_command("messages", "--check")
    before = {path.name: path.read_bytes() for path in folder(root).iterdir()}
    call_command("messages")
    assert {path.name: path.read_bytes() for path in folder(root).iterdir()} == before
    assert "Date" not in before["django.po"].decode()


def test_a_translation_survives_a_new_sentence_and_an_old_one_goes(root: Path) -> None:
    translate(root)
    source = root / "mlcanvas" / "x" / "views.py"
    source.write_text(source.read_text().replace('_("Hello")', '_("Hello there")'))
    with pytest.raises(CommandError, match=r"(?s)obsolete: 'Hello'.*untranslated: 'Hello there'"):
        call_command("messages", "--check")
    call_command("messages")
    text = (folder(root) / "django.po").read_text()
    assert 'msgid "Hello"' not in text
    assert 'msgstr "maio"' in text


@pytest.mark.parametrize(
    ("right", "wrong", "reason"),
    [
        ('msgstr "Olá"', 'msgstr ""', "untranslated: 'Hello'"),
        ('msgid "Hello"', '#, fuzzy\nmsgid "Hello"', "fuzzy: 'Hello'"),
        ("Bem-vinda, {name}", "Bem-vinda, {nome}", "unknown placeholder: 'Dear {name}, welcome'"),
        ("%(n)d coisas", "%(m)d coisas", "named differently|unknown named placeholder|placeholder"),
        ('msgstr "maio"', 'msgstr "Maio"', "stale: django.mo"),
    ],
)
def test_check_refuses(root: Path, right: str, wrong: str, reason: str) -> None:
    translate(root)
    po = folder(root) / "django.po"
    assert right in po.read_text()
    po.write_text(po.read_text().replace(right, wrong))
    with pytest.raises(CommandError, match=reason):
        call_command("messages", "--check")
