"""The tenant that users choose for a credential, in each way to make one."""

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User
from mcp_server.models import MCPToken
from tenants.forms import EVERY
from tenants.models import Membership, Tenant

pytestmark = pytest.mark.django_db


@pytest.fixture
def other(user: User) -> Tenant:
    """A second tenant of `user`."""
    other = Tenant.objects.create(name="Globex", slug="globex")
    Membership.objects.create(user=user, tenant=other)
    return other


@pytest.fixture
def foreign(db: None) -> Tenant:
    """A tenant without members."""
    return Tenant.objects.create(name="Initech", slug="initech")


@pytest.fixture
def browser(client: Client, user: User) -> Client:
    """A browser in which `user` is signed in."""
    client.force_login(user)
    return client


def test_page_of_tokens(browser: Client, tenant: Tenant, other: Tenant, foreign: Tenant) -> None:
    page = browser.get(reverse("mcp_server:tokens")).content.decode()
    assert all(name in page for name in (tenant.name, other.name, str(EVERY)))
    assert foreign.name not in page
    for name, choice in (("one", other.pk), ("all", ""), ("foreign", foreign.pk)):
        browser.post(reverse("mcp_server:tokens"), {"name": name, "lifetime": "30", "tenant": choice})
    assert dict(MCPToken.objects.values_list("name", "tenant")) == {"one": other.pk, "all": None}


def test_command(user: User, other: Tenant, foreign: Tenant) -> None:
    options = {"user": user.email, "name": "script"}
    call_command("create_mcp_token", **options, tenant=other.slug)
    call_command("create_mcp_token", **options)
    with pytest.raises(CommandError, match="is not a member of a tenant with the slug 'initech'"):
        call_command("create_mcp_token", **options, tenant=foreign.slug)
    assert list(MCPToken.objects.order_by("pk").values_list("tenant", flat=True)) == [other.pk, None]
