"""The SQL tools on a real MariaDB: the tests that generated projects run on their own database."""

import getpass
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from conftest import Bake
from testing.harness import ALL_OFF, BakedProject, free_port, run

# What reads statements of every dialect and asks no database; tests/generated runs it.
WITHOUT_A_DATABASE = ["bounds", "raw"]

# An account needs some right on a database to connect to it. This one shows nothing.
READS_NOTHING = """
CREATE TABLE shop.x (id integer);
CREATE USER app IDENTIFIED BY 'password';
GRANT SHOW VIEW ON shop.x TO app
"""


@dataclass
class MariaDB:
    folder: Path
    port: int

    @property
    def socket(self) -> str:
        return f"--socket={self.folder / 'socket'}"

    def execute(self, statements: str, database: str = "") -> None:
        subprocess.run(
            ["mariadb", "--no-defaults", self.socket, database], input=statements, text=True, check=True
        )

    def dump(self) -> str:
        options = ("--no-defaults", self.socket, "--skip-dump-date")
        return run("mariadb-dump", *options, "shop", cwd=self.folder)


@pytest.fixture(scope="module")
def server() -> Iterator[MariaDB]:
    assert shutil.which("mariadbd"), "MariaDB is missing: run scripts/install-test-servers.sh."
    with TemporaryDirectory(prefix="mariadb-") as name:
        server = MariaDB(Path(name), free_port())
        data, user = f"--datadir={name}/data", f"--user={getpass.getuser()}"
        as_root = ("--auth-root-authentication-method=normal", "--skip-test-db")
        run("mariadb-install-db", "--no-defaults", data, user, *as_root, cwd=server.folder)
        address = ("--bind-address=127.0.0.1", f"--port={server.port}", server.socket)
        process = subprocess.Popen(
            ["mariadbd", "--no-defaults", data, user, *address],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            run("mariadb-admin", "--no-defaults", server.socket, "--wait=60", "ping", cwd=server.folder)
            yield server
        finally:
            process.terminate()
            process.wait(30)


@pytest.fixture
def mariadb(server: MariaDB) -> MariaDB:
    """The server with an empty database `shop`, and nobody but its administrator."""
    server.execute(
        "DROP DATABASE IF EXISTS shop; DROP USER IF EXISTS app, reader, sql_reader; DROP ROLE IF EXISTS r;"
        "CREATE DATABASE shop CHARACTER SET utf8mb4"
    )
    return server


@pytest.fixture(scope="module")
def project(
    bake_into: Bake, everything: BakedProject, tmp_path_factory: pytest.TempPathFactory
) -> BakedProject:
    """A project with the option and the extra that installs the driver."""
    project = bake_into(tmp_path_factory.mktemp("sql"), **ALL_OFF | {"sql_tools": True})
    venv = everything.path / ".venv"
    project.run(
        venv / "bin/uv",
        "pip",
        "install",
        "--quiet",
        "-r",
        "pyproject.toml",
        "--extra",
        "mysql",
        VIRTUAL_ENV=str(venv),
    )
    return project


def test_on_mariadb(project: BakedProject, everything: BakedProject, mariadb: MariaDB) -> None:
    """Statements, values, limits and tools; whether the data is as it was, an administrator looks."""
    mariadb.execute(project.read("sql_access/tests/sample.sql"), "shop")
    account = "'reader'@'%'"
    mariadb.execute(
        f"CREATE USER {account} IDENTIFIED BY 'password';"
        f"GRANT SELECT ON sample_category TO {account};"
        f"GRANT SELECT (id, name, born) ON sample_customer TO {account};"
        "GRANT SELECT (id, customer_id, category_id, status, total, note, created) "
        f"ON sample_order TO {account};",
        "shop",
    )
    before = mariadb.dump()
    url = f"mysql://reader:password@127.0.0.1:{mariadb.port}/shop"
    pytest_ = everything.path / ".venv/bin/pytest"
    project.run(
        pytest_,
        "-q",
        "sql_access",
        *(f"--ignore=sql_access/tests/test_{name}.py" for name in WITHOUT_A_DATABASE),
        MCP_SQL_DATABASE_URL=url,
        DEBUG="True",
    )
    assert mariadb.dump() == before


@pytest.mark.parametrize(
    ("grants", "sentence"),
    [
        ("GRANT ALL ON shop.* TO app", "may do more than read (ALL PRIVILEGES)"),
        ("GRANT FILE ON *.* TO app; GRANT SELECT ON shop.x TO app", "may do more than read (FILE)"),
        ("GRANT SELECT ON *.* TO app", "may read more than policy.py lists (SELECT ON *.*)"),
        ("GRANT SELECT ON `sh%`.* TO app", "may read more than policy.py lists (SELECT ON `sh%`.*)"),
        ("GRANT SELECT ON shop.x TO app WITH GRANT OPTION", "may read more than policy.py lists"),
        (
            "GRANT USAGE ON *.* TO app WITH GRANT OPTION MAX_USER_CONNECTIONS 5",
            "may do more than read (USAGE)",
        ),
        ("GRANT SELECT ON shop.x TO app", "may read shop.x.id, which policy.py does not list"),
        (
            "CREATE ROLE r; GRANT SELECT ON shop.x TO r; GRANT r TO app; SET DEFAULT ROLE r FOR app",
            "may do more than read (`r`)",
        ),
    ],
)
def test_an_account_that_may_do_more_is_refused(
    grants: str, sentence: str, project: BakedProject, everything: BakedProject, mariadb: MariaDB
) -> None:
    mariadb.execute(
        f"CREATE TABLE shop.x (id integer); CREATE USER app IDENTIFIED BY 'password'; {grants};"
        "GRANT USAGE ON *.* TO app"
    )
    said = ask_as_app(project, everything, mariadb, "with query('SELECT 1'): print('not refused')")
    assert sentence in said
    assert "create_sql_role" in said


def ask_as_app(
    project: BakedProject, everything: BakedProject, mariadb: MariaDB, code: str, options: str = ""
) -> str:
    """Return what `code` prints, or the error. It may call `query`, which the account `app` runs."""
    program = (
        "import django; django.setup()\n"
        "from sql_access.engines import current_engine\n"
        "query = current_engine().query\n"
        f"try:\n    {code}\nexcept Exception as error: print(error)"
    )
    return project.run(
        everything.path / ".venv/bin/python",
        "-c",
        program,
        DJANGO_SETTINGS_MODULE="config.settings",
        DEBUG="True",
        MCP_SQL_DATABASE_URL=f"mysql://app:password@127.0.0.1:{mariadb.port}/shop{options}",
    )


def test_options_of_the_url_change_nothing_that_the_parser_assumes(
    project: BakedProject, everything: BakedProject, mariadb: MariaDB
) -> None:
    mariadb.execute(READS_NOTHING)
    said = ask_as_app(
        project,
        everything,
        mariadb,
        r'''with query(r"""SELECT "it\'s", @@character_set_client""") as (_, rows): print(list(rows))''',
        "?charset=latin1&init_command=SET+sql_mode='ANSI_QUOTES,NO_BACKSLASH_ESCAPES'",
    )
    assert """[["it's", 'utf8mb4']]""" in said


def test_too_many_statements(project: BakedProject, everything: BakedProject, mariadb: MariaDB) -> None:
    mariadb.execute(f"{READS_NOTHING}; ALTER USER app WITH MAX_USER_CONNECTIONS 1")
    said = ask_as_app(
        project, everything, mariadb, "with query('SELECT 1'), query('SELECT 1'): print('both')"
    )
    assert "Too many statements are running" in said


def test_a_huge_row_is_not_loaded(project: BakedProject, everything: BakedProject, mariadb: MariaDB) -> None:
    """Catches a row that takes the memory of this process, even if the parser did not stop it."""
    mariadb.execute(READS_NOTHING)
    row = "SELECT " + ", ".join(["repeat('x', 16000000)"] * 30)
    said = ask_as_app(
        project,
        everything,
        mariadb,
        f'with query("{row}") as (_, rows): print(len(list(rows)))',
    )
    assert "A row is larger than" in said


def test_the_account_that_the_command_describes(
    project: BakedProject, everything: BakedProject, mariadb: MariaDB, tmp_path: Path
) -> None:
    """What `create_sql_role` prints can be run as it is."""
    project = BakedProject(shutil.copytree(project.path, tmp_path / "project"))  # it gets a policy
    mariadb.execute(
        "CREATE TABLE product (id integer PRIMARY KEY, name varchar(20), secret_code varchar(20));", "shop"
    )
    policy = project.path / "sql_access/policy.py"
    exposed = 'EXPOSED_TABLES: dict[str, Columns] = {"product": ALL}'
    policy.write_text(
        project.read("sql_access/policy.py").replace("EXPOSED_TABLES: dict[str, Columns] = {}", exposed)
    )
    printed = project.run(
        everything.path / ".venv/bin/python",
        *("manage.py", "create_sql_role"),
        DEBUG="True",
        MCP_SQL_DATABASE_URL=f"mysql://root@127.0.0.1:{mariadb.port}/shop",
    )
    mariadb.execute(printed.partition("\n")[2])
    assert "WITH MAX_USER_CONNECTIONS 20;" in printed
    assert "GRANT SELECT (`id`, `name`) ON `shop`.`product`" in printed
