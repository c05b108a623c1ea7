"""The state that the steps share, their requests, and their errors."""

import asyncio
import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx2
from fastmcp import Client
from fastmcp.client import StreamableHttpTransport

from operations.proxies import proxy_for

TIMEOUT = 10  # seconds, for each answer


def transport_to(url: str, **options: Any) -> StreamableHttpTransport:
    """Return a transport of FastMCP's client to `url`, through the proxy for it if there is one."""
    proxy = proxy_for(url)

    def client(*arguments: Any, **options: Any) -> httpx2.AsyncClient:
        direct = None if proxy else httpx2.AsyncHTTPTransport()
        options.setdefault("timeout", httpx2.Timeout(30, read=300))
        return httpx2.AsyncClient(*arguments, proxy=proxy, transport=direct, **options)

    return StreamableHttpTransport(url, httpx_client_factory=client, **options)


class StepError(Exception):
    """A step failed. The text says what is wrong and what to change, in one or two sentences."""


class UnreachableError(StepError):
    """A step failed, and the further ones cannot be tried."""


class NotTriedError(Exception):
    """A step was skipped. The text says why."""


@dataclass
class Visit:
    """The state of a client that connects to the server at `url`, perhaps with a token."""

    url: httpx2.URL
    token: str = ""
    # % if cookiecutter.oauth
    oauth: Any = None  # the metadata of the authorization server
    client_id: str = ""
    # % endif
    challenge: str = ""

    @functools.cached_property
    def proxy(self) -> str | None:
        """The proxy that clients on this machine use for the server."""
        return proxy_for(str(self.url))

    @functools.cached_property
    def http(self) -> httpx2.Client:
        """The HTTP client for the server, with that proxy or none."""
        direct = None if self.proxy else httpx2.HTTPTransport()
        return httpx2.Client(timeout=TIMEOUT, proxy=self.proxy, transport=direct)

    def get(self, path: str, **options: Any) -> httpx2.Response:
        """Get `path` from the same host."""
        return self.http.get(self.url.copy_with(path=path), **options)

    def post(self, path: str, **options: Any) -> httpx2.Response:
        """Send an empty message to `path`."""
        return self.http.post(self.url.copy_with(path=path), json={}, **options)

    @property
    def bearer(self) -> dict[str, str]:
        """The header with the token. Raises NotTriedError if there is no token."""
        if not self.token:
            raise NotTriedError("there is no token that works.")
        return {"Authorization": f"Bearer {self.token}"}

    def call(self, mode: str, work: Callable[[Client[Any]], Any], **options: Any) -> Any:
        """Connect FastMCP's client, and return the result of `work`.

        `mode` and `options` are the client's.
        """
        transport = transport_to(str(self.url), headers=self.bearer)

        async def connect() -> Any:
            async with Client(transport, mode=mode, timeout=TIMEOUT, **options) as client:
                return await work(client)

        return asyncio.run(connect())
