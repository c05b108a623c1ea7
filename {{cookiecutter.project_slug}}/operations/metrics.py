"""The page that shows a process's metrics to Prometheus. nginx refuses it from outside."""

import os
from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead


def render_metrics() -> bytes:
    """Return all metrics in Prometheus' text format, of every worker when there are several.

    Workers share their numbers through files in the folder that PROMETHEUS_MULTIPROC_DIR names
    (https://prometheus.github.io/client_python/multiprocess/).
    """
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if not folder:
        return generate_latest(REGISTRY)
    for gauge in Path(folder).glob("gauge_live*_*.db"):
        pid = int(gauge.stem.rpartition("_")[2])
        if not Path(f"/proc/{pid}").exists():
            mark_process_dead(pid, folder)  # a killed worker cannot say goodbye
    registry = CollectorRegistry()
    MultiProcessCollector(registry)
    return generate_latest(registry)


@login_not_required
def metrics(_request: HttpRequest) -> HttpResponse:
    """Answer with the metrics of the web process."""
    return HttpResponse(render_metrics(), content_type=CONTENT_TYPE_LATEST)
