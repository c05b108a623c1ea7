from django.db import migrations, models

from operations.online_index import AddIndexOnline, OnPostgreSQL


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("oauth", "0003_scope")]

    operations = [
        AddIndexOnline("connection", models.Index(fields=["-created_at"], name="connection_newest")),
        # For `istartswith`, which PostgreSQL writes as UPPER(name) LIKE 'X%'.
        OnPostgreSQL(
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS connection_name ON oauth_connection "
            "(upper(name) text_pattern_ops)",
            "DROP INDEX IF EXISTS connection_name",
        ),
    ]
