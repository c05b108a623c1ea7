"""docs/recipes/mongodb.md"""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from fastmcp import Client

from recipes.conftest import ServeRecipe
from testing.harness import free_port
from testing.processes import Site


@pytest.fixture
def mongodb(python: Path, tmp_path: Path) -> Iterator[str]:
    """Run a server with MongoDB's protocol, and yield its URL."""
    port = free_port()
    process = subprocess.Popen(
        [
            *(python.with_name("nx-27017"), "--db=memory", f"--port={port}"),
            *(f"--log-file={tmp_path}/mongo.log", f"--pid-file={tmp_path}/mongo.pid"),
        ],
        cwd=tmp_path,
        env=dict(os.environ),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert process.poll() is None, (tmp_path / "mongo.log").read_text()
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            break
        time.sleep(0.1)
    yield f"mongodb://127.0.0.1:{port}/reviews"
    process.terminate()
    process.wait(10)


@pytest.mark.anyio
async def test_reviews_are_written_and_listed(
    site: Site, token: str, serve: ServeRecipe, mongodb: str
) -> None:
    with serve(site, MONGODB_URL=mongodb) as server:
        async with Client(server.mcp_url, auth=token) as client:
            for stars, text in ((2, "Wobbles."), (5, "Now it is mended.")):
                review = {"sku": "chair", "stars": stars, "text": text}
                assert len((await client.call_tool("add_review", review)).data) == 24
            listed = (await client.call_tool("list_reviews", {"sku": "chair"})).structured_content
            other = (await client.call_tool("list_reviews", {"sku": "desk"})).structured_content
            wrong = await client.call_tool("list_reviews", {"sku": {"$ne": ""}}, raise_on_error=False)
    assert [each["text"] for each in listed["result"]] == ["Now it is mended.", "Wobbles."]
    assert listed["result"][0]["author"] == "admin@example.com"
    assert other == {"result": []}
    assert wrong.is_error
