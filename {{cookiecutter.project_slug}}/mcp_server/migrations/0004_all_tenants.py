import django.db.models.deletion
from django.db import migrations, models

from tenants.migrations_help import limit_credentials


class Migration(migrations.Migration):
    dependencies = [
        ("mcp_server", "0003_tenant"),
        ("tenants", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="mcptoken",
            name="all_tenants",
            field=models.JSONField(editable=False, null=True),
        ),
        migrations.AlterField(
            model_name="mcptoken",
            name="tenant",
            field=models.ForeignKey(
                blank=True,
                help_text="Empty: all that its user has now, each at /mcp/t/SLUG/.",
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="tenants.tenant",
            ),
        ),
        limit_credentials("mcp_server", "mcptoken"),
    ]
