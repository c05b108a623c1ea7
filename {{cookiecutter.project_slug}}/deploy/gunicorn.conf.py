"""Gunicorn serves the web process. `.env.example` describes the variables."""

import os
import signal
import socket
from types import FrameType
from typing import Any

bind = f"{os.environ.get('BIND_HOST', '0.0.0.0')}:{os.environ.get('WEB_PORT', '8080')}"  # noqa: S104 - nginx asks from outside
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
worker_class = "gthread"
# Workers share the memory of what is loaded before they fork.
preload_app = True
# Longer than nginx keeps an idle connection, so that it never sends a request into a closed one.
keepalive = 75
timeout = int(os.environ.get("WEB_TIMEOUT", "60"))
graceful_timeout = 20
# Recycles a worker after about this many requests, should some library leak memory. 0 is never.
max_requests = int(os.environ.get("WEB_MAX_REQUESTS", "0"))
max_requests_jitter = max_requests // 10
# The heartbeat must not wait for a disk.
worker_tmp_dir = "/dev/shm"  # noqa: S108
# Compose and Kubernetes run it; a second way to steer it would need a file to write.
control_socket_disable = True


def post_worker_init(worker: Any) -> None:
    """Make a worker that is told to end refuse connections at once, so that nginx can tell.

    Gunicorn's own keeps the port until its last request is finished. A request that comes meanwhile
    would be taken by the kernel and never be answered.
    """
    end: Any = signal.getsignal(signal.SIGTERM)

    def stop_listening(number: int, frame: FrameType | None) -> None:
        for listener in worker.sockets:
            listener.sock.shutdown(socket.SHUT_RD)
        end(number, frame)

    signal.signal(signal.SIGTERM, stop_listening)
