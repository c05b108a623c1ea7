"""Variables with mistakes, and an issuer that is not the one in OIDC_ISSUER."""

import runpy

import httpx2
import pytest
from django.core.exceptions import ImproperlyConfigured
from pytest_django import Settings

from mcp_server.doctor.visit import StepError, Visit
from sign_in.doctor import issuer


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({"SIGN_UP": "yes"}, "SIGN_UP is 'yes': it must be closed, open, or domains"),
        ({"SIGN_UP": "open, example.com"}, "SIGN_UP is 'open,example.com'"),
        ({"MFA_REQUIRED": "True"}, "MFA_REQUIRED is 'True': it must be nobody, staff or everyone."),
        ({"OIDC_ISSUER": "http://login.example.com"}, "OIDC_ISSUER must look like https://"),
        ({"OIDC_ISSUER": "https://[::1"}, "OIDC_ISSUER must look like https://"),
        ({"OIDC_ISSUER": "https://login.example.com:x"}, "OIDC_ISSUER must look like https://"),
        ({"OIDC_SIGN_IN_DAYS": "999999999"}, "it must be a whole number from 1 to 36500"),
        ({"OIDC_ISSUER": "https://login.example.com"}, "needs OIDC_CLIENT_ID and OIDC_CLIENT_SECRET"),
    ],
)
def test_a_wrong_value_is_refused(
    settings: Settings, variables: dict[str, str], sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(ImproperlyConfigured, match=sentence):
        runpy.run_path(str(settings.BASE_DIR / "config/settings/sign_in.py"))


@pytest.mark.parametrize(
    ("status", "named", "found"),
    [
        (200, "https://login.example.com/acme/", "https://login.example.com/acme/"),
        (200, "https://login.example.com/{tenantid}", "so log-ins are refused"),
        (404, "", "answers 404: correct OIDC_ISSUER"),
    ],
)
def test_the_doctor_looks_at_the_issuer(settings: Settings, status: int, named: str, found: str) -> None:
    settings.OIDC_ISSUER = "https://login.example.com/acme"
    there = httpx2.MockTransport(lambda _: httpx2.Response(status, json={"issuer": named}))
    visit = Visit(httpx2.URL("https://example.com/mcp/"))
    visit.http = httpx2.Client(transport=there)

    try:
        assert issuer(visit) == found
    except StepError as error:
        assert found in str(error)  # noqa: PT017 - two of three are refused
