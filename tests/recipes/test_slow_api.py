"""docs/recipes/slow-api.md"""

import json
from collections.abc import Iterator

import pytest
from fastmcp import Client

from recipes.conftest import ServeRecipe
from testing.http_server import Handler, serving
from testing.processes import Site


class SlowAPI(Handler):
    """A service with one job, which is half done at the first request for its state, and done at the next."""

    looks = 0

    def do_POST(self) -> None:
        self._answer({"id": 7})

    def do_GET(self) -> None:
        SlowAPI.looks += 1
        done = SlowAPI.looks > 1
        text = "All is well." if done else None
        self._answer({"done": done, "percent": 100 if done else 50, "text": text})

    def _answer(self, value: object) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.answer(json.dumps(value).encode())


@pytest.fixture
def slow_api() -> Iterator[str]:
    SlowAPI.looks = 0
    with serving(SlowAPI) as port:
        yield f"http://127.0.0.1:{port}"


@pytest.mark.anyio
async def test_a_report_is_started_and_polled(
    site: Site, token: str, serve: ServeRecipe, slow_api: str
) -> None:
    steps: list[float] = []

    async def on_progress(progress: float, _total: float | None, _message: str | None) -> None:
        steps.append(progress)

    with serve(site, REPORTS_URL=slow_api) as server:
        async with Client(server.mcp_url, auth=token) as client:
            started = (await client.call_tool("start_report", {"year": 2026})).structured_content
            ticket = started["ticket"]
            first = await client.call_tool("get_report", {"ticket": ticket, "wait": 0})
            second = await client.call_tool(
                "get_report", {"ticket": ticket, "wait": 5}, progress_handler=on_progress
            )
            forged = await client.call_tool("get_report", {"ticket": ticket + "x"}, raise_on_error=False)
    assert first.structured_content == {"done": False, "percent": 50, "text": None}
    assert second.structured_content == {"done": True, "percent": 100, "text": "All is well."}
    assert steps[-1] == 100
    assert "not a ticket of yours" in str(forged.content)
