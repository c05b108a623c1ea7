"""What the user reads if an app cannot be connected.

The app gets no answer, because its identity is not certain.
"""

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy
from oauth2_provider.cimd import is_cimd_client_id
from oauth2_provider.settings import oauth2_settings
from oauthlib.oauth2 import OAuth2Error
from oauthlib.oauth2.rfc6749.errors import InvalidClientIdError, MismatchingRedirectURIError

MAX_SHOWN = 300  # characters of a parameter on the page

ADD_AGAIN = gettext_lazy(
    "Start again from the app. If it fails again, remove this server from the app and add it again."
)
ASK_OPERATOR = gettext_lazy(
    "Start again from the app in a minute. If it fails again, tell the people who run this server: its log"
    " has the reason, and a server that cannot reach that address needs OAUTH_CIMD=False."
)
REPORT = gettext_lazy(
    "Tell the makers of the app. Adding this server again does not help until they correct that description."
)
TOO_LONG_TO_KEEP = {
    "problem": gettext_lazy("The request of the app is too long to be kept while you sign in."),
    "advice": gettext_lazy("Sign in to this site first, then start again from the app."),
}


def explain(error: OAuth2Error, request: HttpRequest) -> dict[str, str | Promise]:
    """Return what is wrong (`problem`), and what the user can do (`advice`)."""
    client_id = request.GET.get("client_id", "")[:MAX_SHOWN]
    describes_itself = is_cimd_client_id(client_id)
    if isinstance(error, InvalidClientIdError) and describes_itself:
        if not oauth2_settings.CIMD_ENABLED:
            problem = gettext(
                "It describes itself at %(address)s, but this server does not fetch descriptions of apps."
            )
            return {"problem": problem % {"address": client_id}, "advice": ADD_AGAIN}
        problem = gettext("This server could not fetch %(address)s, where the app describes itself.")
        return {"problem": problem % {"address": client_id}, "advice": ASK_OPERATOR}
    if isinstance(error, InvalidClientIdError):
        problem = gettext("The app is not registered with this server, or not any more.")
        return {"problem": problem, "advice": ADD_AGAIN}
    if isinstance(error, MismatchingRedirectURIError):
        address = request.GET.get("redirect_uri", "")[:MAX_SHOWN]
        if not describes_itself:
            problem = gettext("It asks to send you back to %(address)s, which is not in its registration.")
            return {"problem": problem % {"address": address}, "advice": ADD_AGAIN}
        problem = gettext(
            "It asks to send you back to %(address)s, which is not in its description at %(client)s."
        )
        return {"problem": problem % {"address": address, "client": client_id}, "advice": REPORT}
    problem = gettext("Its request is invalid: %(error)s")
    return {"problem": problem % {"error": error.description or error.error}, "advice": ADD_AGAIN}
