"""Steps of a client that uses OAuth, up to the page on which the user signs in."""

import re
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import httpx2

from mcp_server.doctor.visit import NotTriedError, StepError, Visit

REDIRECT_URI = "http://127.0.0.1:33418/callback"
CLAUDE_CODE = "https://claude.ai/oauth/claude-code-client-metadata"
# The example of RFC 7636, appendix B. No code is ever redeemed, so the verifier does not matter.
CODE_CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbXXKPz0BvNo"


def metadata(visit: Visit) -> str:
    """The challenge leads to the metadata of the OAuth server (RFC 9728, RFC 8414)."""
    link = re.search(r'resource_metadata="([^"]+)"', visit.challenge)
    if link is None:
        raise StepError("The challenge has no resource_metadata: clients cannot find out where to sign in.")
    resource = _document(visit, link[1])
    if urlsplit(resource["resource"])[:2] != urlsplit(str(visit.url))[:2]:
        raise StepError(
            f"The metadata is for {resource['resource']}, so clients of {visit.url} refuse it: set"
            " PUBLIC_BASE_URL to the address that clients use."
        )
    issuer = resource["authorization_servers"][0]
    visit.oauth = _document(visit, f"{issuer.rstrip('/')}/.well-known/oauth-authorization-server")
    if visit.oauth["issuer"] != issuer:
        raise StepError(
            f"The OAuth server at {issuer} calls itself {visit.oauth['issuer']}, so clients refuse it: set"
            " PUBLIC_BASE_URL and WEB_BASE_URL of the web process to the addresses that clients use."
        )
    return f"{link[1]} names {issuer}"


def registration(visit: Visit) -> str:
    """A client can register (RFC 7591)."""
    if not visit.oauth:
        raise NotTriedError("there is no metadata.")
    answer = visit.http.post(
        visit.oauth["registration_endpoint"],
        json={
            "client_name": "mcp_doctor",
            "redirect_uris": [REDIRECT_URI],
            "token_endpoint_auth_method": "none",
        },
    )
    if answer.status_code != HTTPStatus.CREATED:
        raise StepError(f"{answer.url} answers {answer.status_code}, {answer.text[:200]!r}.")
    visit.client_id = answer.json()["client_id"]
    return "it got an id, which clear_oauth removes because nobody uses it"


def sign_in(visit: Visit) -> str:
    """A person is asked to sign in."""
    if not visit.client_id:
        raise NotTriedError("no client is registered.")
    answer = _authorize(visit, visit.client_id, REDIRECT_URI)
    if answer.status_code != HTTPStatus.OK or "csrfmiddlewaretoken" not in answer.text:
        raise StepError(f"{answer.url} answers {answer.status_code} instead of a page with a form.")
    return str(answer.url.copy_with(query=None))


def introduction(visit: Visit) -> str:
    """A client that describes itself at a web address is accepted."""
    if not visit.oauth:
        raise NotTriedError("there is no metadata.")
    if not visit.oauth.get("client_id_metadata_document_supported"):
        return "switched off (OAUTH_CIMD=False), so clients register instead"
    answer = _authorize(visit, CLAUDE_CODE, "http://localhost:3118/callback")
    if answer.status_code != HTTPStatus.OK:
        raise StepError(
            f"The server cannot fetch {CLAUDE_CODE}, so Claude Code, Codex and Copilot cannot sign in: let"
            " the web process reach the hosts that docs/oauth.md lists, or set OAUTH_CIMD=False. Its log says"
            " why."
        )
    return f"{CLAUDE_CODE} is a client"


def _authorize(visit: Visit, client_id: str, redirect_uri: str) -> httpx2.Response:
    parameters = {
        "response_type": "code",
        "client_id": client_id,
        "redirect_uri": redirect_uri,
        "code_challenge": CODE_CHALLENGE,
        "code_challenge_method": "S256",
        "resource": str(visit.url),
        "state": "doctor",
    }
    return visit.http.get(visit.oauth["authorization_endpoint"], params=parameters, follow_redirects=True)


def _document(visit: Visit, url: str) -> Any:
    answer = visit.http.get(url)
    try:
        answer.raise_for_status()
        return answer.json()
    except (httpx2.HTTPStatusError, ValueError) as error:
        raise StepError(
            f"{url} answers {answer.status_code} without JSON: a proxy must pass on /.well-known/ unchanged."
        ) from error
