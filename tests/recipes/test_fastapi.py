"""docs/recipes/fastapi.md"""

import json

import pytest
from fastmcp import Client

from recipes.conftest import ServeRecipe
from testing.processes import Site


@pytest.mark.anyio
async def test_one_process_answers_as_fastapi_and_as_mcp(site: Site, token: str, serve: ServeRecipe) -> None:
    with serve(site, "main:app") as server:
        assert json.loads(server.get("/orders/1")) == {"status": "shipped"}
        for path in ("/mcp/", "/mcp"):
            async with Client(server.url + path, auth=token) as client:
                assert (await client.call_tool("order_status", {"number": 2})).data == "new"
