"""The project that the clients connect to: the default one, run as by `make dev`, on its own ports."""

import asyncio
import os
import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cookiecutter.main import cookiecutter
from fastmcp import Client as FastMCPClient

from testing.harness import ROOT, BakedProject, free_port
from testing.processes import UNLIMITED, Process, Site

CACHE = ROOT / ".cache" / "clients"
EMAIL, PASSWORD = "dev@example.com", "correct-horse-battery"
WRONG_TOKEN = "mcp_" + "x" * 60


@dataclass
class Place:
    """The two processes of the project, and what a person knows about them."""

    site: Site
    web: Process
    mcp: Process
    url: str
    web_url: str

    def config(self, client: str, token: str | None = None) -> str:
        """Return what `manage.py mcp_config` prints for a client. The drives follow it literally."""
        printed = self.site.manage("mcp_config", "--client", client, *(["--token", token] if token else []))
        return printed.strip()

    def token(self) -> str:
        printed = self.site.manage("create_mcp_token", f"--user={EMAIL}", "--name=clients")
        return next(word for word in printed.split() if word.startswith("mcp_"))

    def restart(self) -> None:
        """Restart the MCP process, as a deployment does in the middle of a conversation."""
        self.mcp.stop()
        self.mcp.start()
        self.mcp.wait()

    @property
    def name(self) -> str:
        """The name that `mcp_config` gives the server."""
        return self.site.project.path.name.replace("_", "-")

    def tools(self) -> list[str]:
        """Return the names of its tools. Call it before the browser starts, which has its own event loop."""

        async def names() -> list[str]:
            async with FastMCPClient(self.url, auth=self.token()) as client:
                return [tool.name for tool in await client.list_tools()]

        return asyncio.run(names())


@contextmanager
def running_place(python: Path | None = None) -> Iterator[Place]:
    """Bake the project and run it while the block runs.

    `python` is an interpreter with the packages of the project. Without it, they are installed (once).
    """
    folder = CACHE / "project"
    shutil.rmtree(folder, ignore_errors=True)
    config = CACHE / "cookiecutter.yaml"
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(f"cookiecutters_dir: {CACHE}\nreplay_dir: {CACHE}/replay\n")
    project = BakedProject(
        Path(cookiecutter(str(ROOT), no_input=True, output_dir=str(folder), config_file=str(config)))
    )
    if python is None:
        venv = CACHE / "project-venv"
        project.run("make", "setup", f"VENV={venv}", f"PYTHON3={sys.executable}")
        python = venv / "bin" / "python"
    web_port, mcp_port = free_port(), free_port()
    url, web_url = f"http://localhost:{mcp_port}", f"http://localhost:{web_port}"
    environment = {
        "DEBUG": "True",
        "PUBLIC_BASE_URL": url,
        "WEB_BASE_URL": web_url,
        "OAUTH_CIMD": "False",  # the makers' metadata documents are not reachable; tests/oauth plays them
    }
    site = Site(project, python, environment | UNLIMITED)
    site.manage("migrate", "--verbosity=0")
    site.manage("create_demo_data")
    account = ("--no-input", f"--email={EMAIL}")
    site.manage("createsuperuser", *account, DJANGO_SUPERUSER_PASSWORD=PASSWORD)

    def process(name: str, port: int, *command: str) -> Process:
        log = folder / f"{name}.log"
        return Process([python, *command], project.path, os.environ | environment, port, log)

    web = process("web", web_port, "manage.py", "runserver", "--noreload", str(web_port))
    mcp = process(
        "mcp", mcp_port, "-m", "uvicorn", "config.asgi:app", "--port", str(mcp_port), "--ws", "none"
    )
    try:
        for each in (web, mcp):
            each.start()
        for each in (web, mcp):
            each.wait()
        yield Place(site, web, mcp, f"{url}/mcp", web_url)
    finally:
        web.kill()
        mcp.kill()


def programs_of(page: str) -> dict[str, str]:
    """Return the programs of docs/agents.md by title. The second program of a title is `title (2)`."""
    found: dict[str, str] = {}
    for section in re.split(r"\n## ", page)[1:]:
        title = section.partition("\n")[0]
        for number, program in enumerate(re.findall(r"```python\n(.*?)```", section, re.DOTALL), start=1):
            found[title if number == 1 else f"{title} ({number})"] = program
    return found
