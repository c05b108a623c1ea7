"""What a start refuses because tenants would not be kept apart."""

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from pytest_django import Settings

from tenants.checks import PARTS, check_settings


@pytest.mark.django_db
def test_a_setting_that_was_made_anew_stops_every_command(settings: Settings) -> None:
    """Requests would be answered without a tenant, and nothing would say so."""
    settings.MCP_HTTP_MIDDLEWARE = ["shop.middleware.Timing"]
    with pytest.raises(SystemCheckError, match="MCP_HTTP_MIDDLEWARE lacks tenants.mcp.TenantMiddleware"):
        call_command("check")


@pytest.mark.parametrize("setting", PARTS)
def test_each_setting_is_checked(settings: Settings, setting: str) -> None:
    assert check_settings() == []
    setattr(settings, setting, [part for part in getattr(settings, setting) if part != PARTS[setting]])
    assert [error.msg.split()[0] for error in check_settings()] == [setting]
