"""Show the template at work: bake it, start the project, call its tools with clients of both eras.

usage: demo.py [--once]    --once ends after the calls instead of waiting for Ctrl-C
"""

import argparse
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from cookiecutter.main import cookiecutter

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "demo"
OLD_CLIENT = FOLDER / "old-client"
CALLS = ROOT / "scripts" / "demo_calls.py"
# These addresses are on this machine, so never use a company's proxy.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def say(text: str) -> None:
    print(f"\n\033[1m{text}\033[0m", flush=True)


def run(*command: str | Path, folder: Path, **variables: str) -> str:
    """Run a command and return its output. If it fails, exit with an error and the output."""
    result = subprocess.run(
        command, cwd=folder, env=os.environ | variables, stdout=subprocess.PIPE, text=True, check=False
    )
    if result.returncode:
        sys.exit(f"ERROR: {' '.join(map(str, command))} failed in {folder}; see above.\n{result.stdout}")
    return result.stdout


def port(preferred: int) -> int:
    """Return the preferred port, or a free one if another program uses it."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", preferred))
        except OSError:
            listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def serve(ready: str, *command: str | Path, folder: Path, log: Path, **variables: str) -> Iterator[None]:
    """Run a server while the block runs. The block begins when the URL `ready` answers."""
    with log.open("w") as output:
        environment = os.environ | variables
        server = subprocess.Popen(command, cwd=folder, env=environment, stdout=output, stderr=output)
    try:
        for _ in range(300):
            try:
                with DIRECT.open(ready, timeout=5):
                    break
            except OSError:
                time.sleep(0.1)
            if server.poll() is not None:
                break
        else:
            server.kill()
        if server.poll() is not None:
            sys.exit(f"ERROR: {' '.join(map(str, command))} did not start:\n{log.read_text()}")
        yield
    finally:
        server.terminate()
        server.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--once", action="store_true")
    once = parser.parse_args().once
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))  # so that the servers stop too

    say("1. cookiecutter")
    shutil.rmtree(FOLDER, ignore_errors=True)
    project = Path(cookiecutter(str(ROOT), no_input=True, output_dir=str(FOLDER)))

    say("2. make setup, and an environment with an MCP client of 2025")
    run("make", "setup", folder=project)
    run(sys.executable, "-m", "venv", "--without-pip", OLD_CLIENT, folder=FOLDER)
    uv = Path(sys.executable).with_name("uv")
    run(uv, "pip", "install", "--quiet", "mcp<2", folder=FOLDER, VIRTUAL_ENV=str(OLD_CLIENT))

    say("3. Start the web and the MCP process on SQLite")
    web_port, mcp_port = port(8080), port(8001)
    web, mcp = f"http://localhost:{web_port}", f"http://localhost:{mcp_port}"
    python = project / os.environ.get("VENV", ".venv") / "bin" / "python"  # as in its Makefile
    variables = {"DEBUG": "True", "PUBLIC_BASE_URL": mcp, "WEB_BASE_URL": web}
    manage = (python, "manage.py")
    run(*manage, "migrate", "--verbosity", "0", folder=project, **variables)
    run(*manage, "create_demo_data", folder=project, **variables)
    greeting = run(*manage, "create_dev_user", folder=project, **variables)
    token = re.search(r"mcp_[\w-]{60}", greeting)
    if token is None:
        sys.exit(f"ERROR: create_dev_user printed no token:\n{greeting}")

    with ExitStack() as servers:
        uvicorn = (python, "-m", "uvicorn", "config.asgi:app")
        for name, ready, *command in (
            ("web", f"{web}/health", *manage, "runserver", "--noreload", f"{web_port}"),
            ("mcp", f"{mcp}/mcp/ready", *uvicorn, "--port", f"{mcp_port}"),
        ):
            log = FOLDER / f"{name}.log"
            servers.enter_context(serve(ready, *command, folder=project, log=log, **variables))

        say("4. Call its tools")
        direct = {"NO_PROXY": "*", "no_proxy": "*"}
        for python_of_client in (python, OLD_CLIENT / "bin" / "python"):
            print(run(python_of_client, CALLS, f"{mcp}/mcp/", token[0], folder=FOLDER, **direct), end="")

        say("5. The project ran at these addresses" if once else "5. The project is running")
        print(f"Pages   {web}\nAdmin   {web}/admin/\nMCP     {mcp}/mcp/\nLogs    {FOLDER}/*.log\n{greeting}")
        if not once:
            say("Press Ctrl-C to stop.")
            with suppress(KeyboardInterrupt):
                signal.pause()


if __name__ == "__main__":
    main()
