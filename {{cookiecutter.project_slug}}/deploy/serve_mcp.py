"""Uvicorn serves the MCP process. `.env.example` describes the variables."""

import socket
import sys

import uvicorn
from django.core.exceptions import ImproperlyConfigured
from uvicorn.supervisors import Multiprocess

from operations.bounded_headers import BoundedHeaders
from operations.environment import host, port, whole


class Parent(Multiprocess):
    """Starts the workers and replaces one that dies."""

    def terminate_all(self) -> None:
        """Let go of the port before the workers do, so that nginx can tell that nobody listens.

        Uvicorn's own parent keeps it until the last call is finished. A request that comes meanwhile
        would be taken by the kernel and never be answered.
        """
        for listener in self.sockets:
            listener.close()
        super().terminate_all()


def main() -> None:
    """Run until a signal ends it, then finish the calls in flight."""
    try:
        workers = whole("MCP_WORKERS", 1, most=1000)
        address = host("BIND_HOST", "127.0.0.1"), port("MCP_PORT", 8001)
    except ImproperlyConfigured as error:
        sys.exit(f"ImproperlyConfigured: {error}")
    config = uvicorn.Config(
        "config.asgi:app",
        host=address[0],
        port=address[1],
        workers=workers,
        access_log=False,  # nginx has one
        ws="none",  # MCP knows no WebSockets
        http=BoundedHeaders,
        # An open stream takes 100 KB, so more would not fit into the memory of a container.
        limit_concurrency=2000,
        # Longer than nginx keeps an idle connection, so that it never sends a call into a closed one.
        timeout_keep_alive=75,
        # Within the time that Compose and Kubernetes grant.
        timeout_graceful_shutdown=20,
        # A busy machine may take long to load a worker.
        timeout_worker_healthcheck=30,
    )
    listener = config.bind_socket()
    # The kernel would take 4 MB of each answer that nobody reads, which mcp_server/runtime/unread.py
    # could not bound.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 128 * 1024)
    if workers == 1:
        uvicorn.Server(config).run([listener])
    else:
        Parent(config, [listener]).run()


if __name__ == "__main__":
    main()
