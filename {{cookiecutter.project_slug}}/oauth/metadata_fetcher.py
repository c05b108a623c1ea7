"""Fetches the documents in which clients describe themselves, from addresses that anyone can send.

An attacker can make this server wait for a slow host. So there is only one request to a site at a time, an
answer must be complete within a deadline, and a slow host is not asked again for a while.
"""

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from ipaddress import IPv6Address, IPv6Network, ip_address
from socket import SHUT_RDWR, socket
from typing import Any
from urllib.parse import SplitResult, urlsplit

import urllib3
from django.core.cache import cache
from oauth2_provider import cimd
from oauth2_provider.cimd import CIMDError, SafeMetadataFetcher
from oauth2_provider.settings import oauth2_settings
from urllib3.connection import HTTPSConnection

SLOW = 1  # seconds. An attacker cannot make another's host this slow.

# The IPv6 addresses of single hosts on the internet. Others that Python calls global contain an IPv4 address
# (::127.0.0.1), or belong to the network of a company (fec0::1) or to many hosts.
PUBLIC_IPV6 = IPv6Network("2000::/3")

_lock = threading.Lock()
_asked: set[str] = set()  # the sites that this process is asking


def _site(host: str) -> str:
    """Return the registered domain of `host`, roughly: its owner can have any number of hosts below it."""
    return ".".join(host.split(".")[-2:])


def _is_slow(host: str) -> str:
    return f"oauth:slow:{host}"


class IsAnswering:
    """Allows a fetch unless the site is being asked already, or the host was slow.

    The library asks this (CIMD_REGISTRATION_PERMISSION_CLASSES) before a fetch takes one of a few places.
    """

    def has_permission(self, _request: Any, client_id: str) -> bool:
        """Whether the host of `client_id` may be asked now."""
        try:
            host = urlsplit(client_id).hostname or ""
        except ValueError:
            return False
        return _site(host) not in _asked and not cache.get(_is_slow(host[:200]))


@contextmanager
def _turn(host: str) -> Iterator[None]:
    """Mark the site of `host` as being asked while the block runs. Raises CIMDError if it is already."""
    site, began = _site(host), time.monotonic()
    with _lock:
        if site in _asked:
            raise CIMDError("its site is being asked already")
        _asked.add(site)
    try:
        yield
    except Exception:
        if time.monotonic() - began >= SLOW:
            cache.set(_is_slow(host[:200]), True, oauth2_settings.CIMD_FAILURE_BACKOFF_SECONDS)
        raise
    finally:
        with _lock:
            _asked.discard(site)


def _is_public(address: str) -> bool:
    """Whether an address that the library let pass leads to one host on the internet."""
    ip = ip_address(address)
    return ip in PUBLIC_IPV6 if isinstance(ip, IPv6Address) else not ip.is_multicast


class _Deadline:
    """Shuts connections down after some time in all. The timeout of a socket begins again with every byte."""

    def __init__(self, seconds: float) -> None:
        self.end = time.monotonic() + seconds
        self._sockets: list[socket] = []
        self._timer = threading.Timer(seconds, self._shut_down)
        self._timer.daemon = True

    def __enter__(self) -> "_Deadline":
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        for each in self._sockets:
            each.close()

    @property
    def remaining(self) -> float:
        return max(0.01, self.end - time.monotonic())

    def watch(self, connection: socket) -> None:
        self._sockets.append(connection.dup())

    def _shut_down(self) -> None:
        for each in list(self._sockets):
            with suppress(OSError):
                each.shutdown(SHUT_RDWR)


class PoliteFetcher(SafeMetadataFetcher):
    """Fetches as the library does, but with a deadline, and one document at a time from a site."""

    def fetch(self, client_id: str) -> tuple[dict[str, Any], int]:
        """Return the document, and for how many seconds it is valid. Raises CIMDError if there is none."""
        url = cimd._validate_client_id_url(client_id)  # noqa: SLF001 - the library's own check
        with _turn(url.hostname), _Deadline(oauth2_settings.CIMD_FETCH_TIMEOUT_SECONDS) as deadline:
            problem: Exception | None = None
            # Connect to an address that was checked: a second DNS look-up could return another.
            for address in cimd._resolve_and_validate(url.hostname, url.port or 443):  # noqa: SLF001
                if not _is_public(address):
                    raise CIMDError(f"its host resolves to an address that is not public ({address})")
                try:
                    return self._ask(url, address, deadline)
                except urllib3.exceptions.HTTPError as error:
                    problem = error
                if time.monotonic() >= deadline.end:
                    break
            raise CIMDError(f"could not fetch the document: {problem}")

    def _ask(self, url: SplitResult, address: str, deadline: _Deadline) -> tuple[dict[str, Any], int]:
        class Connection(HTTPSConnection):
            def _new_conn(self) -> socket:
                connection = super()._new_conn()
                deadline.watch(connection)
                return connection

        timeout = urllib3.Timeout(deadline.remaining)
        pool = urllib3.HTTPSConnectionPool(
            address,
            url.port or 443,
            timeout=timeout,
            retries=False,
            ssl_context=ssl.create_default_context(),
            server_hostname=url.hostname,
        )
        pool.ConnectionCls = Connection
        headers = {"Host": url.netloc, "Accept": "application/json, application/*+json"}
        path = f"{url.path}?{url.query}" if url.query else url.path
        try:
            response = pool.urlopen("GET", path, headers=headers, redirect=False, preload_content=False)
            try:
                found: tuple[dict[str, Any], int] = self._read_document(response)
                return found
            finally:
                response.close()
        finally:
            pool.close()
