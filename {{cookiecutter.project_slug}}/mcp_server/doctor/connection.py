"""Steps before any MCP message: the network, the proxy, and requests without a token."""

import socket
import ssl
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any

import httpx2

from mcp_server.asgi import HTTP_PATH, SSE_PATH
from mcp_server.doctor.visit import TIMEOUT, NotTriedError, StepError, UnreachableError, Visit
from operations.proxies import without_password

CERTIFICATE_DAYS = 7
NO_PROXY = "correct HTTPS_PROXY, HTTP_PROXY or ALL_PROXY, or add the host to NO_PROXY"


def dns(visit: Visit) -> str:
    """The host has an address."""
    host = visit.url.host
    if visit.proxy:
        name = without_password(visit.proxy)
        if visit.proxy.startswith("socks"):
            raise UnreachableError(f"{name} is a SOCKS proxy, which mcp_doctor cannot use: {NO_PROXY}.")
        return f"the proxy {name} of HTTPS_PROXY, HTTP_PROXY or ALL_PROXY looks up {host}"
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        raise UnreachableError(
            f"{host} has no address: create a DNS entry for it, or correct the URL."
        ) from error
    return f"{host} is {', '.join(sorted({str(address[0]) for *_, address in found}))}"


def tls(visit: Visit) -> str:
    """The server can be reached."""
    if visit.proxy:
        raise NotTriedError("the proxy makes the connection.")
    host, port = visit.url.host, visit.url.port or (443 if visit.url.scheme == "https" else 80)
    try:
        with socket.create_connection((host, port), TIMEOUT) as connection:
            if visit.url.scheme == "http":
                return "without encryption: hosted clients connect to https:// only"
            with ssl.create_default_context().wrap_socket(connection, server_hostname=host) as secure:
                certificate: Any = secure.getpeercert()
                version = secure.version()
    except ssl.SSLCertVerificationError as error:
        raise UnreachableError(
            f"Clients do not trust the certificate ({error.verify_message}): see TLS_DOMAIN in .env.example."
        ) from error
    except ssl.SSLError as error:
        raise UnreachableError(f"Port {port} does not speak TLS ({error.reason}): is it http://?") from error
    except OSError as error:
        raise UnreachableError(
            f"Nothing answers on port {port} ({error}): check the servers and the firewall. Inside a "
            "container, localhost is that container: docs/clients.md shows how to test from outside."
        ) from error
    end = datetime.fromtimestamp(ssl.cert_time_to_seconds(certificate["notAfter"]), UTC)
    if (end - datetime.now(UTC)).days < CERTIFICATE_DAYS:
        raise StepError(f"The certificate expires on {end:%Y-%m-%d}: look at the log of certbot.")
    return f"{version}, the certificate is valid until {end:%Y-%m-%d}"


def server(visit: Visit) -> str:
    """The MCP process runs."""
    try:
        response = visit.get(f"{HTTP_PATH}ready")
    except httpx2.TransportError as error:
        if not visit.proxy:
            raise
        raise UnreachableError(
            f"The proxy {without_password(visit.proxy)} cannot reach {visit.url.host} ({error}): {NO_PROXY}."
        ) from error
    if response.status_code == HTTPStatus.OK:
        return "it reaches its database"
    if response.is_redirect:
        raise UnreachableError(
            f"It redirects to {response.headers['Location']}: run mcp_doctor with that address."
        )
    if response.status_code == HTTPStatus.NOT_FOUND:
        raise UnreachableError(
            f"{response.url} is unknown there: the proxy must send /mcp/ to the MCP process."
        )
    raise StepError(
        f"{response.url} answers {response.status_code}, {response.text[:200]!r}: look at the log of the MCP"
        " process, and of the part that it names."
    )


def challenge(visit: Visit) -> str:
    """A request without a token is asked for one (RFC 6750)."""
    response = visit.post(visit.url.path)
    if response.status_code == HTTPStatus.MISDIRECTED_REQUEST:
        raise StepError(
            f"The server does not accept the host name {visit.url.host}: set PUBLIC_BASE_URL, or add it to"
            " ALLOWED_HOSTS. A proxy must pass on the Host header."
        )
    if response.status_code != HTTPStatus.UNAUTHORIZED:
        raise StepError(
            f"Without a token, the answer is {response.status_code} instead of 401: MCP_REQUIRE_AUTH is"
            " False, or another program answers at this address."
        )
    visit.challenge = response.headers.get("WWW-Authenticate", "")
    if not visit.challenge.startswith("Bearer "):
        raise StepError("The 401 has no WWW-Authenticate header: a proxy must pass it on unchanged.")
    return f"401, {visit.challenge}"


def slashes(visit: Visit) -> str:
    """Every address is answered with and without a slash at its end."""
    paths = [path for both in (HTTP_PATH, SSE_PATH) for path in (both, both.rstrip("/"))]
    for path in paths:
        # The legacy transport opens its stream with GET, and 401 comes before everything else.
        status = (visit.get if path.startswith(SSE_PATH.rstrip("/")) else visit.post)(path).status_code
        if status != HTTPStatus.UNAUTHORIZED:
            raise StepError(
                f"{path} answers {status} instead of 401: a proxy must pass it on unchanged. Clients drop"
                " their token on a redirect."
            )
    return ", ".join(paths)


def origin(visit: Visit) -> str:
    """Pages of other sites are kept out."""
    response = visit.post(visit.url.path, headers={"Origin": "https://attacker.invalid"})
    if response.status_code != HTTPStatus.FORBIDDEN:
        raise StepError(
            f"A page of another site gets {response.status_code} instead of 403: a proxy must pass on the"
            " Origin header."
        )
    return "403 for their Origin"
