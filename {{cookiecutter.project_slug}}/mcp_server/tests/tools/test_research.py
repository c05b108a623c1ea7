"""The two tools of ChatGPT's deep research, with the names and results that OpenAI requires."""

import json

import pytest

from inventory.tests.shop import make_product
from mcp_server.tests.fixtures import ConnectMCP
from mcp_server.tests.helpers import answer, refusal

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def mug(transactional_db: None) -> int:
    make_product("KIT-3", name="Tin can", active=False)
    return make_product("KIT-1", name="Tin mug", price="7.90", stock=4).pk


async def test_what_is_found_can_be_fetched_and_cited(mcp_client: ConnectMCP, mug: int) -> None:
    async with mcp_client() as client:
        result = await client.call_tool("search", {"query": "tin"})
        (found,) = json.loads(result.content[0].text)["results"]  # one text, as OpenAI reads it
        page = await answer(client, "fetch", id=found["id"])
    assert found["title"] == "Tin mug"
    assert found["url"].endswith(f"/admin/inventory/product/{mug}/change/")
    assert page == found | {
        "text": "Tin mug, SKU KIT-1, in Kitchen: 7.90, 4 in stock.",
        "metadata": {"sku": "KIT-1", "category": "Kitchen"},
    }


async def test_what_is_not_there(mcp_client: ConnectMCP) -> None:
    """Catches an id that no database accepts as a key."""
    async with mcp_client() as client:
        assert (await answer(client, "search", query="nowhere"))["results"] == []
        for unknown in ("product-0", "product", "7", "product-x", "product-²", "shop-1", f"product-{10**30}"):
            said = await refusal(client, "fetch", id=unknown)
            assert said.startswith(f"There is nothing with the id {unknown!r}: use an id"), said
