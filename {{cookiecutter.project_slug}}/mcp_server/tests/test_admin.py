"""The admin pages of tokens."""

import re

import pytest
from django.db.models.signals import pre_save
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from mcp_server.auth import resolve_mcp_user
from mcp_server.models import MCPToken
from operations.users import User

CHANGELIST = reverse("admin:mcp_server_mcptoken_changelist")
ADD = reverse("admin:mcp_server_mcptoken_add")
FORM = {"name": "laptop", "expires_at_0": "", "expires_at_1": ""}


@pytest.fixture
def client(client: Client, admin: User) -> Client:
    """A browser in which an administrator is signed in."""
    client.force_login(admin)
    return client


@pytest.fixture
def token(user: User) -> MCPToken:
    return MCPToken.objects.create(user=user, name="laptop", allowed_tools=["whoami", "gone_tool"])


def change_page(token: MCPToken) -> str:
    return reverse("admin:mcp_server_mcptoken_change", args=[token.pk])


def test_value_is_shown_once(client: Client, user: User) -> None:
    response = client.post(ADD, FORM | {"user": user.pk, "allowed_tools": ["whoami"]})

    value = response.context["token"].token
    token = MCPToken.objects.get()
    assert resolve_mcp_user(value) == (user, token)
    assert token.allowed_tools == ["whoami"]
    assertContains(response, f'<pre id="token">{value}</pre>')
    assert not any(value in cookie.value for cookie in client.cookies.values())
    for page in (CHANGELIST, change_page(token), reverse("admin:index")):
        assertNotContains(client.get(page), value)


def test_change_page_masks_the_token_and_fixes_its_user(client: Client, token: MCPToken) -> None:
    response = client.get(change_page(token))

    assertContains(response, token.get_masked_token())
    assertNotContains(response, MCPToken.objects.get().token)  # the SHA-256
    assert set(response.context["adminform"].form.fields) == {
        # % if cookiecutter.multi_tenancy
        "tenant",
        # % endif
        "name",
        "expires_at",
        "rate_limit",
        "allowed_tools",
    }


def test_name_of_a_tool_that_is_gone_survives_an_edit(client: Client, token: MCPToken) -> None:
    """Catches a token that was limited to a removed tool, and becomes unlimited when it is saved."""
    page = client.get(change_page(token)).content.decode()
    assert re.search(r'value="gone_tool"[^>]* checked', page)

    response = client.post(change_page(token), FORM | {"name": "desk", "allowed_tools": token.allowed_tools})

    assertRedirects(response, CHANGELIST)
    token.refresh_from_db()
    assert (token.name, token.allowed_tools) == ("desk", ["whoami", "gone_tool"])


def test_tool_that_never_was_is_refused(client: Client, token: MCPToken) -> None:
    response = client.post(change_page(token), FORM | {"allowed_tools": ["typo"]})

    assertContains(response, "Select a valid choice. typo is not one of the available choices.")


def test_what_is_no_rate_is_refused_with_a_sentence(client: Client, token: MCPToken) -> None:
    response = client.post(change_page(token), FORM | {"rate_limit": "20r/s"})

    assertContains(response, "is not a rate: write a number, a slash and second, minute, hour or day")


def test_revoke_action(client: Client, token: MCPToken) -> None:
    for expected in ("1 token no longer works.", "0 tokens no longer work."):
        response = client.post(CHANGELIST, {"action": "revoke", "_selected_action": [token.pk]}, follow=True)
        assertContains(response, expected)

    token.refresh_from_db()
    assert not token.is_active
    assertContains(client.get(change_page(token)), "revoked")


def test_an_edit_undoes_no_revocation_that_came_since(client: Client, token: MCPToken) -> None:
    def revoke_meanwhile(**_: object) -> None:
        MCPToken.objects.update(is_active=False)

    pre_save.connect(revoke_meanwhile, MCPToken)
    try:
        client.post(change_page(token), FORM | {"name": "desk", "allowed_tools": token.allowed_tools})
    finally:
        pre_save.disconnect(revoke_meanwhile, MCPToken)
    token.refresh_from_db()
    assert (token.name, token.is_active) == ("desk", False)


@pytest.mark.parametrize(
    "query", [{"q": "user@example"}, {"is_active__exact": "1"}, {"last_used_at__isnull": "True"}]
)
def test_search_and_filters(client: Client, token: MCPToken, query: dict[str, str]) -> None:
    assertContains(client.get(CHANGELIST, query), token.get_masked_token())


def test_list_asks_for_users_once(
    client: Client, user: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(20):
        MCPToken.objects.create(user=user, name=f"token {number}")

    with django_assert_max_num_queries(10):
        client.get(CHANGELIST)
