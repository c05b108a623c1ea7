"""A rule that an owner adds to `auth.reason_to_refuse`. It reads the database, and applies everywhere."""

from asgiref.sync import sync_to_async
from django.contrib.auth.models import Group
from prometheus_client import REGISTRY

from mcp_server import auth
from mcp_server.models import Credential
from mcp_server.tests.fixtures import ServeMCP
from mcp_server.tests.helpers import raw_call
from operations.users import User

EXISTING_RULES = auth.reason_to_refuse


def paused_stay_out(credential: Credential | None) -> str | None:
    if credential and credential.user.groups.filter(name="paused").exists():
        return "paused"
    return EXISTING_RULES(credential)


def pause(user: User) -> None:
    user.groups.add(Group.objects.get_or_create(name="paused")[0])


async def statuses(serve_mcp: ServeMCP, token: str) -> dict[str, int]:
    """Return the status of a request to each entrance over HTTP."""
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json, text/event-stream"}
    found = {}
    async with serve_mcp() as server, server.http_client(headers=headers) as http:
        for version in ("2026-07-28", "2025-06-18"):
            found[version] = (await http.post("/mcp/", **raw_call("whoami", version=version))).status_code
        # A session that does not exist, so that no stream stays open.
        message = await http.post(f"/mcp/sse/messages/?session_id={'0' * 32}", json={})
        found["sse"] = message.status_code
        # % if cookiecutter.http_api
        found["http_api"] = (await http.post("/api/mcp/tools/whoami", json={})).status_code
        # % endif
    return found


async def check_doors(serve_mcp: ServeMCP, token: str, user: User) -> None:
    """Check that `token` works until its user is paused, and then at no entrance."""
    open_doors = await statuses(serve_mcp, token)
    assert 401 not in open_doors.values(), open_doors
    await sync_to_async(pause)(user)
    before = REGISTRY.get_sample_value("mcp_auth_failures_total", {"reason": "paused"}) or 0
    closed_doors = await statuses(serve_mcp, token)
    assert set(closed_doors.values()) == {401}, closed_doors
    after = REGISTRY.get_sample_value("mcp_auth_failures_total", {"reason": "paused"})
    assert after == before + len(closed_doors)
    await user.groups.aclear()
    assert await statuses(serve_mcp, token) == open_doors
