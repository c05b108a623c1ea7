import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("mcp_server", "0002_limits_and_audit"),
        ("tenants", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="mcptoken",
            name="tenant",
            field=models.ForeignKey(
                blank=True,
                help_text="Empty: all tenants of its user, each at /mcp/t/SLUG/.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="tenants.tenant",
            ),
        ),
        migrations.AddField(
            model_name="toolcall",
            name="tenant",
            field=models.CharField(
                blank=True, db_index=True, default="", help_text="Its slug.", max_length=50
            ),
            preserve_default=False,
        ),
    ]
