from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mcp_server", "0004_all_tenants"),
        ("mcp_server", "0005_indexes"),
    ]

    operations = [
        # For processes of an older version, which know no tenants, while this one starts.
        migrations.AlterField(
            model_name="toolcall",
            name="tenant",
            field=models.CharField(
                blank=True, db_default="", db_index=True, help_text="Its slug.", max_length=50
            ),
        ),
    ]
