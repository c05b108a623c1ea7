"""A generated project on Docker, started as its README describes."""

import http.client
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.load import WrongAnswerError, tool_call
from benchmarks.machine import CACHE, bake
from testing.docker_engine import Compose, find_engine
from testing.harness import BakedProject, free_port


@contextmanager
def stack() -> Iterator[tuple[Compose, str]]:
    """Generate, build and start the production stack, yield it with a token, and remove it at the end."""
    for folder in (CACHE, CACHE.parent):
        folder.chmod(0o755)  # the containers run as other users
    folder = bake("docker")
    port = str(free_port())
    environment = {"HTTP_PORT": port, "HTTPS_PORT": str(free_port()), "COMPOSE_FILE": "compose.yaml"}
    compose = Compose(BakedProject(folder), find_engine() | environment, f"http://localhost:{port}")
    with compose.running():
        compose.create_admin()
        yield compose, compose.create_token()


def call(compose: Compose, token: str) -> None:
    """Call a tool through nginx. Raises WrongAnswerError."""
    what = tool_call("add_numbers", {"a": 2, "b": 3}, "5")
    connection = http.client.HTTPConnection(compose.url.removeprefix("http://"), timeout=30)
    connection.request("POST", "/mcp/", what.body, what.headers(token))
    if what.expect not in (answer := connection.getresponse().read().decode()):
        raise WrongAnswerError(answer)
