from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0004_merge_tenant"),
        ("inventory", "0005_description"),
    ]

    operations = []
