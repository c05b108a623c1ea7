"""The address for clients on the home page."""

from django.conf import settings
from django.test import Client

from accounts.models import User
from tenants.models import Membership, Tenant


def test_members_of_several_tenants_read_the_address_of_each(client: Client, user: User) -> None:
    """Catches the plain address, at which each call would be refused because it names no tenant."""
    for slug in ("ada", "bob", "gone"):
        tenant = Tenant.objects.create(name=slug.title(), slug=slug, active=slug != "gone")
        Membership.objects.create(tenant=tenant, user=user)
    client.force_login(user)

    page = client.get("/").content.decode()

    assert f'<pre id="tenant-ada">{settings.MCP_URL}t/ada/</pre>' in page
    assert "/mcp/t/bob/</pre>" in page
    assert "/mcp/t/gone/" not in page
    assert '<pre id="url">' not in page


def test_who_belongs_to_none_is_told(client: Client, user: User) -> None:
    user.memberships.all().delete()
    client.force_login(user)

    assert "You are not a member of a tenant" in client.get("/").content.decode()


def test_a_token_for_several_comes_with_their_addresses(client: Client, user: User) -> None:
    """Catches a copied configuration with the plain address, at which each call would be refused."""
    for slug in ("ada", "bob"):
        Membership.objects.create(tenant=Tenant.objects.create(name=slug.title(), slug=slug), user=user)
    client.force_login(user)

    page = client.post("/tokens/", {"name": "x", "lifetime": "30"}).content.decode()

    assert f"Ada: <code>{settings.MCP_URL}t/ada/</code>" in page
    assert "Bob: <code>" in page
