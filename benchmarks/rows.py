"""The rows of the table: what is measured, against what, and the target."""

import functools
import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from benchmarks import chaos, containers, machine
from benchmarks.load import OLD, Measured, Request, load, tool_call
from benchmarks.scale import measure
from benchmarks.servers import Server, behind_nginx, running
from benchmarks.site import Site

ROUNDS, SECONDS = 5, 2
FEW_ROUNDS = 3  # for less important rows
STREAMS = 1000
TRIALS = 12  # each of the four ways three times
# With these numbers, the target detects a leak of 160 bytes per call.
FEW_CALLS, MANY_CALLS = 10_000, 50_000
FEW_ROWS, MANY_ROWS = 1_000, 100_000
# These count all rows or sum them up (and cache the sum), or need pg_trgm, which this PostgreSQL lacks.
GROWING = {
    "`get_product_count`",
    "`product_stats` of a year",
    "`search_products`, no match",
    "admin: products, nothing found",
    "admin: orders, nothing found",
}
MEMORY = "memory of `list_mcp_tokens`"

ECHO = tool_call("echo", {"text": "hello"}, "hello")
OLD_ECHO = tool_call("echo", {"text": "hello"}, "hello", OLD)
TWENTY_ROWS = tool_call("rows", {"limit": 20}, "sku")
REFUSED = tool_call("refuse", {}, "refused as asked")
CRASHED = tool_call("crash", {}, "isError")
# The app `accounts` notifies users of new tokens. Without tokens, it still has mail and sessions.
WITHOUT_MCP = """
from django.apps import AppConfig
from config.settings import *

class Accounts(AppConfig):
    name = "accounts"

    def ready(self):
        from accounts import mail, sessions

others = [app for app in INSTALLED_APPS if app not in {"accounts", "mcp_server", "oauth"}]
INSTALLED_APPS = ["config.without_mcp.Accounts", *others]
ROOT_URLCONF = "config.urls_without_mcp"
"""
LIST = Request("tools/list", {}, "inputSchema")
BY_THE_LANE = {
    "a tool that reports progress": tool_call("report", {}, "reported"),
    "`tools/list`": LIST,
    "a resource": Request("resources/read", {"uri": "bench://resource"}, "a resource"),
}
EVERY_KIND = (ECHO, OLD_ECHO, TWENTY_ROWS, REFUSED, CRASHED)


@dataclass(frozen=True)
class Row:
    """One line of the table. `values` are what its rounds measured; their median is the result."""

    name: str
    values: list[float]
    target: float | None  # None: for information only
    at_least: bool = True
    unit: str = ""
    note: str = ""

    @property
    def result(self) -> float:
        """The median."""
        return statistics.median(self.values)

    @property
    def passed(self) -> bool:
        """Whether the row meets its target, or has none."""
        if self.target is None:
            return True
        return self.result >= self.target if self.at_least else self.result <= self.target


type Rows = Iterator[Row]
GROUPS: dict[str, Callable[[Site], Rows]] = {}


def group(function: Callable[[Site], Rows]) -> Callable[[Site], Rows]:
    """Add a group of rows. `make bench ROWS=name` runs only this group."""
    GROUPS[function.__name__] = function
    return function


def _pairs(
    base: Server, other: Server, requests: tuple[Request, Request], clients: int = 16, rounds: int = ROUNDS
) -> list[tuple[Measured, Measured]]:
    """Measure two servers (or two requests) in turns, so that noise affects both alike."""
    pair = tuple(zip((base, other), requests, strict=True))
    for server, request in pair:
        load(server.url, request, token=server.token, clients=clients, seconds=1, strict=False)
    measured = []
    for turn in range(rounds):
        both = [
            load(server.url, request, token=server.token, clients=clients, seconds=SECONDS)
            for server, request in (pair if turn % 2 else pair[::-1])
        ]
        measured.append((both[0], both[1]) if turn % 2 else (both[1], both[0]))
    return measured


def _rates(measured: list[tuple[Measured, Measured]]) -> list[float]:
    return [other.rate / base.rate for base, other in measured]


def _absolute(measured: list[tuple[Measured, Measured]]) -> str:
    base, other = (statistics.median(m.rate for m in side) for side in zip(*measured, strict=True))
    return f"{other:.0f} against {base:.0f} calls a second"


