"""Serves files on disk to whoever has a link, see `links.py`."""

from http import HTTPStatus

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.files.storage import storages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from documents.links import read_link


@login_not_required  # the link is the permission
@require_safe
@never_cache
@csp_override({"default-src": [CSP.NONE], "frame-ancestors": [CSP.NONE], "sandbox": [""]})
def download(request: HttpRequest) -> HttpResponseBase:
    """Answer with the file, to be saved. Should a browser show it all the same, no script in it runs."""
    try:
        file = read_link(request.GET.get("link", ""))
    except signing.SignatureExpired:
        return _refusal(_("This link has expired: ask for a new one."), HTTPStatus.GONE)
    except signing.BadSignature:
        return _refusal(_("This link is incomplete or was changed."), HTTPStatus.FORBIDDEN)
    try:
        content = storages["files"].open(file.path)
    except FileNotFoundError:
        return _refusal(_("This file was deleted."), HTTPStatus.NOT_FOUND)
    return FileResponse(content, as_attachment=True, filename=file.name, content_type=file.content_type)


def _refusal(sentence: str, status: HTTPStatus) -> HttpResponse:
    return HttpResponse(sentence, "text/plain; charset=utf-8", status)
