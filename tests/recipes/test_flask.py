"""docs/recipes/flask.md"""

import json

import pytest
from fastmcp import Client

from recipes.conftest import ServeRecipe
from testing.processes import Site


@pytest.mark.anyio
async def test_one_process_answers_as_flask_and_as_mcp(site: Site, token: str, serve: ServeRecipe) -> None:
    with serve(site, "asgi:app") as server:
        assert json.loads(server.get("/stock/chair")) == {"stock": 4}
        async with Client(server.mcp_url, auth=token) as client:
            assert (await client.call_tool("stock", {"sku": "chair"})).data == 4
