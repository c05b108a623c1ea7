"""The public internet on loopback: the hosts of clients and of attackers."""

import json
import ssl
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any

from testing.http_server import Handler, serving

RESOLVER = Path(__file__).parent / "resolver"
PUBLIC = "93.184.215.14"

# The names and their addresses, as the server under test resolves them.
HOSTS = {
    "claude.ai": [PUBLIC],
    "chatgpt.com": [PUBLIC],
    "vscode.dev": [PUBLIC],
    "github.com": [PUBLIC],
    "client.example": [PUBLIC],
    "evil.example": [PUBLIC],
    # The server must not fetch from these, however harmless the name looks.
    "loopback.example": ["127.0.0.1"],
    "loopback6.example": ["::1"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "private.example": ["10.0.0.1"],
    "cloud.example": ["169.254.169.254"],
    "shared.example": ["100.64.0.1"],
    "split.example": [PUBLIC, "127.0.0.1"],
}
ADDRESSES = sorted({address for addresses in HOSTS.values() for address in addresses})


@dataclass
class Answer:
    body: bytes
    status: int = 200
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Internet:
    """One HTTPS server that answers for every host, with a self-signed `certificate`."""

    certificate: Path
    port: int = 0
    answers: dict[str, Answer] = field(default_factory=dict)
    connections: int = 0

    @property
    def environment(self) -> dict[str, str]:
        """The environment variables with which a Python process finds and trusts this internet."""
        return {
            "PLAYED_HOSTS": json.dumps(HOSTS),
            "PLAYED_PORT": str(self.port),
            "PYTHONPATH": str(RESOLVER),
            "SSL_CERT_FILE": str(self.certificate),
        }

    def publish(self, url: str, document: Any, **how: Any) -> str:
        """Publish a JSON document at `url`, and return `url`."""
        self.answers[url] = Answer(json.dumps(document).encode(), **how)
        return url


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """Return a certificate for localhost and for every name and address above, and its key."""
    certificate, key = folder / "fullchain.pem", folder / "privkey.pem"
    names = [f"DNS:{name}" for name in ("localhost", *HOSTS)] + [f"IP:{address}" for address in ADDRESSES]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
         "-days", "90", "-subj", "/CN=localhost", "-addext", f"subjectAltName={','.join(names)}",
         "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    return certificate, key


@contextmanager
def internet(certificate: Path, key: Path) -> Iterator[Internet]:
    """Play the internet while the block runs."""
    played = Internet(certificate)
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate, key)

    class Server(ThreadingHTTPServer):
        def get_request(self) -> tuple[Any, Any]:
            connection, address = super().get_request()
            played.connections += 1  # even if no request follows
            return tls.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), address

        def handle_error(self, *_arguments: object) -> None:
            pass  # such as a client that does not trust the certificate

    class Host(Handler):
        def do_GET(self) -> None:
            url = f"https://{self.headers['Host']}{self.path}"
            answer = played.answers.get(url, Answer(b"{}", 404))
            self.answer(answer.body, answer.status, {"Content-Type": answer.content_type} | answer.headers)

    with serving(Host, Server) as played.port:
        yield played
