"""Lets an app introduce itself before anyone uses it (RFC 7591).

The library can do this as well, but it also issues a password with which everything could be
changed later, without the checks made here.
"""

import json
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from oauth2_provider.models import Application

from oauth.clients import clean_name, problem_with_redirect_uris

AUTH_METHODS = ("none", "client_secret_post", "client_secret_basic")
GRANT_TYPES = ["authorization_code", "refresh_token"]


@csrf_exempt
@require_POST
def register(request: HttpRequest) -> HttpResponse:
    """Register an app. It can do nothing until a user consents."""
    try:
        metadata = json.loads(request.body)
    except (ValueError, RecursionError):  # not JSON, not UTF-8, or nested without end
        metadata = None
    if not isinstance(metadata, dict):
        return _refuse("invalid_client_metadata", "Send a JSON object.")
    if problem := problem_with_redirect_uris(metadata.get("redirect_uris")):
        return _refuse("invalid_redirect_uri", problem)
    method = metadata.get("token_endpoint_auth_method", "client_secret_basic")
    if method not in AUTH_METHODS:
        return _refuse(
            "invalid_client_metadata", f"token_endpoint_auth_method must be one of {', '.join(AUTH_METHODS)}."
        )
    grant_types = metadata.get("grant_types", GRANT_TYPES)
    if not isinstance(grant_types, list) or "authorization_code" not in grant_types:
        return _refuse("invalid_client_metadata", "grant_types must hold authorization_code.")
    is_public = method == "none"
    application = Application(
        name=clean_name(metadata.get("client_name")),
        redirect_uris=" ".join(metadata["redirect_uris"]),
        client_type=Application.CLIENT_PUBLIC if is_public else Application.CLIENT_CONFIDENTIAL,
        authorization_grant_type=Application.GRANT_AUTHORIZATION_CODE,
        registration_source=Application.RegistrationSource.DCR,
    )
    if is_public:
        application.client_secret, application.hash_client_secret = "", False
    secret = application.client_secret  # saving replaces it by its hash
    try:
        application.full_clean()
    except ValidationError as error:
        return _refuse("invalid_redirect_uri", " ".join(error.messages))
    application.save()
    answer: dict[str, Any] = {
        "client_id": application.client_id,
        "client_id_issued_at": int(application.created.timestamp()),
        "client_name": application.name,
        "redirect_uris": metadata["redirect_uris"],
        "grant_types": GRANT_TYPES,
        "response_types": ["code"],
        "token_endpoint_auth_method": method,
    }
    if not is_public:
        answer |= {"client_secret": secret, "client_secret_expires_at": 0}  # 0: never
    return JsonResponse(answer, status=201, headers={"Cache-Control": "no-store"})


def _refuse(error: str, description: str) -> HttpResponse:
    return JsonResponse({"error": error, "error_description": description}, status=400)
