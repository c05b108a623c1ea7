"""Measurements that do not compare two servers: restarts, revocations, idle streams, memory."""

import http.client
import json
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from benchmarks.load import OLD, Request, WrongAnswerError, load, tool_call
from benchmarks.servers import Project, Server

if TYPE_CHECKING:
    from benchmarks.site import Site

ROWS = tool_call("rows", {"limit": 20}, "sku")


def restart(site: "Site", ours: Server) -> tuple[int, int, str]:
    """Restart PostgreSQL under load.

    Return the number of connections that 64 clients need, the number of calls that fail in the three
    seconds after the first good answer, and how long that answer took.
    """
    load(ours.url, ROWS, token=ours.token, clients=64, seconds=2)
    connections = site.postgres.connections("project")
    background = _in_background(ours, ROWS, clients=16, seconds=6)
    time.sleep(1)
    site.postgres.restart("fast")
    back = time.perf_counter()
    while call(ours, ROWS) != 200:
        if time.perf_counter() - back > 10:
            return connections, 1, "not back after 10 s"
        time.sleep(0.02)
    recovered = time.perf_counter() - back
    background.join()
    measured = load(ours.url, ROWS, token=ours.token, clients=16, seconds=3, strict=False)
    return connections, measured.bad + measured.lost, f"first good answer {recovered:.1f} s after the restart"


def _in_background(ours: Server, what: Request, **options: Any) -> threading.Thread:
    thread = threading.Thread(
        target=load, args=(ours.url, what), kwargs={"token": ours.token, "strict": False} | options
    )
    thread.start()
    return thread


def call(ours: Server, what: Request, token: str | None = None) -> int:
    """Make one call on a new connection. Return its HTTP status, or 0 if the tool refused the call."""
    connection = http.client.HTTPConnection("127.0.0.1", ours.port, timeout=10)
    connection.request("POST", "/mcp/", what.body, what.headers(token or ours.token))
    response = connection.getresponse()
    good = what.expect in response.read().decode()
    connection.close()
    return response.status if response.status != 200 or good else 0


REVOCATIONS = {
    "token": "token.revoke()",
    "user": "User.objects.filter(pk=token.user_id).update(is_active=False)",
    "whitelist": "token.allowed_tools = ['whoami']; token.save()",
    "permission": "token.user.user_permissions.clear()",
}


def stale_accepts(project: Project, ours: Server, trials: int) -> int:
    """Revoke access under load, in four ways in turn, and count the calls that still succeed afterwards.

    The change is committed before each request is sent, so none may succeed.
    """
    what = tool_call("permitted_echo", {"text": "hello"}, "hello")
    stale = 0
    for trial in range(trials):
        way = list(REVOCATIONS.values())[trial % len(REVOCATIONS)]
        token = project.python(
            "from accounts.models import User; from mcp_server.models import MCPToken;"
            "from django.contrib.auth.models import Permission;"
            f"user, _ = User.objects.get_or_create(email='trial{trial}@example.com');"
            "user.is_active = True; user.save();"
            "user.user_permissions.add(Permission.objects.get(codename='view_product'));"
            "print(MCPToken.objects.create(user=user, name='trial').token)"
        )
        background = _in_background(ours, what, token=token, clients=8, seconds=2)
        if call(ours, what, token) != 200:
            raise WrongAnswerError("The token did not work even before it was revoked.")
        project.python(
            "from accounts.models import User; from mcp_server.models import MCPToken, hash_token;"
            f"token = MCPToken.objects.get(token=hash_token('{token}')); {way}"
        )
        stale += sum(call(ours, what, token) == 200 for _ in range(10))
        background.join()
    return stale


@contextmanager
def idle_streams(ours: Server, path: str, count: int) -> Iterator[float]:
    """Hold idle streams open while the block runs, and yield the memory of one in KiB."""
    before = ours.memory
    streams = []
    for _ in range(count):
        headers = {"Accept": "text/event-stream", "Authorization": f"Bearer {ours.token}"}
        if not path.endswith("sse/"):
            headers |= {"MCP-Protocol-Version": OLD, "Mcp-Session-Id": _session(ours, path)}
        stream = http.client.HTTPConnection("127.0.0.1", ours.port, timeout=60)
        stream.request("GET", path, headers=headers)
        streams.append(stream)
        if (response := stream.getresponse()).status != 200:
            raise WrongAnswerError(
                f"The request for a stream was answered with {response.status}: {response.read()!r}"
            )
    time.sleep(1)
    yield (ours.memory - before) / count / 1024
    for stream in streams:
        stream.close()


def _session(ours: Server, path: str) -> str:
    """Begin a session, as clients older than revision 2026-07-28 do, and return its id."""
    client = {"name": "benchmark", "version": "1"}
    params = {"protocolVersion": OLD, "capabilities": {}, "clientInfo": client}
    body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params})
    connection = http.client.HTTPConnection("127.0.0.1", ours.port, timeout=60)
    connection.request("POST", path, body, ROWS.headers(ours.token) | {"MCP-Protocol-Version": OLD})
    session = connection.getresponse().getheader("Mcp-Session-Id")
    connection.close()
    if not session:
        raise WrongAnswerError("The server gave no session to a client that initialized.")
    return session


def memory_over(ours: Server, calls: Sequence[Request], early: int, late: int) -> tuple[int, int]:
    """Make calls of every kind in turn, and return the memory after `early` and after `late` calls."""
    done, at_early = 0, 0
    while done < late:
        for what in calls:
            done += load(ours.url, what, token=ours.token, clients=16, seconds=2).calls
        if done >= early and not at_early:
            at_early = ours.memory
    return at_early, ours.memory
