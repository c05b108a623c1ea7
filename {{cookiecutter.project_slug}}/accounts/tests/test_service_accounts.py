"""Service accounts: users for programs."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains

from accounts.models import User
from accounts.tests.conftest import Sent
# % if cookiecutter.multi_tenancy
from mcp_server.auth import resolve_mcp_user
from tenants.demo import demo_tenant

# % else
from mcp_server.auth import resolve_mcp_user

# % endif
pytestmark = pytest.mark.django_db

EMAIL = "reports@service.invalid"


@pytest.fixture
def token(capsys: pytest.CaptureFixture[str]) -> str:
    """Return the token of a new service account."""
    Group.objects.create(name="reporting")
    options = {"group": ["reporting"], "tools": "whoami"}
    # % if cookiecutter.multi_tenancy
    options["tenant"] = [demo_tenant().slug]
    # % endif
    call_command("create_service_account", "Reports", **options)
    return capsys.readouterr().out.strip()


def test_one_command_makes_it_and_a_token(token: str) -> None:
    user, credential = resolve_mcp_user(token)

    assert user.email == EMAIL
    assert user.is_service
    assert credential.allowed_tools == ["whoami"]
    assert [group.name for group in user.groups.all()] == ["reporting"]


def test_nobody_signs_in_as_it(client: Client, admin: User, token: str, sent: Sent) -> None:
    user = User.objects.get(email=EMAIL)
    assert not user.has_usable_password()
    client.post(reverse("password_reset"), {"email": EMAIL})
    assert sent() == []
    client.force_login(admin)

    change = reverse("admin:auth_user_password_change", args=[user.pk])
    assert client.post(change, {"password1": "a long one", "password2": "a long one"}).status_code == 403
    client.post(
        reverse("admin:accounts_user_changelist"), {"action": "invite", "_selected_action": [user.pk]}
    )
    assert sent() == []
    user.refresh_from_db()
    assert not user.has_usable_password()


def test_the_admin_tells_it_from_people(client: Client, admin: User, token: str) -> None:
    client.force_login(admin)

    page = client.get(reverse("admin:accounts_user_changelist"), {"is_service__exact": "1"})

    assertContains(page, EMAIL)
    assert [user.email for user in page.context["cl"].result_list] == [EMAIL]


@pytest.mark.parametrize("name", ["two words", "", "a@b"])
def test_what_is_no_name(name: str) -> None:
    with pytest.raises(CommandError, match="letters, digits, hyphens"):
        call_command("create_service_account", name)

    assert not User.objects.exists()


def test_a_tool_that_is_misspelt_makes_no_account() -> None:
    with pytest.raises(CommandError, match="There is no tool named whoam"):
        call_command("create_service_account", "reports", tools="whoam")

    assert not User.objects.exists()


def test_a_name_is_taken_once(token: str) -> None:
    with pytest.raises(CommandError, match=f"create_mcp_token --user {EMAIL}"):
        call_command("create_service_account", "reports")
