from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

# The same as WORDS in documents/search.py, or PostgreSQL does not use it.
INDEX = GinIndex(
    SearchVector("title", weight="A", config="english") + SearchVector("text", weight="B", config="english"),
    name="document_words",
)


def add_index(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.add_index(apps.get_model("documents", "Document"), INDEX)


def remove_index(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.remove_index(apps.get_model("documents", "Document"), INDEX)


class Migration(migrations.Migration):
    dependencies = [("documents", "0001_initial")]

    # Not in the model, for only PostgreSQL has such an index.
    operations = [migrations.RunPython(add_index, remove_index)]
