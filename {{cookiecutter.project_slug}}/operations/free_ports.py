"""`python -m operations.free_ports WEB_PORT=8080 MCP_PORT=8001` checks ports for `make dev`."""

import socket
import sys
from contextlib import suppress


def problem(port: str) -> str:
    """Return why no server can listen at `port` of this machine, or nothing."""
    if not port.isdecimal() or not 0 < int(port) < 2**16:
        return f"{port!r} is not a port, which is a number up to 65535"
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do
        try:
            probe.bind(("127.0.0.1", int(port)))
        except PermissionError:
            return f"only the administrator of this machine may use port {port}"
        except OSError:
            return f"another program uses port {port}"
    # A program that listens on ::1, or on every address, does not prevent bind(), but would answer browsers.
    for address in ("127.0.0.1", "::1"):
        with suppress(OSError):
            socket.create_connection((address, int(port)), timeout=1).close()
            return f"another program uses port {port}"
    return ""


def main() -> None:
    """Exit with the problems and one command that avoids all of them, so that its user needs it only once."""
    problems: list[str] = []
    usable: dict[str, str] = {}
    for variable, _, port in (argument.partition("=") for argument in sys.argv[1:]):
        why = problem(port) or (f"the other process has port {port}" if port in usable.values() else "")
        usable[variable] = _free(usable) if why else port
        if why:
            problems.append(f"{variable}: {why}.")
    if problems:
        command = " ".join(["make dev", *(f"{variable}={port}" for variable, port in usable.items())])
        sys.exit(
            f"ERROR: {' '.join(problems)} Type: {command}\n"
            "Or write these ports into .env: then the addresses that other commands print are right, too."
        )


def _free(taken: dict[str, str]) -> str:
    return next(
        str(port) for port in range(9000, 2**16) if not problem(str(port)) and str(port) not in taken.values()
    )


if __name__ == "__main__":
    main()
