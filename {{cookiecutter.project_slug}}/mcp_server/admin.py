"""The admin pages of MCP tokens, and of the audit, which can be read and exported but not changed."""

from contextlib import suppress
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.validators import validate_ipv46_address
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import ngettext

from mcp_server.models import Credential, MCPToken, ToolCall
from mcp_server.pages.forms import TokenAdminForm
from mcp_server.pages.views import show_once
from operations.admin import Before, EditsOnly, History
from operations.csv_export import csv_response

FACTS = ("masked_token", "state", "last_used_at", "created_at", "updated_at")
EXPORTED = [
    field.name
    for field in ToolCall._meta.concrete_fields  # noqa: SLF001 - public, documented API
    if field.name not in {"id", "user"}  # `email` identifies the user
]


class CredentialAdmin(EditsOnly):
    """Columns for all kinds of credentials."""

    @admin.display(description="state")
    def state(self, credential: Credential) -> str:
        """Show why requests with the credential are refused, or "active"."""
        return credential.refusal or "active"

    @admin.display(description="tools")
    def tools(self, credential: Credential) -> str:
        """Show the tools to which the credential is limited."""
        return ", ".join(credential.allowed_tools) or "all"


@admin.register(MCPToken)
class MCPTokenAdmin(CredentialAdmin):
    """Creates tokens for any user, limits and revokes them. The value is shown once, after it was created.

    So a user with the permission to add tokens can act as any user except superusers.
    """

    form: type[TokenAdminForm] = TokenAdminForm
    list_display = ["name", "user", "masked_token", "state", "tools", "last_used_at", "expires_at"]
    list_filter = ["is_active", "last_used_at", "expires_at"]
    list_select_related = ["user"]
    search_fields = ["name"]
    search_related = {"user": "email__icontains"}
    autocomplete_fields = ["user"]
    actions = ["revoke"]

    def get_fields(self, request: HttpRequest, obj: MCPToken | None = None) -> tuple[str, ...]:
        """Show more about a token that exists."""
        fields = self.form.Meta.fields
        return (*fields, *FACTS) if obj else tuple(fields)

    def get_readonly_fields(self, request: HttpRequest, obj: MCPToken | None = None) -> tuple[str, ...]:
        """Do not let a token change its user: whoever has it would act as somebody else."""
        return ("user", *FACTS) if obj else ()

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Let only superusers create a token that acts as one."""
        if db_field.name == "user" and not request.user.is_superuser:
            kwargs["queryset"] = get_user_model().objects.filter(is_superuser=False)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: MCPToken | None = None) -> bool:
        """Let only superusers change a token that acts as one."""
        is_theirs = obj is not None and obj.user.is_superuser and not request.user.is_superuser
        return not is_theirs and super().has_change_permission(request, obj)

    def response_add(
        self, request: HttpRequest, obj: MCPToken, post_url_continue: str | None = None
    ) -> HttpResponse:
        """Show the value on this page: a message would put it into a cookie."""
        return show_once(request, obj)

    @admin.action(description="Revoke selected tokens", permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[MCPToken]) -> None:
        """Revoke tokens for good.

        This is an action, because a checkbox would suggest that it can be undone.
        """
        revoked = list(queryset.filter(is_active=True))
        for token in revoked:
            token.revoke()
            self.log_change(request, token, "Revoked.")
        text = ngettext("%d token no longer works.", "%d tokens no longer work.", len(revoked))
        messages.success(request, text % len(revoked))

    @admin.display(description="token")
    def masked_token(self, token: MCPToken) -> str:
        """Show how the token begins."""
        return token.get_masked_token()


@admin.register(ToolCall)
class ToolCallAdmin(History):
    """Shows who called what. `manage.py prune_tool_calls` removes old rows."""

    list_display = ["time", "email", "credential_name", "tool", "status", "duration_ms", "client", "address"]
    list_filter = [Before, "status", "time"]
    sortable_by = ()  # no other order has an index
    # Only whole values: each of these has an index.
    search_fields = ["email__exact", "credential__exact", "tool__exact", "request_id__exact"]
    search_help_text = "A whole e-mail, credential (token-12), tool, request id or address."
    actions = ["export_as_csv"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[ToolCall], search_term: str
    ) -> tuple[QuerySet[ToolCall], bool]:
        """Search for addresses separately: PostgreSQL cannot compare an address with any other text."""
        with suppress(ValidationError):
            validate_ipv46_address(search_term)
            return queryset.filter(address=search_term), False
        return super().get_search_results(request, queryset, search_term)

    @admin.action(description="Export selected calls as CSV", permissions=["view"])
    def export_as_csv(self, _request: HttpRequest, queryset: QuerySet[ToolCall]) -> StreamingHttpResponse:
        """Send the rows as they are read, however many there are."""
        rows = queryset.values_list(*EXPORTED).iterator(chunk_size=2000)
        return csv_response("tool-calls.csv", EXPORTED, rows)

    @admin.display(description="client", ordering="client_name")
    def client(self, call: Any) -> str:
        """Show the name and version that the client gave itself."""
        return f"{call.client_name} {call.client_version}".strip()
