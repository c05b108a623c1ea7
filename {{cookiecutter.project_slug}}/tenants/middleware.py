"""Puts the tenant of a web request in scope, by the same rule as for AI clients."""

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from http import HTTPStatus

from django.contrib.auth import get_user_model
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import set_script_prefix

from operations.health import PATHS
from tenants.models import Tenant
from tenants.policy import NoTenantError, TenantNotFoundError, choose, tenants_of
from tenants.scope import TenantScopeError, across_tenants, use

ADDRESS = re.compile(r"(/t/([^/]+))(/.*)")


class TenantMiddleware:
    """Serves every page below `/t/<slug>/` too, for the tenant with this slug.

    Links on these pages stay there. Without a slug, the only tenant of the user is in scope. Superusers may
    name any tenant. Without a slug, those who are members of no tenant or of several see the rows of all
    tenants in the admin.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        slug = None
        if address := ADDRESS.fullmatch(request.path_info):
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            prefix, slug, request.path_info = address.groups()
            if request.path_info in PATHS:
                raise Http404  # /metrics and the like: proxies hide only the address without a slug
            set_script_prefix(f"{prefix}/")
        try:
            with _scope(request, slug):
                return self.get_response(request)
        except TenantNotFoundError as error:
            raise Http404 from error
        finally:
            set_script_prefix("/")

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer with what to do if a page needs a tenant and none is in scope."""
        if not isinstance(error, TenantScopeError):
            return None
        return HttpResponse(
            f"This page is for one tenant: put its slug into the address, /t/<slug>{request.path_info}",
            content_type="text/plain",
            status=HTTPStatus.FORBIDDEN,
        )


def _scope(request: HttpRequest, slug: str | None) -> AbstractContextManager[None]:
    user = request.user
    if not isinstance(user, get_user_model()):
        return use(None)
    if slug and user.is_superuser:
        return use(choose(Tenant.objects.filter(active=True), slug=slug))
    try:
        return use(choose(tenants_of([user.pk])[user.pk], slug=slug))
    except NoTenantError:
        is_admin = user.is_superuser and request.path_info.startswith("/admin/")
        return across_tenants() if is_admin else use(None)
