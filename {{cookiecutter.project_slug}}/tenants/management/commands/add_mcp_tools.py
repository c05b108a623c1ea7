"""`manage.py add_mcp_tools` where rows belong to tenants: this app comes first in INSTALLED_APPS."""

from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError

from mcp_server.management.commands import add_mcp_tools
from mcp_server.management.model_tools.plan import Plan
from tenants.management.tools_of_tenants import TenantRules, write_isolation


class Command(add_mcp_tools.Command):
    """Writes for test_isolation.py, too, how the tools for models are called."""

    rules = TenantRules()

    def files(self, domain: str, plans: Sequence[Plan]) -> dict[Path, str]:
        """Return the texts of the files to write."""
        module = settings.BASE_DIR / "tenants" / "tests" / "isolation" / f"{domain}.py"
        if module.exists():
            raise CommandError(f"{module.relative_to(settings.BASE_DIR)} exists already.")
        return {**super().files(domain, plans), module: write_isolation(domain, plans)}
