"""The tools of every site with tenants."""

from tenants.tests.isolation.theirs import Calls

CALLS: Calls = {
    # diagnostics
    "add_numbers": lambda _: {"a": 1, "b": 2},
    "whoami": lambda _: {},
    # tenants
    "get_tenant_info": lambda _: {},
    "get_tenant_users": lambda _: {},
    "list_tenants": lambda _: {"limit": 1},
    "update_tenant_settings": lambda _: {"settings": {"colour": "red"}},
}
