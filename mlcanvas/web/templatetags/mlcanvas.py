"""Tags and filters of our templates."""

from datetime import datetime
from typing import Any

from django import template
from django.template import Context
from django.urls import NoReverseMatch, reverse
from django.utils import formats, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mlcanvas.domain.text import Text
from mlcanvas.web import markdown as marked
from mlcanvas.web.navigation import TABS
from mlcanvas.web.sentences import happened, here

register = template.Library()


@register.filter
def say(text: Text | str | None) -> str:
    """A catalogue text in the reader's language."""
    return here(text) if isinstance(text, Text) else (text or "")


@register.filter
def markdown(text: str) -> SafeString:
    """A person's Markdown as safe HTML."""
    return marked.render(text)


@register.filter
def number(value: float | None, digits: int = 6) -> str:
    """A number in the reader's spelling, without trailing zeros; a dash where there is none."""
    if value is None:
        return "–"
    rounded = round(float(value), int(digits))
    text = f"{rounded:.{int(digits)}f}".rstrip("0").rstrip(".")
    places = len(text.partition(".")[2])
    return formats.number_format(rounded, decimal_pos=places, use_l10n=True, force_grouping=abs(rounded) >= 1000)


@register.filter
def share(value: float) -> str:
    """A share from 0 to 1 as whole per cent: `63 %`."""
    return f"{number(round(100 * value), 0)}\u00a0%"


SYMBOLS = {"EUR": "€", "USD": "US$", "BRL": "R$", "GBP": "£"}


@register.simple_tag(takes_context=True)
def money(context: Context, value: float | None, currency: str = "", *, short: bool = False) -> str:
    """An amount with its currency, e.g. `€ 73 k` when short; the project's currency unless another is named."""
    if value is None:
        return "–"
    code = currency or getattr(context.get("project"), "currency", "") or ""
    symbol = SYMBOLS.get(code, code)
    amount, unit = float(value), ""
    if short:
        for size, letter in ((1e9, "bn"), (1e6, "M"), (1e3, "k")):
            if abs(amount) >= size:
                amount, unit = amount / size, letter
                break
        digits = 0 if abs(amount) >= 100 else 1
        return f"{symbol}\u00a0{number(round(amount, digits), digits)}{unit and chr(160) + _unit(unit)}"
    return f"{symbol}\u00a0{number(round(amount), 0)}"


def _unit(letter: str) -> str:
    return {"k": _("k"), "M": _("M"), "bn": _("bn")}[letter]


@register.filter
def ago(moment: datetime | None) -> str:
    """How long ago, in one unit: `3 days ago`; `now` within a minute."""
    if moment is None:
        return ""
    if (timezone.now() - moment).total_seconds() < 60:
        return _("now")
    return _("%(time)s ago") % {"time": timesince(moment, depth=1)}


