"""docs/recipes/long-work.md"""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import anyio
import pytest
import yaml
from fastmcp import Client

from recipes.conftest import ServeRecipe
from testing.processes import Site

PREPARE = 'from django.core.management import call_command as c; c("makemigrations", "jobs"); c("migrate"); '
OTHER = (
    "from mcp_server.models import MCPToken; from accounts.models import User; "
    "print(MCPToken.objects.create(user=User.objects.create_user('yan@example.com'), name='x').token)"
)
FASTER = 'time.sleep(0.3); assert year != 2013, "the password is s3cret"'


def make_faster(folder: Path) -> None:
    tasks = folder / "jobs" / "tasks.py"
    text = tasks.read_text()
    assert "time.sleep(5)" in text
    tasks.write_text(text.replace("time.sleep(5)", FASTER))


@contextmanager
def worker(site: Site) -> Iterator[subprocess.Popen[bytes]]:
    """Run the process that the page adds to Compose."""
    service = yaml.safe_load((site.project.path / "compose.worker.yaml").read_text())["services"]["worker"]
    assert service["extends"]["service"] in yaml.safe_load(site.project.read("compose.yaml"))["services"]
    python, *command = service["command"]
    assert python == "python"
    with (site.project.path / "worker.log").open("ab") as log:
        process = subprocess.Popen(
            [site.python, *command, "--interval=0.1", "--no-startup-delay"],
            cwd=site.project.path,
            env=os.environ | site.environment,
            stdout=log,
            stderr=log,
        )
    try:
        yield process
    finally:
        process.kill()
        process.wait()


@pytest.mark.anyio
async def test_a_worker_does_what_tools_start(site: Site, token: str, serve: ServeRecipe) -> None:
    make_faster(site.project.path)
    others = site.manage("shell", "-v0", "--command", PREPARE + OTHER).split()[-1]
    steps: list[float] = []

    async def on_progress(progress: float, _total: float | None, _message: str | None) -> None:
        steps.append(progress)

    with serve(site, JOB_SILENCE="2") as server:
        async with (
            Client(server.mcp_url, auth=token, progress_handler=on_progress) as client,
            Client(server.mcp_url, auth=others) as other,
        ):

            async def start(year: int) -> dict[str, str]:
                return {
                    "job": (await client.call_tool("start_report", {"year": year})).structured_content["job"]
                }

            async def state(job: dict[str, str], wait: int = 0) -> str:
                report = await client.call_tool("get_report", {**job, "wait": wait})
                found: str = report.structured_content["state"]
                return found

            async def until(job: dict[str, str], wanted: str) -> None:
                deadline = time.monotonic() + 30
                while (found := await state(job)) != wanted:
                    assert found in {"waiting", "running"}
                    assert time.monotonic() < deadline
                    await anyio.sleep(0.1)

            good, wanted_no_more, bad = await start(2026), await start(2025), await start(2013)
            assert await state(good) == "waiting"
            for tool in ("get_report", "cancel_report"):
                assert (await other.call_tool(tool, good, raise_on_error=False)).is_error
            with worker(site) as process:
                report = await client.call_tool("get_report", {**good, "wait": 40})
                assert report.structured_content == {
                    "state": "done",
                    "percent": 100,
                    "text": "2026 was a good year.",
                }
                assert steps[-1] == 100
                assert len(set(steps)) > 2
                assert (await client.call_tool("cancel_report", good, raise_on_error=False)).is_error
                await until(wanted_no_more, "running")
                await client.call_tool("cancel_report", wanted_no_more)
                await until(bad, "failed")
                assert await state(wanted_no_more) == "cancelled"
                interrupted, last = await start(2024), await start(2023)
                await until(interrupted, "running")
                process.send_signal(signal.SIGTERM)  # a restart: the running job is finished first
                await until(interrupted, "done")
                assert process.wait(10) == 0
                assert await state(last) == "waiting"
            with worker(site) as process:
                await until(last, "running")
                process.kill()
            await until(last, "lost")
    assert "s3cret" not in server.log.read_text()
    assert "s3cret" in (site.project.path / "worker.log").read_text()
