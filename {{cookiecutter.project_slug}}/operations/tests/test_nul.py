"""Addresses that hold a NUL."""

import pytest
from django.test import Client

from accounts.models import User


@pytest.mark.parametrize(
    "path", ["/admin/accounts/user/?email=a%00b", "/admin/accounts/user/?%00", "/tok%00ens/"]
)
def test_a_nul_in_an_address_is_refused_before_the_database_fails(
    client: Client, admin: User, path: str
) -> None:
    client.force_login(admin)
    answer = client.get(path)
    assert answer.status_code == 400
    assert "NUL" in answer.text
