"""Helpers for migrations that add tenants to existing tables.

    operations = adopt("inventory", "category", "product")

Existing rows go to a tenant with the slug "default", and every user becomes a member of it.
"""

from collections import defaultdict
from collections.abc import Callable

from django.apps.registry import Apps
from django.db import connection, migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation

from tenants import scope


def adopt(app_label: str, *model_names: str) -> list[Operation]:
    """Return the operations that add `tenant` to models that now inherit from TenantModel."""

    def make_tenant_of_old_rows(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
        if any(apps.get_model(app_label, name).objects.exists() for name in model_names):
            _make_default_tenant(apps)

    return [
        migrations.RunPython(make_tenant_of_old_rows, migrations.RunPython.noop),
        *(migrations.AddField(name, "tenant", _tenant(_tenant_of_old_rows)) for name in model_names),
        *(migrations.AlterField(name, "tenant", _tenant(scope.current)) for name in model_names),
    ]


def limit_credentials(app_label: str, model_name: str) -> Operation:
    """Return the operation that limits older credentials for "all" tenants to those of that time.

    Their users did not agree to tenants that they joined later. The tenant "default" counts as the oldest:
    `adopt` has created it by now, because `migrate` goes through the apps in the order of their names. (A
    dependency is not possible: Django refuses one on an app that is added to a project later.)
    """

    def limit(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
        memberships = defaultdict(list)
        rows = apps.get_model("tenants", "Membership").objects.filter(tenant__active=True)
        for user, *membership in rows.values_list("user", "tenant", "tenant__slug", "created"):
            memberships[user].append(membership)
        credentials = apps.get_model(app_label, model_name).objects.filter(tenant__isnull=True)
        for pk, user, made in credentials.values_list("pk", "user", "created_at").iterator():
            then = [tenant for tenant, slug, since in memberships[user] if since <= made or slug == "default"]
            fixed = {"tenant": then[0]} if len(then) == 1 else {"all_tenants": then}
            credentials.filter(pk=pk).update(**fixed)

    return migrations.RunPython(limit, migrations.RunPython.noop)


def _make_default_tenant(apps: Apps) -> None:
    tenants, memberships = apps.get_model("tenants", "Tenant"), apps.get_model("tenants", "Membership")
    tenant, _ = tenants.objects.get_or_create(slug="default", defaults={"name": "Default"})
    for user in apps.get_model("accounts", "User").objects.all():
        memberships.objects.get_or_create(tenant=tenant, user=user)


def _tenant_of_old_rows() -> int | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM tenants_tenant WHERE slug = 'default'")
        return next(iter(cursor.fetchone() or ()), None)


def _tenant(default: Callable[[], object]) -> models.ForeignKey:
    return models.ForeignKey(
        "tenants.tenant", models.CASCADE, related_name="+", default=default, editable=False
    )
