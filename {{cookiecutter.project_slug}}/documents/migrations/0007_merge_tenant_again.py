from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0005_merge_tenant"),
        ("documents", "0006_awaited"),
    ]

    operations = []
