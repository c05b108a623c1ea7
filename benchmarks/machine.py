"""What the benchmark needs on this machine, and how to install it."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parent.parent
SUBJECTS = Path(__file__).parent / "subjects"
CACHE = ROOT / ".cache" / "bench"

# The server under test has one processor for itself. The load, the database and nginx share the other.
SERVER_CORE, LOAD_CORE = 0, 1


def say(text: str) -> None:
    """Report progress on standard error, apart from the results."""
    print(text, file=sys.stderr, flush=True)


def run(*command: str | Path, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> str:
    """Run a command and return what it printed. Raise an error with its whole output if it fails."""
    done = subprocess.run(
        command, cwd=cwd, env={**os.environ, **(env or {})}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def install_wrk() -> None:
    """Install the load generator, which no Python package contains. Say so, but do not ask."""
    if shutil.which("wrk"):
        return
    say("Installing wrk from Debian: apt-get install wrk")
    sudo = [] if os.geteuid() == 0 else ["sudo"]
    run(*sudo, "apt-get", "update")
    run(*sudo, "apt-get", "install", "--yes", "--no-install-recommends", "wrk")


def environment(name: str, *requirements: str | Path) -> Path:
    """Return the `bin` folder of a virtual environment with exactly `requirements`. It is created once."""
    folder = CACHE / "environments" / name
    stamp = folder / "requirements"
    wanted = "\n".join(r.read_text() if isinstance(r, Path) else r for r in requirements)
    if not stamp.exists() or stamp.read_text() != wanted:
        say(f"Installing the environment of {name}")
        python = Path(sys.executable)
        run(python.with_name("uv"), "venv", "--quiet", "--clear", "--python", python, folder)
        options = [o for r in requirements for o in (("-r", r) if isinstance(r, Path) else (r,))]
        run(python.with_name("uv"), "pip", "install", "--quiet", *options, env={"VIRTUAL_ENV": str(folder)})
        stamp.write_text(wanted)
    return folder / "bin"


def bake(name: str, **options: str) -> Path:
    """Generate a project, fresh each time, and return its folder."""
    shutil.rmtree(CACHE / name, ignore_errors=True)
    given = [f"{key}={value}" for key, value in options.items()]
    run(
        Path(sys.executable).with_name("cookiecutter"),
        *(ROOT, "--no-input", "--output-dir", CACHE / name),
        *("project_slug=bench", *given),
    )
    return CACHE / name / "bench"


def describe() -> str:
    """Describe this machine in one line."""
    models = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line]
    system = os.uname()
    return (
        f"{os.cpu_count()} x {models[0].partition(':')[2].strip()}, {system.sysname} {system.release}, "
        f"CPython {sys.version.split()[0]}"
    )
