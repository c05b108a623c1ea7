"""The servers that are compared, each set up as its own documentation recommends for production."""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Self

from benchmarks.machine import CACHE, SERVER_CORE, SUBJECTS, bake, environment, run, say
from testing.harness import BakedProject, free_port
from testing.postgres import Postgres
from testing.stack import nginx

GUNICORN = "gunicorn==27.0.1"
POSTGRES = "psycopg[binary,pool]==3.3.9"
DJANGO = "django==6.1.3"


@dataclass
class Server:
    """A server that can be started and called."""

    name: str
    command: list[str]
    path: str
    token: str | None = None
    cwd: Path = CACHE
    env: Mapping[str, str] = field(default_factory=dict)
    cores: str = str(SERVER_CORE)

    port: int = 0
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The URL for tool calls."""
        return f"http://127.0.0.1:{self.port}{self.path}"

    @property
    def log(self) -> Path:
        """The file with the server's output."""
        return CACHE / f"{self.name.replace(' ', '-')}.log"

    def start(self) -> Self:
        """Start it, and wait until it listens."""
        self.port = free_port()
        command = [part.replace("PORT", str(self.port)) for part in self.command]
        env = {name: value.replace("PORT", str(self.port)) for name, value in self.env.items()}
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                ["taskset", "-c", self.cores, *command],
                cwd=self.cwd,
                env=os.environ | env,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self.process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return self
            time.sleep(0.05)
        raise RuntimeError(f"{self.name} did not start:\n{self.log.read_text()[-2000:]}")

    def stop(self) -> None:
        """Stop the server and all its processes."""
        if self.process and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()

    @property
    def pids(self) -> list[int]:
        """Its processes, workers included."""
        found = [self.process.pid] if self.process else []
        for pid in found:
            for children in Path(f"/proc/{pid}/task").glob("*/children"):
                found += map(int, children.read_text().split())
        return found

    @property
    def memory(self) -> int:
        """The memory of its processes in bytes."""
        pages = [int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in self.pids]
        return sum(pages) * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def running(*servers: Server) -> Iterator[None]:
    """Run servers while the block runs."""
    try:
        for server in servers:
            server.start()
        yield
    finally:
        for server in servers:
            server.stop()


def bare(**env: str) -> Server:
    """FastMCP alone."""
    python = environment("bare", "fastmcp==4.2.3", "uvicorn==0.54.0") / "python"
    return Server("bare FastMCP", [str(python), str(SUBJECTS / "bare.py"), "PORT"], "/mcp", env=env)


class Project:
    """A generated project with the tools of the benchmark, a filled database, and a token."""

    def __init__(self, name: str, database: str | None, **options: str) -> None:
        self.name = name
        self.folder = bake(name, **options)
        (self.folder / "mcp_server/tools/bench.py").write_bytes((SUBJECTS / "project_tools.py").read_bytes())
        # The packages that the project's `make setup` installs, without the tools for development.
        self.bin = environment(name if options else "project", self.folder / "pyproject.toml")
        self.env = {
            "SECRET_KEY": "benchmark" * 8,
            "PUBLIC_BASE_URL": "http://127.0.0.1",
            # Limits are checked but never reached, although all calls come from one token.
            "MCP_RATE_LIMIT": "1000000/second",
            "MCP_USER_RATE_LIMIT": "1000000/second",
            "MCP_USER_CONCURRENCY": "64",
        }
        if database:
            self.env["DATABASE_URL"] = database
        self.tool_threads = 8  # the default of MCP_TOOL_THREADS
        self.manage("migrate", "--verbosity=0")
        self.manage("create_demo_data")
        self.token = self.python(
            "from accounts.models import User; from mcp_server.models import MCPToken;"
            "from django.contrib.auth.models import Permission;"
            "user = User.objects.create_user(email='bench@example.com');"
            "user.user_permissions.add(Permission.objects.get(codename='view_product'));"
            "print(MCPToken.objects.create(user=user, name='bench').token)"
        )

    def manage(self, *arguments: str) -> str:
        """Run a management command."""
        return run(self.bin / "python", "manage.py", *arguments, cwd=self.folder, env=self.env)

    def python(self, code: str) -> str:
        """Run Python code in the project and return what it prints."""
        return self.manage("shell", "--no-imports", "--command", code).strip()

    def server(self, name: str | None = None, *, workers: int = 1, cores: str = "0", **env: str) -> Server:
        """Return the MCP process with the command of production."""
        return Server(
            name or self.name,
            [
                *(str(self.bin / "python"), "-m", "uvicorn", "config.asgi:app"),
                *("--host", "127.0.0.1", "--port", "PORT", "--workers", str(workers), "--no-access-log"),
            ],
            "/mcp/",
            self.token,
            self.folder,
            self.env | {"PUBLIC_BASE_URL": "http://127.0.0.1:PORT"} | env,
            cores,
        )


