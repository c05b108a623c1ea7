"""Replaces `django.contrib.admin` in INSTALLED_APPS, to use the admin site of tenants."""

from django.contrib.admin.apps import AdminConfig


class TenantAdminConfig(AdminConfig):
    """Makes `admin.site` a TenantAdminSite."""

    default_site = "tenants.admin_site.TenantAdminSite"
