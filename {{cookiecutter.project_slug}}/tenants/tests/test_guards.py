"""Settings that would not keep tenants apart stop the start, because servers run no system checks."""

import pytest
from django.apps import apps
from django.conf import settings as project
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from tenants.apps import GUARDS
from tenants.forms import TenantTokenForm


class OwnForm(TenantTokenForm):
    """A form that an owner may use instead."""


@pytest.mark.parametrize("setting", [name for name in GUARDS if hasattr(project, name)])
def test_no_setting_loses_its_guard(settings: Settings, setting: str) -> None:
    """Catches requests that get no tenant or a wrong one without an error."""
    app = apps.get_app_config("tenants")
    app.ready()
    is_list = isinstance(getattr(settings, setting), list)
    setattr(settings, setting, [] if is_list else "uuid.UUID")
    with pytest.raises(ImproperlyConfigured, match=f"^{setting} lacks {GUARDS[setting]}"):
        app.ready()


def test_a_class_may_be_derived(settings: Settings) -> None:
    settings.MCP_TOKEN_FORM = f"{__name__}.OwnForm"
    apps.get_app_config("tenants").ready()


def test_no_cache_mixes_tenants(settings: Settings) -> None:
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    with pytest.raises(ImproperlyConfigured, match="were cached for another"):
        apps.get_app_config("tenants").ready()
