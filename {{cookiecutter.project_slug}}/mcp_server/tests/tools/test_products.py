import json
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from fastmcp import Client
from mcp_types import ResourceTemplateReference

from inventory.catalogue import on_sale
from inventory.models import Category, Product
from inventory.tests.shop import make_product
from mcp_server.tests.fixtures import ConnectMCP
from mcp_server.tests.helpers import answer, permit, plan_of, refusal
from mcp_server.toolkit.completion import begins_with
from mcp_server.tools import products
from operations.users import User

pytestmark = pytest.mark.django_db(transaction=True)

NEW = {"sku": "cup-1", "name": "Cup", "category": "kitchen", "price": "4.5", "stock": 3}


@pytest.fixture
def shop(transactional_db: None) -> dict[str, int]:
    """Five products, one of them no longer sold. The ids by SKU."""
    products = [
        make_product("KIT-1", name="Tin mug", price="7.90", stock=0),
        make_product("KIT-2", name="Bread knife", price="28.00"),
        make_product("KIT-3", name="Peeler", active=False),
        make_product("OFF-1", name="Desk, oak", category="Office", price="349.00"),
        make_product("OFF-2", name="Oak tray, 100% solid", category="Office"),
    ]
    return {product.sku: product.pk for product in products}


def skus(products: list[dict[str, Any]]) -> list[str]:
    return [product["sku"] for product in products]


class TestGetProduct:
    async def test_shows_one(self, mcp_client: ConnectMCP, shop: dict[str, int]) -> None:
        async with mcp_client() as client:
            found = await answer(client, "get_product", product_id=shop["KIT-1"])
        assert found == {
            "id": shop["KIT-1"],
            "sku": "KIT-1",
            "name": "Tin mug",
            "category": "Kitchen",
            "price": "7.90",
            "stock": 0,
            "description": "",
            "created_by": None,
        }

    async def test_not_one_that_is_no_longer_sold(self, mcp_client: ConnectMCP, shop: dict[str, int]) -> None:
        async with mcp_client() as client:
            gone = await refusal(client, "get_product", product_id=shop["KIT-3"])
        assert gone == f"No product on sale has the id {shop['KIT-3']}."


@pytest.mark.usefixtures("shop")
class TestListProducts:
    async def test_pages_cover_everything_on_sale_once(self, mcp_client: ConnectMCP) -> None:
        async with mcp_client() as client:
            first = await answer(client, "list_products", page_size=3)
            await sync_to_async(make_product)("KIT-0")  # on a page that was read
            second = await answer(client, "list_products", page_size=3, after_sku=first["after_sku"])
            beyond = await answer(client, "list_products", after_sku="ZZZ")
        assert (skus(first["products"]), first["after_sku"]) == (["KIT-1", "KIT-2", "OFF-1"], "OFF-1")
        assert (skus(second["products"]), second["after_sku"]) == (["OFF-2"], None)
        assert beyond == {"products": [], "after_sku": None}

    async def test_a_full_last_page_is_the_last(self, mcp_client: ConnectMCP) -> None:
        async with mcp_client() as client:
            assert (await answer(client, "list_products", page_size=4))["after_sku"] is None

    async def test_shows_a_product_with_its_price_to_the_cent(
        self, mcp_client: ConnectMCP, shop: dict[str, int]
    ) -> None:
        async with mcp_client() as client:
            result = await client.call_tool("list_products", {"category": " KITCHEN ", "page_size": 1})
        assert result.structured_content == {
            "products": [
                {
                    "id": shop["KIT-1"],
                    "sku": "KIT-1",
                    "name": "Tin mug",
                    "category": "Kitchen",
                    "price": "7.90",
                    "stock": 0,
                }
            ],
            "after_sku": "KIT-1",
        }

    @pytest.mark.parametrize(
        ("argument", "value"),
        [
            ("after_sku", ""),
            ("after_sku", "x\x00"),
            ("page_size", 0),
            ("page_size", 101),
            ("page_size", 10**30),
            ("category", ""),
            ("category", "x\x00"),
            ("category", "x" * 101),
            ("colour", "red"),
        ],
    )
    async def test_names_the_argument_it_refuses(
        self, mcp_client: ConnectMCP, argument: str, value: object
    ) -> None:
        async with mcp_client() as client:
            assert argument in await refusal(client, "list_products", **{argument: value})

    async def test_unknown_category(self, mcp_client: ConnectMCP) -> None:
        async with mcp_client() as client:
            said = await refusal(client, "list_products", category="Boats")
        assert said == "There is no category 'Boats'. The categories are: Kitchen, Office."

    async def test_categories_that_differ_in_case_alone(self, mcp_client: ConnectMCP) -> None:
        upper = await Category.objects.acreate(name="Garden")
        lower = await Category.objects.acreate(name="garden")
        await Product.objects.acreate(sku="G-1", name="Rake", category=upper, price=1)
        await Product.objects.acreate(sku="G-2", name="Hoe", category=lower, price=1)
        async with mcp_client() as client:
            for category, sku in (("Garden", "G-1"), ("garden", "G-2"), ("GARDEN", "G-1")):
                page = await answer(client, "list_products", category=category)
                assert [row["sku"] for row in page["products"]] == [sku]


