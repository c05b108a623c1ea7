"""Which ports `make dev` takes in a generated project."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from conftest import Bake


@pytest.mark.parametrize(
    ("text", "arguments", "ports"),
    [
        ("#WEB_PORT=9080\n", (), "8080 8001"),
        ("WEB_PORT=9080\nMCP_PORT='9001'\n", (), "9080 9001"),
        ("WEB_PORT=9080\n", ("WEB_PORT=9081",), "9081 8001"),
    ],
    ids=["default", "env", "once"],
)
def test_ports_are_those_of_env(
    bake: Bake, tmp_path: Path, text: str, arguments: tuple[str, ...], ports: str
) -> None:
    """Other commands read them there: given to make alone, they printed addresses of other servers."""
    shutil.copy(bake().path / "Makefile", tmp_path)
    (tmp_path / ".env").write_text(text)
    shell = {
        name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "WEB_", "MCP_"))
    }
    command = ["make", "--eval", "show: ; @echo $(WEB_PORT) $(MCP_PORT)", "show", *arguments]
    shown = subprocess.run(command, cwd=tmp_path, env=shell, text=True, capture_output=True, check=True)
    assert shown.stdout.strip() == ports
