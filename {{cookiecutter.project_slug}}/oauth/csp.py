"""The Content-Security-Policy of the consent page."""

from collections.abc import Callable
from typing import Any

import django
from django.conf import settings
from django.http import HttpResponseBase


def may_lead_to_any_app(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Remove `form-action` from the project's Content-Security-Policy for `view`.

    Chromium applies it to every redirect after a form. The consent redirects to an address of the client,
    which may redirect to further ones, so no list of addresses would be complete.
    """
    if django.VERSION < (6, 0):  # older versions have no policy
        return view
    from django.views.decorators.csp import csp_override  # noqa: PLC0415 - see above

    policy: dict[str, Any] = settings.SECURE_CSP
    decorate = csp_override({name: sources for name, sources in policy.items() if name != "form-action"})
    return decorate(view)
