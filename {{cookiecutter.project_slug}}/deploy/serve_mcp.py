"""Serves the MCP process with Uvicorn. `.env.example` describes the variables."""

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
        """Close the port before the workers end, so that nginx notices that nobody listens.

        Uvicorn's parent process keeps the port until the last call is finished. The kernel would accept a
        request that arrives in the meantime, and nobody would answer it.
        """
        for listener in self.sockets:
            listener.close()
        super().terminate_all()


def main() -> None:
    """Run until a signal arrives, then finish the running calls."""
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
        ws="none",  # MCP does not use WebSockets
        http=BoundedHeaders,
        # An open stream takes 100 KB, so more would not fit into the memory of a container.
        limit_concurrency=2000,
        # Longer than nginx keeps an idle connection, so that it never sends a call into a closed one.
        timeout_keep_alive=75,
        # Shorter than the grace period of Compose and Kubernetes.
        timeout_graceful_shutdown=20,
        # A busy machine may take a long time to load a worker.
        timeout_worker_healthcheck=30,
    )
    listener = config.bind_socket()
    # By default, the kernel would buffer 4 MB of each answer that nobody reads, which
    # mcp_server/runtime/unread.py cannot limit.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 128 * 1024)
    if workers == 1:
        uvicorn.Server(config).run([listener])
    else:
        Parent(config, [listener]).run()


if __name__ == "__main__":
    main()
