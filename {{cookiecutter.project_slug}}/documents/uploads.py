"""Files for an address of `links.make_upload_link`: whether one is taken, and what of it is kept."""

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
    """What an address stands for."""

    file: StoredFile
    credential: Credential | None
    label: str

    @classmethod
    def find_file(cls, key: UUID) -> StoredFile | None:
        """Return the file that a signed key stands for."""
        return StoredFile.objects.select_related("owner").filter(pk=key).first()

    def check(self) -> None:
        """Raise RefusedError unless a call of a tool would be let in now, and could upload."""
        credential = self.credential
        if credential is None and not settings.MCP_REQUIRE_AUTH:
            return
        if reason_to_refuse(credential) or credential is None:
            text = _("The token or app that asked for this address is not let in any more.")
            raise RefusedError(text, HTTPStatus.FORBIDDEN)
        if not self.may_upload(credential):
            text = _("Who asked for this address may not upload files any more.")
            raise RefusedError(text, HTTPStatus.FORBIDDEN)

    def check_is_open(self) -> None:
        """Raise RefusedError if the address takes no file any more. That leaves no row in the audit."""
        self.check()
        if self.file.size is not None:
            raise uploaded_before()

    def may_upload(self, credential: Credential) -> bool:
        """Whether who asked for the address, and is let in, may upload the file still."""
        return (
            credential.may_write
            and credential.user.has_perm(PERMISSION)
            and check_tool_permission(credential, "request_upload")
        )

    def receive(self, request: HttpRequest, content: "File[Any]", size: int) -> None:
        """Take the content, and write down what came of it. Raises RefusedError."""
        self.check_is_open()
        start, status = time.perf_counter(), ToolCall.Status.ERROR
        try:
            check_size(size)
            self.keep(content, size)
            status = ToolCall.Status.OK
        finally:
            self._write_down(request, status, time.perf_counter() - start)

    def keep(self, content: "File[Any]", size: int) -> None:
        """Put the content into the storage. Raises RefusedError."""
        fill(self.file, content, size)

    def labels(self) -> dict[str, str]:
        """Return the columns of the audit that say who uploads, and for whom."""
        return {"credential": self.label}

    def _write_down(self, request: HttpRequest, status: str, seconds: float) -> None:
        """Add to the audit what the tool that takes the same file in a call adds."""
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
    """Return what a link stands for. Raises RefusedError."""
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
