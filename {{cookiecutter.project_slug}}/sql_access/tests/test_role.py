"""`create_sql_role`, and the rules that the database enforces without the parser."""

from base64 import b64decode

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from fastmcp.exceptions import ToolError
from pytest_django import Settings

from sql_access import policy, queries
from sql_access.engines import current_engine
from sql_access.tests.sample import expose, run, with_role

pytestmark = pytest.mark.usefixtures("sample")


@pytest.fixture(autouse=True)
def development(settings: Settings) -> None:
    """Tests may be superusers of PostgreSQL, which the command refuses in production."""
    settings.DEBUG = True


def create_sql_role(capsys: pytest.CaptureFixture[str]) -> list[str]:
    call_command("create_sql_role")
    return capsys.readouterr().out.splitlines()


if connection.vendor == "postgresql":
    from sql_access import role, scram
    from sql_access.engines.postgresql import connect
    from sql_access.tests.administrator import administrator

    def test_run_again_it_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
        assert create_sql_role(capsys) == ["The role already matches policy.py: nothing changed."]

    def test_it_says_what_changed(
        capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        expose(monkeypatch, sample_category=("name",), sample_customer=("id", "name", "born"))
        said = create_sql_role(capsys)
        assert "May no longer read public.sample_category.id." in said
        assert "May no longer read public.sample_order.total." in said
        assert not [line for line in said if line.startswith("May read")]
        expose(monkeypatch, sample_category=policy.ALL)
        assert "May read public.sample_category.id." in create_sql_role(capsys)

    def test_a_right_of_public_is_not_overlooked(monkeypatch: pytest.MonkeyPatch) -> None:
        run("GRANT SELECT ON sample_secret TO PUBLIC")
        with pytest.raises(CommandError, match=r"right to SELECT public\.sample_secret\.id"):
            call_command("create_sql_role")

    @pytest.mark.parametrize(
        "right", ['ALTER ROLE "{role}" CREATEDB', 'CREATE ROLE "{role}_x"; GRANT "{role}_x" TO "{role}"']
    )
    def test_a_role_that_may_do_more_is_refused(right: str) -> None:
        name = f"{connection.settings_dict['NAME'][:56]}_reader"
        run(right.format(role=name))
        try:
            with pytest.raises(CommandError, match="rights over the server, or is a member of another"):
                call_command("create_sql_role")
        finally:
            run(f'DROP ROLE IF EXISTS "{name}_x"')

    def test_after_another_secret_key_the_command_is_named(
        settings: Settings, capsys: pytest.CaptureFixture[str]
    ) -> None:
        settings.SECRET_KEY = "another" * 10
        name = f"{connection.settings_dict['NAME'][:56]}_reader"
        # This has the effect of a wrong password, even if pg_hba.conf trusts every log-in.
        run(f'ALTER ROLE "{name}" NOLOGIN')
        with pytest.raises(ToolError, match=r"cannot log in: the owner .* run `manage\.py create_sql_role`"):
            queries.execute("SELECT 1", 1)
        assert "It logs in, with 10 connections at most." in create_sql_role(capsys)
        assert queries.execute("SELECT 1", 1).rows == [[1]]

    def test_one_connection_too_many_is_said() -> None:
        run(f'ALTER ROLE "{connection.settings_dict["NAME"][:56]}_reader" CONNECTION LIMIT 0')
        with pytest.raises(ToolError, match="statements are running, which is the limit"):
            queries.execute("SELECT 1", 1)

    def test_in_production_a_superuser_is_refused(
        settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings.DEBUG = False
        monkeypatch.setattr(role, "is_superuser", lambda connection: True)
        with pytest.raises(CommandError, match=r"is a superuser\. The application must not be one"):
            call_command("create_sql_role")

    def test_the_password_is_kept_as_postgresql_keeps_it() -> None:
        """Catches a hash that differs from the one that libpq makes."""
        with connect(connection.settings_dict) as any_connection:
            theirs = any_connection.pgconn.encrypt_password(b"password", b"x", b"scram-sha-256").decode()
        iterations, salt = theirs.removeprefix("SCRAM-SHA-256$").partition("$")[0].split(":")
        assert int(iterations) == scram.ITERATIONS
        assert scram.verifier("password", b64decode(salt)) == theirs

    def test_the_socket_may_be_named_among_the_options() -> None:
        """Catches a TypeError for postgres://user@/shop?host=/var/run/postgresql, which Django accepts."""
        config = connection.settings_dict
        options = {"host": config["HOST"] or "/var/run/postgresql"}
        with connect(config | {"HOST": "", "OPTIONS": options}) as by_socket:
            assert by_socket.info.host == options["host"]

    def test_without_the_role_nothing_is_read() -> None:
        for _ in with_role():
            pass
        with pytest.raises(ToolError, match=r"run `manage\.py create_sql_role`"):
            queries.execute("SELECT 1", 1)
        call_command("create_sql_role")

    def test_a_table_added_to_the_policy_alone_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
        expose(monkeypatch, sample_secret=("id", "name"))
        with pytest.raises(ToolError, match="permission denied for table sample_secret"):
            queries.execute("SELECT * FROM sample_secret", 1)

    def test_what_it_prints_does_the_same(capsys: pytest.CaptureFixture[str]) -> None:
        """Catches printed statements that give another role than the command does."""
        for _ in with_role():
            pass
        call_command("create_sql_role", "--print")
        with administrator() as admin:
            admin.execute(capsys.readouterr().out.encode())
            limits = admin.execute("SELECT rolconfig FROM pg_roles WHERE rolname LIKE '%_reader'").fetchall()
        assert any(f"temp_file_limit={policy.MAX_TEMP_FILES}" in limit for (limit,) in limits)
        assert create_sql_role(capsys) == ["The role already matches policy.py: nothing changed."]

    @pytest.mark.parametrize(
        "statement",
        ["SELECT 1; SELECT 2", "COMMIT; DELETE FROM sample_order", "SELECT 1) AS q; COMMIT; SELECT (1"],
    )
    def test_the_database_takes_one_statement_at_a_time(statement: str) -> None:
        """Catches a statement that is not prepared: `COMMIT; DELETE …` would run if the parser failed."""
        with (
            pytest.raises(ToolError, match=r"multiple commands|syntax error"),
            current_engine().query(statement),
        ):
            pass

else:

    def test_other_databases_have_no_such_role(capsys: pytest.CaptureFixture[str]) -> None:
        (first, *_) = create_sql_role(capsys)
        assert first.startswith(("SQLite has no roles", "As an administrator of the database"))


def test_the_database_guards_columns_by_itself() -> None:
    """Catches hidden columns that only the parser hides, with a subquery."""
    statement = "SELECT password FROM sample_customer"
    with pytest.raises(ToolError, match=r"denied|prohibited"), current_engine().query(statement):
        pass
