"""The HTTP API of a running project, compared with its own OpenAPI document."""

import json
import shutil
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import Bake
from sites import FIXTURES
from testing.harness import ROOT, BakedProject, run
from testing.processes import UNLIMITED, Server, Site

SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")


@pytest.fixture(scope="module")
def site(bake_into: Bake, everything: BakedProject, tmp_path_factory: pytest.TempPathFactory) -> Site:
    project = bake_into(tmp_path_factory.mktemp("http-api"), http_api=True, file_tools=True)
    shutil.copy(FIXTURES / "slow.py", project.path / "mcp_server" / "tools")
    site = Site(project, everything.path / ".venv/bin/python", UNLIMITED).prepare()
    site.manage("create_demo_data")
    return site


@pytest.fixture(scope="module")
def server(site: Site) -> Iterator[Server]:
    with site.serve_mcp() as server:
        yield server


# A stream gives the answers of the same tools, so a few examples are enough to test how it wraps them.
@pytest.mark.parametrize(("accept", "examples"), [("application/json", 30), ("application/x-ndjson", 5)])
def test_schemathesis_finds_nothing(
    server: Server, token: str, accept: str, examples: int, tmp_path: Path
) -> None:
    """Catches an error 500 and an answer that the document does not describe, from any tool."""
    run(
        *(SCHEMATHESIS, f"--config-file={FIXTURES}/schemathesis.toml", "run"),
        f"{server.url}/api/mcp/openapi.json",
        *(f"--header=Authorization: Bearer {token}", f"--header=Accept: {accept}"),
        f"--max-examples={examples}",
        "--exclude-operation-id=count_slowly",
        "--continue-on-failure",
        cwd=tmp_path,
        SCHEMATHESIS_HOOKS=f"{FIXTURES}/ndjson.py",
        PYTHONPATH=str(ROOT),
    )
    assert "Traceback" not in server.log.read_text()


def test_a_call_ends_when_its_caller_goes(server: Server, token: str) -> None:
    """Catches a tool that goes on counting for minutes."""
    request = urllib.request.Request(  # noqa: S310 - our own address
        f"{server.url}/api/mcp/tools/count_slowly",
        json.dumps({"to": 1000}).encode(),
        {"Authorization": f"Bearer {token}", "Accept": "application/x-ndjson"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        assert json.loads(answer.readline())["progress"] == 1
    ended = 'mcp_tool_invocations_total{status="error",tool="count_slowly"} 1.0'
    deadline = time.monotonic() + 30
    while ended not in server.get("/mcp/metrics") and time.monotonic() < deadline:
        time.sleep(0.2)
    assert ended in server.get("/mcp/metrics")
