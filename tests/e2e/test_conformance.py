"""The official conformance suite: a generated project passes every check that bare FastMCP passes."""

import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest

from e2e.proxy import adding_token
from sites import FIXTURES, MakeSite
from testing.harness import free_port
from testing.node import Node
from testing.processes import Site, running

SUITE = "node_modules/@modelcontextprotocol/conformance/dist/index.js"
OLD, NEW = "2025-11-25", "2026-07-28"
# Without sessions, the server cannot send requests to an old client.
NEED_A_SESSION = {
    "server-initialize",  # it checks the session id
    "tools-call-sampling",
    "tools-call-elicitation",
    "elicitation-sep1034-defaults",
    "elicitation-sep1330-enums",
    "server-session-lifecycle",
    "server-sse-multiple-streams",
}

type Check = tuple[str, str]
type Outcomes = dict[str, Counter[Check]]
type Bare = Callable[[str], Outcomes]


def checks(node: Node, url: str, revision: str, folder: Path) -> Outcomes:
    """Run the suite. Return the checks of each outcome, as scenario and name."""
    folder.mkdir()
    arguments = ("--url", f"{url}/mcp/", "--requirements", revision, "--output-dir", str(folder))
    node.try_to_run(SUITE, "server", *arguments)
    outcomes: Outcomes = {}
    for file in folder.glob("*/checks.json"):
        scenario = file.parent.name.removeprefix("server-").partition("-20")[0]
        for check in json.loads(file.read_text()):
            outcomes.setdefault(check["status"], Counter())[scenario, check["id"]] += 1
    assert outcomes, f"The suite wrote no results into {folder}."
    return outcomes


@pytest.fixture(scope="module")
def bare_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a bare FastMCP server with the same fixtures."""
    port = free_port()
    with running(
        [sys.executable, "-m", "uvicorn", "bare:app", f"--port={port}"],
        cwd=FIXTURES,
        environment=dict(os.environ),
        url=f"http://127.0.0.1:{port}",
        ready="/health",
        log=tmp_path_factory.mktemp("bare") / "server.log",
    ) as server:
        yield server.url


@pytest.fixture(scope="module")
def bare(bare_url: str, node: Node, tmp_path_factory: pytest.TempPathFactory) -> Bare:
    """Return the outcomes of bare FastMCP for a revision. The suite runs once for each revision."""
    folder = tmp_path_factory.mktemp("bare-outcomes")
    return cache(lambda revision: checks(node, bare_url, revision, folder / revision))


@pytest.fixture(scope="module")
def project(make_site: MakeSite) -> Site:
    """A generated project with the fixtures among its tools."""
    return make_site(extra_tools=FIXTURES / "conformance.py")


@pytest.mark.parametrize(("revision", "stateless"), [(OLD, "False"), (NEW, "False"), (NEW, "True")])
def test_nothing_is_lost_against_bare_fastmcp(
    bare: Bare, project: Site, node: Node, revision: str, stateless: str, tmp_path: Path
) -> None:
    """Every request passes authentication, permissions and middleware."""
    with serve(project, stateless) as url:
        ours = checks(node, url, revision, tmp_path / "project")
    assert bare(revision)["SUCCESS"] - ours["SUCCESS"] == Counter()
    assert ours["FAILURE"] - bare(revision)["FAILURE"] == Counter()


def test_an_old_client_of_a_stateless_server_misses_only_questions(
    bare: Bare, project: Site, node: Node, tmp_path: Path
) -> None:
    with serve(project, stateless="True") as url:
        ours = checks(node, url, OLD, tmp_path / "project")
    missing = bare(OLD)["SUCCESS"] - ours["SUCCESS"]
    assert {scenario for scenario, _check in missing} == NEED_A_SESSION


@contextmanager
def serve(project: Site, stateless: str) -> Iterator[str]:
    """Serve with authentication. Yield the address of a proxy that adds a token."""
    with project.serve_mcp(MCP_STATELESS=stateless) as server:  # noqa: SIM117 - the second needs the first
        with adding_token(server.url, project.token()) as url:
            yield url
