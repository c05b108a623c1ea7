"""Uploads to an address of `links.make_upload_link`: who may upload, and how a file is stored."""

import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.core import signing
from django.core.files.base import File
from django.http import HttpRequest
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from documents.contents import fill, uploaded_before
from documents.errors import RefusedError
from documents.file_types import check_size
from documents.links import UPLOAD_SALT
from documents.models import StoredFile
from mcp_server.auth import check_tool_permission, reason_to_refuse
from mcp_server.models import Credential, ToolCall
from mcp_server.runtime.masking import masked, printable
from operations.client_address import client_address
from operations.request_id import HEADER

PERMISSION: Final = "documents.add_storedfile"


@dataclass(frozen=True)
class Upload:
    """The file and the credential of an upload address."""

    file: StoredFile
    credential: Credential | None
    label: str

    @classmethod
    def find_file(cls, key: UUID) -> StoredFile | None:
        """Return the file with this key, which was signed."""
        return StoredFile.objects.select_related("owner").filter(pk=key).first()

    def check(self) -> None:
        """Raise RefusedError unless the credential is still valid and may still upload."""
        credential = self.credential
        if credential is None and not settings.MCP_REQUIRE_AUTH:
            return
        if reason_to_refuse(credential) or credential is None:
            text = _("The token or app that asked for this address has no access any more.")
            raise RefusedError(text, HTTPStatus.FORBIDDEN)
        if not self.may_upload(credential):
            text = _("The user of this address may not upload files any more.")
            raise RefusedError(text, HTTPStatus.FORBIDDEN)

    def check_is_open(self) -> None:
        """Raise RefusedError if the address accepts no file any more. Such a request is not in the audit."""
        self.check()
        if self.file.size is not None:
            raise uploaded_before()

    def may_upload(self, credential: Credential) -> bool:
        """Whether the valid `credential` may still upload the file."""
        return (
            credential.may_write
            and credential.user.has_perm(PERMISSION)
            and check_tool_permission(credential, "request_upload")
        )

    def receive(self, request: HttpRequest, content: "File[Any]", size: int) -> None:
        """Store the content, and record the upload in the audit. Raises RefusedError."""
        self.check_is_open()
        start, status = time.perf_counter(), ToolCall.Status.ERROR
        try:
            check_size(size)
            self.keep(content, size)
            status = ToolCall.Status.OK
        finally:
            self._write_down(request, status, time.perf_counter() - start)

    def keep(self, content: "File[Any]", size: int) -> None:
        """Write the content to the storage. Raises RefusedError."""
        fill(self.file, content, size)

    def labels(self) -> dict[str, str]:
        """Return the columns of the audit that name the credential."""
        return {"credential": self.label}

    def _write_down(self, request: HttpRequest, status: str, seconds: float) -> None:
        """Add the same row to the audit as a call of the tool upload_file."""
        user = self.credential.user if self.credential else None
        ToolCall.objects.create(
            time=timezone.now(),
            user_id=user.pk if user else None,
            email=user.get_username() if user else "",
            **self.labels(),
            credential_name=printable(self.credential.name, 100) if self.credential else "",
            tool="upload_file",
            status=status,
            duration_ms=round(seconds * 1000, 2),
            arguments={"name": masked("name", self.file.name)},
            client_name=printable(request.headers.get("User-Agent", ""), 100),
            address=client_address(request) or None,
            request_id=printable(request.headers.get(HEADER, ""), 64),
        )


def find(link: str) -> Upload:
    """Return the upload of a link.

    Raises RefusedError if the link is not valid, or its file does not exist.
    """
    try:
        key, asked_by = signing.loads(link, salt=UPLOAD_SALT, max_age=settings.FILE_UPLOAD_SECONDS)
    except signing.SignatureExpired:
        raise RefusedError(_("This address has expired: ask for a new one."), HTTPStatus.GONE) from None
    except signing.BadSignature:
        raise RefusedError(_("This address is incomplete or was changed."), HTTPStatus.FORBIDDEN) from None
    kind: type[Upload] = import_string(settings.FILE_UPLOAD)
    if (file := kind.find_file(UUID(key))) is None:
        raise RefusedError(_("The file of this address was deleted: ask for a new one."), HTTPStatus.GONE)
    model, pk, label = asked_by or (None, None, "")
    credential = apps.get_model(model).objects.filter(pk=pk).select_related("user").first() if model else None
    return kind(file, credential, label)
