"""The audit in the admin: to be read, filtered and exported, never changed."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse

from mcp_server.models import ToolCall
from operations.csv_export import csv_response

EXPORTED = (
    "time",
    "email",
    "credential",
    "credential_name",
    # % if cookiecutter.multi_tenancy
    "tenant",
    # % endif
    "tool",
    "status",
    "duration_ms",
    "arguments",
    "client_name",
    "client_version",
    "address",
    "request_id",
)


@admin.register(ToolCall)
class ToolCallAdmin(admin.ModelAdmin):
    """Shows who called what. `manage.py prune_tool_calls` removes what is old."""

    list_display = ["time", "email", "credential_name", "tool", "status", "duration_ms", "client", "address"]
    list_filter = ["status", "time"]
    # % if cookiecutter.multi_tenancy
    search_fields = ["email", "credential", "credential_name", "=tenant", "tool", "request_id", "address"]
    search_help_text = "E-mail, token or app, tenant, tool, request id or address."
    # % else
    search_fields = ["email", "credential", "credential_name", "tool", "request_id", "address"]
    search_help_text = "E-mail, token or app, tool, request id or address."
    # % endif
    date_hierarchy = "time"
    show_full_result_count = False  # counting millions of rows takes seconds
    actions = ["export_as_csv"]

    def has_add_permission(self, _request: HttpRequest) -> bool:
        """Let nobody add to the audit."""
        return False

    def has_change_permission(self, _request: HttpRequest, _obj: ToolCall | None = None) -> bool:
        """Let nobody change the audit."""
        return False

    def has_delete_permission(self, _request: HttpRequest, _obj: ToolCall | None = None) -> bool:
        """Let nobody delete from the audit."""
        return False

    @admin.action(description="Export selected calls as CSV", permissions=["view"])
    def export_as_csv(self, _request: HttpRequest, queryset: QuerySet[ToolCall]) -> StreamingHttpResponse:
        """Send the rows as they are read, however many there are."""
        rows = queryset.values_list(*EXPORTED).iterator(chunk_size=2000)
        return csv_response("tool-calls.csv", EXPORTED, rows)

    @admin.display(description="client", ordering="client_name")
    def client(self, call: Any) -> str:
        """Show the program that called, as it named itself."""
        return f"{call.client_name} {call.client_version}".strip()
