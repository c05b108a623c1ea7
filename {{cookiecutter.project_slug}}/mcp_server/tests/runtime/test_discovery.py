"""The server finds tool modules, and a broken one stops the start."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastmcp import FastMCP

from mcp_server import tools
from mcp_server.checks import (
    MAX_DESCRIPTION,
    check_meta,
    check_permissions,
    check_results,
    check_times,
    check_tools,
)
from mcp_server.pages.tool_catalog import ToolInfo, registered_tools
from mcp_server.runtime.discovery import BrokenToolModuleError, register_tools, tool_modules


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Path]:
    """A module that a test puts into `tools/`."""
    monkeypatch.setattr(tools, "__path__", [*tools.__path__, str(tmp_path)])
    yield tmp_path / "dropped.py"
    sys.modules.pop("mcp_server.tools.dropped", None)


def test_the_order_does_not_depend_on_the_file_system() -> None:
    names = [name for _, name in tool_modules()]
    assert names == sorted(names)
    assert "mcp_server.tools.diagnostics" in names


TWICE = """
def register_dropped_tools(mcp):
    for _ in range(2):
        @mcp.{}
        def {}() -> str: pass
"""

TYPED = """
from operations.users import User

def register_dropped_tools(mcp):
    @mcp.tool({})
    def get_patient({}) -> str: pass
