"""`make bench` itself, without a measurement."""

import ast
import os
import re
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from benchmarks import __main__ as bench
from benchmarks.machine import SUBJECTS
from benchmarks.rows import Row, Rows
from testing.harness import TEMPLATE


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


def imported_from_the_project(subject: Path) -> Iterator[tuple[Path, str]]:
    """Yield the files of the generated project that a subject imports from, each with a name."""
    for node in ast.walk(ast.parse(subject.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            package, *parts = node.module.split(".")
            if (TEMPLATE / package).is_dir():
                found = TEMPLATE.joinpath(package, *parts)
                file = found / "__init__.py" if found.is_dir() else found.with_suffix(".py")
                yield from ((file, alias.name) for alias in node.names)


@pytest.mark.parametrize("name", ["project_tools.py", "scale_calls.py"])
def test_the_project_has_what_the_benchmark_imports_from_it(name: str) -> None:
    imported = list(imported_from_the_project(SUBJECTS / name))
    assert imported
    for file, imported_name in imported:
        defined = rf"^(class|def|async def) {imported_name}\b|^{imported_name}\b.* = "
        assert re.search(defined, file.read_text(), re.MULTILINE), f"{file} has no {imported_name}"


def test_a_peer_imports_nothing_from_the_project() -> None:
    peers = [SUBJECTS / "peer.py", *SUBJECTS.glob("shop/*.py"), *SUBJECTS.glob("*_site.py")]
    # django-mcp-server has a package of the same name.
    imported = {file for peer in peers for file, _ in imported_from_the_project(peer)}
    assert imported <= {TEMPLATE / "mcp_server/__init__.py"}
