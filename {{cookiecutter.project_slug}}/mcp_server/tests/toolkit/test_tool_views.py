"""A view is for callers of its tools and for clients that draw, and it contains all that it shows."""

import base64
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission
from fastmcp import Client
from fastmcp.apps import UI_EXTENSION_ID, UI_MIME_TYPE
from mcp import MCPError
from mcp.client.extension import advertise
from pytest_django import Settings

from mcp_server import checks
from mcp_server.models import MCPToken, ToolCall
from mcp_server.permissions import permission_required
from mcp_server.runtime.audit import audit
from mcp_server.server import mcp
from mcp_server.tests.fixtures import ConnectMCP
from mcp_server.toolkit import tool_views, view_policy
from mcp_server.toolkit.tool_views import ViewError, add_views, view
from mcp_server.toolkit.view_policy import breaches
from operations.users import User

pytestmark = pytest.mark.django_db(transaction=True)

DRAWS = [advertise(UI_EXTENSION_ID, {"mimeTypes": [UI_MIME_TYPE]})]
OPEN, GUARDED = "ui://views/chart.html", "ui://views/guarded.html"


def tag(text: str) -> str:
    """Return a tag of Django's templates in pieces, so that this project's template does not render it."""
    return "{" + f"% {text} %" + "}"


EXTENDS = tag("extends 'mcp_server/view.html'")
PAGE = f"{EXTENDS}{tag('block script')}mcp.onresult = draw;{tag('endblock')}"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Settings) -> Path:
    """A folder for views, with no other views in it."""
    monkeypatch.setattr(view_policy, "FOLDER", tmp_path)
    monkeypatch.setattr(tool_views, "_html", {})
    (tmp_path / "site.css").write_text("p { color: teal }")
    settings.STATICFILES_DIRS = [tmp_path]
    (tmp_path / "chart.html").write_text(PAGE)
    (tmp_path / "guarded.html").write_text(PAGE)
    return tmp_path


@pytest.fixture
def tools(folder: Path) -> Iterator[None]:
    """Two tools with a view each. One needs a permission, and the other shares its view with a third tool."""

    @mcp.tool(app=view("chart"))
    def figures() -> dict[str, int]:
        return {"a": 1}

    @mcp.tool(app=view("chart"), auth=permission_required("auth.change_group"))
    def more_figures() -> dict[str, int]:
        return {"a": 2}

    @mcp.tool(app=view("guarded"), auth=permission_required("auth.change_group"))
    def guarded_figures() -> dict[str, int]:
        return {"a": 3}

    add_views(mcp)
    yield
    for tool in ("figures", "more_figures", "guarded_figures"):
        mcp.local_provider.remove_tool(tool)
    for uri in (OPEN, GUARDED):
        mcp.local_provider.remove_resource(uri)


async def of_tools(client: Client) -> set[str]:
    """The views in the list of tools."""
    tools = [tool for tool in await client.list_tools() if tool.name.endswith("figures")]
    return {tool.meta["ui"]["resourceUri"] for tool in tools if tool.meta and "ui" in tool.meta}


async def of_resources(client: Client) -> set[str]:
    """The views in the list of resources."""
    uris = {str(resource.uri) for resource in await client.list_resources()}
    return {uri for uri in uris if uri.startswith("ui:")} & {OPEN, GUARDED}


async def listed(client: Client) -> set[str]:
    views = await of_tools(client)
    assert await of_resources(client) == views
    return views


@pytest.mark.parametrize(("transport", "mode"), [("http", "auto"), ("sse", "legacy")])
@pytest.mark.usefixtures("tools")
async def test_who_draws_views_is_told_of_them(mcp_client: ConnectMCP, transport: str, mode: str) -> None:
    async with mcp_client(transport=transport, mode=mode, extensions=DRAWS) as client:
        assert await listed(client) == {OPEN, GUARDED}
        (content,) = await client.read_resource(OPEN)
    assert content.mime_type == UI_MIME_TYPE == "text/html;profile=mcp-app"
    needs: dict[str, list[str]] = {
        "connectDomains": [],
        "resourceDomains": [],
        "frameDomains": [],
        "baseUriDomains": [],
    }
    assert content.meta == {"ui": {"csp": needs, "prefersBorder": True}}


@pytest.mark.parametrize(("transport", "mode"), [("http", "auto"), ("sse", "legacy")])
@pytest.mark.usefixtures("tools")
async def test_who_draws_none_sees_no_difference(mcp_client: ConnectMCP, transport: str, mode: str) -> None:
    async with mcp_client(transport=transport, mode=mode) as client:
        assert await listed(client) == set()
        plain = await client.call_tool("figures")
    async with mcp_client(transport=transport, mode=mode, extensions=DRAWS) as client:
        assert await client.call_tool("figures") == plain
    assert (plain.structured_content, plain.content[0].text) == ({"a": 1}, '{"a":1}')


@pytest.mark.usefixtures("tools")
async def test_older_clients_are_told_by_tools(mcp_client: ConnectMCP) -> None:
    """Catches older clients without views: what they declare at the start is not stored without sessions."""
    async with mcp_client(mode="legacy", extensions=DRAWS) as client:
        assert await of_tools(client) == {OPEN, GUARDED}
        assert await of_resources(client) == set()
        assert await client.read_resource(GUARDED)


