"""The tabs of a project."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Tab:
    """One part of a project: `readiness` names the column of the summary behind its pip, if it has one."""

    key: str
    label: str | Promise
    url_name: str
    readiness: str = ""


TABS = (
    Tab("overview", _("Overview"), "tracker:overview"),
    Tab("scope", _("Scope"), "scope:scope", "readiness_scope"),
    Tab("canvas", _("Canvas"), "canvas:canvas", "readiness_canvas"),
    Tab("risks", _("Risks"), "risks:register", "readiness_risks"),
    Tab("costs", _("Costs"), "costs:costs", "readiness_costs"),
    Tab("baselines", _("Baselines"), "baselines:registry", "readiness_baselines"),
    Tab("lifecycle", _("Lifecycle"), "tracker:lifecycle"),
    Tab("reviews", _("Decisions"), "reviews:decisions"),
    Tab("report", _("Report"), "reports:report"),
)
