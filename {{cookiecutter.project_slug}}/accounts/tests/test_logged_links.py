"""The log does not hold what opens an account."""

import io
import logging

import pytest
from django.test import Client

from accounts.links import address_link, password_link
from accounts.models import User


@pytest.mark.django_db
def test_a_link_that_fails_is_logged_without_its_secret(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """A mail program that adds a sign to the link gets a 404; without it, the link still works."""
    log = io.StringIO()
    monkeypatch.setattr(logging.getHandlerByName("console"), "stream", log)
    for link in (password_link(user), address_link(user, "new@example.com")):
        path = "/" + link.split("/", 3)[3]
        assert Client().get(f"{path})/").status_code == 404
        assert Client(enforce_csrf_checks=True).post(path).status_code == 403
        assert path.split("/")[-2] not in log.getvalue()
    assert log.getvalue().count("/accounts/reset/...") == log.getvalue().count("/accounts/email/...") == 2