@pytest.mark.usefixtures("tools")
async def test_a_view_is_for_who_may_call_a_tool_of_it(mcp_client: ConnectMCP, user: User) -> None:
    async with mcp_client(user, extensions=DRAWS) as client:
        assert await listed(client) == {OPEN}
        with pytest.raises(MCPError) as missing:
            await client.read_resource("ui://views/missing.html")
        with pytest.raises(MCPError) as guarded:
            await client.read_resource(GUARDED)
        assert str(guarded.value) == str(missing.value).replace("missing", "guarded")
        await user.user_permissions.aadd(await Permission.objects.aget(codename="change_group"))
        assert await listed(client) == {OPEN, GUARDED}
        assert await client.read_resource(GUARDED)


@pytest.mark.parametrize(
    ("allowed", "views"),
    [(["more_figures"], {OPEN}), (["guarded_figures"], {GUARDED}), (["whoami"], set()), (["chart"], set())],
)
@pytest.mark.usefixtures("tools")
async def test_a_token_limited_to_tools_reads_their_views(
    mcp_client: ConnectMCP, admin: User, allowed: list[str], views: set[str]
) -> None:
    """Catches a token that may call a tool, but not read its view."""
    token = await MCPToken.objects.acreate(user=admin, name="limited", allowed_tools=allowed)
    async with mcp_client(token, extensions=DRAWS) as client:
        assert await listed(client) == views
        for uri in (OPEN, GUARDED):
            if uri in views:
                assert await client.read_resource(uri)
            else:
                with pytest.raises(MCPError, match="not found"):
                    await client.read_resource(uri)


@pytest.mark.usefixtures("tools")
async def test_reads_are_limited_and_audited(mcp_client: ConnectMCP, user: User) -> None:
    token = await MCPToken.objects.acreate(user=user, name="slow", rate_limit="1/hour")
    async with mcp_client(token, extensions=DRAWS) as client:
        await client.read_resource(OPEN)
        with pytest.raises(MCPError, match="Too many calls"):
            await client.read_resource(OPEN)
    audit.close()
    calls = ToolCall.objects.order_by("time").values_list("tool", "status")
    assert [call async for call in calls] == [(OPEN, "ok"), (OPEN, "limited")]


@pytest.mark.usefixtures("folder")
def test_a_view_runs_nothing_but_its_own_scripts() -> None:
    view("chart")
    html = tool_views._html["chart"]  # noqa: SLF001
    (policy,) = re.findall(r'<head>\s*<meta http-equiv="Content-Security-Policy" content="([^"]*)">', html)
    directives = dict(directive.split(" ", 1) for directive in policy.split("; "))
    for tag in ("script", "style"):
        blocks = re.findall(f"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        hashes = [base64.b64encode(hashlib.sha256(block.encode()).digest()).decode() for block in blocks]
        assert directives[f"{tag}-src"].split() == [f"'sha256-{each}'" for each in hashes]
    assert directives["default-src"] == "'none'"
    assert "mcp.onresult = draw;" in html
    assert "<style>p { color: teal }" in html  # the stylesheet of the site
    assert list(breaches(html)) == []


@pytest.mark.parametrize(
    ("name", "template", "reason"),
    [
        ("missing", None, r"^the view 'missing' needs missing\.html, which is not in /"),
        ("broken", tag("if"), r"^the view 'broken' is broken: .*Unexpected end"),
        ("bare", "<p>", r"^the view 'bare' is broken: it has no <head>"),
        ("lost", tag("extends 'nothing.html'"), r"^the view 'lost' needs nothing\.html"),
    ],
)
def test_a_view_that_cannot_be_drawn(folder: Path, name: str, template: str | None, reason: str) -> None:
    if template:
        (folder / f"{name}.html").write_text(template)
    with pytest.raises(ViewError, match=reason):
        view(name)


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ('<script src="https://cdn.example/x.js"></script>', 'src="https://cdn.example/x.js" at <script>'),
        ('<link rel="stylesheet" href="/static/site.css">', 'href="/static/site.css" at <link>'),
        ('<a href="https://example.com">', 'href="https://example.com" at <a>'),
        ("<script>fetch('https://api.example.com/x')</script>", "https://api.example.com/x in <script>"),
        ("<style>@import 'x.css'</style>", "@import in <style>"),
        ("<style>p { background: url(x.png) }</style>", "url(x.png) in <style>"),
        ('<button onclick="go()">', "onclick= at <button>"),
        ('<p style="color: red">', "style= at <p>"),
        ('<img src="data:image/png;base64,AA"><use href="#a">', None),
        ("<style>p { fill: url(#a); background: url('data:x') }</style>", None),
        ("<script>const SVG = 'http://www.w3.org/2000/svg'</script>", None),
    ],
)
def test_what_a_view_may_not_have(html: str, found: str | None) -> None:
    assert list(breaches(html)) == ([found] if found else [])


@pytest.mark.usefixtures("folder")
def test_checks(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.joinpath("_frame").with_suffix(".html").write_text("")
    monkeypatch.setattr(checks, "registered_views", lambda: {"chart": '<img src="/x.png">'})
    assert [(message.id, message.msg) for message in checks.check_views()] == [
        ("mcp_server.E005", 'The view chart has src="/x.png" at <img>, which no client runs or loads.'),
        ("mcp_server.W003", "No tool names the view guarded."),
    ]


def test_the_views_of_this_project_pass() -> None:
    assert checks.check_views() == []
