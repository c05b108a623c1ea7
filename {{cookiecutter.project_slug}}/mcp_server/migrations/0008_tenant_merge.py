from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("mcp_server", "0006_tenant_default"),
        ("mcp_server", "0007_token_start"),
    ]

    operations = []