@group
def echo(site: Site) -> Rows:
    """The project with all its checks, against bare FastMCP without authentication."""
    bare, ours = site.bare, site.project.server("project")
    with running(bare, ours):
        for clients, target in ((16, 3.0), (64, 4.0), (1, 1.25)):
            measured = _pairs(bare, ours, (ECHO, ECHO), clients)
            yield Row(
                f"`echo` against bare FastMCP, {clients} clients",
                _rates(measured),
                target,
                note=_absolute(measured),
            )
            if clients == 16:
                ratios = [other.p99 / base.p99 for base, other in measured]
                p99 = [statistics.median(m.p99 for m in side) for side in zip(*measured, strict=True)]
                note = f"{p99[1]:.0f} against {p99[0]:.0f} ms"
                yield Row("p99 against bare FastMCP, 16 clients", ratios, 0.2, at_least=False, note=note)
        measured = _pairs(bare, ours, (OLD_ECHO, OLD_ECHO))
        yield Row(
            f"`echo` of {OLD} clients against bare FastMCP",
            _rates(measured),
            2.8,
            note=_absolute(measured),
        )


@group
def lane(site: Site) -> Rows:
    """The gain from the express lane, and the cost of requests that do not use it (docs/performance.md)."""
    bare, ours = site.bare, site.project.server("project")
    without = site.project.server("without the lane", MCP_EXPRESS="False")
    with running(bare, ours, without):
        measured = _pairs(without, ours, (ECHO, ECHO))
        name = "`echo` with the express lane against without"
        yield Row(name, _rates(measured), None, note=_absolute(measured))
        for name, request in BY_THE_LANE.items():
            measured = _pairs(bare, ours, (request, request), rounds=FEW_ROUNDS)
            yield Row(f"{name} against bare FastMCP", _rates(measured), 0.8, note=_absolute(measured))


@group
def sqlite(site: Site) -> Rows:
    """The project on SQLite, against bare FastMCP."""
    bare, ours = site.bare, site.sqlite_project.server("project on SQLite")
    with running(bare, ours):
        measured = _pairs(bare, ours, (ECHO, ECHO), rounds=FEW_ROUNDS)
        yield Row("`echo` on SQLite against bare FastMCP", _rates(measured), 2.8, note=_absolute(measured))


@group
def mcpz(site: Site) -> Rows:
    """The fastest peer."""
    peer, ours = site.mcpz, site.project.server("project")
    with running(peer, ours):
        for name, request, target in (("`echo`", ECHO, 4.0), ("20 rows by the ORM", TWENTY_ROWS, 1.9)):
            measured = _pairs(peer, ours, (request, request))
            yield Row(f"{name} against django-mcpz 1.2", _rates(measured), target, note=_absolute(measured))


@group
def peers(site: Site) -> Rows:
    """The other peers, without a target."""
    ours = site.project.server("project")
    for peer, revision in ((site.django_mcp_server, "2025-03-26"), (site.mcp_django, ECHO.revision)):
        request = tool_call("echo", {"text": "hello"}, "hello", revision)
        with running(peer, ours):
            measured = _pairs(peer, ours, (request, ECHO), rounds=FEW_ROUNDS)
            yield Row(f"`echo` against {peer.name}", _rates(measured), None, note=_absolute(measured))


@group
def workers(site: Site) -> Rows:
    """Two workers against one. Both servers may use both processors, which they share with the load.

    The clients connect in two halves. If all connected at the same moment, the worker that wakes first
    could accept every connection, and the other worker would have nothing to do.
    """
    one = site.project.server("one worker", cores="0,1")
    two = site.project.server("two workers", cores="0,1", workers=2)
    rates: dict[str, list[float]] = {one.name: [], two.name: []}
    with running(one, two), ThreadPoolExecutor(2) as halves:
        for turn in range(ROUNDS + 1):
            for server in (one, two) if turn % 2 else (two, one):
                half = functools.partial(load, server.url, ECHO, token=server.token, clients=16, seconds=2)
                first = halves.submit(half)
                time.sleep(0.2)
                second = halves.submit(half)
                rates[server.name].append(first.result().rate + second.result().rate)
    of_one, of_two = (values[1:] for values in rates.values())  # the first turn warms up
    ratios = [b / a for a, b in zip(of_one, of_two, strict=True)]
    note = f"{statistics.median(of_two):.0f} against {statistics.median(of_one):.0f} calls a second"
    yield Row("two workers against one", ratios, 1.8, note=note)


