from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mcp_server", "0005_indexes"),
    ]

    operations = [
        migrations.AddField(
            model_name="mcptoken",
            name="start",
            field=models.CharField(blank=True, db_default="", default="", editable=False, max_length=8),
        ),
    ]
