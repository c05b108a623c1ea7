from decimal import Decimal

import anyio
import pytest

from inventory.models import Product, StockAdjustment
from inventory.tests.shop import make_product
from mcp_server.tests.fixtures import ConnectMCP
from mcp_server.tests.helpers import permit, refusal
from operations.users import User

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def product(transactional_db: None) -> Product:
    return make_product(stock=5)


@pytest.fixture
def keeper(user: User) -> User:
    """A user who may change products and nothing else."""
    permit(user, "inventory.change_product")
    return user


async def stock_of(product: Product) -> int:
    return (await Product.objects.aget(pk=product.pk)).stock


class TestAdjustStock:
    async def test_records_who_and_why(self, mcp_client: ConnectMCP, product: Product, keeper: User) -> None:
        change = {"product_id": product.pk, "change": -2, "reason": " damaged "}
        async with mcp_client(keeper) as client:
            result = await client.call_tool("adjust_stock", change)
        assert result.structured_content == {
            "product_id": product.pk,
            "sku": "MUG-1",
            "change": -2,
            "stock": 3,
        }
        entry = await StockAdjustment.objects.aget()
        assert (entry.product_id, entry.change, entry.reason) == (product.pk, -2, "damaged")
        assert entry.user_id == keeper.pk
        assert await stock_of(product) == 3

    async def test_needs_the_permission(self, mcp_client: ConnectMCP, product: Product, user: User) -> None:
        async with mcp_client(user) as client:
            said = await refusal(client, "adjust_stock", product_id=product.pk, change=1, reason="x")
        assert "Unknown tool" in said

    @pytest.mark.parametrize(
        ("change", "sentence"),
        [
            (-6, "There are 5 pieces of Tin mug in stock: 6 cannot be removed."),
            (0, "A change of 0 changes nothing: give the pieces to add or to remove."),
            (
                1_000_000_000,
                "There are 5 pieces of Tin mug in stock: 1000000000 more would exceed 1000000000.",
            ),
        ],
    )
    async def test_refuses_with_a_sentence(
        self, mcp_client: ConnectMCP, product: Product, change: int, sentence: str
    ) -> None:
        async with mcp_client() as client:
            said = await refusal(client, "adjust_stock", product_id=product.pk, change=change, reason="x")
        assert said == sentence
        assert await stock_of(product) == 5
        assert not await StockAdjustment.objects.aexists()

    async def test_takes_the_last_piece(self, mcp_client: ConnectMCP, product: Product) -> None:
        async with mcp_client() as client:
            await client.call_tool("adjust_stock", {"product_id": product.pk, "change": -5, "reason": "sold"})
        assert await stock_of(product) == 0

    @pytest.mark.parametrize("product_id", [12345, 2**31, 2**63, 10**30])
    async def test_unknown_product(self, mcp_client: ConnectMCP, product_id: int) -> None:
        async with mcp_client() as client:
            said = await refusal(client, "adjust_stock", product_id=product_id, change=1, reason="x")
        assert said == f"There is no product with the id {product_id}."

    @pytest.mark.parametrize(
        ("argument", "value"),
        [
            ("product_id", 0),
            ("product_id", -1),
            ("product_id", "1; DROP"),
            ("change", 10**30),
            ("change", -(10**10)),
            ("change", 0.5),
            ("reason", ""),
            ("reason", "x\x00"),
            ("reason", "x" * 101),
            ("user", 1),
        ],
    )
    async def test_names_the_argument_it_refuses(
        self, mcp_client: ConnectMCP, product: Product, argument: str, value: object
    ) -> None:
        arguments = {"product_id": product.pk, "change": 1, "reason": "x"} | {argument: value}
        async with mcp_client() as client:
            assert argument in await refusal(client, "adjust_stock", **arguments)
        assert await stock_of(product) == 5

    async def test_concurrent_changes_all_count(self, mcp_client: ConnectMCP, product: Product) -> None:
        await Product.objects.aupdate(stock=100)  # enough, in any order
        async with mcp_client() as client, anyio.create_task_group() as tasks:
            for change in [3, -2] * 30:
                arguments = {"product_id": product.pk, "change": change, "reason": "busy day"}
                tasks.start_soon(client.call_tool, "adjust_stock", arguments)
        assert await stock_of(product) == 100 + 30
        assert await StockAdjustment.objects.acount() == 60

    async def test_concurrent_buyers_cannot_take_more_than_there_is(
        self, mcp_client: ConnectMCP, product: Product
    ) -> None:
        results = []

        async def buy() -> None:
            arguments = {"product_id": product.pk, "change": -1, "reason": "sold"}
            results.append(await client.call_tool("adjust_stock", arguments, raise_on_error=False))

        async with mcp_client() as client, anyio.create_task_group() as tasks:
            for _ in range(20):
                tasks.start_soon(buy)
        refused = [result.content[0].text for result in results if result.is_error]
        assert refused == ["There are 0 pieces of Tin mug in stock: 1 cannot be removed."] * 15
        assert await stock_of(product) == 0
        assert await StockAdjustment.objects.acount() == 5