@pytest.mark.usefixtures("shop")
class TestSearchProducts:
    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("OAK", ["OFF-1", "OFF-2"]),
            ("oak desk", ["OFF-1"]),
            ("office tray", ["OFF-2"]),
            ("kit-2", ["KIT-2"]),
            ("peeler", []),
            ("100%", ["OFF-2"]),
            ("_", []),
            ("'; DROP TABLE inventory_product; --", []),
        ],
    )
    async def test_each_word_must_occur(self, mcp_client: ConnectMCP, query: str, found: list[str]) -> None:
        async with mcp_client() as client:
            result = await client.call_tool("search_products", {"query": query})
        assert result.structured_content is not None
        assert skus(result.structured_content["products"]) == found

    @pytest.mark.parametrize("query", ["", "   ", "\x00", "a\x00b", "x" * 101, None, 5])
    async def test_refuses_what_is_no_query(self, mcp_client: ConnectMCP, query: object) -> None:
        async with mcp_client() as client:
            assert "query" in await refusal(client, "search_products", query=query)

    async def test_as_many_words_as_fit(self, mcp_client: ConnectMCP) -> None:
        async with mcp_client() as client:
            result = await client.call_tool("search_products", {"query": "q " * 50})
        assert result.structured_content == {"products": []}


async def test_the_style_guide_is_the_file(mcp_client: ConnectMCP, user: User) -> None:
    async with mcp_client(user) as client:
        (guide,) = await client.read_resource("inventory://style-guide")
    assert (guide.mime_type, guide.text) == ("text/markdown", products.STYLE_GUIDE.read_text("utf-8"))
    assert guide.text.startswith("# How to name and describe products")


@pytest.mark.usefixtures("shop")
async def test_what_is_sold_out_is_left_out(mcp_client: ConnectMCP) -> None:
    async with mcp_client() as client:
        calls = {"list_products": {"category": "Kitchen"}, "search_products": {"query": "kit"}}
        for tool, arguments in calls.items():
            everything = await answer(client, tool, **arguments)
            assert skus(everything["products"]) == ["KIT-1", "KIT-2"]
            in_stock = await answer(client, tool, **arguments, in_stock_only=True)
            assert skus(in_stock["products"]) == ["KIT-2"]


@pytest.mark.usefixtures("shop")
@pytest.mark.parametrize(
    ("arguments", "count"),
    [({}, 4), ({"in_stock_only": True}, 3), ({"category": "Kitchen", "in_stock_only": True}, 1)],
)
async def test_get_product_count(mcp_client: ConnectMCP, arguments: dict[str, Any], count: int) -> None:
    async with mcp_client() as client:
        assert await answer(client, "get_product_count", **arguments) == {"products": count}