"""


@pytest.mark.parametrize(
    ("source", "problem"),
    [
        (
            "\nimport no_such_package",
            "does not load: ModuleNotFoundError in line 2: No module named 'no_such_package'.",
        ),
        (
            "def register_dropped_tools(mcp):\n    raise ValueError('no\\nmore')",
            "does not load: ValueError in line 2: no.",
        ),
        (TYPED.format('auth="a.view_b"', ""), "ValidationError in line 5: auth: Input should be callable."),
        (
            TYPED.format("", "user: User"),
            "User'> has no form in JSON. The caller is user: User = CurrentUser()",
        ),
        ("import sys\nsys.exit(3)", "does not load: SystemExit in line 2: 3."),
        ("def register(mcp): pass", "has no function register_dropped_tools(mcp)"),
        ("def broken(", "does not load: SyntaxError in line 1: '(' was never closed."),
        ("if True\n    pass", "does not load: SyntaxError in line 1: expected ':'."),
        (TWICE.format("tool", "get_patient"), "the tool get_patient exists already, in "),
        (TWICE.format("resource('patients://all')", "x"), "the resource patients://all exists already, in "),
    ],
)
def test_a_broken_module_stops_the_start_and_is_named(module: Path, source: str, problem: str) -> None:
    module.write_text(source)
    with pytest.raises(BrokenToolModuleError, match=re.escape(problem)) as stopped:
        register_tools(FastMCP(on_duplicate="error"))
    assert str(module) in str(stopped.value)


def test_descriptions_fit_the_context_of_a_model() -> None:
    assert check_tools() == []
    assert all(tool.description for tool in registered_tools())


@pytest.mark.parametrize("description", ["", "x" * (MAX_DESCRIPTION + 1)])
def test_a_description_that_is_missing_or_too_long_fails_the_deployment_check(
    monkeypatch: pytest.MonkeyPatch, description: str
) -> None:
    tool = ToolInfo("tool", "Tool", description, read_only=False)
    monkeypatch.setattr("mcp_server.checks.registered_tools", lambda: [tool])
    assert [error.id for error in check_tools()] == ["mcp_server.E001"]


def test_tools_ask_of_the_server_what_it_knows() -> None:
    assert check_meta() == []


@pytest.mark.parametrize(
    ("meta", "problem"),
    [
        ({"audit": ["sku", "cost"]}, "names cost for the audit, but the tool has no such argument"),
        ({"confirm": "always"}, "has \"confirm\": 'always'"),
        ({"audit": "sku"}, "has \"audit\": 'sku', which is not a list"),
        ({"confirmation": True}, "has the unknown key 'confirmation' (did you mean 'confirm'?)."),
        ({"timeout": "5 minutes"}, "has \"timeout\": '5 minutes'"),
    ],
)
def test_a_slip_of_the_pen_in_meta_fails_the_deployment_check(
    monkeypatch: pytest.MonkeyPatch, meta: dict[str, object], problem: str
) -> None:
    tool = ToolInfo("tool", "Tool", "Do it.", read_only=False, arguments=frozenset({"sku"}), meta=meta)
    monkeypatch.setattr("mcp_server.checks.registered_tools", lambda: [tool])
    (error,) = check_meta()
    assert problem in error.msg


def test_tools_that_write_ask_for_permissions_that_exist() -> None:
    assert check_permissions() == []
    assert check_results() == []
    assert check_times() == []


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ("", "mcp_server.W001"),
        ("annotations={'destructiveHint': True}", "mcp_server.W001"),
        ("annotations={'readOnlyHint': True}", None),
        ("auth=everyone", None),
        ("auth=permission_required('auth.change_group')", None),
        ("auth=permission_required('auth.change_groups')", "mcp_server.W002"),
        ("auth=[everyone, permission_required('auth')]", "mcp_server.W002"),
    ],
)
def test_a_forgotten_or_misspelt_permission_is_named(
    module: Path, monkeypatch: pytest.MonkeyPatch, arguments: str, error: str | None
) -> None:
    """Catches a tool that works for an administrator, but for everybody or for nobody else."""
    tools_of(module, monkeypatch, f"    @mcp.tool({arguments})\n    def wipe() -> str: return 'all'\n")
    messages = check_permissions()
    assert [message.id for message in messages] == ([error] if error else [])
    assert all("The tool wipe " in message.msg for message in messages)


@pytest.mark.parametrize(
    ("returned", "named"),
    [
        ("Group", "Group"),
        ("Group | None", "Group"),
        ("list[Group]", "Group"),
        ("dict[str, list[Group]]", "Group"),
        ("QuerySet[Group]", "QuerySet"),
        ("Page", "Group"),
        ("dict[str, str]", None),
        ("Json", None),
    ],
)
def test_a_tool_that_returns_rows_is_named(
    module: Path, monkeypatch: pytest.MonkeyPatch, returned: str, named: str | None
) -> None:
    """Catches a tool whose client gets the `str()` of a model, or for a queryset an error about async."""
    tool = f"    @mcp.tool(output_schema=None)\n    def get_user() -> {returned}: ...\n"
    tools_of(module, monkeypatch, tool)
    assert [message.msg for message in check_results()] == (
        [f"The tool get_user returns {named}."] if named else []
    )


@pytest.mark.parametrize(
    ("argument", "is_named"),
    [
        ("datetime", True),
        ("datetime | None", True),
        ("list[datetime]", True),
        ("Annotated[datetime, Field(description='When.')]", True),
        ("Annotated[datetime, AfterValidator(str)]", False),
        ("AwareDatetime", False),
        ("AwareDatetime | None", False),
        ("date", False),
        ("Json", False),
    ],
)
def test_an_argument_that_takes_a_time_without_an_offset_is_named(
    module: Path, monkeypatch: pytest.MonkeyPatch, argument: str, is_named: bool
) -> None:
    """Catches `starts < timezone.now()`, which fails for the times that models send."""
    tools_of(module, monkeypatch, f"    @mcp.tool\n    def book(starts: {argument}) -> str: ...\n")
    expected = "The argument starts of the tool book is a datetime, which may come without an offset."
    assert [message.msg for message in check_times()] == ([expected] if is_named else [])


def tools_of(module: Path, monkeypatch: pytest.MonkeyPatch, source: str) -> None:
    """Register only the tools of `source`."""
    module.write_text(
        "from datetime import date, datetime\n"
        "from typing import Annotated\n"
        "type Json = dict[str, Json] | str\n"
        "from django.db.models import QuerySet\n"
        "from django.contrib.auth.models import Group\n"
        "from pydantic import AfterValidator, Field\n"
        "from mcp_server.permissions import everyone, permission_required\n"
        "from mcp_server.toolkit.types import AwareDatetime\n"
        f"type Page = list[Group]\ndef register_dropped_tools(mcp):\n{source}"
    )
    mcp = FastMCP()
    dropped = [("dropped", "mcp_server.tools.dropped")]
    monkeypatch.setattr("mcp_server.runtime.discovery.tool_modules", lambda: dropped)
    register_tools(mcp)
    monkeypatch.setattr("mcp_server.server.mcp", mcp)
    tools = registered_tools.__wrapped__()
    monkeypatch.setattr("mcp_server.checks.registered_tools", lambda: tools)
