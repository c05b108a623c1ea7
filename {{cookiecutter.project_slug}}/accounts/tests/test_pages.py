"""Signing in and out, and changing the password."""

import pytest
from django.contrib.auth import get_user
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertRedirects

from accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("address", ["user@example.com", "USER@Example.com"])
def test_log_in(client: Client, user: User, address: str) -> None:
    response = client.post(reverse("login"), {"username": address, "password": "a long password"})

    assertRedirects(response, reverse("mcp_server:tokens"))


def test_every_page_says_who_is_signed_in(client: Client, user: User) -> None:
    client.force_login(user)

    for page in ("mcp_server:home", "mcp_server:tokens", "account", "password_change"):
        assertContains(client.get(reverse(page)), f">{user.email}</a>")


@pytest.mark.parametrize("page", ["/", "/nothing/here/", reverse("password_change"), reverse("account")])
def test_no_cache_keeps_a_page_that_says_who_is_signed_in(client: Client, user: User, page: str) -> None:
    """After the log-out, the next person at the computer went back to it."""
    client.force_login(user)

    assert "no-store" in client.get(page)["Cache-Control"]
    assert "Cache-Control" not in Client().get("/")


def test_wrong_password(client: Client, user: User) -> None:
    response = client.post(reverse("login"), {"username": user.email, "password": "wrong"})

    assertContains(response, "Please enter a correct e-mail address and password.")
    assert not get_user(client).is_authenticated


def test_log_in_page_sends_signed_in_users_on(client: Client, user: User) -> None:
    client.force_login(user)

    assertRedirects(client.get(reverse("login")), reverse("mcp_server:tokens"))


def test_log_out(client: Client, user: User) -> None:
    client.force_login(user)

    assertRedirects(client.post(reverse("logout")), reverse("mcp_server:home"))
    assert not get_user(client).is_authenticated


def test_change_of_password(client: Client, user: User) -> None:
    client.force_login(user)
    new = "another long password"

    response = client.post(
        reverse("password_change"),
        {"old_password": "a long password", "new_password1": new, "new_password2": new},
        follow=True,
    )

    assertContains(response, "Password changed")
    user.refresh_from_db()
    assert user.check_password(new)
