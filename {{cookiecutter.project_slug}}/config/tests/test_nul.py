"""Addresses that contain a NUL character."""

import pytest
from django.test import Client

from operations.users import User


@pytest.mark.parametrize("path", ["/%00", "/accounts/x%00/login/", "/admin/%00/"])
def test_a_nul_in_a_path(client: Client, path: str) -> None:
    """A view may look up a row by a part of it."""
    assert client.get(path).status_code == 400


@pytest.mark.parametrize("query", ["email=a%00b", "%00", "is_active__exact=%00"])
def test_a_nul_in_an_address_is_refused_before_the_database_fails(
    client: Client, admin: User, query: str
) -> None:
    client.force_login(admin)
    answer = client.get(f"/admin/accounts/user/?{query}")
    assert answer.status_code == 400
    assert "NUL" in answer.text
