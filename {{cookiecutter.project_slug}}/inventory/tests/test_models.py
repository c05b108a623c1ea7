import importlib
from decimal import Decimal
from unittest.mock import MagicMock

import pytest
from django.db import IntegrityError
from django.db.models import F, ProtectedError

from inventory.models import Order, OrderLine, Product, StockAdjustment
from inventory.tests.shop import make_product

pytestmark = pytest.mark.django_db


def test_database_refuses_stock_below_zero() -> None:
    product = make_product(stock=2)
    with pytest.raises(IntegrityError):
        Product.objects.filter(pk=product.pk).update(stock=F("stock") - 3)


def test_database_refuses_negative_price() -> None:
    with pytest.raises(IntegrityError, match="product_price_not_negative"):
        make_product(price="-0.01")


def test_database_refuses_line_without_pieces() -> None:
    order = Order.objects.create(customer="Ada")
    with pytest.raises(IntegrityError, match="orderline_quantity_positive"):
        OrderLine.objects.create(order=order, product=make_product(), quantity=0, unit_price=Decimal(1))


def test_product_with_history_cannot_be_deleted() -> None:
    product = make_product()
    StockAdjustment.objects.create(product=product, change=5, reason="first delivery")
    with pytest.raises(ProtectedError):
        product.delete()


def test_objects_read_well() -> None:
    product = make_product()
    order = Order.objects.create(customer="Ada")
    line = OrderLine.objects.create(order=order, product=product, quantity=2, unit_price=product.price)
    adjustment = StockAdjustment(product=product, change=3, reason="delivery")
    assert [str(thing) for thing in (product.category, product, order, line, adjustment)] == [
        "Kitchen",
        "MUG-1 Tin mug",
        f"Order {order.pk} (pending)",
        "2 x MUG-1 Tin mug",
        "+3 (delivery)",
    ]


def test_migrate_says_what_an_administrator_may_do_where_pg_trgm_cannot_be_installed(
    caplog: pytest.LogCaptureFixture,
) -> None:
    editor = MagicMock()
    editor.connection.vendor = "postgresql"
    cursor = editor.connection.cursor.return_value.__enter__.return_value
    cursor.fetchone.return_value = (False,)

    importlib.import_module("inventory.migrations.0003_indexes").add_parts(None, editor)

    assert cursor.execute.call_count == 1  # it asked, and did nothing
    assert "an administrator may run CREATE EXTENSION pg_trgm; CREATE INDEX product_parts" in caplog.text
