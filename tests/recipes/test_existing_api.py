"""docs/recipes/existing-api.md"""

from typing import Any

import pytest
from fastmcp import Client

from recipes.conftest import ServeRecipe
from testing.processes import Site

SET_UP = """
from django.contrib.auth.models import Permission
from accounts.models import User
from inventory.models import Category, Product
from mcp_server.models import MCPToken

shelf = Category.objects.create(name="Chairs")
for number in range(3):
    Product.objects.create(sku=f"C-{number}", name=f"Chair {number}", category=shelf, price=10)
mia = User.objects.create_user("mia@example.com")
mia.user_permissions.set(Permission.objects.filter(codename__in=["view_product", "change_product"]))
yan = User.objects.create_user("yan@example.com")
yan.user_permissions.set(Permission.objects.filter(content_type__model="product"))
for user in (mia, yan):
    print(MCPToken.objects.create(user=user, name="laptop").token)
"""
# Views that are not on the page: one that fails, one that anybody may use, and some unusual ones.
MORE = """

class Broken(ProductViewSet):
    permission_classes = ()
    throttle_classes = ()

    def list(self, request):
        raise RuntimeError("the password is s3cret")
"""
ODD = """

@api.get("/count")
async def count(request):
    return {"by": request.user.email, "products": await Product.objects.acount()}


@api.get("/none", response=list[ProductOut])
def none(request):
    return []


@api.get("/elsewhere")
def elsewhere(request):
    from django.shortcuts import redirect

    return redirect("/accounts/login/")
"""
CHOSEN = """
    from shop_api.rest import Broken
    for name in ("count", "none", "elsewhere"):
        add_tool(mcp, operation(api, f"GET /{name}"), f"ninja_{name}", "Odd.")
    add_tool(mcp, action(Broken, "list"), "api_broken", "Broken.")
    add_tool(mcp, action(Broken, "retrieve"), "api_unguarded", "Get one, whoever asks.")
"""


@pytest.mark.anyio
async def test_chosen_endpoints_are_tools_of_who_calls(site: Site, token: str, serve: ServeRecipe) -> None:
    for file, text in (("rest.py", MORE), ("ninja_api.py", ODD), ("mcp_tools.py", CHOSEN)):
        with (site.project.path / "shop_api" / file).open("a") as module:
            module.write(text)
    mias, yans = site.manage("shell", "-v0", "--command", SET_UP).split()
    with serve(site) as server:
        clients = {each: Client(server.mcp_url, auth=each) for each in (token, mias, yans)}

        async def call(tool: str, *, by: str = token, **arguments: object) -> Any:
            """Return the structured content, or the message of a refusal."""
            async with clients[by]:
                result: Any = await clients[by].call_tool(tool, arguments, raise_on_error=False)
            return result.content[0].text if result.is_error else result.structured_content

        async with clients[token]:
            tools = {tool.name: tool for tool in await clients[token].list_tools()}
        # Arguments and their limits come from serializer and schema. Other endpoints are not tools.
        arguments = {name: tools[name].input_schema["properties"] for name in tools}
        assert arguments["api_list"].keys() == {"page", "search"}
        assert arguments["api_create"].keys() == {"sku", "name", "category", "price"}
        assert arguments["api_create"]["sku"]["maxLength"] == 32
        assert set(tools["api_create"].input_schema["required"]) == {"sku", "name", "category", "price"}
        assert tools["api_change"].input_schema["required"] == ["sku"]
        assert arguments["ninja_list"].keys() == {"search", "limit", "offset"}
        assert arguments["ninja_set_price"]["price"]["minimum"] == 0
        assert not {name for name in tools if "delete" in name or "destroy" in name}

        # Pagination is that of the API.
        page = await call("api_list", page=2)
        assert [each["sku"] for each in page["results"]] == ["C-2"]
        assert (page["count"], page["next"]) == (3, None)
        assert [each["sku"] for each in (await call("api_list", search="chair 1"))["results"]] == ["C-1"]
        page = await call("ninja_list", limit=1, offset=1)
        assert ([each["sku"] for each in page["items"]], page["count"]) == (["C-1"], 3)

        # Writes: an error is one sentence, absent fields stay unchanged, read-only fields are not arguments.
        chair: dict[str, Any] = {"sku": "C-9", "name": "Chair 9", "category": 1, "price": "12.50"}
        assert (await call("api_create", **chair))["stock"] == 0
        wrong = await call("api_create", **chair | {"price": "-1"})
        assert wrong == (
            "Wrong arguments: sku: product with this SKU already exists.; "
            "price: Ensure this value is greater than or equal to 0."
        )
        assert (await call("api_change", sku="C-9", name="Throne"))["price"] == "12.50"
        assert "stock" in str(await call("api_change", sku="C-9", stock=7))
        assert (await call("ninja_set_price", sku="C-9", price=9))["sku"] == "C-9"
        assert (await call("api_get", sku="C-9"))["price"] == "9.00"
        wrong = await call("ninja_set_price", sku="C-9", price=-1)
        assert wrong == "Wrong arguments: price: Input should be greater than or equal to 0"

        # A parameter of the path stays in its place, and a value that no address can contain reaches no view.
        for tool in ("api_unguarded", "ninja_get"):
            assert str(await call(tool, sku="C-1?format=api")).startswith("Not found: ")
            for sku in ("../../admin/", "C-1/discontinue", ""):
                assert await call(tool, sku=sku) == "Not found: no address of the API is like that"

        # The permissions of the view and of @action apply, whatever `auth=` allows.
        refused = await call("api_discontinue", sku="C-1", by=yans)
        assert refused == "Forbidden: You do not have permission to perform this action."
        assert await call("api_discontinue", sku="C-1") == {"discontinued": "C-1"}
        assert "Unknown tool" in str(await call("api_create", **chair, by=mias))
        assert (await call("ninja_get", sku="C-2", by=yans))["sku"] == "C-2"
        # A caller cannot act as another user.
        for by in (yans, token):
            forged = await call("api_discontinue", sku="C-2", calling_user=1, by=by)
            assert ("C-2" in str(forged)) is (by == token)
        # An error of a view reveals no details.
        assert "s3cret" not in str(broken := await call("api_broken"))
        assert "internal error" in str(broken)

        # Async views, empty lists, and a view that redirects to the log-in page.
        assert await call("ninja_count", by=mias) == {"by": "mia@example.com", "products": 4}
        assert await call("ninja_none", by=mias) == {"result": []}
        assert str(await call("ninja_elsewhere", by=mias)).startswith("Found")

        # The throttle counts the calls of each user separately.
        for tool in ("api_get", "ninja_get"):
            answers = [await call(tool, sku="C-2", by=mias) for _ in range(11)]
            assert str(answers[-1]).startswith("Too many calls: retry in ")
            assert (await call(tool, sku="C-2"))["sku"] == "C-2"
    log = server.log.read_text()
    assert "s3cret" in log
