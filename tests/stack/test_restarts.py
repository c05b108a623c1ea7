"""Restarts under load: what users of the tools notice during a deployment or a database restart."""

import asyncio
import json
import subprocess
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from fastmcp import Client
from fastmcp.client.transports import StreamableHttpTransport

from testing.postgres import Postgres
from testing.stack import Stack, status

pytestmark = pytest.mark.anyio


@dataclass
class Answer:
    began: float
    ended: float
    problem: str
    event: float = 0  # when the restart began


@pytest.fixture(scope="module")
def restarted(production: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder = tmp_path_factory.mktemp("restarts")
    stack = Stack(production.project, folder, production.bin, production.database_url, mcp_workers=2)
    with stack.running():
        yield stack


@pytest.fixture
def own_stack(restarted: Stack) -> Stack:
    """A stack for these tests only, because they stop its processes. All of them run when a test begins."""
    for process in restarted.processes.values():
        if not process.is_running:
            process.start()
    for process in restarted.processes.values():
        process.wait()
    return restarted


def refused_too_soon(answers: list[Answer]) -> list[Answer]:
    """Return the failures that came before nginx had retried for eight seconds, the longest time it can.

    On a machine that is not busy otherwise, there are no failures at all.
    """
    return [answer for answer in answers if answer.problem and answer.ended - answer.event < 8]


async def under_load(
    request: Callable[[], Awaitable[str]], event: Callable[[], object], after: float = 2
) -> list[Answer]:
    """Keep three requests in flight before, during and after `event`, which runs in a thread."""
    answers: list[Answer] = []
    is_over = asyncio.Event()

    async def keep_asking() -> None:
        while not is_over.is_set():
            began = time.monotonic()
            try:
                problem = await request()
            except Exception as error:
                problem = repr(error)
            answers.append(Answer(began, time.monotonic(), problem))
            await asyncio.sleep(0.3)

    load = [asyncio.create_task(keep_asking()) for _ in range(3)]
    await asyncio.sleep(1)
    event_began = time.monotonic()
    await asyncio.to_thread(event)
    await asyncio.sleep(after)
    is_over.set()
    await asyncio.gather(*load)
    return [replace(answer, event=event_began) for answer in answers]


def tool_call(client: Client[Any]) -> Callable[[], Awaitable[str]]:
    async def call() -> str:
        result = await client.call_tool("get_product_count", raise_on_error=False)
        return str(result.content) if result.is_error else ""

    return call


def page(stack: Stack) -> Callable[[], Awaitable[str]]:
    async def get() -> str:
        code, text = await asyncio.to_thread(status, stack.url + "/accounts/login/")
        return "" if code == 200 else f"{code} {text}"

    return get


def restart(stack: Stack, name: str) -> Callable[[], None]:
    def restart() -> None:
        assert stack.processes[name].stop() == 0, stack.log(name)
        stack.processes[name].start()
        stack.processes[name].wait()

    return restart


async def test_restart_of_the_mcp_process_loses_no_call(own_stack: Stack, token: str) -> None:
    async with Client(StreamableHttpTransport(own_stack.url + "/mcp/", auth=token)) as client:
        answers = await under_load(tool_call(client), restart(own_stack, "mcp"))
    assert not refused_too_soon(answers)


async def test_restart_of_the_web_process_loses_no_request(own_stack: Stack) -> None:
    answers = await under_load(page(own_stack), restart(own_stack, "web"))
    assert not refused_too_soon(answers)
    assert "Exception in worker" not in own_stack.log("web")


async def test_a_call_in_flight_is_finished(own_stack: Stack, token: str) -> None:
    """A tool that is running at SIGTERM still answers."""
    async with Client(StreamableHttpTransport(own_stack.url + "/mcp/", auth=token)) as client:
        await client.call_tool("count_slowly", {"to": 1})  # now the client knows the tool
        call = asyncio.create_task(client.call_tool("count_slowly", {"to": 4}))
        await asyncio.sleep(1)
        assert await asyncio.to_thread(own_stack.processes["mcp"].stop) == 0
        assert (await call).content[0].text == "4"


async def test_restart_of_the_database(own_stack: Stack, token: str, postgres: Postgres) -> None:
    """Only calls in flight may fail, each with a clear error. Two seconds later, all calls succeed."""
    is_back = 0.0

    def restart_database() -> None:
        nonlocal is_back
        postgres.restart("fast")
        is_back = time.monotonic()

    async with Client(StreamableHttpTransport(own_stack.url + "/mcp/", auth=token)) as client:
        answers = await under_load(tool_call(client), restart_database, after=4)
    late = [answer for answer in answers if answer.ended > is_back + 2.5]
    assert late
    assert {answer.problem for answer in late} == {""}
    for answer in answers:
        assert "Traceback" not in answer.problem


def test_waiting_for_the_database_is_explained_and_bounded(production: Stack) -> None:
    result = subprocess.run(
        [production.bin / "python", "manage.py", "wait_for_database", "--timeout=1"],
        cwd=production.project.path,
        env=production.environment | {"DATABASE_URL": "postgres://app:secret@127.0.0.1:1/app"},
        text=True,
        capture_output=True,
        check=False,
    )
    assert result.returncode == 1
    assert "did not answer within 1 seconds: connection failed" in result.stderr
    assert "Traceback" not in result.stderr
    assert "secret" not in result.stderr


def test_a_process_that_waits_for_the_database_can_be_stopped(production: Stack, tmp_path: Path) -> None:
    away = "postgres://app:secret@127.0.0.1:1/app"
    stack = Stack(production.project, tmp_path, production.bin, away)
    process = stack.processes["web"]
    process.start()
    deadline = time.monotonic() + 20
    while "Waiting for the database" not in (process.log.read_text() if process.log.exists() else ""):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    began = time.monotonic()
    assert process.stop() == 143
    assert time.monotonic() - began < 10  # it does not wait for the database


def test_metrics_of_all_workers_and_no_access_log(own_stack: Stack, token: str) -> None:
    async def call() -> None:
        for _ in range(9):
            async with Client(StreamableHttpTransport(own_stack.url + "/mcp/", auth=token)) as client:
                await client.call_tool("add_numbers", {"a": 1, "b": 1})

    asyncio.run(call())
    port = own_stack.processes["mcp"].port
    _, text = status(f"http://127.0.0.1:{port}/mcp/metrics")
    assert 'mcp_tool_invocations_total{status="ok",tool="add_numbers"} 9.0' in text
    records = [json.loads(line) for line in own_stack.log("mcp").splitlines() if line.startswith("{")]
    assert not [record for record in records if record["logger"] == "uvicorn.access"]
