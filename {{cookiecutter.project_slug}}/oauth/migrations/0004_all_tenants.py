import django.db.models.deletion
from django.db import migrations, models

from tenants.migrations_help import limit_credentials


class Migration(migrations.Migration):
    dependencies = [
        ("oauth", "0002_tenant"),
        ("oauth", "0003_scope"),
        ("tenants", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="connection",
            name="all_tenants",
            field=models.JSONField(editable=False, null=True),
        ),
        migrations.AlterField(
            model_name="connection",
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
        limit_credentials("oauth", "connection"),
    ]
