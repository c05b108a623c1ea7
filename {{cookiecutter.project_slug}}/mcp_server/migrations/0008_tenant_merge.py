from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("mcp_server", "0004_all_tenants"),
        ("mcp_server", "0007_token_start"),
    ]

    operations = []
