"""Which rows of the shop staff of a tenant can see in the admin."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from inventory.models import Category, Product, StockAdjustment
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


def test_a_user_with_rows_in_other_tenants_can_be_deleted(
    client: Client, admin: User, user: User, beta: Tenant
) -> None:
    with scope.use(beta):
        category = Category.objects.create(name="Tools")
        product = Product.objects.create(sku="A-1", name="Saw", category=category, price=1, stock=1)
        change = StockAdjustment.objects.create(product=product, user=user, change=1, reason="found")
    client.force_login(admin)
    assert client.post(f"/admin/accounts/user/{user.pk}/delete/", {"post": "yes"}).status_code == 302
    with scope.use(beta):
        change.refresh_from_db()
    assert change.user_id is None
