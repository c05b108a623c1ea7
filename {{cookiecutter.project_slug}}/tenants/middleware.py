"""Puts the tenant of a page's reader in scope: the same rule as for AI clients."""

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
    """Serves every page below `/t/<slug>/` too, for the tenant of that name, with links that stay there.

    Elsewhere a user's only tenant is in scope. Administrators may name any tenant; those without one of
    their own, or with several, see all of them in the admin at `/admin/`.
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
                raise Http404  # for Docker, Kubernetes and Prometheus: proxies hide the plain address only
            set_script_prefix(f"{prefix}/")
        try:
            with _scope(request, slug):
                return self.get_response(request)
        except TenantNotFoundError as error:
            raise Http404 from error
        finally:
            set_script_prefix("/")

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Say what to do about a page that needs to know the tenant."""
        if not isinstance(error, TenantScopeError):
            return None
        return HttpResponse(
            f"This page is for one tenant: name it in the address, /t/<slug>{request.path_info}",
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
