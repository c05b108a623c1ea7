from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("oauth", "0004_all_tenants"),
        ("oauth", "0005_indexes"),
    ]

    operations = []
