"""`search` and `fetch` also find documents."""

import pytest

from documents.models import Document
from mcp_server.tests.fixtures import ConnectMCP
from mcp_server.tests.helpers import answer, refusal
from operations.users import User

pytestmark = pytest.mark.django_db(transaction=True)


async def test_only_those_of_the_user(mcp_client: ConnectMCP, user: User, admin: User) -> None:
    document = await Document.objects.acreate(owner=user, title="Minutes", text="We met.")
    async with mcp_client(user) as client:
        (found,) = (await answer(client, "search", query="met"))["results"]
        page = await answer(client, "fetch", id=found["id"])
    assert (page["title"], page["text"], page["metadata"]) == ("Minutes", "We met.", {"version": "1"})
    async with mcp_client(admin) as client:
        assert (await answer(client, "search", query="met"))["results"] == []
        assert "There is nothing" in await refusal(client, "fetch", id=f"document-{document.pk}")
