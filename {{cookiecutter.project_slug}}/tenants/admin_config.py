"""`django.contrib.admin` with the admin site of tenants; stands in its place in INSTALLED_APPS."""

from django.contrib.admin.apps import AdminConfig


class TenantAdminConfig(AdminConfig):
    """Makes `admin.site` one that keeps the rows of each tenant from the others."""

    default_site = "tenants.admin_site.TenantAdminSite"
