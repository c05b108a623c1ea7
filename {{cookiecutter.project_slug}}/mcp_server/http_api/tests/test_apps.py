"""Apps over plain HTTP."""

from http import HTTPStatus

import pytest
from asgiref.sync import sync_to_async

from mcp_server.http_api.tests.conftest import ConnectHTTP
from mcp_server.http_api.tests.test_calls import call
from oauth.scopes import READ
from oauth.tests.fixtures import MakeAppToken
from operations.users import User

pytestmark = pytest.mark.django_db(transaction=True)


async def test_an_app_that_may_only_read(
    program: ConnectHTTP, make_app_token: MakeAppToken, user: User
) -> None:
    token = await sync_to_async(make_app_token)(user, READ)
    assert (await call(program, "whoami", {}, token)).status_code == HTTPStatus.OK
    response = await call(program, "speak", {"text": "hello"}, token)
    assert response.status_code == HTTPStatus.FORBIDDEN
    assert 'error="insufficient_scope"' in response.headers["WWW-Authenticate"]
    assert (await call(program, "guarded", {}, token)).status_code == HTTPStatus.NOT_FOUND
