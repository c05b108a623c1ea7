"""The audit in the admin, on each user's page, and its deletion."""

import csv
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.contrib.admin import site
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains

from mcp_server.admin import ToolCallAdmin
from mcp_server.models import ToolCall
from mcp_server.tests.helpers import plan_of
from operations.users import User

CHANGELIST = reverse("admin:mcp_server_toolcall_changelist")
TOKENS = reverse("mcp_server:tokens")


def record(user: User | None, days_ago: float = 0, **fields: Any) -> ToolCall:
    """Write a row in the same way as `mcp_server/runtime/audit.py`."""
    values: dict[str, Any] = {
        "user": user,
        "email": user.email if user else "",
        "credential": "token-1",
        "credential_name": "laptop",
        "tool": "whoami",
        "status": "ok",
        "duration_ms": 1.5,
        "client_name": "Test client",
        "address": "192.0.2.1",
    }
    return ToolCall.objects.create(time=timezone.now() - timedelta(days_ago), **values | fields)


@pytest.fixture
def client(client: Client, admin: User) -> Client:
    """A browser in which an administrator is signed in."""
    client.force_login(admin)
    return client


def test_administrators_read_and_do_not_write(client: Client, user: User) -> None:
    row = record(user, arguments={"sku": "DESK-1"})
    page = reverse("admin:mcp_server_toolcall_change", args=[row.pk])

    assertContains(client.get(CHANGELIST), "laptop")
    assertContains(client.get(page), "DESK-1")
    assertNotContains(client.get(page), 'name="_save"')
    for forbidden in (
        reverse("admin:mcp_server_toolcall_add"),
        page,
        reverse("admin:mcp_server_toolcall_delete", args=[row.pk]),
    ):
        assert client.post(forbidden, {"tool": "other"}).status_code == 403
    client.post(CHANGELIST, {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})
    assert ToolCall.objects.get().tool == "whoami"


@pytest.mark.parametrize(
    "query",
    [
        {"q": "user@example.com"},
        {"q": "192.0.2.1"},
        {"q": "token-1 whoami"},
        {"status__exact": "ok"},
        {"time__year": "2026"},
    ],
)
def test_search_and_filters(client: Client, user: User, query: dict[str, str]) -> None:
    if "time__year" in query:
        query = {"time__year": str(timezone.now().year)}
    record(user)
    record(None, status="unknown", tool="other_tool", credential="token-2", address="192.0.2.2", days_ago=800)

    response = client.get(CHANGELIST, query)

    assertContains(response, "whoami")
    assertNotContains(response, "other_tool")


@pytest.mark.parametrize("text", ["user@example.com", "192.0.2.1", "zeppelin"])
def test_a_search_reads_an_index(client: Client, text: str) -> None:
    """Catches a search without an index, which takes a minute with ten million rows."""
    request = client.get(CHANGELIST).wsgi_request
    rows, _ = ToolCallAdmin(ToolCall, site).get_search_results(request, ToolCall.objects.order_by(), text)
    assert "Seq Scan" not in (plan := plan_of(rows))
    assert "SCAN mcp_server_toolcall" not in plan
    assert "tool_call_" in plan


def test_a_page_goes_on_where_another_ended(
    client: Client, user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ToolCallAdmin, "list_per_page", 2)
    rows = [record(user, days_ago=days) for days in (1, 2, 2.5, 3, 4)]
    ToolCall.objects.filter(pk__in=[row.pk for row in rows[1:4]]).update(time=rows[2].time)  # at once
    seen, address = [], CHANGELIST
    for _ in range(3):
        changelist = client.get(address).context["cl"]
        page = list(changelist.result_list)
        seen += page[:2]
        record(user, tool="meanwhile")
        choices = list(changelist.filter_specs[0].choices(changelist))
        address = f"{CHANGELIST}{choices[-1]['query_string']}"
    assert {row.pk for row in seen} == {row.pk for row in rows}
    assert len(seen) == len(rows)


def test_no_page_counts_or_reads_all_rows(
    client: Client, user: User, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    monkeypatch.setattr(ToolCallAdmin, "list_per_page", 2)
    monkeypatch.setattr("operations.admin.MAX_COUNTED", 4)
    for _ in range(6):
        record(user)
    with django_assert_max_num_queries(10) as asked:
        response = client.get(CHANGELIST, {"p": 2})
    assertContains(response, "whoami")
    assert response.context["cl"].paginator.num_pages == 2
    statements = [query["sql"] for query in asked.captured_queries if "mcp_server_toolcall" in query["sql"]]
    assert statements
    assert all("LIMIT" in sql for sql in statements), statements


def test_a_place_that_is_none_is_left_out(client: Client) -> None:
    for place in ("x", "yesterday 1", "2026-01-01T00:00:00+00:00 "):
        assert client.get(CHANGELIST, {"before": place}).status_code == 302


def test_a_deleted_user_leaves_the_rows(user: User) -> None:
    record(user)
    user.delete()
    assert ToolCall.objects.get().email == "user@example.com"


def test_list_asks_the_database_seldom(
    client: Client, user: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(20):
        record(user)

    with django_assert_max_num_queries(10):
        client.get(CHANGELIST)


def export(client: Client, rows: list[ToolCall]) -> list[dict[str, str]]:
    chosen = {"action": "export_as_csv", "_selected_action": [row.pk for row in rows]}
    response = client.post(CHANGELIST, chosen)
    assert response["Content-Disposition"] == 'attachment; filename="tool-calls.csv"'
    text = response.getvalue().decode()
    return list(csv.DictReader(StringIO(text, newline="")))


def test_export(client: Client, user: User) -> None:
    row = record(user, tool='say "hello", now', status="error")
    record(user)

    (exported,) = export(client, [row])

    assert exported["tool"] == 'say "hello", now'
    assert exported["time"] == row.time.isoformat()
    assert (exported["email"], exported["status"]) == ("user@example.com", "error")
    assert (exported["address"], exported["duration_ms"]) == ("192.0.2.1", "1.5")


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1"])
def test_spreadsheets_run_nothing_of_an_export(client: Client, text: str) -> None:
    """Catches a formula in the name of a client, which an administrator's spreadsheet would run."""
    (exported,) = export(client, [record(None, tool=text, client_name=text)])

    assert exported["tool"] == exported["client_name"] == f"'{text}"


def test_users_see_their_own_latest_calls(client: Client, user: User, admin: User) -> None:
    for number in range(25):
        record(user, days_ago=number, tool=f"tool_{number}", client_name="<b>client</b>")
    record(admin, tool="tool_of_another")
    client.force_login(user)

    response = client.get(TOKENS)

    assertContains(response, "<code>tool_", count=20)
    assertContains(response, "<code>tool_0</code>")
    assertContains(response, "&lt;b&gt;client&lt;/b&gt;")
    assertNotContains(response, "tool_of_another")


@pytest.mark.django_db
def test_prune_deletes_what_is_older(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mcp_server.management.commands.prune_tool_calls.BATCH", 2)
    for days_ago in (0, 29.9, 30.1, 40, 50):
        record(None, days_ago=days_ago)
    out = StringIO()

    call_command("prune_tool_calls", "--days=30", stdout=out)

    assert out.getvalue() == "Deleted 3 tool calls.\n"
    assert ToolCall.objects.count() == 2


@pytest.mark.parametrize("days", ["0", "-1", "99999999999"])
def test_prune_refuses_what_makes_no_sense(days: str) -> None:
    with pytest.raises(CommandError, match="give a number from 1 to 36500"):
        call_command("prune_tool_calls", f"--days={days}")
