"""The tenant that users choose on the consent page."""

import pytest
from django.test import Client

from oauth.models import Connection
from oauth.tests.flow import authorize_url, register
from tenants.models import Tenant
from tenants.tests.test_choice import browser, foreign, other

pytestmark = pytest.mark.django_db

__all__ = ["browser", "foreign", "other"]  # fixtures


def test_consent_page(browser: Client, tenant: Tenant, other: Tenant, foreign: Tenant) -> None:
    url = authorize_url(register(browser)["client_id"])
    page = browser.get(url).content.decode()
    assert all(name in page for name in (tenant.name, other.name))
    assert foreign.name not in page
    form = {"allow": "1", "limit": "all"}
    for choice in (foreign.pk, ""):
        browser.post(url, form | {"tenant": choice})
        assert not Connection.objects.exists()
    browser.post(url, form | {"tenant": other.pk})
    assert Connection.objects.get().tenant == other


def test_consent_is_not_widened_by_asking_again(browser: Client, tenant: Tenant, other: Tenant) -> None:
    url = authorize_url(register(browser)["client_id"])
    form = {"allow": "1", "limit": "all"}
    browser.post(url, form | {"tenant": other.pk})
    assert f'<option value="{other.pk}" selected>' in browser.get(url).content.decode()
    Tenant.objects.filter(pk=tenant.pk).update(active=False)  # nothing is left to choose
    browser.post(url, form)
    assert Connection.objects.get().tenant == other
