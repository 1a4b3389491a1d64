from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

STATE = (
    "key",
    "title",
    "category",
    "status",
    "likelihood",
    "severity",
    "current_likelihood",
    "current_severity",
    "residual_likelihood",
    "residual_severity",
)


def begin(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    """Every risk is where it is since its last change: nothing earlier is known."""
    Risk: Any = apps.get_model("risks", "Risk")
    RiskChange: Any = apps.get_model("risks", "RiskChange")
    rows = Risk.objects.order_by("deleted_at", "pk").values("project_id", "by_id", "at", "deleted_at", *STATE)
    some: list[Any] = []
    for row in rows.iterator(500):
        removed, at = row.pop("deleted_at"), row.pop("at")
        some.append(RiskChange(**row, at=at))
        if removed:
            some.append(RiskChange(**row, at=max(at, removed), removed=True))
        if len(some) >= 500:
            RiskChange.objects.bulk_create(some)
            some = []
    RiskChange.objects.bulk_create(some)


class Migration(migrations.Migration):
    dependencies = [("risks", "0002_movement_acceptance_declined")]

    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
