"""The SQL tools."""

from tenants.tests.isolation.theirs import Calls

CALLS: Calls = {
    "execute_sql": lambda _: {"sql": "SELECT * FROM inventory_product"},
    "explain_sql": lambda _: {"sql": "SELECT * FROM inventory_product"},
    "get_table_info": lambda _: {"table": "inventory_product"},
    "list_tables": lambda _: {},
}
