"""Connected apps in the admin."""

from django.contrib import admin
from django.http import HttpRequest
from oauth2_provider.models import AccessToken, Grant, IDToken, RefreshToken

from mcp_server.admin import CredentialAdmin
from oauth.models import Connection

# Nobody should edit these rows of the library: administrators manage connections instead.
for model in (AccessToken, Grant, IDToken, RefreshToken):
    admin.site.unregister(model)


@admin.register(Connection)
class ConnectionAdmin(CredentialAdmin):
    """Shows who connected which app. If a connection is deleted, the next request of the app is refused."""

    list_display = ["name", "user", "hosts", "state", "may", "tools", "last_used_at", "created_at"]
    list_filter = ["application__registration_source", "last_used_at", "created_at"]
    list_select_related = ["user", "application"]
    search_fields = ["^name"]
    search_related = {"user": "email__icontains", "application": "client_id__exact"}
    search_help_text = "The beginning of a name, a part of an e-mail address, or a whole client id."
    readonly_fields = [
        "name",
        "user",
        "application",
        # % if cookiecutter.multi_tenancy
        "tenant_names",
        # % endif
        "scope",
        "allowed_tools",
        "last_used_at",
        "created_at",
    ]
    fields = [*readonly_fields, "rate_limit"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only users themselves connect apps."""
        return False

    @admin.display(description="from")
    def hosts(self, connection: Connection) -> str:
        """Show the hosts, which distinguish apps of the same name."""
        return connection.hosts

    @admin.display(description="may")
    def may(self, connection: Connection) -> str:
        """Show what the latest consent allows."""
        return "read and change" if connection.may_write else "read"
