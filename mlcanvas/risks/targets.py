"""What people comment on in risk and impact: a risk, a factor, the table itself."""

from collections.abc import Collection, Iterator

from django.urls import reverse

from mlcanvas import catalog
from mlcanvas.domain.text import Text
from mlcanvas.projects.models import Project
from mlcanvas.projects.targets import Target
from mlcanvas.risks.models import Risk
from mlcanvas.risks.selectors import in_order

TABLE = Text(en="Risk-impact table", pt_BR="Tabela de risco e impacto")


def risks_and_factors(project: Project, keys: Collection[str] | None) -> Iterator[Target]:
    """The table, its factors and the risks among `keys`; for None, all that are in the register."""
    page = reverse("risks:register", args=[project.slug])
    if keys is None or "risks/table" in keys:
        yield Target("risks/table", TABLE, f"{page}#tier")
    matrix = catalog.risk_matrix()
    labels = {factor.key: factor.label for factor in matrix.factors}
    labels |= {factor.key: factor.label for factor in matrix.score_factors if factor.asked}
    for name, label in labels.items():
        key = f"risks/factors/{name}"
        if keys is None or key in keys:
            yield Target(key, label, f"{page}#factor-{name}")
    rows = Risk.objects.filter(project=project) if keys is not None else Risk.objects.of(project)
    if keys is not None:
        wanted = [key.removeprefix("risks/") for key in keys if key.count("/") == 1 and key != "risks/table"]
        rows = rows.filter(key__in=wanted) if wanted else rows.none()
    latest = {row.key: row for row in rows.order_by("pk").only("key", "title", "deleted_at")}
    for row in sorted(latest.values(), key=in_order):
        title = f"{row.key} · {row.title}"
        yield Target(
            f"risks/{row.key}",
            Text(en=title, pt_BR=title),
            reverse("risks:risk_edit", args=[project.slug, row.key]),
            here=row.deleted_at is None,
        )
