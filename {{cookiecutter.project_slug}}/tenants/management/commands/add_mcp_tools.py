"""`manage.py add_mcp_tools` with tenants. Django finds this command first, by the order of INSTALLED_APPS."""

from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.management.base import CommandError

from mcp_server.management.commands import add_mcp_tools
from mcp_server.management.model_tools.plan import Plan
from tenants.management.tools_of_tenants import TenantRules, write_isolation


class Command(add_mcp_tools.Command):
    """Also writes how test_isolation.py calls the tools."""

    rules = TenantRules()

    def files(self, domain: str, plans: Sequence[Plan]) -> dict[Path, str]:
        """Return the texts of the files to write, with that for test_isolation.py."""
        module = settings.BASE_DIR / "tenants" / "tests" / "isolation" / f"{domain}.py"
        if module.exists():
            raise CommandError(f"{module.relative_to(settings.BASE_DIR)} exists already.")
        return {**super().files(domain, plans), module: write_isolation(domain, plans)}
