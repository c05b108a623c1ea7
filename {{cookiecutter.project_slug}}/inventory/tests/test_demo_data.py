import pytest
from django.core.management import call_command

from inventory.models import Category, Order, OrderLine, Product

pytestmark = pytest.mark.django_db


def test_fills_an_empty_shop(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("create_demo_data")
    assert capsys.readouterr().out == "Demo data: added 60 products and 200 orders.\n"
    assert (Category.objects.count(), Product.objects.count(), Order.objects.count()) == (6, 60, 200)
    assert set(Order.objects.values_list("status", flat=True)) == set(Order.Status.values)
    assert not OrderLine.objects.filter(quantity=0).exists()
    assert Product.objects.filter(stock=0).exists()


def test_second_run_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("create_demo_data")
    Product.objects.filter(sku="GAR-001").update(stock=1234)
    call_command("create_demo_data")
    assert capsys.readouterr().out.endswith("Demo data: added 0 products and 0 orders.\n")
    assert Product.objects.get(sku="GAR-001").stock == 1234


def test_is_the_same_everywhere() -> None:
    def shop() -> list[tuple[object, ...]]:
        call_command("create_demo_data", stdout=None, verbosity=0)
        lines = OrderLine.objects.order_by("order__created", "pk")
        return [
            *Product.objects.values_list("sku", "name", "price", "stock"),
            *lines.values_list("order__customer", "order__status", "product__sku", "quantity"),
        ]

    first = shop()
    Order.objects.all().delete()
    Product.objects.all().delete()
    assert shop() == first
