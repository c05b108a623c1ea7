"""A broken tool module: in development, the process answers with the reason. On a server, it cannot start."""

import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings


def start(folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """Import the application of Uvicorn, with a broken module among the tools."""
    (folder / "clinic.py").write_text("if True\n    pass\n")
    code = (
        f"from mcp_server import tools; tools.__path__.append({str(folder)!r})\n"
        "from config.asgi import app; print('serves', type(app).__name__)"
    )
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR,
        env=os.environ | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_in_development_the_process_starts_and_logs_one_sentence(tmp_path: Path) -> None:
    result = start(tmp_path, DEBUG="True")
    assert "serves Starlette" in result.stdout, result.stderr
    assert "Traceback" not in result.stderr
    assert f"{tmp_path / 'clinic.py'} does not load: SyntaxError in line 1: expected ':'." in result.stderr


def test_on_a_server_it_does_not_start(tmp_path: Path) -> None:
    """Catches a server that starts with only some of its tools."""
    result = start(tmp_path, DEBUG="False", SECRET_KEY="x" * 50)
    assert result.returncode != 0
    assert "does not load: SyntaxError in line 1" in result.stderr.splitlines()[-1]
