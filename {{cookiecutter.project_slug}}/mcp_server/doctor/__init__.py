"""Machinery: walks the way of a client, from the name of the host to a tool call, for `mcp_doctor`.

A step is a function whose docstring says what must hold. It returns what it found, or raises one of
the errors of `visit.py`. docs/clients.md explains the steps in the same order.
"""

from collections.abc import Callable

# % if cookiecutter.oauth
from mcp_server.doctor import calls, connection, oauth
# % else
from mcp_server.doctor import calls, connection
# % endif
# % if cookiecutter.sign_in == "allauth"
from mcp_server.doctor.sign_in import issuer
# % endif
from mcp_server.doctor.visit import Visit

type Step = Callable[[Visit], str]

STEPS: tuple[Step, ...] = (
    connection.dns,
    connection.tls,
    connection.server,
    connection.challenge,
    connection.slashes,
    connection.origin,
    # % if cookiecutter.oauth
    oauth.metadata,
    oauth.registration,
    oauth.sign_in,
    oauth.introduction,
    # % endif
    # % if cookiecutter.sign_in == "allauth"
    issuer,
    # % endif
    calls.token,
    calls.modern,
    calls.older,
    calls.call,
    calls.views,
    calls.streaming,
)
