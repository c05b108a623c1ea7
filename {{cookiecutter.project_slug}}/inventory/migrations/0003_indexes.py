import logging
from typing import Any

from django.db import migrations, models

from operations.online_index import AddIndexOnline

logger = logging.getLogger(__name__)

# For `icontains`, which PostgreSQL writes as UPPER(…) LIKE '%…%'. Not in the model, for only PostgreSQL has it.
PARTS = {
    "product_parts": "inventory_product USING gin (upper(name) gin_trgm_ops, upper(sku) gin_trgm_ops)",
    "order_parts": "inventory_order USING gin (upper(customer) gin_trgm_ops)",
}
# Some servers come without it, and some do not let the owner of a database install it.
CAN_HAVE_TRIGRAMS = """
    SELECT EXISTS (SELECT FROM pg_extension WHERE extname = 'pg_trgm') OR EXISTS (
        SELECT FROM pg_available_extension_versions WHERE name = 'pg_trgm' AND trusted
        AND has_database_privilege(current_database(), 'CREATE')
    )
"""


def add_parts(_apps: Any, schema_editor: Any) -> None:
    """Let PostgreSQL find parts of words by an index. Without it, search reads the whole table."""
    if schema_editor.connection.vendor != "postgresql":
        return
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(CAN_HAVE_TRIGRAMS)
        if cursor.fetchone()[0]:
            cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            for name, columns in PARTS.items():
                cursor.execute(f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {name} ON {columns}")
        else:
            indexes = "; ".join(f"CREATE INDEX {name} ON {columns}" for name, columns in PARTS.items())
            logger.warning(
                "Searches for products and orders will read every row, for this user of the database cannot"
                " install pg_trgm: an administrator may run CREATE EXTENSION pg_trgm; %s;",
                indexes,
            )


def remove_parts(_apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"DROP INDEX IF EXISTS {', '.join(PARTS)}")


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("inventory", "0001_initial")]

    operations = [
        AddIndexOnline(
            "product",
            models.Index(
                fields=["category", "sku"], condition=models.Q(("active", True)), name="product_on_sale"
            ),
        ),
        AddIndexOnline("stockadjustment", models.Index(fields=["-created"], name="stockadjustment_newest")),
        migrations.RunPython(add_parts, remove_parts),
    ]
