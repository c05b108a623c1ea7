"""A Docker engine and `docker compose`, for tests and for the benchmark."""

import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from testing.harness import BakedProject

# A folder with the programs `up`, `stand-in` and `build`, for a machine that reaches no registry. They start
# an engine and print its variables, make images that stand in for the base images, and build the project.
LAB = Path(os.environ["DOCKER_LAB"]) if "DOCKER_LAB" in os.environ else None
ADMIN = "admin@example.com"


def find_engine() -> dict[str, str]:
    """Return the environment variables with which `docker` finds its engine. Fail if Docker is missing."""
    if LAB:
        exports = subprocess.run([LAB / "up"], check=True, capture_output=True, text=True).stdout
        lines = (shlex.split(line)[1].partition("=") for line in exports.splitlines())
        return {name: value for name, _, value in lines} | {"PATH": f"/usr/bin:{os.environ['PATH']}"}
    assert shutil.which("docker"), "Docker is missing: install it and start its engine."
    return {}


@dataclass(frozen=True)
class Compose:
    """`docker compose` in a baked project."""

    project: BakedProject
    environment: dict[str, str]
    url: str = ""

    def __call__(self, *arguments: str) -> str:
        return self.docker("compose", *arguments)

    def docker(self, *arguments: str) -> str:
        return self.project.run("docker", *arguments, **self.environment)

    def build(self) -> None:
        if LAB:
            self.project.run(LAB / "stand-in", ".", **self.environment)
            self.project.run(LAB / "build", ".", **self.environment)
        else:
            self("build")

    @contextmanager
    def running(self) -> Iterator[None]:
        """Build and start the stack, and wait until it is healthy. At the end, remove it with its data."""
        self.build()
        try:
            self("up", "--detach", "--wait", "--no-build")
            yield
        finally:
            self("down", "--volumes", "--timeout=1")

    def create_admin(self) -> None:
        """Create an administrator in the way that docs/deploy.md describes."""
        self("exec", "-T", "-e", "DJANGO_SUPERUSER_PASSWORD=docker", "web", "python", "manage.py",
             "createsuperuser", "--no-input", f"--email={ADMIN}")  # fmt: skip

    def create_token(self, *command: str) -> str:
        """Return the token that a command prints. Without a command, create a token for ADMIN."""
        printed = self.manage(*(command or ("create_mcp_token", f"--user={ADMIN}", "--name=docker")))
        return next(word for word in printed.split() if word.startswith("mcp_"))

    def manage(self, *arguments: str) -> str:
        return self("exec", "-T", "web", "python", "manage.py", *arguments)

    def image_size(self, image: str) -> int:
        """Return the number of bytes that the project's Dockerfile adds to its base image.

        The base image is not counted, because it may be a stand-in three times as large as the official one.
        """
        base = re.findall(r"^FROM (\S+)", (self.project.path / "Dockerfile").read_text(), re.MULTILINE)[-1]
        whole, part = json.loads(self.docker("image", "inspect", image, base))
        size: int = whole["Size"] - part["Size"]
        return size

    def ids(self, service: str) -> list[str]:
        return self("ps", "--quiet", service).split()

    def inspect(self, service: str) -> list[dict[str, object]]:
        found: list[dict[str, object]] = json.loads(self.docker("inspect", *self.ids(service)))
        return found
