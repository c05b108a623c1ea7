"""An app that the company connects may use only the addresses of its user's tenants."""

from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from oauth.models import Connection
from sign_in.tests.test_identity_assertion import app, keys, person, redeem, sign, switched_on
from tenants.models import Tenant

pytestmark = pytest.mark.django_db

__all__ = ["app", "keys", "person", "switched_on"]  # fixtures


@pytest.mark.parametrize(("slug", "status"), [("demo", 200), ("globex", 400), ("none", 400)])
def test_whose_member_the_person_is(
    client: Client, person: User, app: dict[str, Any], slug: str, status: int
) -> None:
    Tenant.objects.create(name="Globex", slug="globex")

    answer = redeem(client, app, sign(app, resource=f"{settings.PUBLIC_BASE_URL}/mcp/t/{slug}/"))

    assert answer.status_code == status, answer.content
    assert Connection.objects.exists() is (status == 200)
