"""The admin pages of tenants and their members, and the tenants of tokens and calls."""

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
    """Creates tenants, and edits their members."""

    list_display = ("name", "slug", "active", "rate_limit", "created")
    list_filter = ("active",)
    search_fields = ("name", "slug")
    prepopulated_fields = {"slug": ("name",)}
    inlines = (MembershipInline,)

    def has_delete_permission(self, request: HttpRequest, obj: Tenant | None = None) -> bool:
        """Allow nobody to delete a tenant with all its data.

        Make it inactive instead: see docs/tenancy.md.
        """
        return False


@admin.register(MCPToken)
class TenantTokenAdmin(MCPTokenAdmin):
    """Creates tokens for tenants."""

    form = TenantTokenAdminForm


@admin.register(ToolCall)
class TenantToolCallAdmin(ToolCallAdmin):
    """Finds the calls of a tenant."""

    search_fields = [*ToolCallAdmin.search_fields, "tenant__exact"]
    search_help_text = "A whole e-mail, credential (token-12), tool, request id, address or tenant."
