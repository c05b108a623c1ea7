"""The metrics of a process, for Prometheus, which asks the process itself: they are not for the outside."""

import fcntl
import logging
import os
import struct
from pathlib import Path

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.mmap_dict import MmapedDict
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from operations.client_address import FORWARDED

logger = logging.getLogger(__name__)

ENDED = "ended"  # in place of a process id


def render_metrics() -> bytes:
    """Return the metrics of all workers in Prometheus' text format.

    Workers share their numbers through files in the folder that PROMETHEUS_MULTIPROC_DIR names
    (https://prometheus.github.io/client_python/multiprocess/).
    """
    folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    if not folder:
        return generate_latest(REGISTRY)
    with Path(folder, "lock").open("w") as lock:
        # While numbers move from file to file, another request would count them twice, or not at all.
        fcntl.flock(lock, fcntl.LOCK_EX)
        _add_up_ended(Path(folder))
        registry = CollectorRegistry()
        MultiProcessCollector(registry)
        return generate_latest(registry)


def _add_up_ended(folder: Path) -> None:
    """Move the numbers of ended workers into one file: with WEB_MAX_REQUESTS their files would add up.

    A file that a killed worker left damaged is removed, because it would fail every later request for
    metrics.
    """
    for file in folder.glob("*.db"):
        kind, _, pid = file.stem.rpartition("_")
        if pid == ENDED or _runs(int(pid)):
            continue
        mark_process_dead(int(pid), str(folder))  # removes its gauges
        if kind in {"counter", "histogram"}:
            try:
                counts = list(MmapedDict.read_all_values_from_file(str(file)))
            except (RuntimeError, ValueError, struct.error):
                logger.warning("%s was damaged: the counts of that process are lost.", file)
            else:
                ended = MmapedDict(str(folder / f"{kind}_{ENDED}.db"))
                for key, count, time, _position in counts:
                    ended.write_value(key, ended.read_value(key)[0] + count, time)
                ended.close()
            file.unlink()


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


@login_not_required
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer with the metrics of the web process, but not through a proxy, which need not be ours."""
    if FORWARDED in request.headers:
        raise Http404
    return HttpResponse(render_metrics(), content_type=CONTENT_TYPE_LATEST)
