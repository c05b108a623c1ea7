"""`make bench` itself, without a measurement."""

import os
import time
from types import SimpleNamespace

import pytest

from benchmarks import __main__ as bench
from benchmarks.rows import Row, Rows


def breaks(_site: object) -> Rows:
    yield Row("half of it", [1.0], 1)
    raise RuntimeError("a package is not in the index")


def hangs(_site: object) -> Rows:
    time.sleep(30)
    yield Row("never", [1.0], 1)


def works(_site: object) -> Rows:
    yield Row("the last", [2.0], 3)


def test_a_group_that_fails_or_hangs_costs_no_other_its_numbers(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    groups = {function.__name__: function for function in (breaks, hangs, works)}
    monkeypatch.setattr(bench, "GROUPS", groups)
    monkeypatch.setattr(bench, "LIMIT", 1)
    monkeypatch.setattr(bench, "Site", lambda: SimpleNamespace(close=lambda: None))
    monkeypatch.setattr(os, "sched_setaffinity", lambda *_: None)
    assert bench.main(list(groups))
    printed = capsys.readouterr()
    assert "met      1.00 ≥ 1     half of it" in printed.out
    assert "MISS     2.00 ≥ 3     the last" in printed.out
    assert "Not measured to the end, for the reasons above: breaks, hangs." in printed.err
