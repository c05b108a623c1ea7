"""Tenants and their members in the admin."""

from django.contrib import admin
from django.http import HttpRequest

from tenants.models import Membership, Tenant


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
