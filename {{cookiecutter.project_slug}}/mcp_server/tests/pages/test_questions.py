"""An action that cannot be undone needs a confirmation."""

from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains

from mcp_server.models import MCPToken
from operations.users import User


def test_revoke_asks_first(client: Client, user: User) -> None:
    token = MCPToken.objects.create(user=user, name="Laptop")
    client.force_login(user)

    page = client.get(reverse("mcp_server:tokens")).content.decode()

    before, _, question = page.partition('<summary class="button danger" aria-label="Revoke Laptop">')
    revoke = reverse("mcp_server:revoke_token", args=[token.pk])
    assert revoke not in before
    assert f'action="{revoke}"' in question.partition("</details>")[0]


def test_who_makes_a_token_for_another_is_told_whose_it_is(client: Client, admin: User, user: User) -> None:
    client.force_login(admin)
    form = {"user": user.pk, "name": "Robot", "expires_at_0": "", "expires_at_1": "", "rate_limit": ""}

    answer = client.post("/admin/mcp_server/mcptoken/add/", form)

    assertContains(answer, f"a program acts as {user.email}")
