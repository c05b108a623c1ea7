"""The consent of a user that an app may act for them: the page that asks for it, and how it is withdrawn."""

import re
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, login_required
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.decorators import method_decorator
from django.utils.http import MAX_URL_LENGTH
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from oauth2_provider.exceptions import FatalClientError, OAuthToolkitError
from oauth2_provider.models import Application
from oauth2_provider.views import AuthorizationView
from oauth2_provider.views.mixins import OAuthLibMixin
from oauthlib.oauth2 import OAuth2Error
from oauthlib.oauth2.rfc6749.errors import (
    AccessDeniedError,
    InvalidRequestError,
    InvalidRequestFatalError,
)

from oauth.client_rules import describe
from oauth.csp import may_lead_to_any_app
from oauth.explanations import TOO_LONG_TO_KEEP, explain
from oauth.forms import ConsentForm
from oauth.models import Connection
from oauth.scopes import WRITE, common
from oauth.validator import asked_audience
from operations.users import UserRequest

DENIED = "The user did not connect the app."

# A code challenge (RFC 7636, section 4.2).
S256 = re.compile(r"[A-Za-z0-9_-]{43}")


# Without `login_required`: the view itself redirects to the log-in, after it has checked the request.
@method_decorator([login_not_required, never_cache, may_lead_to_any_app], name="dispatch")
class AuthorizeView(AuthorizationView):
    """Asks a signed-in user whether an app may act as them (RFC 6749, section 4.1.1)."""

    template_name = "oauth/authorize.html"
    form_class: type[ConsentForm] = ConsentForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Refuse a bad request before the user is asked to sign in.

        An error redirects only signed-in users to the client. Otherwise anyone could register a client, and
        use this site to redirect people to any page (RFC 9700, section 4.11.2).
        """
        try:
            self.scopes, self.credentials = self.read(request)
        except OAuthToolkitError as error:
            if request.user.is_authenticated or isinstance(error, FatalClientError):
                return self.error_response(error, None)
        if not request.user.is_authenticated:
            if len(request.get_full_path()) > MAX_URL_LENGTH:  # the log-in page would not redirect back to it
                return render(request, "oauth/error.html", TOO_LONG_TO_KEEP, status=400)
            return redirect_to_login(request.get_full_path())
        self.application = Application.objects.get(client_id=self.credentials["client_id"])
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the consent page every time: a program on the same computer could pose as the client."""
        return self.render_to_response(self.get_context_data())

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Redirect to the client, with a code or a refusal."""
        return (
            super().post(request, *args, **kwargs) if "allow" in request.POST else self._answer(allow=False)
        )

    def form_valid(self, form: ConsentForm) -> HttpResponse:
        """Save what the user allows, and redirect to the client with a code."""
        with transaction.atomic():
            connection, _created = Connection.objects.update_or_create(
                user=self.request.user,
                application=self.application,
                defaults={"name": self.client["name"], "scope": " ".join(common(self.scopes))}
                | form.limits(),
            )
            if connection.is_valid:
                return self._answer(allow=True)
            transaction.set_rollback(True)
        text = _("The app would be refused: %(reason)s. Nothing was changed.")
        form.add_error(None, text % {"reason": connection.refusal})
        return self.form_invalid(form)

    @property
    def client(self) -> dict[str, Any]:
        """What the user should know about the client."""
        return describe(self.application, self.credentials["redirect_uri"])

    def get_form_kwargs(self) -> dict[str, Any]:
        """Begin with what the user allowed last time."""
        connections = Connection.objects.filter(user=self.request.user, application=self.application)
        return {
            "data": self.request.POST or None,
            "user": self.request.user,
            "may_write": WRITE in self.scopes,
            "connection": connections.first(),
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Return the context of the consent page."""
        return {
            "PROJECT_NAME": settings.PROJECT_NAME,
            "form": self.get_form(),
            "client": self.client,
            "may_write": WRITE in self.scopes,
            "idle_days": settings.OAUTH_IDLE_DAYS,
            **kwargs,
        }

    def error_response(
        self, error: OAuthToolkitError, application: Application | None, **_: Any
    ) -> HttpResponse:
        """Redirect to the client with the error, or show it to the user if the client is not certain."""
        is_redirect, answer = OAuthLibMixin.error_response(self, error)
        if is_redirect:
            # The library adds the issuer only to answers with a code (RFC 9207, section 2).
            issuer = urlencode({"iss": settings.WEB_BASE_URL})
            return self.redirect(f"{answer['url']}&{issuer}", application)
        problem = answer["error"]
        context = explain(problem, self.request)
        return render(self.request, "oauth/error.html", context, status=problem.status_code)

    def read(self, request: HttpRequest) -> tuple[list[str], dict[str, Any]]:
        """Return the scopes and the other parameters of the request.

        Raises OAuthToolkitError if one is wrong.
        """
        try:
            scopes, credentials = self.validate_authorization_request(request)
        except ValueError as error:
            raise FatalClientError(InvalidRequestFatalError("The query is not URL-encoded.")) from error
        asked = credentials["request"]
        try:
            audience = asked_audience(asked) or settings.MCP_URL
            if credentials["code_challenge_method"] != "S256" or not S256.fullmatch(asked.code_challenge):
                raise InvalidRequestError("code_challenge must be a SHA-256 (S256).", request=asked)
        except OAuth2Error as error:
            raise OAuthToolkitError(error) from error
        # `nonce` and `claims` of OpenID Connect would be stored, however long they are.
        return scopes, {**credentials, "resource": [audience], "nonce": None, "claims": None}

    def _answer(self, *, allow: bool) -> HttpResponse:
        try:
            uri, *_ = self.create_authorization_response(
                self.request, " ".join(self.scopes), self.credentials, allow=allow
            )
        except OAuthToolkitError as error:
            if isinstance(error.oauthlib_error, AccessDeniedError):
                error.oauthlib_error.description = DENIED  # the library has none, and apps show it
            return self.error_response(error, self.application)
        return self.redirect(uri, self.application)


@require_POST
@login_required
def disconnect(request: UserRequest, pk: int) -> HttpResponse:
    """Disconnect an app of the user. Return 404 for another user's app."""
    connection = get_object_or_404(request.user.connections, pk=pk)
    connection.delete()
    messages.success(request, _("“%(name)s” is disconnected.") % {"name": connection.name})
    return redirect("mcp_server:tokens")
