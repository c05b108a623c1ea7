"""A reverse proxy that adds a token, for clients that cannot send one."""

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.parse import urlsplit


@contextmanager
def adding_token(url: str, token: str) -> Iterator[str]:
    """Run a proxy for `url`, and yield its address. Host and Origin reach the server unchanged."""
    target = urlsplit(url)

    class Forward(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            with (
                suppress(ConnectionError),
                socket.create_connection((str(target.hostname), target.port or 80)) as upstream,
            ):
                # Only one request per connection, so that the proxy has to change only one head.
                head = [b"Connection: close\r\n", f"Authorization: Bearer {token}\r\n".encode()]
                upstream.sendall(self.rfile.readline())
                while (line := self.rfile.readline()) not in {b"\r\n", b""}:
                    if not line.lower().startswith(b"connection:"):
                        head.append(line)
                upstream.sendall(b"".join([*head, b"\r\n"]))
                threading.Thread(target=self.send_body, args=[upstream], daemon=True).start()
                while data := upstream.recv(65536):
                    self.wfile.write(data)

        def send_body(self, upstream: socket.socket) -> None:
            with suppress(OSError, ValueError):  # the connection ends with the answer
                while data := self.rfile.read1():
                    upstream.sendall(data)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Forward) as server:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
