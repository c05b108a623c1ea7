"""Links to download and to upload a file. Whoever has one may, without a log-in, until it expires."""

from typing import NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.core import signing
from django.core.files.storage import FileSystemStorage, storages
from django.urls import reverse
from django.utils.http import content_disposition_header

from documents.models import StoredFile
from mcp_server.models import Credential

SALT = "documents.links"
UPLOAD_SALT = "documents.uploads"


class Download(NamedTuple):
    """What a link stands for."""

    path: str
    name: str
    content_type: str


def make_link(file: StoredFile) -> str:
    """Return an address for `file` that works for FILE_URL_SECONDS.

    An S3 store answers by itself (a presigned URL); files on disk are served by `views.py`. Neither
    lets a browser show the file as a page, which could hold a script.
    """
    download = Download(file.path, file.name, file.content_type)
    storage = storages["files"]
    if isinstance(storage, FileSystemStorage):
        # In the query, which is in no log.
        query = urlencode({"link": signing.dumps(download, salt=SALT)})
        return f"{settings.WEB_BASE_URL}{reverse('download')}?{query}"
    parameters = {
        "ResponseContentDisposition": content_disposition_header(as_attachment=True, filename=file.name),
        "ResponseContentType": file.content_type,
    }
    return storage.url(file.path, parameters, settings.FILE_URL_SECONDS)  # type: ignore[call-arg]


def read_link(link: str) -> Download:
    """Return what a link stands for.

    Raises django.core.signing.SignatureExpired when its time is over, and BadSignature when it was not
    made here.
    """
    return Download(*signing.loads(link, salt=SALT, max_age=settings.FILE_URL_SECONDS))


def make_upload_link(file: StoredFile, credential: Credential | None, label: str) -> str:
    """Return an address that takes the content of `file`, once, for FILE_UPLOAD_SECONDS.

    The row of the file says whose it is, its name and its type. The credential has to be let in when the
    content comes.

    Args:
        file: one whose content is awaited.
        credential: what asked for it; None without MCP_REQUIRE_AUTH.
        label: how the audit names that.
    """
    asked_by = [credential._meta.label_lower, credential.pk, label] if credential else None  # noqa: SLF001 - public, documented API
    # In the query, which is in no log. No slash at the end, behind which curl would write a name.
    query = urlencode({"link": signing.dumps([str(file.pk), asked_by], salt=UPLOAD_SALT)})
    return f"{settings.WEB_BASE_URL}{reverse('upload')}?{query}"
