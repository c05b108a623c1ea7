"""The HTTP API of a project that runs, against its own OpenAPI document."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import Bake
from e2e.processes import Server, Site
from harness import ROOT, BakedProject, run

SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
FIXTURES = Path(__file__).parent / "fixtures"


@pytest.fixture(scope="module")
def site(bake_into: Bake, everything: BakedProject, tmp_path_factory: pytest.TempPathFactory) -> Site:
    project = bake_into(tmp_path_factory.mktemp("http-api"), http_api=True)
    site = Site(project, everything.path / ".venv/bin/python").prepare()
    site.manage("create_demo_data")
    return site


@pytest.fixture(scope="module")
def server(site: Site) -> Iterator[Server]:
    with site.serve_mcp() as server:
        yield server


@pytest.mark.parametrize("accept", ["application/json", "application/x-ndjson"])
def test_schemathesis_finds_nothing(server: Server, token: str, accept: str, tmp_path: Path) -> None:
    """Every tool, those that write included: an answer of 500, or one that the document does not describe."""
    run(
        *(SCHEMATHESIS, f"--config-file={FIXTURES}/schemathesis.toml", "run"),
        f"{server.url}/api/mcp/openapi.json",
        *(f"--header=Authorization: Bearer {token}", f"--header=Accept: {accept}"),
        "--continue-on-failure",
        cwd=tmp_path,
        SCHEMATHESIS_HOOKS=f"{FIXTURES}/ndjson.py",
        PYTHONPATH=str(ROOT),
    )
    assert "Traceback" not in server.log.read_text()
