"""Health, readiness and metrics of the web process."""

from http import HTTPStatus
from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.test import Client

pytestmark = pytest.mark.django_db


def test_health_needs_nothing_and_readiness_names_what_is_unavailable(client: Client) -> None:
    with patch("django.db.backends.utils.CursorWrapper.execute", side_effect=OperationalError):
        assert client.get("/health").json() == {"status": "ok"}
        response = client.get("/ready")
    assert response.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert response.json() == {"status": "unavailable", "failing": "database"}
    assert client.get("/ready").json() == {"status": "ok"}


def test_requests_are_counted_under_their_route_and_never_under_text_of_the_client(client: Client) -> None:
    client.get("/health")
    client.get("/no-such-page")
    client.generic("BREW", "/health")
    page = client.get("/metrics").content.decode()
    assert 'web_request_duration_seconds_count{method="GET",route="health",status="200"}' in page
    assert 'route="<unknown>",status="404"' in page
    assert 'method="<other>"' in page
    assert "no-such-page" not in page
    assert "BREW" not in page


def test_metrics_are_not_for_the_outside(client: Client) -> None:
    """A proxy other than ours may not know the path, or know it in one spelling only."""
    answer = client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.7"})
    assert answer.status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize("path", ["/health", "/ready", "/metrics"])
def test_probes_may_ask_by_the_address_of_the_container(client: Client, path: str) -> None:
    assert client.get(path, headers={"Host": "10.1.2.3:8080"}).status_code == HTTPStatus.OK
    assert (
        client.get("/accounts/login/", headers={"Host": "10.1.2.3:8080"}).status_code
        == HTTPStatus.BAD_REQUEST
    )
