"""The schemas of tools in the lists that clients get."""

import json
from collections.abc import Iterator
from unittest.mock import patch

import pytest
from pydantic import BaseModel

from mcp_server.server import mcp
from mcp_server.tests.fixtures import ConnectMCP

pytestmark = pytest.mark.django_db(transaction=True)


class Part(BaseModel):
    """What a whole is made of."""

    name: str


@pytest.fixture(autouse=True)
def tool() -> Iterator[None]:
    @mcp.tool
    def take_apart(whole: Part, others: list[Part]) -> list[Part]:
        """Take something apart."""
        return [whole, *others]

    yield
    mcp.local_provider.remove_tool("take_apart")


async def test_references_are_resolved_once_for_every_list(mcp_client: ConnectMCP) -> None:
    """Catches references in schemas, which some clients cannot follow, and resolving them for each list."""
    async with mcp_client() as client:
        first = [tool.model_dump() for tool in await client.list_tools()]
        with patch("fastmcp.server.middleware.dereference.dereference_refs", side_effect=AssertionError):
            assert [tool.model_dump() for tool in await client.list_tools()] == first
        assert "$ref" not in json.dumps(first)
        assert (await client.call_tool("take_apart", {"whole": {"name": "a"}, "others": []})).data
        assert "name" in str(
            await client.call_tool("take_apart", {"whole": {}, "others": []}, raise_on_error=False)
        )
