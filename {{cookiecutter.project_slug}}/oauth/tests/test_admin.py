"""Connected apps in the admin."""

import pytest
from django.test import Client
from oauth2_provider.models import AccessToken, RefreshToken

from oauth.tests.flow import connect, refresh
from operations.users import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin_client(admin: User) -> Client:
    browser = Client()
    browser.force_login(admin)
    return browser


def test_an_administrator_sees_who_connected_what(
    signed_in: Client, admin_client: Client, user: User
) -> None:
    tokens = connect(signed_in)
    for end in ("", f"{user.connections.get().pk}/change/"):
        page = admin_client.get(f"/admin/oauth/connection/{end}").content.decode()
        assert "Test app" in page
        assert user.email in page
        assert "app.example" in page or end  # which distinguishes it from another app of that name
        assert tokens["access_token"] not in page


def test_an_administrator_limits_and_ends_a_connection(
    signed_in: Client, admin_client: Client, user: User
) -> None:
    tokens = connect(signed_in)
    address = f"/admin/oauth/connection/{user.connections.get().pk}"
    admin_client.post(f"{address}/change/", {"rate_limit": "5/minute", "name": "Forged"})
    assert (user.connections.get().rate_limit, user.connections.get().name) == ("5/minute", "Test app")
    form = {"action": "delete_selected", "post": "yes", "_selected_action": user.connections.get().pk}
    admin_client.post("/admin/oauth/connection/", form)
    assert not user.connections.exists()
    assert not AccessToken.objects.exists()
    assert not RefreshToken.objects.exists()
    assert refresh(signed_in, tokens["client_id"], tokens["refresh_token"]).json()["error"] == "invalid_grant"


@pytest.mark.parametrize("model", ["accesstoken", "refreshtoken", "grant", "idtoken"])
def test_nobody_edits_tokens_by_hand(admin_client: Client, model: str) -> None:
    assert admin_client.get(f"/admin/oauth2_provider/{model}/").status_code == 404


def test_apps_of_known_clients_are_entered_by_hand(admin_client: Client) -> None:
    assert admin_client.get("/admin/oauth2_provider/application/add/").status_code == 200


def test_connections_are_found_by_app_and_user(signed_in: Client, admin_client: Client, user: User) -> None:
    client_id = connect(signed_in)["client_id"]
    name = user.connections.get().name
    for text in (name[:4], client_id, user.email[:5]):
        assert admin_client.get("/admin/oauth/connection/", {"q": text}).context["cl"].result_count == 1, text
    for text in (client_id[:-1], "zeppelin"):
        assert admin_client.get("/admin/oauth/connection/", {"q": text}).context["cl"].result_count == 0, text
