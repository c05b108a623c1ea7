"""What a person is told whose app cannot be connected. The app is told nothing: nobody knows who it is."""

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy
from oauth2_provider.cimd import is_cimd_client_id
from oauth2_provider.settings import oauth2_settings
from oauthlib.oauth2 import OAuth2Error
from oauthlib.oauth2.rfc6749.errors import InvalidClientIdError, MismatchingRedirectURIError

MAX_SHOWN = 300  # characters of what the app sent

ADD_AGAIN = gettext_lazy(
    "Start again from the app. If it fails again, remove this server from the app and add it again."
)
ASK_OPERATOR = gettext_lazy(
    "Start again from the app in a minute. If it fails again, tell whoever runs this server: its log says"
    " why, and a server that cannot reach that address needs OAUTH_CIMD=False."
)
REPORT = gettext_lazy(
    "Tell the makers of the app: adding this server again does not help while it describes itself so."
)
TOO_LONG_TO_KEEP = {
    "problem": gettext_lazy("Its request is too long to be kept while you sign in."),
    "advice": gettext_lazy("Sign in to this site first, then start again from the app."),
}


def explain(error: OAuth2Error, request: HttpRequest) -> dict[str, str | Promise]:
    """Return what is wrong (`problem`), and what the person can do (`advice`)."""
    client_id = request.GET.get("client_id", "")[:MAX_SHOWN]
    describes_itself = is_cimd_client_id(client_id)
    if isinstance(error, InvalidClientIdError) and describes_itself:
        if not oauth2_settings.CIMD_ENABLED:
            problem = gettext(
                "It calls itself %(address)s, and this server looks up no apps at web addresses."
            )
            return {"problem": problem % {"address": client_id}, "advice": ADD_AGAIN}
        problem = gettext("This server could not look up %(address)s, where the app describes itself.")
        return {"problem": problem % {"address": client_id}, "advice": ASK_OPERATOR}
    if isinstance(error, InvalidClientIdError):
        problem = gettext("This server does not know the app, or not any more.")
        return {"problem": problem, "advice": ADD_AGAIN}
    if isinstance(error, MismatchingRedirectURIError):
        address = request.GET.get("redirect_uri", "")[:MAX_SHOWN]
        if not describes_itself:
            problem = gettext(
                "It wants its user led back to %(address)s, which its registration does not name."
            )
            return {"problem": problem % {"address": address}, "advice": ADD_AGAIN}
        problem = gettext(
            "It wants its user led back to %(address)s, which its description at %(client)s does not name."
        )
        return {"problem": problem % {"address": address, "client": client_id}, "advice": REPORT}
    problem = gettext("Its request is invalid: %(error)s")
    return {"problem": problem % {"error": error.description or error.error}, "advice": ADD_AGAIN}
