"""The app behind the SQL tools."""

from typing import Any

from django.apps import AppConfig, apps
from django.core.checks import Tags, register
from django.db.models.signals import post_migrate


class SqlAccessConfig(AppConfig):
    """Adds the permission to query the database."""

    name = "sql_access"
    verbose_name = "SQL access"
    # The check of tools looks up permissions in models, so it needs to know this one, which no model has.
    mcp_permissions = ("mcp_server.query_database",)

    def ready(self) -> None:
        from sql_access.checks import check_database, check_policy  # noqa: PLC0415 - models come first

        post_migrate.connect(create_permission, sender=apps.get_app_config("mcp_server"))
        register(check_policy)
        register(check_database, Tags.database, deploy=True)


def create_permission(using: str, **_: Any) -> None:
    """Create the permission `mcp_server.query_database`, which at first only superusers have.

    It is created after each migrate rather than in a migration, because it belongs to no model of this app.
    """
    from django.contrib.auth.models import Permission  # noqa: PLC0415 - see above
    from django.contrib.contenttypes.models import ContentType  # noqa: PLC0415

    from mcp_server.models import MCPToken  # noqa: PLC0415

    content_type = ContentType.objects.db_manager(using).get_for_model(MCPToken)
    Permission.objects.using(using).get_or_create(
        content_type=content_type,
        codename="query_database",
        defaults={"name": "Can query the database with SQL"},
    )
