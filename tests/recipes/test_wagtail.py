"""docs/recipes/wagtail.md"""

import re

import pytest
from fastmcp import Client

from recipes.conftest import ServeRecipe
from testing.processes import Site

SET_UP = """
from django.core.management import call_command

call_command("makemigrations", "blog")
call_command("migrate")

from blog.models import BlogPage
from wagtail.models import Page

home = Page.objects.get(depth=2)
home.add_child(instance=BlogPage(title="How oak is oiled", body="<p>Thinly, <b>twice</b>.</p>"))
home.add_child(instance=BlogPage(title="Oak prices of next year", body="<p>Secret.</p>", live=False))
print(f"home={home.pk}.")
"""


@pytest.mark.anyio
async def test_pages_are_found_read_and_drafted(site: Site, token: str, serve: ServeRecipe) -> None:
    made = re.search(r"home=(\d+)\.", site.manage("shell", "--command", SET_UP))
    assert made
    home = int(made[1])
    with serve(site) as server:
        async with Client(server.mcp_url, auth=token) as client:

            async def call(tool: str, **arguments: object) -> dict[str, object]:
                content: dict[str, object] = (await client.call_tool(tool, arguments)).structured_content
                return content

            found = (await call("search_pages", query="oak"))["result"]
            assert isinstance(found, list)
            assert [page["title"] for page in found] == ["How oak is oiled"]
            assert (await call("get_page", page_id=found[0]["id"]))["text"] == "Thinly, twice."
            draft = await call("write_draft", parent_id=home, title="On wax", body="<p>Less is more.</p>")
            hidden = await client.call_tool("get_page", {"page_id": draft["id"]}, raise_on_error=False)
            assert hidden.is_error
