"""The metrics of workers that have ended."""

import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_client.mmap_dict import MmapedDict, mmap_key

from operations.metrics import render_metrics

KEY = mmap_key("served", "served_total", [], [], "What was served.")


def ended_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_ended_workers_leave_their_counts_and_no_files(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Catches a file for each worker that WEB_MAX_REQUESTS ended, and a damaged one that breaks the page."""
    monkeypatch.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
    for served in (2, 3):
        file = MmapedDict(str(tmp_path / f"counter_{ended_process()}.db"))
        file.write_value(KEY, served, 0)
        file.close()
        assert f"served_total {2 if served == 2 else 5}.0" in render_metrics().decode()
    (tmp_path / f"histogram_{ended_process()}.db").write_bytes(b"\xff\0\0\0\0\0\0\0\xff\xff\0\0damaged")
    assert "served_total 5.0" in render_metrics().decode()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["counter_ended.db", "lock"]