@contextmanager
def behind_nginx(project: Project) -> Iterator[Server]:
    """Run the MCP process behind the project's own nginx, which runs on the processor of the load."""
    folder = CACHE / "nginx"
    shutil.rmtree(folder, ignore_errors=True)
    url = f"http://127.0.0.1:{(port := free_port())}"
    with running(server := project.server("behind nginx", PUBLIC_BASE_URL=url)):
        upstreams = dict.fromkeys(
            ("MCP_UPSTREAM", "MCP_SSE_UPSTREAM", "WEB_UPSTREAM"), f"127.0.0.1:{server.port}"
        )
        proxy = nginx(
            BakedProject(project.folder),
            folder,
            **upstreams,
            NGINX_SERVER="http",
            NGINX_HTTP_PORT=str(port),
            NGINX_HTTPS_PORT=str(free_port()),
            NGINX_RESOLVER="127.0.0.1",  # not used, because the upstreams are addresses
            NGINX_RATE_LIMIT="1000000r/s",
            PUBLIC_BASE_URL=url,
        )
        proxy.start()
        try:
            proxy.wait()
            yield replace(server, port=port)
        finally:
            proxy.kill()


def mcpz(postgres: Postgres) -> Server:
    """django-mcpz under Gunicorn with threads, because its server is a synchronous view."""
    packages = ("django-mcpz==1.2.0", DJANGO, GUNICORN, POSTGRES)
    return _peer("mcpz", packages, postgres, _gunicorn("mcpz"))


def django_mcp_server(postgres: Postgres) -> Server:
    """django-mcp-server, stateless, under Gunicorn. It needs an older version of `mcp`."""
    packages = ("django-mcp-server==0.5.7", "mcp<1.10", "pydantic<2.12", DJANGO, GUNICORN, POSTGRES)
    return _peer("django_mcp_server", packages, postgres, _gunicorn("django_mcp_server"))


def mcp_django(postgres: Postgres) -> Server:
    """mcp-django over HTTP, started in the same way as by its own command."""
    packages = ("mcp-django==0.14.0", DJANGO, POSTGRES)
    return _peer("mcp_django", packages, postgres, [str(SUBJECTS / "mcp_django_site.py"), "PORT"])


def _gunicorn(peer: str) -> list[str]:
    return [
        *("-m", "gunicorn", f"{peer}_site:application", "--bind", "127.0.0.1:PORT"),
        *("--workers", "1", "--threads", "4"),
    ]


def _peer(name: str, packages: tuple[str, ...], postgres: Postgres, arguments: list[str]) -> Server:
    """Prepare the site of a peer, with its own database."""
    python = str(environment(name, *packages) / "python")
    postgres.create(name)
    database = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": "postgres",
        "HOST": postgres.socket,
    }
    env = {"PYTHONPATH": str(SUBJECTS), "DATABASE": json.dumps(database)}
    say(f"Preparing {name}")
    token = run(python, SUBJECTS / f"{name}_site.py", env=env).strip()
    return Server(name, [python, *arguments], "/mcp", token or None, CACHE, env)
