"""The address from which a request comes."""

import functools
from ipaddress import IPv6Address, ip_address

from django.http import HttpRequest

FORWARDED = "X-Forwarded-For"  # the header that every proxy adds


def client_address(request: HttpRequest) -> str:
    """Return the address of the client of the web process, or "" if it is not known.

    The proxy in front writes the last entry of X-Forwarded-For; entries that the client sent come before it.
    Without a proxy, a client can put anything there: use the address for counting and showing, not for
    access.
    """
    forwarded = request.headers.get(FORWARDED, "").rpartition(",")[2].strip()
    return normal_address(forwarded or request.META.get("REMOTE_ADDR", ""))


@functools.lru_cache
def normal_address(host: str) -> str:
    """Return `host` in the one form that is stored and counted, or "" if it is not an IP address.

    A server that listens at [::] writes 203.0.113.1 as ::ffff:203.0.113.1, all in one network of IPv6.
    """
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return ""
    return str((isinstance(address, IPv6Address) and address.ipv4_mapped) or address)
