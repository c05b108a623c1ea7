"""The endpoints for apps, on top of the library's views. The consent of users is in `consent.py`."""

import json
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt
from oauth2_provider.models import AccessToken, Grant
from oauth2_provider.views import OAuthServerMetadataView, RevokeTokenView, TokenView

FORM_TYPES = {"application/x-www-form-urlencoded", "multipart/form-data"}


# Repeated here, because Django looks for these marks on the outermost `dispatch`.
@method_decorator([csrf_exempt, login_not_required], name="dispatch")
class FormOnly:
    """Refuses bodies that the library cannot read, and parameters in the address, which end up in logs."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Accept only a form in the body of the request (RFC 6749, sections 2.3.1 and 3.2)."""
        if request.META["QUERY_STRING"]:
            text = "Send parameters in the body of the request, not in its address."
        elif request.method == "POST" and request.content_type not in FORM_TYPES:
            text = (
                f"Send a form (application/x-www-form-urlencoded), not {str(request.content_type)[:100]!r}."
            )
        else:
            return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]
        return JsonResponse({"error": "invalid_request", "error_description": text}, status=400)


class IssueTokenView(FormOnly, TokenView):
    """Issues tokens for a code or a refresh token (RFC 6749, sections 4.1.3 and 6)."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Issue a token, and answer simultaneous requests with an error instead of a 500."""
        try:
            response = self.authorization_flow_token_response(request)
        except (Grant.DoesNotExist, AccessToken.DoesNotExist):
            text = "At the same time, another request used the code, or the app was disconnected."
            return JsonResponse({"error": "invalid_grant", "error_description": text}, status=400)
        response["Content-Type"] = "application/json"  # the library does not set it for some errors
        return response


class RevokeView(FormOnly, RevokeTokenView):
    """Lets a client revoke its token (RFC 7009)."""


class MetadataView(OAuthServerMetadataView):
    """Tells clients about this server (RFC 8414)."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Answer with the metadata of the library and OAUTH_METADATA."""
        response = super().get(request, *args, **kwargs)
        response.content = json.dumps(json.loads(response.content) | settings.OAUTH_METADATA)
        return response
