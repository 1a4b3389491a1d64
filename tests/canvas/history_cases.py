"""Histories to look at: people who write in turns, and texts that break pages."""

from datetime import timedelta

from mlcanvas.projects import actions
from mlcanvas.projects.models import Passage, PassageEdit

TEMPLATE = "ml_canvas_v1_1"
BASE = f"/p/churn-in-prepaid-mobile/canvas/{TEMPLATE}/"
KEY = f"canvas/{TEMPLATE}/features"

LIST = "\n".join(f"- item {number} of the list" for number in range(300))
UGLY = {
    "markup": "<script>alert(1)</script> <img src=x onerror=alert(1)> <svg/onload=alert(1)> &#106;avascript: </del>",
    "right to left": "שלום עולם, המודל מדרג לקוחות.\nالنموذج يرتب العملاء حسب الخطر.",
    "turned": "invoice\u202egpj.exe and \u2066isolated\u2069",
    "emoji": "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏽 e\u0301 " + "z" + "\u0301" * 200,
    "list": LIST,
    "one word": "x" * 19_000,
    "spaces": "  two\n\n\n   lines  ",
    "japanese": "顧客の離脱を予測する。" * 40,
}


def write(project, by, text, block="features"):
    """A save on top of what stands."""
    key = f"canvas/{TEMPLATE}/{block}"
    row = Passage.objects.filter(project=project, key=key).first()
    return actions.save_text(project=project, key=key, text=text, base=row.version if row else 0, by=by)


def age(project, hours, block="features"):
    """Make all edits so far older: what comes after is another sitting."""
    for edit in PassageEdit.objects.filter(passage__project=project, passage__key=f"canvas/{TEMPLATE}/{block}"):
        PassageEdit.objects.filter(pk=edit.pk).update(at=edit.at - timedelta(hours=hours))


def text(project, block="features"):
    """What stands in a block."""
    return Passage.objects.get(project=project, key=f"canvas/{TEMPLATE}/{block}").text
