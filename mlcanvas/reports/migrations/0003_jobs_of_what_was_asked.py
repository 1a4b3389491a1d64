"""A job knows what was asked for, and may be of projects of several workspaces."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def forget_the_others(apps, _editor):
    """Back to jobs that make all reports of one workspace: the others have no meaning without what was asked."""
    apps.get_model("reports", "Job").objects.exclude(kind="every_report").delete()


class Migration(migrations.Migration):
    dependencies = [
        ("reports", "0002_job"),
        ("workspaces", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="job",
            name="reports_job_once_at_a_time",
        ),
        migrations.AddField(
            model_name="job",
            name="asked",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="job",
            name="holds",
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name="job",
            name="mark",
            field=models.CharField(blank=True, default="", max_length=64),
        ),
        migrations.AddField(
            model_name="job",
            name="refused",
            field=models.CharField(blank=True, default="", max_length=60),
        ),
        migrations.AlterField(
            model_name="job",
            name="workspace",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="workspaces.workspace"
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("queued", "running"))),
                fields=("workspace", "by", "kind", "mark"),
                name="reports_job_once_at_a_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="job",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ("queued", "running")), ("workspace", None)),
                fields=("by", "kind", "mark"),
                name="reports_job_of_several_once",
            ),
        ),
        migrations.RunPython(migrations.RunPython.noop, forget_the_others),
    ]
