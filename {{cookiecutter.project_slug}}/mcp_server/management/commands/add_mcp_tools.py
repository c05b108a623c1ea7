"""`manage.py add_mcp_tools DOMAIN`: a tool module and its test to start from."""

from argparse import ArgumentParser
from keyword import iskeyword
from pathlib import Path
from string import Template
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

TEMPLATES = Path(__file__).parent / "add_mcp_tools"


class Command(BaseCommand):
    """Writes `mcp_server/tools/<domain>.py` and `mcp_server/tests/tools/test_<domain>.py`."""

    help = "Write a new tool module and its test. Both work as they are: edit them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("domain", help="what the tools are about, such as orders")

    def handle(self, **options: Any) -> None:
        domain: str = options["domain"]
        if not domain.isidentifier() or iskeyword(domain) or domain.lower() != domain or domain[0] == "_":
            raise CommandError(f"{domain!r} cannot name a module: use lower-case letters, digits and _.")
        package = settings.BASE_DIR / "mcp_server"
        files = {
            package / "tools" / f"{domain}.py": "tools.py-tpl",
            package / "tests" / "tools" / f"test_{domain}.py": "test_tools.py-tpl",
        }
        for path in files:
            if path.exists():
                raise CommandError(f"{path.relative_to(settings.BASE_DIR)} exists already.")
        for path, template in files.items():
            path.write_text(Template((TEMPLATES / template).read_text()).substitute(domain=domain))
            self.stdout.write(f"Wrote {path.relative_to(settings.BASE_DIR)}")
