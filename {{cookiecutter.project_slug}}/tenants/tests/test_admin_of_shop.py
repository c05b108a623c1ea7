"""What staff of a tenant reach of the shop in the admin."""

import pytest
from django.test import Client
from django.urls import reverse

from inventory.models import Category
from tenants import scope
from tenants.models import Tenant
from tenants.tests.test_admin import address, beta, staff

pytestmark = pytest.mark.django_db

__all__ = ["beta", "staff"]  # fixtures


def test_staff_keep_the_pages_of_their_tenant(staff: Client, beta: Tenant) -> None:
    row = Category.objects.create(name="Ours")
    with scope.use(beta):
        theirs = Category.objects.create(name="Theirs")
    assert b"Theirs" not in staff.get(address(row, "changelist")).content
    assert staff.get(address(theirs, "change")).status_code == 302  # to the index: there is no such row
    assert staff.get("/t/beta" + address(theirs, "change")).status_code == 404
    for page in ("add", "change", "delete", "history"):
        assert staff.get(address(row, page)).status_code == 200
    assert staff.post(address(row, "change"), {"name": "Still ours"}).status_code == 302
    query = {"app_label": "inventory", "model_name": "orderline", "field_name": "product"}
    assert staff.get(reverse("admin:autocomplete"), query).status_code == 200
    for page in ("product", "order"):
        assert staff.get(reverse(f"admin:inventory_{page}_add")).status_code == 200
    assert staff.post(address(row, "delete"), {"post": "yes"}).status_code == 302
    assert not Category.objects.exists()
