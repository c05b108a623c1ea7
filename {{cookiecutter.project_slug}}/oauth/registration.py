"""Lets an app register itself (RFC 7591).

The library's own view would also issue a token with which the app could change its registration later,
without the checks here.
"""

import json
import math
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from oauth2_provider.models import Application

from oauth.client_rules import clean_name, problem_with_redirect_uris

AUTH_METHODS = ("none", "client_secret_post", "client_secret_basic")
HOUR = timedelta(hours=1)
DEFAULT_AUTH_METHOD = "client_secret_basic"
GRANT_TYPES = ["authorization_code", "refresh_token"]


@login_not_required
@csrf_exempt
@require_POST
@override("en")  # errors are for apps
def register(request: HttpRequest) -> HttpResponse:
    """Register an app. It has no access until a user consents."""
    try:
        metadata = json.loads(request.body)
    except (ValueError, RecursionError):  # not JSON, not UTF-8, or nested without end
        metadata = None
    if not isinstance(metadata, dict):
        return _refuse("invalid_client_metadata", "Send a JSON object.")
    if problem := _problem_with(metadata):
        return _refuse(*problem)
    if wait := _seconds_to_wait():
        text = f"Too many apps that nobody uses have registered: retry in {wait} s."
        answer = {"error": "temporarily_unavailable", "error_description": text}
        return JsonResponse(answer, status=HTTPStatus.TOO_MANY_REQUESTS, headers={"Retry-After": str(wait)})
    method = metadata.get("token_endpoint_auth_method", DEFAULT_AUTH_METHOD)
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
    secret = application.client_secret  # save() replaces it with its hash
    try:
        application.full_clean()
    except ValidationError as error:
        return _refuse("invalid_redirect_uri", " ".join(error.messages))
    application.save()
    told: dict[str, Any] = {
        "client_id": application.client_id,
        "client_id_issued_at": int(application.created.timestamp()),
        "client_name": application.name,
        "redirect_uris": metadata["redirect_uris"],
        "grant_types": GRANT_TYPES,
        "response_types": ["code"],
        "token_endpoint_auth_method": method,
    }
    if not is_public:
        told |= {"client_secret": secret, "client_secret_expires_at": 0}  # 0: never
    return JsonResponse(told, status=201, headers={"Cache-Control": "no-store"})


def _problem_with(metadata: dict[str, Any]) -> tuple[str, str] | None:
    """Return the error code and a sentence, or None if nothing is wrong."""
    if problem := problem_with_redirect_uris(metadata.get("redirect_uris")):
        return "invalid_redirect_uri", problem
    if metadata.get("token_endpoint_auth_method", DEFAULT_AUTH_METHOD) not in AUTH_METHODS:
        text = f"token_endpoint_auth_method must be one of {', '.join(AUTH_METHODS)}."
        return "invalid_client_metadata", text
    grant_types = metadata.get("grant_types", GRANT_TYPES)
    if not isinstance(grant_types, list) or "authorization_code" not in grant_types:
        return "invalid_client_metadata", "grant_types must contain authorization_code."
    return None


def _seconds_to_wait() -> int:
    """Return after how many seconds the site accepts another app: 0 is now.

    Anyone may register apps, from any number of addresses. Only apps that nobody has connected count, so that
    a day on which many people connect apps is not a flood.
    """
    newest = Application.objects.filter(
        registration_source=Application.RegistrationSource.DCR, connections=None
    ).order_by("-pk")
    limit = settings.OAUTH_REGISTRATIONS_PER_HOUR
    for created in newest.values_list("created", flat=True)[limit - 1 : limit]:
        return max(0, math.ceil((created + HOUR - timezone.now()).total_seconds()))
    return 0


def _refuse(error: str, description: str) -> HttpResponse:
    return JsonResponse({"error": error, "error_description": description}, status=400)
