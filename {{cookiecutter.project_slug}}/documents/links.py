"""Links to download or upload a file. Anyone who has a link can use it until it expires, without a log-in."""

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
    """The file of a download link."""

    path: str
    name: str
    content_type: str


def make_link(file: StoredFile) -> str:
    """Return an address for `file` that works for FILE_URL_SECONDS.

    For S3 it is a presigned URL, which the store answers; `views.py` serves files on disk. Neither lets a
    browser show the file as a page, which could contain a script.
    """
    download = Download(file.path, file.name, file.content_type)
    storage = storages["files"]
    if isinstance(storage, FileSystemStorage):
        # In the query, which is not logged.
        query = urlencode({"link": signing.dumps(download, salt=SALT)})
        return f"{settings.WEB_BASE_URL}{reverse('download')}?{query}"
    parameters = {
        "ResponseContentDisposition": content_disposition_header(as_attachment=True, filename=file.name),
        "ResponseContentType": file.content_type,
    }
    return storage.url(file.path, parameters, settings.FILE_URL_SECONDS)  # type: ignore[call-arg]


def read_link(link: str) -> Download:
    """Return the file of a download link.

    Raises django.core.signing.SignatureExpired if the link has expired, and BadSignature if it is not
    genuine.
    """
    return Download(*signing.loads(link, salt=SALT, max_age=settings.FILE_URL_SECONDS))


def make_upload_link(file: StoredFile, credential: Credential | None, label: str) -> str:
    """Return an address that accepts the content of `file` once, within FILE_UPLOAD_SECONDS.

    The row of the file has its owner, name and type. The credential must still be valid when the content
    arrives.

    Args:
        file: a reserved file without content.
        credential: the credential of the request, or None with MCP_REQUIRE_AUTH=False.
        label: the name of the credential in the audit.
    """
    asked_by = [credential._meta.label_lower, credential.pk, label] if credential else None  # noqa: SLF001 - public, documented API
    # In the query, which is not logged. The path has no slash at the end, after which curl would add a file
    # name.
    query = urlencode({"link": signing.dumps([str(file.pk), asked_by], salt=UPLOAD_SALT)})
    return f"{settings.WEB_BASE_URL}{reverse('upload')}?{query}"
