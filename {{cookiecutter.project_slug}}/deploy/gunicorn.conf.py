"""Gunicorn serves the web process. `.env.example` describes the variables."""

import sys
import threading
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from gunicorn import util  # type: ignore[import-untyped]
from gunicorn.workers.gthread import TConn  # type: ignore[import-untyped]

from operations.environment import host, port, whole

try:
    _host, _port = host("BIND_HOST", "127.0.0.1"), port("WEB_PORT", 8080)
    workers = whole("WEB_WORKERS", 2, most=1000)
    threads = whole("WEB_THREADS", 4, most=1000)
    timeout = whole("WEB_TIMEOUT", 60, least=0)
    # Recycles a worker after about this many requests, should some library leak memory. 0 is never.
    max_requests = whole("WEB_MAX_REQUESTS", 0, least=0)
except ImproperlyConfigured as error:
    sys.exit(f"ImproperlyConfigured: {error}")
bind = f"[{_host}]:{_port}" if ":" in _host else f"{_host}:{_port}"
worker_class = "gthread"
# Workers share the memory of everything that is loaded before they fork.
preload_app = True
# Longer than nginx keeps an idle connection, so that it never sends a request into a closed one.
keepalive = 75
graceful_timeout = 20
max_requests_jitter = max_requests // 10
# By default, a header SCRIPT_NAME from a trusted proxy names a part of the path that Django does not see. Not
# every proxy removes it: /x/metrics would be /metrics.
forwarder_headers = ""
# The heartbeat must not wait for a disk.
worker_tmp_dir = "/dev/shm"  # noqa: S108
# Compose and Kubernetes control it. The control socket would need a writable file.
control_socket_disable = True


def post_worker_init(worker: Any) -> None:
    """Change behaviour for which Gunicorn has no setting."""
    let_go_of_the_port(worker)
    wait_for_clients_elsewhere()


def wait_for_clients_elsewhere() -> None:
    """Close connections in separate threads, 32 at a time, and further ones without waiting for the client.

    Gunicorn waits up to two seconds for each client to close its side, on the main thread of the worker. A
    few clients that never close would stop it.
    """
    places = threading.BoundedSemaphore(32)
    close_and_wait = TConn.close

    def wait(connection: TConn) -> None:
        try:
            close_and_wait(connection, graceful=True)
        except OSError:
            util.close(connection.sock)
        finally:
            places.release()

    def close(connection: TConn, graceful: bool = False) -> None:
        if graceful and places.acquire(blocking=False):
            threading.Thread(target=wait, args=(connection,), daemon=True).start()
        else:
            util.close(connection.sock)

    TConn.close = close


def let_go_of_the_port(worker: Any) -> None:
    """Make a worker that ends close the port at once, so that nginx notices when all have ended.

    Gunicorn's worker keeps the port until its last request is finished. The kernel would accept a request
    that arrives in the meantime, and nobody would answer it.
    """
    set_accept_enabled = worker.set_accept_enabled

    def set_accept_enabled_or_close(enabled: bool) -> None:
        set_accept_enabled(enabled)
        if not worker.alive:
            for listener in worker.sockets:
                listener.close()  # this worker's: shutting down would end the port for all of them

    worker.set_accept_enabled = set_accept_enabled_or_close
