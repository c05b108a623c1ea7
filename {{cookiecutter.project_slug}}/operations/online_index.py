"""For migrations: indexes for tables that are in use."""

from typing import Any

from django.db import migrations


class AddIndexOnline(migrations.AddIndex):
    """Adds an index while others write to the table, if the database is PostgreSQL.

    Django's `AddIndex` blocks writes until the index is built, which takes minutes for a large table. The
    migration needs `atomic = False`. If it fails halfway, it leaves an invalid index: drop it, and migrate
    again.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        connection = schema_editor.connection
        if connection.vendor != "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        model = to_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(connection.alias, model):
            schema_editor.add_index(model, self.index, concurrently=True)


class OnPostgreSQL(migrations.RunSQL):
    """Runs SQL on PostgreSQL only, for an index that other databases do not have and no model can declare."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            super().database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            super().database_backwards(app_label, schema_editor, from_state, to_state)
