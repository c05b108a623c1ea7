"""Pages offer no tool that a call would refuse, whatever its `auth=` is."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from fastmcp.server.auth import AuthContext

from mcp_server.pages.forms import tools_of
from mcp_server.permissions import permission_required
from mcp_server.server import mcp
from mcp_server.tests.fixtures import make_user
from mcp_server.tests.helpers import permit
from operations.users import User

pytestmark = pytest.mark.django_db

PERMISSION = "auth.delete_group"


async def for_the_chosen(context: AuthContext) -> bool:
    return bool(context.token.user.email == "chosen@example.com")


def do() -> str:
    """Do it."""
    return "done"


@pytest.fixture(autouse=True)
def tools() -> Iterator[None]:
    """Register a tool for each kind of check."""
    checks: dict[str, Any] = {
        "for_chosen": for_the_chosen,
        "for_deleters": permission_required(PERMISSION),
        "for_both": [permission_required(PERMISSION), for_the_chosen],
    }
    for name, auth in checks.items():
        mcp.tool(do, name=name, auth=auth, annotations={"readOnlyHint": True})
    yield
    for name in checks:
        mcp.local_provider.remove_tool(name)


def offers_on_home(client: Client) -> set[str]:
    return {tool.name for tool in client.get(reverse("mcp_server:home")).context["tools"]}


def offers_in_the_form(client: Client) -> set[str]:
    choices = client.get(reverse("mcp_server:tokens")).context["form"].fields["allowed_tools"].choices
    return {name for _, group in choices for name, _ in group}


CASES = [
    ("someone@example.com", [], set()),
    ("someone@example.com", [PERMISSION], {"for_deleters"}),
    ("chosen@example.com", [], {"for_chosen"}),
    ("chosen@example.com", [PERMISSION], {"for_chosen", "for_deleters", "for_both"}),
    ("root@example.com", [], {"for_deleters"}),
]


@pytest.mark.parametrize("offers", [offers_on_home, offers_in_the_form])
@pytest.mark.parametrize(("email", "permissions", "expected"), CASES)
def test_pages_ask_what_a_call_asks(
    client: Client,
    offers: Callable[[Client], set[str]],
    email: str,
    permissions: list[str],
    expected: set[str],
) -> None:
    user = make_user(email)
    user.is_superuser = email.startswith("root")
    user.save()
    for permission in permissions:
        permit(user, permission)
    client.force_login(user)
    offered = offers(client)
    assert {name for name in offered if name.startswith("for_")} == expected
    assert "whoami" in offered


def test_inactive_users_are_offered_nothing(user: User, admin: User) -> None:
    for each in (user, admin):
        each.is_active = False
        assert tools_of(each) == []
