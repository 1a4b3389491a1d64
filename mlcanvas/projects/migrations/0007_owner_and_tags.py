import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0006_spent_requests"),
        ("workspaces", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="project",
            name="owner",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="project",
            name="owner_name",
            field=models.CharField(blank=True, default="", max_length=254),
        ),
        migrations.CreateModel(
            name="Tag",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=40)),
                ("folded", models.CharField(max_length=120)),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="tags", to="projects.project"
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="workspaces.workspace"
                    ),
                ),
            ],
            options={
                "ordering": ("folded",),
                "indexes": [models.Index(fields=["workspace", "folded", "name"], name="projects_tag_by_word")],
                "constraints": [models.UniqueConstraint(fields=("project", "folded"), name="projects_tag_once")],
            },
        ),
        migrations.AddIndex(
            model_name="project",
            index=models.Index(fields=["workspace", "owner", "owner_name"], name="projects_project_by_owner"),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(("owner", None), models.Q(("owner_name", ""), _negated=True), _connector="OR"),
                name="projects_project_owner_has_name",
            ),
        ),
    ]