@group
def nginx(site: Site) -> Rows:
    """The MCP process behind the project's nginx, which keeps its connections to the process open."""
    direct = site.project.server("project")
    with running(direct), behind_nginx(site.project) as proxied:
        measured = _pairs(direct, proxied, (ECHO, ECHO))
        yield Row("`echo` through nginx against direct", _rates(measured), 0.9, note=_absolute(measured))


@group
def tools(site: Site) -> Rows:
    """Many registered tools."""
    few = site.project.server("few tools")
    many = site.project.server("many tools", BENCH_MORE_TOOLS="185")
    with running(few, many):
        measured = _pairs(few, many, (ECHO, ECHO))
        yield Row("200 registered tools against 15", _rates(measured), 0.95, note=_absolute(measured))
    for count in (200, 1000):
        ours = site.project.server(f"{count} tools", BENCH_MORE_TOOLS=str(count - 15))
        with running(ours):
            # The first request builds the list of all tools, which takes seconds.
            load(ours.url, LIST, token=ours.token, clients=1, seconds=2 * SECONDS, strict=False)
            rounds = [load(ours.url, LIST, token=ours.token, clients=1, seconds=1) for _ in range(ROUNDS)]
        milliseconds = [1000 / each.rate for each in rounds]
        yield Row(f"`tools/list` of {count:,} tools", milliseconds, 10, at_least=False, unit="ms")


@group
def errors(site: Site) -> Rows:
    """Calls that fail must not stall a server."""
    ours = site.project.server("project")
    with running(ours):
        for name, request, target in (
            ("a ToolError", REFUSED, 0.9),
            ("an unexpected exception", CRASHED, 0.5),
        ):
            measured = _pairs(ours, ours, (ECHO, request), rounds=FEW_ROUNDS)
            yield Row(f"{name} against a good call", _rates(measured), target, note=_absolute(measured))


@group
def check(site: Site) -> Rows:
    """How much `mcp_server` adds to the imports of the web process and of `manage.py`.

    With the option `oauth`, the project without `mcp_server` has an authorization server too, the
    unchanged one of django-oauth-toolkit. Its views take 0.2 s to import in both projects.
    """
    for project, name in ((site.sqlite_project, "with"), (site.project_without_oauth, "no")):
        config = project.folder / "config"
        urls = (config / "urls.py").read_text().replace('include("mcp_server.urls")', "include([])")
        urls = urls.replace('include("oauth.urls")', 'include("oauth2_provider.urls")')
        (config / "urls_without_mcp.py").write_text(urls)
        (config / "without_mcp.py").write_text(WITHOUT_MCP)
        times: dict[str, list[float]] = {"config.settings": [], "config.without_mcp": []}
        for _ in range(2 * ROUNDS + 1):  # times of short processes vary much
            for module, seconds in times.items():
                start = time.perf_counter()
                project.manage("check", "--settings", module)
                seconds.append(time.perf_counter() - start)
        with_it, without = times.values()
        ratios = [a / b for a, b in zip(with_it[1:], without[1:], strict=True)]
        note = f"{statistics.median(with_it):.2f} against {statistics.median(without):.2f} s"
        yield Row(
            f"`manage.py check` against the same without `mcp_server`, {name} option `oauth`",
            ratios,
            1.05,
            at_least=False,
            note=note,
        )


@group
def restart(site: Site) -> Rows:
    """The database restarts under load."""
    ours = site.project.server("project")
    with running(ours):
        connections, failing, recovered = chaos.restart(site, ours)
    limit = site.project.tool_threads + 4
    yield Row("connections of the process, 64 clients", [connections], limit, False)
    yield Row("calls failing after the restart of PostgreSQL", [failing], 0, False, note=recovered)


@group
def revoke(site: Site) -> Rows:
    """Access that is revoked must end in all workers."""
    ours = site.project.server("project", workers=3, cores="0,1")
    with running(ours):
        stale = chaos.stale_accepts(site.project, ours, TRIALS)
    yield Row(f"stale accepts in {TRIALS} trials, 3 workers", [stale], 0, False)


