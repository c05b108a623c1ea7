import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from sql_access import policy, queries
from sql_access.readable import exposed_models
from sql_access.tests.sample import expose


def test_what_the_project_exposes_exists() -> None:
    assert all(table.columns for table in exposed_models())


@pytest.mark.parametrize(
    ("label", "secret"), [("accounts.User", "password"), ("mcp_server.MCPToken", "token")]
)
def test_all_columns_leave_secrets_out(monkeypatch: pytest.MonkeyPatch, label: str, secret: str) -> None:
    """Catches ALL exposing a password hash or a token by accident."""
    monkeypatch.setattr(policy, "EXPOSED_MODELS", {label: policy.ALL})
    (table,) = exposed_models()
    assert "id" in table.columns
    assert secret not in table.columns
    assert table.hidden


def test_columns_can_be_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(policy, "EXPOSED_MODELS", {"mcp_server.MCPToken": ("id", "user")})
    (table,) = exposed_models()
    assert table.columns == ("id", "user_id")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("exposed", "sentence"),
    [
        ({"shops.Product": policy.ALL}, "No installed app with label 'shops'"),
        ({"accounts.Usr": policy.ALL}, "doesn't have a 'Usr' model"),
        ({"accounts_user": policy.ALL}, "EXPOSED_MODELS in sql_access/policy.py"),
        ({"accounts.User": ("id", "nickname")}, "User has no column 'nickname'"),
    ],
)
def test_a_mistake_in_the_policy_stops_every_command(
    monkeypatch: pytest.MonkeyPatch, exposed: dict[str, policy.Columns], sentence: str
) -> None:
    monkeypatch.setattr(policy, "EXPOSED_MODELS", exposed)
    with pytest.raises(SystemCheckError, match=r"sql_access\.E001") as raised:
        call_command("check")
    assert sentence in str(raised.value)


# % if not cookiecutter.multi_tenancy
@pytest.mark.django_db(transaction=True)
def test_a_model_is_described_in_its_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.conf.settings.MCP_SQL_DATABASE", None)
    monkeypatch.setattr(policy, "EXPOSED_MODELS", {"mcp_server.MCPToken": ("id", "user", "expires_at")})
    (summary,) = queries.list_tables()
    info = queries.get_table_info("MCP_SERVER_MCPTOKEN")
    assert (summary.name, summary.columns) == ("mcp_server_mcptoken", ["id", "user_id", "expires_at"])
    assert info.description.startswith("A credential that its user copies")
    assert info.columns[0].primary_key
    assert info.columns[1].references == "accounts_user.id"
    assert info.columns[2].nullable
    assert info.columns[2].description == "Empty: never."


# % endif
@pytest.mark.usefixtures("sample")
def test_a_mistake_in_the_tables_of_another_database(monkeypatch: pytest.MonkeyPatch) -> None:
    expose(monkeypatch, sample_customer=("id", "age"))
    with pytest.raises(ImproperlyConfigured, match="names sample_customer, but the database has no 'age'"):
        queries.list_tables()
