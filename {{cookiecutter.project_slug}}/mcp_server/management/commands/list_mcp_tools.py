"""`manage.py list_mcp_tools` lists every tool of this server, whoever may call it."""

from typing import Any

from django.core.management.base import BaseCommand

from mcp_server.pages.tool_catalog import registered_tools

ROW = "{:<28}  {:<6}  {:<30}  {}"


class Command(BaseCommand):
    """Prints a line for each tool. It fails as the server would, and names a module that does not load."""

    help = "List the tools: name, whether it changes data, the permission it needs, what it does."

    def handle(self, **_options: Any) -> None:
        tools = registered_tools()  # a module that does not load ends the command before its first line
        self.stdout.write(ROW.format("TOOL", "DOES", "NEEDS", "SUMMARY"))
        for tool in tools:
            does = "reads" if tool.read_only else "writes"
            needs = ", ".join(sorted(tool.permissions)) or ("a check" if tool.has_auth else "a token")
            self.stdout.write(ROW.format(tool.name, does, needs, tool.summary))
