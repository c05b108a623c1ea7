"""What the steps share: a client on its way, and how it gets stuck."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx2
from fastmcp import Client
from fastmcp.client import StreamableHttpTransport

TIMEOUT = 10  # seconds, for each answer


class StepError(Exception):
    """What is wrong and what to change, in one or two sentences."""


class UnreachableError(StepError):
    """Nothing answers, so there are no further steps."""


class NotTriedError(Exception):
    """Why a step was left out."""


@dataclass
class Visit:
    """A client on its way to the server at `url`, perhaps with a token."""

    url: httpx2.URL
    token: str = ""
    challenge: str = ""
    # % if cookiecutter.oauth
    oauth: dict[str, Any] = field(default_factory=dict)  # the metadata of the authorization server
    client_id: str = ""
    # % endif
    http: httpx2.Client = field(default_factory=lambda: httpx2.Client(timeout=TIMEOUT))

    def get(self, path: str, **options: Any) -> httpx2.Response:
        """Ask for `path` of the same host."""
        return self.http.get(self.url.copy_with(path=path), **options)

    def post(self, path: str, **options: Any) -> httpx2.Response:
        """Send an empty message to `path`."""
        return self.http.post(self.url.copy_with(path=path), json={}, **options)

    @property
    def bearer(self) -> dict[str, str]:
        """The header with the token. Raises NotTriedError when there is none."""
        if not self.token:
            raise NotTriedError("not without a token.")
        return {"Authorization": f"Bearer {self.token}"}

    def call(self, mode: str, work: Callable[[Client[Any]], Any], **options: Any) -> Any:
        """Return what `work` says of a connection of FastMCP's client; see its `mode` and other options."""
        transport = StreamableHttpTransport(str(self.url), headers=self.bearer)

        async def connect() -> Any:
            async with Client(transport, mode=mode, timeout=TIMEOUT, **options) as client:
                return await work(client)

        return asyncio.run(connect())
