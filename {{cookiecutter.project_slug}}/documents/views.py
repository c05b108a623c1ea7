"""Serves files on disk by their links (`links.py`), and accepts uploads (`uploads.py`)."""

import io
from http import HTTPStatus
from typing import IO, Any, cast

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.core.files.base import File
from django.core.files.storage import storages
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csp import csp_override
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from documents.errors import RefusedError
from documents.file_types import check_size, endings_of, type_of
from documents.links import read_link
from documents.uploads import Upload, find
from operations.body_size import bounds_its_bodies

FORM_AROUND_A_FILE = 10_000  # bytes of a form besides the file


@login_not_required  # the link is the permission
@require_safe
@never_cache
@csp_override({"default-src": [CSP.NONE], "frame-ancestors": [CSP.NONE], "sandbox": [""]})
def download(request: HttpRequest) -> HttpResponseBase:
    """Answer with the file as a download. Even if a browser showed it, no script in it would run."""
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


@login_not_required  # the address is the permission
@csrf_exempt  # the view uses no cookie, and an attacker does not know the address
@bounds_its_bodies
@never_cache
@require_http_methods(["GET", "HEAD", "POST", "PUT"])
def upload(request: HttpRequest) -> HttpResponse:
    """Show a page with a form for the file, and accept the file from the form or from a PUT request."""
    found = None
    try:
        found = find(request.GET.get("link", ""))
        if request.method == "PUT":
            return _put(request, found)
        if request.method == "POST":
            _post(request, found)
            return redirect(request.get_full_path())
        found.check()
    except RefusedError as error:
        if request.method == "PUT":
            return _refusal(str(error), error.status)
        return _page(request, found, error)
    return _page(request, found)


def _put(request: HttpRequest, found: Upload) -> HttpResponse:
    """Pass the body to the storage as it arrives, so that it is never in memory as a whole."""
    file, length = found.file, request.META.get("CONTENT_LENGTH") or ""
    if not length.isdecimal():
        raise RefusedError("The request needs a Content-Length.", HTTPStatus.LENGTH_REQUIRED)
    # A part of a file, or a packed one, would be stored as the file (RFC 9110, sections 14.5 and 8.4).
    if any(name in request.headers for name in ("Content-Range", "Content-Encoding")):
        text = "Send the whole file as it is, without Content-Range and Content-Encoding."
        raise RefusedError(text, HTTPStatus.BAD_REQUEST)
    # Programs send these if they do not know the type. `runserver` sets text/plain if there is no
    # Content-Type.
    unknown = {"", "application/octet-stream", "text/plain"}
    if request.content_type not in {*unknown, file.content_type}:
        raise RefusedError(
            f"{file.name} is {file.content_type}, not {request.content_type}.",
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        )
    size = int(length[:20])
    found.receive(request, File(cast("IO[bytes]", _Body(request, size))), size)
    row = {"key": file.key, "name": file.name, "content_type": file.content_type, "size": size}
    return JsonResponse(row, status=HTTPStatus.CREATED)


def _post(request: HttpRequest, found: Upload) -> None:
    """Accept the file of the form. Django writes a large one to the disk."""
    found.check_is_open()  # before the form is parsed
    length = request.META.get("CONTENT_LENGTH") or "0"
    check_size(int(length[:20]) - FORM_AROUND_A_FILE if length.isdecimal() else 0)  # before it is read
    chosen = request.FILES.get("file")
    if chosen is None:
        raise RefusedError(_("Choose a file."), HTTPStatus.BAD_REQUEST)
    if type_of(chosen.name or "") != found.file.content_type:
        raise RefusedError(_wrong_type(found), HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    found.receive(request, chosen, chosen.size or 0)


def _page(request: HttpRequest, found: Upload | None, refusal: RefusedError | None = None) -> HttpResponse:
    context: dict[str, object] = {"refusal": refusal}
    if found:
        is_over = refusal and refusal.status in {HTTPStatus.GONE, HTTPStatus.FORBIDDEN}
        context |= {
            "file": found.file,
            "user_of_file": found.file.owner,
            "is_open": found.file.size is None and not is_over,
            "endings": endings_of(found.file.content_type),
            "endings_in_words": _in_words(found),
            "wrong_type": _wrong_type(found),
        }
    status = refusal.status if refusal else HTTPStatus.OK
    return render(request, "documents/upload.html", context, status=status)


def _wrong_type(found: Upload) -> str:
    return _("Choose a file whose name ends in %(endings)s.") % {"endings": _in_words(found)}


def _in_words(found: Upload) -> str:
    between = _("or")
    return f" {between} ".join(endings_of(found.file.content_type))


def _refusal(sentence: str, status: HTTPStatus) -> HttpResponse:
    return HttpResponse(sentence, "text/plain; charset=utf-8", status)


class _Body(io.RawIOBase):
    """The body of a request as a file that a storage can read. A body that is too short is refused."""

    def __init__(self, request: HttpRequest, size: int) -> None:
        super().__init__()
        self._request, self._left = request, size

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        try:
            read = self._request.read(min(len(buffer), self._left)) if self._left else b""
        except OSError:  # Django raises it for any error of the server
            read = b""
        if not read and self._left:
            text = _("The file is not complete: send it again.")
            raise RefusedError(text, HTTPStatus.BAD_REQUEST)
        buffer[: len(read)] = read
        self._left -= len(read)
        return len(read)
