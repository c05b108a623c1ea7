"""What the tests of tools do again and again."""

from typing import Any

from django.contrib.auth.models import Permission
from fastmcp import Client

from accounts.models import User


def permit(user: User, permission: str) -> None:
    """Give the user a permission, such as "accounts.change_user"."""
    app, _, codename = permission.partition(".")
    user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))


async def answer(client: Client[Any], tool: str, **arguments: object) -> dict[str, Any]:
    """Call a tool, and return its structured content."""
    content = (await client.call_tool(tool, arguments)).structured_content
    assert content is not None
    return content


async def refusal(client: Client[Any], tool: str, **arguments: object) -> str:
    """Call a tool that has to refuse, and return what it says."""
    result = await client.call_tool(tool, arguments, raise_on_error=False)
    assert result.is_error, f"{tool} accepted {arguments}"
    return str(result.content[0].text)
