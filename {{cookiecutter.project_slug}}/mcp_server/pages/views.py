"""Pages for people: how to connect, their own tokens, and the usage."""

from django.conf import settings
from django.contrib import messages
from django.contrib.admin import site
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_not_required, login_required
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.templatetags.static import static
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from mcp_server.models import MCPToken, ToolCall
from mcp_server.pages.client_configs import CLIENTS
from mcp_server.pages.client_registry import NO_TOKEN
from mcp_server.pages.forms import tools_of
from mcp_server.pages.usage import MAX_CALLS, MAX_OWN_CALLS, PERIODS, Usage
from operations.users import User, UserRequest

LATEST_CALLS = 20
TOKENS_ON_A_PAGE = 50


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show how to connect, and the tools that a signed-in user may use."""
    tools = tools_of(request.user) if isinstance(request.user, get_user_model()) else []
    context = {
        **_connection(NO_TOKEN),
        "other_ways": settings.MCP_OTHER_WAYS,
        "tools": tools,
        "PROJECT_NAME": settings.PROJECT_NAME,
    }
    return render(request, "mcp_server/home.html", context)


@login_not_required
@require_safe
def favicon(_request: HttpRequest) -> HttpResponse:
    """Redirect to the icon, which browsers and AI clients request at this address."""
    return redirect(static("icon.svg"))


@never_cache
@login_required
def tokens(request: UserRequest) -> HttpResponse:
    """List the user's tokens, and create new ones.

    The answer to the POST itself shows the new value. After the usual redirect, the value would have to wait
    in a cookie, a session or a cache, where a secret that is stored only as a hash must not be. So a reload
    sends the form again: then the name is in use, no second token is created, and the page says why.
    """
    form = import_string(settings.MCP_TOKEN_FORM)(request.POST or None, user=request.user)
    if request.method == "POST":
        with transaction.atomic():
            # One form at a time: after a double click, both would pass the check of the name.
            get_user_model().objects.select_for_update().get(pk=request.user.pk)
            if form.is_valid():
                return show_once(request, form.save())
    # Revoked tokens come last, so that the first page shows the tokens in use.
    own = request.user.mcp_tokens.order_by("-is_active", "-created_at", "-pk")
    page = Paginator(own, TOKENS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "tokens": [token for token in page if token.is_valid],
        "old_tokens": [token for token in page if not token.is_valid],
        "calls": request.user.tool_calls.all()[:LATEST_CALLS],
    }
    return render(request, "mcp_server/tokens.html", context)


@never_cache
@require_safe
@login_required
def usage(request: UserRequest) -> HttpResponse:
    """Show the usage by the user's own clients."""
    return _usage(request, request.user.tool_calls.all(), everyone=False)


@never_cache
@require_safe
@login_required
def usage_of_all(request: UserRequest) -> HttpResponse:
    """Show the usage by all users, to those who may see the audit in the admin."""
    if not _may_see_audit(request):
        raise PermissionDenied
    return _usage(request, ToolCall.objects.all(), everyone=True)


def _usage(request: UserRequest, calls: QuerySet[ToolCall], *, everyone: bool) -> HttpResponse:
    period = PERIODS.get(request.GET.get("period", ""), PERIODS["day"])
    found = Usage(calls, period, MAX_CALLS if everyone else MAX_OWN_CALLS)
    context = {
        "usage": found,
        "charts": found.charts(),
        "everyone": everyone,
        "may_see_all": _may_see_audit(request),
        "periods": PERIODS,
    }
    return render(request, "mcp_server/usage.html", context)


def _may_see_audit(request: UserRequest) -> bool:
    audit = site.get_model_admin(ToolCall)
    return site.has_permission(request) and audit.has_view_permission(request)


@require_POST
@login_required
def revoke_token(request: UserRequest, pk: int) -> HttpResponse:
    """Revoke one of the user's own tokens. Return 404 for another user's token."""
    token = get_object_or_404(request.user.mcp_tokens, pk=pk)
    token.revoke()
    messages.success(request, _("The token “%(name)s” no longer works.") % {"name": token.name})
    return redirect("mcp_server:tokens")


def show_once(request: HttpRequest, token: MCPToken) -> HttpResponse:
    """Show the value of a token that was just created."""
    return render(request, "mcp_server/token_created.html", {**_connection(token.token), "token": token})


def _connection(token: str | None) -> dict[str, object]:
    """Return the context of `_connect.html`: the configuration of each client, with `token` in it."""
    # Without the slash at the end, which some clients handle wrongly.
    url = settings.MCP_URL.removesuffix("/")
    clients = [
        {
            "title": _(client.title),
            "where": client.sentence(token),
            "text": client(url, token),
            "link": client.link(url, token) if client.link else "",
            "obstacle": client.obstacle(url),
        }
        for client in CLIENTS.values()
        if token is None or client.takes != "sign in"
    ]
    return {"mcp_url": url, "clients": clients}
