"""Users get a mail about each app that can act as them."""

import pytest
from oauth2_provider.models import Application

from accounts.models import User
from accounts.tests.conftest import Sent, sent
from accounts.tests.test_notices import person
from oauth.models import Connection

pytestmark = pytest.mark.django_db

__all__ = ["person", "sent"]  # fixtures


def test_of_a_new_app(person: User, sent: Sent) -> None:
    app = Application.objects.create(redirect_uris="https://app.example/")
    connection = Connection.objects.create(user=person, application=app, name="Nice app")
    connection.save()

    (message,) = sent()
    assert message.subject.startswith("A new app at ")
    assert "Nice app" in message.body
