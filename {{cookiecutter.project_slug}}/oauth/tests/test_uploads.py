"""An address for an upload that an app has requested."""

from http import HTTPStatus

import pytest
from django.conf import settings
from django.test import Client

from documents.contents import reserve
from documents.links import make_upload_link
from mcp_server.tests.helpers import permit
from oauth.models import Connection
from oauth.scopes import READ
from oauth.tests.fixtures import MakeAppToken
from operations.users import User


@pytest.mark.parametrize(
    ("changes", "status"),
    [({}, HTTPStatus.CREATED), ({"scope": READ}, HTTPStatus.FORBIDDEN)],
    ids=["as it was", "reading only"],
)
def test_it_works_while_the_app_may_change_data(
    user: User, make_app_token: MakeAppToken, changes: dict[str, str], status: HTTPStatus
) -> None:
    permit(user, "documents.add_storedfile")
    make_app_token(user)
    connection = Connection.objects.get(user=user)
    file = reserve(user, "notes.txt", "text/plain")
    address = make_upload_link(file, connection, "app").removeprefix(settings.WEB_BASE_URL)

    Connection.objects.update(**changes or {"name": connection.name})

    assert Client().put(address, "text", content_type="text/plain").status_code == status
