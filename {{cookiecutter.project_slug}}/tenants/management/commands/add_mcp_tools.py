"""`manage.py add_mcp_tools` where rows belong to tenants: this app comes first in INSTALLED_APPS."""

from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from mcp_server.management.commands import add_mcp_tools
from mcp_server.management.model_tools.plan import Plan
from tenants.management.tools_of_tenants import TenantRules, with_calls


class Command(add_mcp_tools.Command):
    """Gives the tools for models their lines in the table of test_isolation.py, too."""

    rules = TenantRules()

    def files(self, domain: str, plans: Sequence[Plan]) -> dict[Path, str]:
        """Return the texts of the files to write."""
        table = settings.BASE_DIR / "tenants" / "tests" / "isolation_table.py"
        calls = with_calls(table.read_text(encoding="utf-8"), domain, plans)
        return {**super().files(domain, plans), table: calls}
