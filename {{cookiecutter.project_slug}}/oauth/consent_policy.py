"""What the consent may do that other pages may not."""

from collections.abc import Callable
from typing import Any

import django
from django.conf import settings
from django.http import HttpResponseBase


def may_lead_to_any_app(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Take `form-action` out of the project's Content-Security-Policy.

    Chromium applies it to every redirect that follows a form, and the consent leads to an address of the
    client, which may lead on to others. So no list of addresses would do.
    """
    if django.VERSION < (6, 0):  # it has no policy
        return view
    from django.views.decorators.csp import csp_override  # noqa: PLC0415 - see above

    policy: dict[str, Any] = settings.SECURE_CSP
    decorate = csp_override({name: sources for name, sources in policy.items() if name != "form-action"})
    return decorate(view)
