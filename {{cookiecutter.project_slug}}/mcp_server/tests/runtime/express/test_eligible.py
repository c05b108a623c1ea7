"""When the express lane stands aside, and what the log says then."""

import logging
from collections.abc import Callable

import pytest
from fastmcp import FastMCP
from fastmcp.server.extensions import ServerExtension
from fastmcp.server.middleware import Middleware
from fastmcp.server.transforms import Namespace
from opentelemetry.sdk.trace import TracerProvider

from mcp_server.runtime.call import CallMiddleware
from mcp_server.runtime.express import eligible
from mcp_server.runtime.token_verifier import MCPTokenVerifier
from mcp_server.runtime.visibility import PermissionFilter
from mcp_server.server import mcp
from mcp_server.tests.fixtures import ServeMCP
from mcp_server.tests.runtime.express.observer import Observer
from mcp_server.tests.runtime.express.requests import Sent

pytestmark = pytest.mark.django_db(transaction=True)

ASIDE = "The express lane stands aside, so FastMCP answers every call: "


class Foreign(Middleware):
    pass


class Extension(ServerExtension):
    identifier = "com.example/extension"


@pytest.mark.usefixtures("tools")
async def test_fastmcp_answers_when_its_owner_extends_it_and_the_log_says_so(
    serve_mcp: ServeMCP, observer: Observer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mcp, "middleware", [*mcp.middleware, Foreign()])
    async with serve_mcp() as server, server.http_client() as http:
        assert f"{ASIDE}there is the middleware Foreign." in observer.caplog.messages
        await observer.outcome(http, Sent(False))
    assert observer.was_asked


def traced(server: FastMCP) -> None:
    """A tracer for the whole process."""


@pytest.mark.parametrize(
    ("extend", "reason"),
    [
        (lambda server: None, None),
        (lambda server: server.add_middleware(Foreign()), "there is the middleware Foreign"),
        (lambda server: server.add_transform(Namespace("shop")), "there is the transform Namespace"),
        (lambda server: server.disable(names={"greet"}), "there is the transform Visibility"),
        (lambda server: server.mount(FastMCP("another")), "there is the provider FastMCPProvider"),
        (lambda server: server.add_extension(Extension()), f"there is the extension {Extension.identifier}"),
        (traced, "calls are traced"),
    ],
    ids=["nothing", "middleware", "transform", "visibility", "provider", "extension", "tracer"],
)
def test_the_lane_is_for_servers_that_only_call_tools(
    extend: Callable[[FastMCP], None], reason: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = FastMCP(
        auth=MCPTokenVerifier(),
        middleware=[CallMiddleware()],
        transforms=[PermissionFilter()],
        dereference_schemas=False,
    )
    extend(server)
    if extend is traced:
        monkeypatch.setattr(eligible, "get_tracer_provider", TracerProvider)
    assert eligible.reason_to_stand_aside(server) == reason


async def test_the_log_says_nothing_of_a_lane_that_is_open(
    serve_mcp: ServeMCP, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with serve_mcp():
        assert not any(message.startswith(ASIDE) for message in caplog.messages)