@group
def streams(site: Site) -> Rows:
    """Idle streams of older clients. GET streams exist only with sessions.

    FastMCP's own session and GET stream take 100 KiB already, so ours are compared with those. Ours also
    hold two requests, each with its token, user and headers, and the layers that check them: 15 to 17 KiB.
    The limit is a fifth more than FastMCP's.
    """
    bare = site.bare_with_sessions
    with running(bare):
        load(bare.url, OLD_ECHO, clients=16, seconds=2, strict=False)
        with chaos.idle_streams(bare, bare.path, STREAMS) as of_bare:
            pass
    for name, path, stateless in (("SSE", "/mcp/sse/", "True"), ("GET", "/mcp/", "False")):
        alone, beside = (
            site.project.server(each, MCP_STATELESS=stateless, MCP_USER_STREAMS=str(2 * STREAMS))
            for each in ("alone", "beside streams")
        )
        with running(alone, beside):
            # The first calls load modules, which must not count as memory of the streams.
            load(beside.url, ECHO, token=beside.token, clients=16, seconds=2)
            with chaos.idle_streams(beside, path, STREAMS) as memory:
                row = f"memory of one of {STREAMS} idle {name} streams"
                if name == "SSE":
                    yield Row(row, [memory], 100, False, "KiB")
                else:
                    note = f"{memory:.0f} against {of_bare:.0f} KiB"
                    yield Row(f"{row} against bare FastMCP", [memory / of_bare], 1.2, False, note=note)
                measured = _pairs(alone, beside, (ECHO, ECHO), rounds=FEW_ROUNDS)
        name = f"calls beside {STREAMS} idle {name} streams"
        yield Row(name, _rates(measured), 0.9, note=_absolute(measured))


@group
def times(site: Site) -> Rows:
    """How long a developer has to wait."""
    baking, starting = [], []
    ours = site.project.server("project")
    for _ in range(3):
        start = time.perf_counter()
        machine.bake("timed")
        baking.append(time.perf_counter() - start)
        start = time.perf_counter()
        with running(ours):
            load(ours.url, ECHO, token=ours.token, clients=1, seconds=1)
            starting.append(time.perf_counter() - start - 1)
    yield Row("`cookiecutter --no-input`", baking, None, unit="s")
    yield Row("start of the MCP process until the first answer", starting, None, unit="s")
    start = time.perf_counter()
    site.time_to_first_call()
    seconds = time.perf_counter() - start
    yield Row("`cookiecutter` to first call (SQLite, packages in uv's cache)", [seconds], 60, False, "s")


@group
def docker(_site: Site) -> Rows:
    """The first call on Docker, and the size of the image. The first round, which builds, is not counted."""
    seconds = []
    for _ in range(2):
        start = time.perf_counter()
        with containers.stack() as (stack, token):
            containers.call(stack, token)
            seconds.append(time.perf_counter() - start)
            size = stack.image_size("bench")
    yield Row("`cookiecutter` to first call (Docker, images present)", seconds[1:], 60, False, "s")
    yield Row("image, without its base", [size / 2**20], 185, False, unit="MiB")


@group
def memory(site: Site) -> Rows:
    """Whether memory grows with the number of calls."""
    ours = site.project.server("project")
    with running(ours):
        early, late = chaos.memory_over(ours, EVERY_KIND, FEW_CALLS, MANY_CALLS)
    note = f"{late / 2**20:.0f} against {early / 2**20:.0f} MiB"
    name = f"memory after {MANY_CALLS:,} calls against after {FEW_CALLS:,}"
    yield Row(name, [late / early], 1.05, False, note=note)


@group
def scale(site: Site) -> Rows:
    """How times grow with a hundred times as many rows."""
    few, many = (measure(site, site.project_with_files, rows) for rows in (FEW_ROWS, MANY_ROWS))
    # An absolute limit: the command reads chunks of 2,000 tokens (Django's `iterator`), and the project with
    # few rows has fewer, so a full chunk would look like growth. All 10,000 at once would take 15 MiB.
    [memory_of_list] = many.pop(MEMORY)
    yield Row(f"{MEMORY} of {MANY_ROWS // 10:,}", [memory_of_list], 4, False, "MiB")
    for name, times in many.items():
        before = statistics.median(few[name])
        note = f"{statistics.median(times):.1f} against {before:.1f} ms"
        target = None if name in GROWING else 3
        growth = [milliseconds / before for milliseconds in times]
        yield Row(f"{name}, {MANY_ROWS:,} rows against {FEW_ROWS:,}", growth, target, False, note=note)
