"""Gives the shop to tenants. Rows from before go to a tenant named "default", with every user in it."""

from collections.abc import Callable

import django.db.models.deletion
from django.apps.registry import Apps
from django.db import connection, migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import tenants.scope

MODELS = ("category", "product", "order", "orderline", "stockadjustment")


def make_tenant_of_old_rows(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    if not any(apps.get_model("inventory", model).objects.exists() for model in MODELS):
        return
    tenant = apps.get_model("tenants", "Tenant").objects.create(name="Default", slug="default")
    for user in apps.get_model("accounts", "User").objects.all():
        apps.get_model("tenants", "Membership").objects.create(tenant=tenant, user=user)


def tenant_of_old_rows() -> int | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM tenants_tenant WHERE slug = 'default'")
        return next(iter(cursor.fetchone() or ()), None)


def tenant(default: Callable[[], object]) -> models.ForeignKey:
    return models.ForeignKey(
        default=default,
        editable=False,
        on_delete=django.db.models.deletion.CASCADE,
        related_name="+",
        to="tenants.tenant",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("inventory", "0001_initial"),
        ("tenants", "0001_initial"),
    ]

    operations = [
        migrations.RunPython(make_tenant_of_old_rows, migrations.RunPython.noop),
        *(migrations.AddField(model, "tenant", tenant(tenant_of_old_rows)) for model in MODELS),
        *(migrations.AlterField(model, "tenant", tenant(tenants.scope.current)) for model in MODELS),
        migrations.AlterField("category", "name", models.CharField(max_length=100)),
        migrations.AlterField("product", "sku", models.CharField(max_length=32, verbose_name="SKU")),
        migrations.AddConstraint(
            "category", models.UniqueConstraint(fields=("tenant", "name"), name="category_name_once")
        ),
        migrations.AddConstraint(
            "product", models.UniqueConstraint(fields=("tenant", "sku"), name="product_sku_once")
        ),
    ]
