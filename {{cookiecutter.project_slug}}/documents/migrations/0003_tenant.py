from django.db import migrations

from tenants.migrations_help import adopt


class Migration(migrations.Migration):
    dependencies = [
        ("documents", "0002_full_text_index"),
        ("tenants", "0001_initial"),
    ]

    operations = adopt("documents", "document", "storedfile")
