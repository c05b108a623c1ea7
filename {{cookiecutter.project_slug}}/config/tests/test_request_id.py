"""The log lines of both processes contain the id that nginx gives a request."""

import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest
from django.test import Client

from mcp_server.models import MCPToken
from mcp_server.tests.fixtures import ServeMCP
from operations.request_id import HEADER, RequestIDFilter, with_request_id
from operations.users import User

type Log = dict[str, str | None]


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Iterator[Log]:
    """Return the request id in the last line of each logger."""
    ids: Log = {}

    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            ids[record.name] = getattr(record, "request_id", None)

    handler = Handler()
    handler.addFilter(RequestIDFilter())
    caplog.set_level(logging.INFO)
    logging.getLogger().addHandler(handler)
    yield ids
    logging.getLogger().removeHandler(handler)


def test_web(client: Client, log: Log) -> None:
    client.get("/no-such-page", headers={HEADER: "abc"})
    assert log["django.request"] == "abc"
    client.get("/no-such-page")
    assert log["django.request"] is None


@pytest.mark.django_db(transaction=True)
async def test_mcp(serve_mcp: ServeMCP, admin: User, log: Log) -> None:
    token = await MCPToken.objects.acreate(user=admin, name="test")
    async with serve_mcp() as server:
        behind_nginx = replace(server, app=with_request_id(server.app))
        async with behind_nginx.client(auth=token.token, headers={HEADER: "abc"}) as mcp:
            await mcp.call_tool("whoami")
    assert log["mcp_server.calls"] == "abc"
