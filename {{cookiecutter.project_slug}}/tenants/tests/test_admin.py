"""What staff of a tenant who are not superusers can see in the admin, with any permission."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from mcp_server.models import MCPToken, ToolCall
from tenants.models import Membership, Tenant, TenantModel

pytestmark = pytest.mark.django_db


@pytest.fixture
def beta(db: None) -> Tenant:
    return Tenant.objects.create(name="Beta", slug="beta")


@pytest.fixture
def stranger(beta: Tenant) -> User:
    """A user of the other tenant."""
    stranger = User.objects.create_user(email="stranger@example.com")
    Membership.objects.filter(user=stranger).update(tenant=beta)
    return stranger


@pytest.fixture
def staff(client: Client, user: User) -> Client:
    """A browser of a member of Demo who has every permission."""
    user.is_staff = True
    user.save()
    user.user_permissions.set(Permission.objects.all())
    client.force_login(user)
    return client


@pytest.fixture
def rows(beta: Tenant, stranger: User) -> list[Model]:
    """Rows of the other tenant and of the whole site."""
    call = {"user": stranger, "email": stranger.email, "tenant": beta.slug, "tool": "whoami", "status": "ok"}
    return [
        beta,
        stranger,
        Group.objects.create(name="Editors"),
        MCPToken.objects.create(user=stranger, name="theirs"),
        ToolCall.objects.create(time=timezone.now(), duration_ms=1, **call),
    ]


def address(row: Model, page: str) -> str:
    named = [] if page in {"changelist", "add"} else [row.pk]
    options = row._meta  # noqa: SLF001 - public, documented API
    return reverse(f"admin:{options.app_label}_{options.model_name}_{page}", args=named)


@pytest.mark.parametrize("prefix", ["", "/t/demo"])
def test_staff_reach_no_page_of_rows_of_every_tenant(staff: Client, rows: list[Model], prefix: str) -> None:
    for row in rows:
        for page in ("changelist", "add", "change", "delete", "history"):
            assert staff.get(prefix + address(row, page)).status_code == 403, (row, page)
            assert staff.post(prefix + address(row, page), {"post": "yes"}).status_code == 403, (row, page)
        for action in ("delete_selected", "export_as_csv", "revoke"):
            form = {"action": action, "_selected_action": [row.pk], "post": "yes"}
            assert staff.post(prefix + address(row, "changelist"), form).status_code == 403, (row, action)
        row.refresh_from_db()


def test_superusers_reach_all_of_them(client: Client, admin: User, rows: list[Model]) -> None:
    client.force_login(admin)
    for row in rows:
        for page in ("changelist", "change", "history"):
            assert client.get(address(row, page)).status_code == 200, (row, page)


def test_staff_make_no_token_for_anyone_and_change_no_tenant(
    staff: Client, user: User, stranger: User, beta: Tenant
) -> None:
    for whom in (user, stranger):
        form = {"name": "mine", "user": whom.pk, "expires_at_0": "", "expires_at_1": ""}
        assert staff.post(reverse("admin:mcp_server_mcptoken_add"), form).status_code == 403
    assert not MCPToken.objects.exists()
    form = {"name": "Gamma", "slug": "gamma", "settings": "{}", "rate_limit": "1/hour"}
    assert staff.post(address(beta, "change"), form).status_code == 403
    beta.refresh_from_db()
    assert (beta.name, beta.rate_limit) == ("Beta", "")


def test_staff_set_no_passwords_and_search_no_users(staff: Client, stranger: User) -> None:
    password = reverse("admin:auth_user_password_change", args=[stranger.pk])
    assert staff.get(password).status_code == 403
    for model, field in (("tenants.membership", "user"), ("mcp_server.mcptoken", "user")):
        app_label, model_name = model.split(".")
        query = {"app_label": app_label, "model_name": model_name, "field_name": field, "term": "stranger"}
        answer = staff.get(reverse("admin:autocomplete"), query)
        assert (answer.status_code, b"stranger" in answer.content) == (403, False)


def test_index_offers_staff_models_of_tenants_only(staff: Client, admin: User) -> None:
    """Catches models that are registered later, too."""

    def models() -> set[type[Model]]:
        apps = staff.get(reverse("admin:index")).context["app_list"]
        return {model["model"] for app in apps for model in app["models"]}

    offered = models()
    staff.force_login(admin)
    assert offered == {model for model in models() if issubclass(model, TenantModel)}
    assert {User, Group, Tenant} <= models()
