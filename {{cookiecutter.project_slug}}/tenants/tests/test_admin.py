"""What staff of a tenant, who are no superusers, reach in the admin, whatever permissions they have."""

import pytest
from django.contrib.auth.models import Group, Permission
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
# % if cookiecutter.file_tools
from documents.models import Document
# % endif
# % if cookiecutter.example_app
from inventory.models import Category
# % endif
from mcp_server.models import MCPToken, ToolCall
# % if cookiecutter.oauth
from oauth.models import Connection
from oauth.tests.fixtures import MakeAppToken
# % endif
# % if cookiecutter.example_app
from tenants import scope
# % endif
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
    """A browser of somebody in Demo with every permission that there is."""
    user.is_staff = True
    user.save()
    user.user_permissions.set(Permission.objects.all())
    client.force_login(user)
    return client


@pytest.fixture
def rows(
    beta: Tenant,
    stranger: User,
    # % if cookiecutter.oauth
    make_app_token: MakeAppToken,
    # % endif
) -> list[Model]:
    """Rows of the other tenant and of the whole site."""
    # % if cookiecutter.oauth
    make_app_token(stranger)
    connection = Connection.objects.get()
    # % endif
    call = {"user": stranger, "email": stranger.email, "tenant": beta.slug, "tool": "whoami", "status": "ok"}
    return [
        beta,
        stranger,
        Group.objects.create(name="Editors"),
        MCPToken.objects.create(user=stranger, name="theirs"),
        ToolCall.objects.create(time=timezone.now(), duration_ms=1, **call),
        # % if cookiecutter.oauth
        connection,
        connection.application,
        # % endif
    ]


def address(row: Model, page: str) -> str:
    named = [] if page in {"changelist", "add"} else [row.pk]
    options = row._meta  # noqa: SLF001 - public, documented API
    return reverse(f"admin:{options.app_label}_{options.model_name}_{page}", args=named)


# % if cookiecutter.example_app
def test_staff_keep_the_pages_of_their_tenant(staff: Client, beta: Tenant) -> None:
    row = Category.objects.create(name="Ours")
    with scope.use(beta):
        theirs = Category.objects.create(name="Theirs")
    assert b"Theirs" not in staff.get(address(row, "changelist")).content
    assert staff.get(address(theirs, "change")).status_code == 302  # to the index: there is no such row
    assert staff.get("/t/beta" + address(theirs, "change")).status_code == 404
    for page in ("add", "change", "delete", "history"):
        assert staff.get(address(row, page)).status_code == 200
    assert staff.post(address(row, "change"), {"name": "Still ours"}).status_code == 302
    query = {"app_label": "inventory", "model_name": "orderline", "field_name": "product"}
    assert staff.get(reverse("admin:autocomplete"), query).status_code == 200
    for page in ("product", "order"):
        assert staff.get(reverse(f"admin:inventory_{page}_add")).status_code == 200
    assert staff.post(address(row, "delete"), {"post": "yes"}).status_code == 302
    assert not Category.objects.exists()


# % endif
# % if cookiecutter.file_tools
def test_staff_name_owners_among_their_members(staff: Client, user: User, stranger: User) -> None:
    page = reverse("admin:documents_document_add")
    shown = staff.get(page).content.decode()
    assert user.email in shown
    assert stranger.email not in shown
    form = {"title": "Plan", "text": "", "version": 1}
    assert b"Select a valid choice" in staff.post(page, form | {"owner": stranger.pk}).content
    assert staff.post(page, form | {"owner": user.pk}).status_code == 302
    assert Document.objects.get().owner == user


def test_an_edit_by_staff_keeps_an_owner_who_has_left(staff: Client, tenant: Tenant, stranger: User) -> None:
    document = Document.objects.create(owner=stranger, title="Plan")
    page = address(document, "change")
    assert f'<option value="{stranger.pk}" selected>' in staff.get(page).content.decode()
    form = {"owner": stranger.pk, "title": "Plan B", "text": "", "version": 1}
    assert staff.post(page, form).status_code == 302
    document.refresh_from_db()
    assert (document.title, document.owner) == ("Plan B", stranger)


# % endif
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
    """Holds for models that are registered later, too."""

    def models() -> set[type[Model]]:
        apps = staff.get(reverse("admin:index")).context["app_list"]
        return {model["model"] for app in apps for model in app["models"]}

    offered = models()
    staff.force_login(admin)
    assert offered == {model for model in models() if issubclass(model, TenantModel)}
    assert {User, Group, Tenant} <= models()
