"""Staff of a tenant who are not superusers see no connected app in the admin."""

import pytest
from django.db.models import Model
from django.test import Client

from accounts.models import User
from oauth.models import Connection
from oauth.tests.fixtures import MakeAppToken
from tenants.tests import test_admin
from tenants.tests.test_admin import beta, staff, stranger

pytestmark = pytest.mark.django_db

__all__ = ["beta", "staff", "stranger"]  # fixtures


@pytest.fixture
def rows(stranger: User, make_app_token: MakeAppToken) -> list[Model]:
    make_app_token(stranger)
    connection = Connection.objects.get()
    return [connection, connection.application]


@pytest.mark.parametrize("prefix", ["", "/t/demo"])
def test_staff(staff: Client, rows: list[Model], prefix: str) -> None:
    test_admin.test_staff_reach_no_page_of_rows_of_every_tenant(staff, rows, prefix)


def test_superusers(client: Client, admin: User, rows: list[Model]) -> None:
    test_admin.test_superusers_reach_all_of_them(client, admin, rows)
