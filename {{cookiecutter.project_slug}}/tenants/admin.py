"""Tenants and their members in the admin, and which tenants tokens and calls were for."""

from django.contrib import admin
from django.http import HttpRequest

from mcp_server.admin import MCPTokenAdmin, ToolCallAdmin
from mcp_server.models import MCPToken, ToolCall
from tenants.forms import TenantTokenAdminForm
from tenants.models import Membership, Tenant

admin.site.unregister([MCPToken, ToolCall])


class MembershipInline(admin.TabularInline):
    model = Membership
    autocomplete_fields = ("user",)
    extra = 0


@admin.register(Tenant)
class TenantAdmin(admin.ModelAdmin):
    """Makes tenants, and says who belongs to them."""

    list_display = ("name", "slug", "active", "rate_limit", "created")
    list_filter = ("active",)
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}
    inlines = (MembershipInline,)

    def has_delete_permission(self, request: HttpRequest, obj: Tenant | None = None) -> bool:
        """Make it inactive instead: all its data would go with it. docs/tenancy.md tells how."""
        return False


@admin.register(MCPToken)
class TenantTokenAdmin(MCPTokenAdmin):
    """Makes tokens for tenants."""

    form = TenantTokenAdminForm


@admin.register(ToolCall)
class TenantToolCallAdmin(ToolCallAdmin):
    """Finds the calls of a tenant."""

    search_fields = [*ToolCallAdmin.search_fields, "tenant__exact"]
    search_help_text = "A whole e-mail, credential (token-12), tool, request id, address or tenant."
