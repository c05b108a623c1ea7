from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0003_tenant"),
        ("documents", "0004_newest"),
    ]

    operations = []