class TestBulkUpdatePrices:
    @pytest.fixture(autouse=True)
    def shop(self, transactional_db: None) -> None:
        make_product("KIT-1", price="19.99")
        make_product("KIT-2", price="0.10")
        make_product("KIT-3", price="10.00", active=False)
        make_product("OFF-1", price="349.00", category="Office")

    async def prices(self) -> dict[str, Decimal]:
        return {sku: price async for sku, price in Product.objects.values_list("sku", "price")}

    async def test_reports_progress_by_category(self, mcp_client: ConnectMCP, keeper: User) -> None:
        seen: list[tuple[float, float | None, str | None]] = []

        async def on_progress(progress: float, total: float | None, message: str | None) -> None:
            seen.append((progress, total, message))

        async with mcp_client(keeper) as client:
            result = await client.call_tool(
                "bulk_update_prices", {"percent": "5.5"}, progress_handler=on_progress
            )
        assert result.structured_content == {
            "percent": "5.5",
            "products": 3,
            "categories": ["Kitchen", "Office"],
        }
        assert seen == [(1, 2, "Kitchen is done"), (2, 2, "Office is done")]
        assert await self.prices() == {
            "KIT-1": Decimal("21.09"),
            "KIT-2": Decimal("0.11"),
            "KIT-3": Decimal("10.00"),  # no longer sold
            "OFF-1": Decimal("368.20"),
        }

    async def test_one_category(self, mcp_client: ConnectMCP) -> None:
        async with mcp_client() as client:
            result = await client.call_tool("bulk_update_prices", {"percent": -10, "category": "office"})
        assert result.data.products == 1
        assert (await self.prices())["OFF-1"] == Decimal("314.10")
        assert (await self.prices())["KIT-1"] == Decimal("19.99")

    async def test_refuses_a_price_that_does_not_fit(self, mcp_client: ConnectMCP) -> None:
        await Product.objects.filter(sku="OFF-1").aupdate(price=Decimal("99999999.99"))
        before = await self.prices()
        async with mcp_client() as client:
            said = await refusal(client, "bulk_update_prices", percent=1)
        assert said == "A price of 99999999.99 raised by 1% would exceed 99999999.99."
        assert await self.prices() == before

    @pytest.mark.parametrize(
        "percent", [-91, 101, 10**30, "1e400", "1.005", "NaN", "-Infinity", "half", None]
    )
    async def test_refuses_other_percentages(self, mcp_client: ConnectMCP, percent: object) -> None:
        before = await self.prices()
        async with mcp_client() as client:
            assert "percent" in await refusal(client, "bulk_update_prices", percent=percent)
        assert await self.prices() == before

    async def test_unknown_category(self, mcp_client: ConnectMCP) -> None:
        async with mcp_client() as client:
            said = await refusal(client, "bulk_update_prices", percent=1, category="Boats")
        assert said == "There is no category 'Boats'. The categories are: Kitchen, Office."

    async def test_needs_the_permission(self, mcp_client: ConnectMCP, user: User) -> None:
        async with mcp_client(user) as client:
            assert "Unknown tool" in await refusal(client, "bulk_update_prices", percent=1)


async def test_stock_review_names_what_runs_low(mcp_client: ConnectMCP, product: Product) -> None:
    async with mcp_client() as client:
        text = (await client.get_prompt("stock_review")).messages[0].content.text
        assert text.endswith("- Tin mug (MUG-1): 5 left")
        await Product.objects.aupdate(stock=10)
        text = (await client.get_prompt("stock_review")).messages[0].content.text
        assert text.endswith("- none")
