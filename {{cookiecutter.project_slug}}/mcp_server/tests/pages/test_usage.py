"""The page Usage, for the user's own calls and for all calls."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission
from django.db import connection
from django.shortcuts import resolve_url
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertNotContains

from mcp_server.models import ToolCall
from mcp_server.pages.usage import MAX_CALLS, PERIODS, Usage
from mcp_server.tests.helpers import plan_of
from mcp_server.tests.pages.test_calls import record
from operations.users import User

# % if cookiecutter.multi_tenancy
ALLOWED = 403  # they are calls of every tenant: for superusers, as in the admin
# % else
ALLOWED = 200
# % endif
pytestmark = pytest.mark.django_db

OWN = reverse("mcp_server:usage")
ALL = reverse("mcp_server:usage_of_all")


def test_figures_are_those_of_the_calls(user: User, admin: User) -> None:
    for number in range(99):
        record(user, days_ago=number / 200, tool="slow" if number % 3 else "quick", duration_ms=number)
    record(admin, tool="broken", status="error", duration_ms=5000)
    record(admin, tool="broken", status="denied", duration_ms=0)
    record(admin, days_ago=2, tool="old")

    found = Usage(ToolCall.objects.all(), PERIODS["day"])

    assert (found.total.calls, found.total.failed, found.total.refused) == (101, 1, 1)
    assert 85 <= found.total.p95 <= 105
    assert [(tool.name, tool.calls) for tool in found.tools()] == [("slow", 66), ("quick", 33), ("broken", 2)]
    assert [(each.name, each.calls) for each in found.users()] == [(user.email, 99), (admin.email, 2)]
    assert sum(column.calls for column in found.columns) == 101
    assert 24 <= len(found.columns) <= 25
    week = Usage(ToolCall.objects.all(), PERIODS["week"])
    assert (week.total.calls, len(week.columns)) == (102, 8)
    assert max(bar[2] for column in week.charts()["calls"][0] for bar in column["bars"]) <= 100


def test_of_very_many_calls_the_newest_are_read(
    user: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for minutes in range(8):
        record(user, days_ago=minutes / 24 / 60, tool=f"tool{minutes}")
    found = Usage(ToolCall.objects.all(), PERIODS["month"], most=5)
    assert found.is_cut
    assert found.total.calls == 5
    assert [tool.name for tool in found.tools()] == [f"tool{number}" for number in range(5)]
    with django_assert_num_queries(4):
        page = Usage(user.tool_calls.all(), PERIODS["month"])
        page.tools()
        page.users()


if connection.vendor == "postgresql":

    @pytest.mark.parametrize("own", [True, False])
    def test_an_index_leads_to_the_newest(user: User, own: bool) -> None:
        calls = user.tool_calls.all() if own else ToolCall.objects.all()
        since = timezone.now() - timedelta(days=30)
        times = calls.filter(time__gt=since).order_by("-time").values_list("time")
        plan = plan_of(times[MAX_CALLS : MAX_CALLS + 1])
        assert "Seq Scan" not in plan
        assert "Sort" not in plan


def test_strangers_sign_in(client: Client) -> None:
    assert client.get(ALL)["Location"].startswith(resolve_url(settings.LOGIN_URL))


def test_everybody_sees_their_own(client: Client, user: User, admin: User) -> None:
    record(user, tool="mine")
    record(admin, tool="theirs")
    client.force_login(user)
    for period in ("", "?period=week", "?period=month", "?period=x"):
        page = client.get(f"{OWN}{period}")
        assertContains(page, "<code>mine</code>")
        assertNotContains(page, "theirs")
    assertNotContains(page, ALL)
    assertNotContains(page, "style=")
    assert client.get(ALL).status_code == 403
    assertContains(client.get(reverse("mcp_server:tokens")), f'href="{OWN}"')


def test_who_may_see_the_audit_sees_all(client: Client, user: User, admin: User) -> None:
    record(user, tool="mine")
    client.force_login(admin)
    assertContains(client.get(OWN), "No tool was called")
    assertContains(client.get(OWN), ALL)
    page = client.get(ALL)
    assertContains(page, "<code>mine</code>")
    assertContains(page, user.email)


def test_staff_need_the_permission(client: Client, user: User) -> None:
    user.is_staff = True
    user.save()
    client.force_login(user)
    assert client.get(ALL).status_code == 403
    user.user_permissions.add(Permission.objects.get(codename="view_toolcall"))
    assert client.get(ALL).status_code == ALLOWED
