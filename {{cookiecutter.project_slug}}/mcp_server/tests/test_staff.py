"""What staff who are not superusers may do in the admin."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from pytest_django.asserts import assertContains, assertNotContains

from mcp_server.models import MCPToken
from mcp_server.tests.pages.test_calls import export, record
from mcp_server.tests.test_admin import ADD, CHANGELIST, FORM, change_page
from operations.users import User

pytestmark = pytest.mark.django_db


def sign_in(client: Client, user: User, *permissions: str) -> None:
    """Make `user` staff with these permissions, and sign them in."""
    user.is_staff = True
    user.save()
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(user)


def test_only_superusers_make_tokens_for_superusers(client: Client, admin: User, user: User) -> None:
    sign_in(client, user, "add_mcptoken")
    client.post(ADD, FORM | {"user": admin.pk, "allowed_tools": []})
    assert not MCPToken.objects.exists()
    client.post(ADD, FORM | {"user": user.pk, "allowed_tools": []})
    assert MCPToken.objects.get().user == user


def test_only_superusers_change_tokens_of_superusers(client: Client, admin: User, user: User) -> None:
    token = MCPToken.objects.create(user=admin, name="root", allowed_tools=["whoami"])
    sign_in(client, user, "view_mcptoken", "change_mcptoken")
    response = client.post(change_page(token), FORM | {"allowed_tools": []})
    token.refresh_from_db()
    assert (response.status_code, token.allowed_tools) == (403, ["whoami"])


def test_those_who_may_only_look_see_no_way_to_revoke(client: Client, user: User) -> None:
    token = MCPToken.objects.create(user=user, name="laptop", allowed_tools=["gone_tool"])
    sign_in(client, user, "view_mcptoken")
    assertNotContains(client.get(CHANGELIST), "Revoke selected")
    assertContains(client.get(change_page(token)), "gone_tool")


def test_those_who_may_only_look_may_export(client: Client, user: User) -> None:
    row = record(None)
    sign_in(client, user, "view_toolcall")
    assert len(export(client, [row])) == 1
