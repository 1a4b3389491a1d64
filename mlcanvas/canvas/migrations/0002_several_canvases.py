"""A project may fill several templates, one of them primary; an agreement names the template of its block."""

from django.db import migrations, models


def name_the_template(apps, _editor):
    canvas = apps.get_model("canvas", "Canvas")
    agreement = apps.get_model("canvas", "Agreement")
    for project, template in canvas.objects.values_list("project", "template"):
        agreement.objects.filter(project=project).update(template=template)


def forget_the_others(apps, _editor):
    """Back to one canvas a project: the primary one stays, with its agreements."""
    canvas = apps.get_model("canvas", "Canvas")
    agreement = apps.get_model("canvas", "Agreement")
    for project, template in canvas.objects.filter(primary=False).values_list("project", "template"):
        agreement.objects.filter(project=project, template=template).delete()
    canvas.objects.filter(primary=False).delete()


class Migration(migrations.Migration):
    dependencies = [("canvas", "0001_initial"), ("projects", "0001_initial")]

    operations = [
        migrations.AddField("canvas", "primary", models.BooleanField(default=True)),
        migrations.AddField("agreement", "template", models.CharField(default="ml_canvas_v1_1", max_length=40)),
        migrations.RunPython(name_the_template, forget_the_others),
        migrations.AlterField(
            "canvas",
            "project",
            models.ForeignKey(on_delete=models.deletion.CASCADE, related_name="+", to="projects.project"),
        ),
        migrations.RemoveConstraint("agreement", "canvas_agreement_once"),
        migrations.AddConstraint(
            "agreement",
            models.UniqueConstraint(fields=["project", "template", "block"], name="canvas_agreement_once"),
        ),
        migrations.AddConstraint(
            "canvas",
            models.UniqueConstraint(fields=["project", "template"], name="canvas_canvas_once"),
        ),
        migrations.AddConstraint(
            "canvas",
            models.UniqueConstraint(
                condition=models.Q(primary=True), fields=["project"], name="canvas_canvas_one_primary"
            ),
        ),
    ]
