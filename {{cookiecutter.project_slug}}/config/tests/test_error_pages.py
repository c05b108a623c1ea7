"""The pages for errors: not found, no permission, and broken."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.views.defaults import permission_denied, server_error
from pytest_django.asserts import assertContains

from accounts.models import User


def test_what_is_not_there(client: Client, user: User) -> None:
    client.force_login(user)

    answer = client.get("/nowhere")

    assertContains(answer, "There is no such page.", status_code=404)
    assertContains(answer, user.email, status_code=404)  # the header is that of every page


@pytest.mark.django_db
def test_a_form_without_its_secret(rf: RequestFactory) -> None:
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/")

    assertContains(answer, "This form has expired", status_code=403)
    assertContains(answer, "site.css", status_code=403)


def test_what_is_not_allowed(rf: RequestFactory, user: User) -> None:
    request: HttpRequest = rf.get("/")
    request.user = user

    answer = permission_denied(request, PermissionDenied("Only on Mondays."))

    assertContains(answer, "Only on Mondays.", status_code=403)


def test_an_error(rf: RequestFactory) -> None:
    """Catches an error page that needs a request or the database, which Django may not have."""
    answer = server_error(rf.get("/"))

    assertContains(answer, "Something went wrong", status_code=500)
    assertContains(answer, "site.css", status_code=500)
    assert b"Sign in" not in answer.content
