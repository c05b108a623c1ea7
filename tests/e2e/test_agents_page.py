"""The programs in docs/agents.md. Those that need no SDK run here; the others must at least compile."""

import re

import pytest

from testing.processes import Site


def blocks(page: str) -> list[str]:
    return re.findall(r"```python\n(.*?)```", page, re.DOTALL)


@pytest.mark.parametrize("title", ["FastMCP", "Plain HTTP"])
def test_a_program_of_the_page_runs_as_it_stands(site: Site, title: str) -> None:
    page = site.project.read("docs/agents.md").partition(f"\n## {title}\n")[2]
    with site.serve_mcp() as server:
        printed = site.project.run(
            site.python, "-c", blocks(page)[0], MCP_URL=server.mcp_url.rstrip("/"), MCP_TOKEN=site.token()
        )
    assert "admin@example.com" in printed


def test_every_program_of_the_page_is_python(site: Site) -> None:
    programs = blocks(site.project.read("docs/agents.md"))
    assert len(programs) == 7
    for program in programs:
        compile(program, "docs/agents.md", "exec")
