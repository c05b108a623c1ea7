"""What a person is told whose app cannot be connected. The app is told nothing: nobody knows who it is."""

from django.http import HttpRequest
from oauth2_provider.cimd import is_cimd_client_id
from oauth2_provider.settings import oauth2_settings
from oauthlib.oauth2 import OAuth2Error
from oauthlib.oauth2.rfc6749.errors import InvalidClientIdError, MismatchingRedirectURIError

MAX_SHOWN = 300  # characters of what the app sent

ADD_AGAIN = "Start again from the app. If it fails again, remove this server from the app and add it again."
ASK_OPERATOR = (
    "Start again from the app in a minute. If it fails again, tell whoever runs this server: its log says"
    " why, and a server that cannot reach that address needs OAUTH_CIMD=False."
)
REPORT = "Tell the makers of the app: adding this server again does not help while it describes itself so."
TOO_LONG_TO_KEEP = {
    "problem": "Its request is too long to be kept while you sign in.",
    "advice": "Sign in to this site first, then start again from the app.",
}


def explain(error: OAuth2Error, request: HttpRequest) -> dict[str, str]:
    """Return what is wrong (`problem`), and what the person can do (`advice`)."""
    client_id = request.GET.get("client_id", "")[:MAX_SHOWN]
    describes_itself = is_cimd_client_id(client_id)
    if isinstance(error, InvalidClientIdError) and describes_itself:
        if not oauth2_settings.CIMD_ENABLED:
            problem = f"It calls itself {client_id}, and this server looks up no apps at web addresses."
            return {"problem": problem, "advice": ADD_AGAIN}
        problem = f"This server could not look up {client_id}, where the app describes itself."
        return {"problem": problem, "advice": ASK_OPERATOR}
    if isinstance(error, InvalidClientIdError):
        return {"problem": "This server does not know the app, or not any more.", "advice": ADD_AGAIN}
    if isinstance(error, MismatchingRedirectURIError):
        address = request.GET.get("redirect_uri", "")[:MAX_SHOWN]
        where = f"its description at {client_id}" if describes_itself else "its registration"
        problem = f"It wants its user led back to {address}, which {where} does not name."
        return {"problem": problem, "advice": REPORT if describes_itself else ADD_AGAIN}
    return {"problem": f"Its request is invalid: {error.description or error.error}", "advice": ADD_AGAIN}
