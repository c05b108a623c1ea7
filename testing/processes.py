"""Processes on free ports of loopback, among them those of a generated project as in production."""

import json
import os
import secrets
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from testing.harness import BakedProject, free_port

# Tests and stub models make more calls than people.
UNLIMITED = {"MCP_RATE_LIMIT": "", "MCP_USER_RATE_LIMIT": ""}
SECONDS_TO_START = 60  # on a busy machine; on an idle one, two seconds are enough
SECONDS_TO_STOP = 10
SECONDS_TO_FINISH = 30  # for a process of the production stack to finish its requests


@dataclass(frozen=True)
class Server:
    """A running process and its address."""

    process: subprocess.Popen[bytes]
    url: str
    log: Path

    @property
    def mcp_url(self) -> str:
        return f"{self.url}/mcp/"

    def get(self, path: str) -> str:
        """Return the answer to a GET request. Raises HTTPError unless it succeeds."""
        with urllib.request.urlopen(self.url + path, timeout=30) as response:  # noqa: S310 - our own address
            text: str = response.read().decode()
            return text

    def wait(self, path: str) -> None:
        deadline = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < deadline:
            assert self.process.poll() is None, f"The server ended unexpectedly:\n{self.log.read_text()}"
            try:
                self.get(path)
            except (OSError, urllib.error.HTTPError):
                time.sleep(0.1)
            else:
                return
        raise AssertionError(f"{self.url}{path} did not answer:\n{self.log.read_text()}")

    def stop(self, with_signal: signal.Signals = signal.SIGTERM) -> None:
        """Stop the server with a signal, and make sure that it ends."""
        os.killpg(self.process.pid, with_signal)
        try:
            self.process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            raise AssertionError(
                f"Still there {SECONDS_TO_STOP} s after {with_signal.name}:\n{self.log.read_text()[-5000:]}"
            ) from None

    def resident_megabytes(self) -> float:
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGESIZE") / 2**20


@contextmanager
def heard_ctrl_c() -> Iterator[None]:
    """Let processes that are started in this block receive Ctrl-C.

    If the tests run as a background job of a shell or as a service, they may have inherited that SIGINT is
    ignored. The processes that they start would then ignore it too, and Django's `runserver` would never end.
    """
    previous = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, previous)


@contextmanager
def running(
    command: list[str], *, cwd: Path, environment: dict[str, str], url: str, ready: str, log: Path
) -> Iterator[Server]:
    """Run a server while the block runs. The block begins when the path `ready` answers."""
    with log.open("wb") as output, heard_ctrl_c():
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # so that a signal can reach its children too
        )
    server = Server(process, url, log)
    try:
        server.wait(ready)
        yield server
    except BaseException:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        raise
    if process.poll() is None:
        server.stop()


@dataclass
class Process:
    """A program that can be stopped and started again."""

    command: list[str | Path]
    folder: Path
    environment: dict[str, str]
    port: int
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait(self) -> None:
        """Wait until the program accepts connections."""
        assert self.process
        deadline = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < deadline:
            assert self.process.poll() is None, f"The process ended unexpectedly:\n{self.log.read_text()}"
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.1)
        raise AssertionError(f"Nothing listens on port {self.port}:\n{self.log.read_text()}")

    def stop(self) -> int:
        """Send SIGTERM to the process, but like Docker not to its children. Return its exit status."""
        assert self.process
        self.process.send_signal(signal.SIGTERM)
        try:
            return self.process.wait(SECONDS_TO_FINISH)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            raise AssertionError(
                f"The process did not end after SIGTERM:\n{self.log.read_text()[-5000:]}"
            ) from None

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def kill(self) -> None:
        if self.process and self.is_running:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@dataclass(frozen=True)
class Site:
    """A generated project with settings for production and its own database."""

    project: BakedProject
    python: Path
    environment: dict[str, str] = field(default_factory=dict)

    def manage(self, *arguments: str, **environment: str) -> str:
        return self.project.run(self.python, "manage.py", *arguments, **self.environment, **environment)

    def prepare(self) -> "Site":
        """Create the tables and a superuser."""
        self.manage("migrate", "--verbosity=0")
        account = ("--no-input", "--email=admin@example.com")
        self.manage("createsuperuser", *account, DJANGO_SUPERUSER_PASSWORD=secrets.token_urlsafe())
        return self

    def token(self, *options: str) -> str:
        """Return the plain text of a new token of the superuser."""
        printed = self.manage("create_mcp_token", "--user=admin@example.com", "--name=e2e", *options)
        (token,) = (word for word in printed.split() if word.startswith("mcp_"))
        return token

    def audited(self) -> Counter[str]:
        """Return the number of calls in the audit, by status."""
        program = (
            "from mcp_server.models import ToolCall; "
            "print(*ToolCall.objects.values_list('status', flat=True))"
        )
        return Counter(self.manage("shell", "--no-imports", "-v0", "-c", program).split())

    @contextmanager
    def serve_mcp(self, *options: str, **environment: str) -> Iterator[Server]:
        with self._serve(
            ["-m", "uvicorn", "config.asgi:app", *options], "--port={}", "/mcp/ready", environment
        ) as server:
            yield server

    @contextmanager
    def serve_web(self, *options: str, **environment: str) -> Iterator[Server]:
        self.manage("collectstatic", "--no-input", "--verbosity=0")
        with self._serve(
            ["-m", "gunicorn", "config.wsgi:application", *options],
            "--bind=127.0.0.1:{}",
            "/ready",
            environment,
        ) as server:
            yield server

    @contextmanager
    def _serve(
        self, command: list[str], port_option: str, ready: str, environment: dict[str, str]
    ) -> Iterator[Server]:
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        with running(
            [str(self.python), *command, port_option.format(port)],
            cwd=self.project.path,
            environment=os.environ | {"PUBLIC_BASE_URL": url} | self.environment | environment,
            url=url,
            ready=ready,
            log=self.project.path / f"server-{port}.log",
        ) as server:
            yield server


def log_records(log: Path) -> list[dict[str, object]]:
    """Return the records in the log of a server in production, where each line is a JSON object."""
    return [json.loads(line) for line in log.read_text().splitlines() if line.startswith("{")]
