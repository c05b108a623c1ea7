"""What `mcp_doctor` says about a server that cannot fetch the documents of clients."""

import httpx2
import pytest

from mcp_server.doctor.visit import StepError, Visit
from oauth.doctor import CLAUDE_CODE, introduction


def visit(status: int, *, looks_up: bool = True) -> Visit:
    answer = httpx2.MockTransport(lambda _request: httpx2.Response(status))
    oauth = {
        "authorization_endpoint": "https://example.com/oauth/authorize",
        "client_id_metadata_document_supported": looks_up,
    }
    found = Visit(httpx2.URL("https://example.com/mcp/"), oauth=oauth)
    found.http = httpx2.Client(transport=answer)
    return found


def test_a_server_without_a_way_out() -> None:
    with pytest.raises(StepError, match=f"cannot fetch {CLAUDE_CODE}.*OAUTH_CIMD=False"):
        introduction(visit(400))
    assert "is a client" in introduction(visit(200))
    assert "register instead" in introduction(visit(400, looks_up=False))
