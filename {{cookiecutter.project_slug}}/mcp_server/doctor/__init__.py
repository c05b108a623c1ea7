"""Machinery: the steps of `manage.py mcp_doctor`, from the name of the host to a tool call.

A step is a function whose docstring says what must be true; the command prints it. It returns what it found,
or raises one of the errors of `visit.py`. docs/clients.md explains the steps in the same order.
"""

from collections.abc import Callable

from django.conf import settings
from django.utils.module_loading import import_string

from mcp_server.doctor import calls, connection
from mcp_server.doctor.visit import Visit

type Step = Callable[[Visit], str]

STEPS: tuple[Step, ...] = (
    connection.dns,
    connection.tls,
    connection.server,
    connection.challenge,
    connection.slashes,
    connection.origin,
    *map(import_string, settings.MCP_DOCTOR_STEPS),
    calls.token,
    calls.modern,
    calls.older,
    calls.call,
    calls.views,
    calls.streaming,
)
