from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from inventory.models import Order, Product, StockAdjustment
from inventory.tests.shop import make_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(client: Client, admin: User) -> Client:
    client.force_login(admin)
    return client


@pytest.mark.parametrize("model", ["category", "product", "order", "stockadjustment"])
def test_lists_open(site: Client, model: str) -> None:
    product = make_product()
    Order.objects.create(customer="Ada")
    StockAdjustment.objects.create(product=product, change=5, reason="delivery")
    assert site.get(reverse(f"admin:inventory_{model}_changelist")).status_code == 200


def test_editing_a_name_keeps_the_stock_of_now(site: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    product = make_product(stock=5)
    form = {
        "sku": product.sku,
        "name": "Blue mug",
        "category": product.category_id,
        "price": "9.90",
        "stock": "5",
        "active": "on",
    }
    clean = Product.full_clean

    def sell_meanwhile(self: Product, *args: object, **options: object) -> None:
        clean(self, *args, **options)  # type: ignore[arg-type]
        Product.objects.filter(pk=product.pk).update(stock=2)

    monkeypatch.setattr(Product, "full_clean", sell_meanwhile)
    response = site.post(reverse("admin:inventory_product_change", args=[product.pk]), form)
    assert response.status_code == 302
    product.refresh_from_db()
    assert (product.name, product.stock) == ("Blue mug", 2)


def test_editing_the_stock_is_in_its_history(site: Client, admin: User) -> None:
    product = make_product(stock=5)
    form = {
        "sku": product.sku,
        "name": product.name,
        "category": product.category_id,
        "price": "9.90",
        "stock": "50",
    }
    site.post(reverse("admin:inventory_product_change", args=[product.pk]), form)
    entry = StockAdjustment.objects.get()
    assert (entry.product, entry.change, entry.user) == (product, 45, admin)


def test_adding_a_product(site: Client, admin: User) -> None:
    category = make_product().category_id
    form = {"sku": "CUP-1", "name": "Cup", "category": category, "price": "4.5", "stock": "7"}
    assert site.post(reverse("admin:inventory_product_add"), form).status_code == 302
    product = Product.objects.get(sku="CUP-1")
    assert (product.price, product.created_by) == (Decimal("4.50"), admin)


def test_history_cannot_be_written(site: Client) -> None:
    entry = StockAdjustment.objects.create(product=make_product(), change=5, reason="delivery")
    assert site.get(reverse("admin:inventory_stockadjustment_add")).status_code == 403
    for action in ("change", "delete"):
        url = reverse(f"admin:inventory_stockadjustment_{action}", args=[entry.pk])
        assert site.post(url, {"change": "1", "post": "yes"}).status_code == 403
