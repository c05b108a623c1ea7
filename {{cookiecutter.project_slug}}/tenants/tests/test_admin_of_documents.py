"""Which documents staff of a tenant can see in the admin."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from documents.models import Document
from tenants.models import Tenant
from tenants.tests.test_admin import address, beta, staff, stranger

pytestmark = pytest.mark.django_db

__all__ = ["beta", "staff", "stranger"]  # fixtures


def test_staff_name_owners_among_their_members(staff: Client, user: User, stranger: User) -> None:
    page = reverse("admin:documents_document_add")
    shown = staff.get(page).content.decode()
    assert user.email in shown
    assert stranger.email not in shown
    form = {"title": "Plan", "text": "", "version": 1}
    assert b"Select a valid choice" in staff.post(page, form | {"owner": stranger.pk}).content
    assert staff.post(page, form | {"owner": user.pk}).status_code == 302
    assert Document.objects.get().owner == user


def test_an_edit_by_staff_keeps_an_owner_who_has_left(staff: Client, tenant: Tenant, stranger: User) -> None:
    document = Document.objects.create(owner=stranger, title="Plan")
    page = address(document, "change")
    assert f'<option value="{stranger.pk}" selected>' in staff.get(page).content.decode()
    form = {"owner": stranger.pk, "title": "Plan B", "text": "", "version": 1}
    assert staff.post(page, form).status_code == 302
    document.refresh_from_db()
    assert (document.title, document.owner) == ("Plan B", stranger)