@register.filter
def short_ago(moment: datetime | None) -> str:
    """How long ago, as short as it can be said: `16 min`, `3 h`, `2 d`."""
    if moment is None:
        return ""
    minutes = int((timezone.now() - moment).total_seconds() // 60)
    if minutes < 1:
        return _("now")
    if minutes < 60:
        return _("%(number)d min") % {"number": minutes}
    if minutes < 24 * 60:
        return _("%(number)d h") % {"number": minutes // 60}
    return _("%(number)d d") % {"number": minutes // (24 * 60)}


@register.simple_tag
def time_span(begun: datetime, ended: datetime) -> str:
    """From when to when, the day said once: `20 Nov 2026, 14:02–14:31`."""
    first, last = timezone.localtime(begun), timezone.localtime(ended)
    day, hour = formats.date_format(first, "DATE_FORMAT"), formats.time_format(first, "H:i")
    if first.date() != last.date():
        return f"{day}, {hour} – {formats.date_format(last, 'DATE_FORMAT')}, {formats.time_format(last, 'H:i')}"
    until = formats.time_format(last, "H:i")
    return f"{day}, {hour}" if until == hour else f"{day}, {hour}–{until}"


# Characters that turn the order of what follows, and are not seen themselves.
_TURNING = {code: f"[U+{code:04X}]" for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))}


@register.filter
def revealed(text: object) -> str:
    """A text, or a person's name, with the characters that turn the writing direction spelt out: who looks at what
    changed must see them."""
    return str(text).translate(_TURNING)


@register.filter
def plain(value: Any) -> str:
    """A number that is a name (a version, a key in an address): never grouped by thousands, in no language."""
    return str(value)


@register.filter
def attribute(value: Any, name: str) -> Any:
    """`value[name]` or `value.name`: for a name that is itself a value, never one from a request."""
    return value.get(name) if isinstance(value, dict) else getattr(value, name, None)


PIPS = {
    "full": gettext_lazy("all of it is filled in"),
    "half": gettext_lazy("begun"),
    "none": gettext_lazy("not begun"),
}
"""What the pip of a tab says. Whether a gate asks for more is said on the overview."""


def _pip(ready: int) -> str:
    return "full" if ready >= 100 else "half" if ready > 0 else "none"


@register.simple_tag
def progress(project: Any, part: str) -> SafeString:
    """How far a part is now, as attributes of a fragment that follows a save: static/js/tabs.js moves the tab's pip."""
    summary = project.summary
    pip = _pip(getattr(summary, f"readiness_{part}"))
    return format_html(
        'data-part="{}" data-pip="{}" data-pip-said="{}" data-as-of="{}"',
        part, pip, PIPS[pip], summary.updated_at.isoformat(),
    )  # fmt: skip


@register.inclusion_tag("web/tabs.html", takes_context=True)
def tabs(context: Context) -> dict[str, Any]:
    """The project's tabs with a pip for how ready each part is.

    A page that another app serves for a part names its tab as `tab`.
    """
    project, summary = context["project"], context["project"].summary
    here_now = context.get("tab") or context["request"].resolver_match.namespace
    shown = []
    for tab in TABS:
        try:
            address = reverse(tab.url_name, args=[project.slug])
        except NoReverseMatch:
            continue
        app, _colon, view = tab.url_name.partition(":")
        current = app == here_now and (
            app != "tracker"
            or (view == context["request"].resolver_match.url_name)
            or (view == "lifecycle" and context["request"].resolver_match.url_name != "overview")
        )
        pip = _pip(getattr(summary, tab.readiness)) if tab.readiness else ""
        said = PIPS[pip] if pip else ""
        shown.append(
            {"key": tab.key, "label": tab.label, "address": address, "current": current, "pip": pip, "said": said}
        )
    return {"tabs": shown}


STAGES = {
    "scope": gettext_lazy("Scope"),
    "data": gettext_lazy("Data"),
    "modelling": gettext_lazy("Modelling"),
    "deployment": gettext_lazy("Deployment"),
    "maintenance": gettext_lazy("Maintenance"),
}
TIERS = {
    1: gettext_lazy("Low"),
    2: gettext_lazy("Medium-low"),
    3: gettext_lazy("Medium"),
    4: gettext_lazy("High"),
    5: gettext_lazy("Critical"),
}
PARTS = ("scope", "canvas", "risks", "costs", "baselines")


@register.simple_tag
def stage_name(key: str) -> str:
    """A stage of the life cycle, in words."""
    return str(STAGES.get(key, key))


@register.simple_tag
def tier_name(tier: int) -> str:
    """A risk tier, in words."""
    return str(TIERS[tier])


@register.inclusion_tag("web/pips.html")
def pips(summary: Any) -> dict[str, Any]:
    """Five small pips: how far each part is."""
    return {"pips": [_pip(getattr(summary, f"readiness_{part}")) for part in PARTS]}


@register.simple_tag
def event_sentence(event: Any) -> str:
    """What happened, in the reader's language."""
    return happened(event)
