"""A real Prometheus scrapes a running project, and answers the queries of the dashboard."""

import asyncio
import json
import os
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from fastmcp import Client
from fastmcp.exceptions import ToolError

from observability.dashboard import alerts, panels
from stack.conftest import token
from testing.harness import free_port, run
from testing.processes import Process
from testing.stack import Stack, status

__all__ = ["token"]  # a fixture

PROMTOOL = "promtool"
# Arguments that the tool refuses.
NOTHING = {"product_id": 1, "change": 0, "reason": "none"}
Series = dict[str, float]


def test_configuration(prometheus_folder: Path) -> None:
    run(PROMTOOL, "check", "config", "--lint=all", "--lint-fatal", "prometheus.yml", cwd=prometheus_folder)


def test_alerts(prometheus_folder: Path) -> None:
    run(PROMTOOL, "test", "rules", "alerts.test.yml", cwd=prometheus_folder)


class Prometheus:
    def __init__(self, url: str) -> None:
        self.url = url

    def ask(self, expression: str) -> dict[str, float]:
        """Return the value of each series, by its labels."""
        query = urllib.parse.urlencode({"query": expression})
        with urllib.request.urlopen(f"{self.url}/api/v1/query?{query}", timeout=10) as response:  # noqa: S310
            found = json.load(response)["data"]["result"]
        return {json.dumps(series["metric"], sort_keys=True): float(series["value"][1]) for series in found}


@pytest.fixture(scope="module")
def stack(production: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """New processes, because a panel shows no number for a tool that was called only earlier."""
    folder = tmp_path_factory.mktemp("observed")
    stack = Stack(production.project, folder, production.bin, production.database_url)
    with stack.running():
        yield stack


@pytest.fixture(scope="module")
def prometheus(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    """Prometheus with the project's configuration, but with addresses instead of names and more scrapes.

    The interval is longer than a second, because it also limits the time-out of a scrape.
    """
    folder = tmp_path_factory.mktemp("prometheus")
    source = stack.project.path / "deploy/prometheus"
    settings = yaml.safe_load((source / "prometheus.yml").read_text())
    settings["global"] = dict.fromkeys(settings["global"], "3s")
    settings["rule_files"] = [str(source / name) for name in settings["rule_files"]]
    for job in settings["scrape_configs"]:
        del job["dns_sd_configs"]
        job["static_configs"] = [{"targets": [f"127.0.0.1:{stack.processes[job['job_name']].port}"]}]
    (folder / "prometheus.yml").write_text(yaml.safe_dump(settings))
    port = free_port()
    process = Process(
        ["prometheus", f"--config.file={folder}/prometheus.yml", f"--storage.tsdb.path={folder}/data",
         f"--web.listen-address=127.0.0.1:{port}"],
        folder, dict(os.environ), port, folder / "prometheus.log",
    )  # fmt: skip
    process.start()
    try:
        process.wait()
        yield Prometheus(f"http://127.0.0.1:{port}")
    finally:
        process.kill()


async def traffic(stack: Stack, token: str, seconds: float) -> None:
    """Make a few calls of each kind that the dashboard distinguishes."""
    deadline = time.monotonic() + seconds
    client: Client[Any] = Client(f"{stack.url}/mcp/", auth=token)
    async with client:
        while time.monotonic() < deadline:
            await client.call_tool("whoami")
            for tool, arguments in (("adjust_stock", NOTHING), ("no_such_tool", {})):
                with pytest.raises(ToolError):
                    await client.call_tool(tool, arguments)
            await asyncio.to_thread(
                status, f"{stack.url}/mcp/", "POST", b"{}", {"Authorization": "Bearer wrong"}
            )
            await asyncio.to_thread(status, f"{stack.url}/accounts/login/")
            await asyncio.sleep(0.3)


@pytest.fixture(scope="module")
def answers(prometheus: Prometheus, stack: Stack, token: str) -> dict[str, list[Series]]:
    """Return what each panel shows after some traffic."""
    asyncio.run(traffic(stack, token, seconds=12))
    time.sleep(4)  # until the next scrape
    found: dict[str, list[Series]] = {}
    for query in panels(stack.project):
        found.setdefault(query.title, []).append(prometheus.ask(query.over(15)))
    return found


def test_every_process_is_scraped(answers: dict[str, list[Series]]) -> None:
    assert answers["Processes"] == [{'{"job": "web"}': 1, '{"job": "mcp"}': 1, '{"job": "mcp-sse"}': 1}]


def test_every_panel_shows_something(answers: dict[str, list[Series]]) -> None:
    assert [title for title, series in answers.items() if not all(series)] == []
    values = [value for series in answers.values() for one in series for value in one.values()]
    assert all(value >= 0 for value in values), "a value is negative or NaN"


def labels(series: Series) -> set[tuple[str, ...]]:
    """Return the labels of the series whose value is more than zero."""
    return {tuple(json.loads(name).values()) for name, value in series.items() if value > 0}


def test_the_answers(stack: Stack, answers: dict[str, list[Series]]) -> None:
    """The dashboard shows who calls what, what fails, which tokens are refused, and how full the pool is."""
    assert labels(answers["What is called"][0]) == {("whoami",), ("adjust_stock",), ("<unknown>",)}
    assert labels(answers["What fails"][0]) == {("error", "adjust_stock"), ("unknown", "<unknown>")}
    (users,) = answers["Who calls what"]
    assert {tool for tool, _user in labels(users)} == {"whoami", "adjust_stock", "<unknown>"}
    assert labels(answers["Which tokens are refused"][0]) == {("unknown",)}
    (fail,) = answers["Calls that fail"][0].values()
    assert 0.2 < fail < 0.5
    used, limit = answers["How full the database pool is"]
    assert sum(used.values()) >= 1
    of_one, of_all_workers = sorted(limit.values())
    assert of_one * stack.mcp_workers == of_all_workers


def test_only_the_alert_that_is_true(
    stack: Stack, prometheus: Prometheus, answers: dict[str, list[Series]]
) -> None:
    """All calls of one tool failed. This test does not wait for the time that the alert needs to fire."""
    assert answers
    wrong = {alert.title for alert in alerts(stack.project) if prometheus.ask(alert.expression)}
    assert wrong == {"ToolFails"}