@pytest.mark.usefixtures("shop")
async def test_get_product_count_says_where_it_stops(
    mcp_client: ConnectMCP, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with mcp_client() as client:
        tool = next(tool for tool in await client.list_tools() if tool.name == "get_product_count")
        assert f"{products.MAX_COUNTED} means that many or more" in str(tool.output_schema)
        assert f"counts to {products.MAX_COUNTED}" in str(tool.description)
        monkeypatch.setattr(products, "MAX_COUNTED", 2)
        assert await answer(client, "get_product_count") == {"products": 2}


@pytest.mark.usefixtures("shop")
def test_a_page_of_a_category_is_read_from_an_index() -> None:
    """Catches a page for which a database sorts or reads the whole table."""
    plan = plan_of(on_sale("Kitchen").filter(sku__gt="A")[:20]).lower()
    # PostgreSQL may prefer the unique index of a tenant's SKUs, which has the same order.
    assert "product_on_sale" in plan or "product_sku_once" in plan
    assert "sort" not in plan
    assert "temp b-tree" not in plan


@pytest.mark.usefixtures("shop")
class TestCreateProduct:
    async def test_needs_the_permission(self, mcp_client: ConnectMCP, user: User) -> None:
        async with mcp_client(user) as client:
            assert "Unknown tool" in await refusal(client, "create_product", **NEW)
        assert not await Product.objects.filter(sku="CUP-1").aexists()

    async def test_adds_a_product(self, mcp_client: ConnectMCP, permitted: User) -> None:
        async with mcp_client(permitted) as client:
            made = await answer(client, "create_product", **NEW | {"description": " For tea. "})
            shown = await answer(client, "get_product", product_id=made["id"])
        product = await Product.objects.aget(sku="CUP-1")
        assert made == {
            "id": product.pk,
            "sku": "CUP-1",
            "name": "Cup",
            "category": "Kitchen",
            "price": "4.50",
            "stock": 3,
            "description": "For tea.",
            "created_by": permitted.email,
        }
        assert shown == made

    async def test_a_taken_sku_changes_nothing(self, mcp_client: ConnectMCP, shop: dict[str, int]) -> None:
        async with mcp_client() as client:
            said = await refusal(client, "create_product", **NEW | {"sku": "kit-1"})
        assert said == f"The SKU KIT-1 is taken by 'Tin mug' (id {shop['KIT-1']})."
        assert (await Product.objects.aget(sku="KIT-1")).name == "Tin mug"

    @pytest.mark.parametrize(
        ("argument", "value"),
        [
            ("sku", ""),
            ("sku", "A B"),
            ("sku", "A\x00"),
            ("sku", "ÄÖ"),
            ("sku", "A" * 33),
            ("name", " "),
            ("name", "x\x00"),
            ("description", "x" * 2001),
            ("description", "x\x00"),
            ("price", "-0.01"),
            ("price", "1.005"),
            ("price", "100000000"),
            ("price", "1e400"),
            ("price", "NaN"),
            ("price", "Infinity"),
            ("price", "free"),
            ("stock", -1),
            ("stock", 10**30),
            ("stock", 1.5),
        ],
    )
    async def test_names_the_argument_it_refuses(
        self, mcp_client: ConnectMCP, argument: str, value: object
    ) -> None:
        async with mcp_client() as client:
            assert argument in await refusal(client, "create_product", **NEW | {argument: value})
        assert await Product.objects.acount() == 5

    @pytest.mark.parametrize(
        ("price", "stored"),
        [(4, "4.00"), (4.5, "4.50"), ("-0", "0.00"), ("0E-99", "0.00"), ("99999999.99", "99999999.99")],
    )
    async def test_prices_are_kept_to_the_cent(
        self, mcp_client: ConnectMCP, price: object, stored: str
    ) -> None:
        async with mcp_client() as client:
            made = (await client.call_tool("create_product", NEW | {"price": price})).structured_content
            assert made is not None
            assert made["price"] == stored
            read = await client.read_resource(f"product://{made['id']}")
        assert json.loads(read[0].text)["price"] == stored

    @pytest.fixture
    def permitted(self, user: User) -> User:
        permit(user, "inventory.add_product")
        return user


class TestResources:
    async def test_product(self, mcp_client: ConnectMCP, shop: dict[str, int]) -> None:
        async with mcp_client() as client:
            read = await client.read_resource(f"product://{shop['KIT-2']}")
        assert read[0].mime_type == "application/json"
        assert json.loads(read[0].text)["name"] == "Bread knife"

    @pytest.mark.parametrize("key", ["0", "-1", "7.5", "abc", "9" * 18, "9" * 5000, "%C2%B2", "a%00b"])
    async def test_unknown_product(self, mcp_client: ConnectMCP, key: str) -> None:
        async with mcp_client() as client:
            with pytest.raises(Exception, match=r"No product on sale has the id|not found"):
                await client.read_resource(f"product://{key}")

    async def test_product_no_longer_sold(self, mcp_client: ConnectMCP, shop: dict[str, int]) -> None:
        async with mcp_client() as client:
            with pytest.raises(Exception, match="No product on sale has the id"):
                await client.read_resource(f"product://{shop['KIT-3']}")

    @pytest.mark.usefixtures("shop")
    async def test_categories_count_what_is_on_sale(self, mcp_client: ConnectMCP) -> None:
        async with mcp_client() as client:
            read = await client.read_resource("inventory://categories")
        assert read[0].mime_type == "application/json"
        assert json.loads(read[0].text) == [
            {"name": "Kitchen", "products": 2},
            {"name": "Office", "products": 2},
        ]

    async def test_schema_comes_from_the_models(self, mcp_client: ConnectMCP) -> None:
        async with mcp_client() as client:
            read = await client.read_resource("inventory://schema")
        models = json.loads(read[0].text)
        assert set(models) == {"Category", "Product", "Order", "OrderLine", "StockAdjustment"}
        assert models["Product"]["category"] == {"type": "ForeignKey", "required": True, "to": "Category"}
        assert "shipped" in models["Order"]["status"]["choices"]

    async def test_ids_are_completed(self, mcp_client: ConnectMCP, shop: dict[str, int]) -> None:
        key = str(shop["KIT-1"])
        async with mcp_client() as client:
            assert key in await completed(client, key[0])
            assert await completed(client, "x") == []
            assert await completed(client, "\x00") == []
            assert await completed(client, "0") == []
            assert await completed(client, "1" * 19) == []

    @pytest.mark.parametrize(("typed", "ids"), [("4", [4, 40, 49, 400, 499]), ("40", [40, 400]), ("5", [50])])
    def test_ids_that_begin_with_what_was_typed(self, typed: str, ids: list[int]) -> None:
        shelf = Category.objects.create(name="Kitchen")
        for pk in (3, 4, 40, 49, 50, 400, 499, 10**17):
            Product.objects.create(pk=pk, sku=str(pk), name="x", category=shelf, price=1)
        found = Product.objects.filter(begins_with("pk", typed))
        assert list(found.order_by("pk").values_list("pk", flat=True)) == ids
        assert "LIKE" not in str(found.query)


async def completed(client: Client[Any], typed: str) -> list[str]:
    reference = ResourceTemplateReference(type="ref/resource", uri="product://{id}")
    return (await client.complete(reference, {"name": "id", "value": typed})).values
