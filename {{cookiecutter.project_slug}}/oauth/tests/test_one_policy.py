"""A rule that an owner adds to `auth.reason_to_refuse` also applies to apps."""

import pytest
from asgiref.sync import sync_to_async
from django.test import Client
from django.urls import reverse

from mcp_server import auth
from mcp_server.tests.fixtures import ServeMCP
from mcp_server.tests.paused import check_doors, pause, paused_stay_out
from oauth.models import Connection
from oauth.tests import flow
from oauth.tests.fixtures import MakeAppToken
from operations.users import User

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def rule(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth, "reason_to_refuse", paused_stay_out)


async def test_connected_apps_over_http(
    serve_mcp: ServeMCP, user: User, make_app_token: MakeAppToken
) -> None:
    await check_doors(serve_mcp, await sync_to_async(make_app_token)(user), user)


def test_connected_apps_in_lists(
    client: Client, admin: User, user: User, make_app_token: MakeAppToken
) -> None:
    make_app_token(user)
    pause(user)
    client.force_login(user)
    page = client.get(reverse("mcp_server:tokens")).content.decode()
    assert '<span class="badge">paused</span>' in page
    assert f"/tokens/apps/{user.connections.get().pk}/disconnect/" in page
    client.force_login(admin)
    assert '<td class="field-state">paused</td>' in client.get("/admin/oauth/connection/").content.decode()


def test_apps_get_no_token(signed_in: Client, user: User) -> None:
    app = flow.connect(signed_in)
    code = flow.consent(signed_in, app["client_id"])["code"]
    pause(user)
    for answer in (
        flow.exchange(signed_in, app["client_id"], code),
        flow.refresh(signed_in, app["client_id"], app["refresh_token"]),
    ):
        assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_no_app_is_connected(signed_in: Client, user: User) -> None:
    pause(user)
    address = flow.authorize_url(flow.register(signed_in)["client_id"])
    page = signed_in.post(address, {"allow": "1", "limit": "all"})
    assert (page.status_code, "Location" in page) == (200, False)
    assert "The app would be refused: paused." in page.content.decode()
    assert not Connection.objects.exists()
