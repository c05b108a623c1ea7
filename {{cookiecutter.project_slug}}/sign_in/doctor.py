"""The step of people who sign in at the company."""

from http import HTTPStatus

from django.conf import settings

from mcp_server.doctor.visit import NotTriedError, StepError, Visit


def issuer(visit: Visit) -> str:
    """The company's issuer answers, with its own name (OpenID Connect Discovery, section 4.3)."""
    if not settings.OIDC_ISSUER:
        raise NotTriedError("OIDC_ISSUER is not set.")
    answer = visit.http.get(f"{settings.OIDC_ISSUER.rstrip('/')}/.well-known/openid-configuration")
    if answer.status_code != HTTPStatus.OK:
        raise StepError(f"{answer.url} answers {answer.status_code}: correct OIDC_ISSUER.")
    named = str(answer.json().get("issuer"))
    if named.rstrip("/") != settings.OIDC_ISSUER.rstrip("/"):
        raise StepError(f"The issuer calls itself {named}, so log-ins are refused: set OIDC_ISSUER to that.")
    return named
