"""From where a request of the web process comes."""

from ipaddress import ip_address

from django.http import HttpRequest


def client_address(request: HttpRequest) -> str:
    """Return the address of the client, empty when it is not known.

    The proxy in front writes the last entry of X-Forwarded-For; what a client sent in it is before that.
    Without a proxy anybody may write anything there, so nothing but a count of requests should rest on it.
    """
    forwarded = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
    try:
        return str(ip_address(forwarded or request.META.get("REMOTE_ADDR", "")))
    except ValueError:
        return ""
