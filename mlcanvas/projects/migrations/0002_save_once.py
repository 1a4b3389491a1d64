from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("projects", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="passageedit",
            name="request",
            field=models.CharField(max_length=32, null=True),
        ),
        migrations.AddConstraint(
            model_name="passageedit",
            constraint=models.UniqueConstraint(fields=("passage", "request"), name="projects_passageedit_request_once"),
        ),
    ]
