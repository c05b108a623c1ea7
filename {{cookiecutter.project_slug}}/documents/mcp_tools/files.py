"""Tools for files of any type: to upload, list, read, link to and delete them."""

import binascii
import shlex
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone
from fastmcp import FastMCP
from fastmcp.exceptions import ToolError
from fastmcp.resources import ResourceContent, ResourceResult
from fastmcp.server.dependencies import get_access_token
from pydantic import Field

from documents.contents import read, reserve, store
from documents.file_types import check_size, type_of
from documents.links import make_link, make_upload_link
from documents.models import StoredFile
from documents.tool_errors import told_to_the_model
from documents.tool_types import FileName, Words
from mcp_server.context import CurrentUser, MCPAccessToken
from mcp_server.errors import NoSuchResourceError
from mcp_server.permissions import permission_required
from operations.users import User

type Key = Annotated[UUID, Field(description="The key that list_files gives.")]


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file without its content, which is the resource files://{key}. The size is in bytes."""

    key: UUID
    name: str
    content_type: str
    size: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class FilePage:
    """One page of a list, with the number of pages."""

    files: list[FileRow]
    page: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class FileLink:
    """An address from which anyone can download the file without a log-in, until `expires_at`."""

    url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class UploadAddress:
    """An address that accepts the file once. After that, the file has this key, and is listed."""

    url: str
    expires_at: datetime
    key: UUID
    content_type: str
    max_bytes: int
    curl: str


def register_files_tools(mcp: FastMCP) -> None:
    """Add the tools and the resource of files."""

    @mcp.tool(
        title="Upload a file",
        auth=permission_required("documents.add_storedfile"),
        annotations={"destructiveHint": False, "idempotentHint": False, "openWorldHint": False},
        meta={"audit": ["name"]},
    )
    def upload_file(
        name: FileName,
        content: Annotated[str, Field(description="The whole content, in the `encoding`.")],
        encoding: Annotated[
            Literal["text", "base64"], Field(description="base64 (RFC 4648, section 4) if it is not text.")
        ] = "text",
        user: User = CurrentUser(),
    ) -> FileRow:
        """Save a file that you write yourself, which only this user and the user's assistants see.

        Send text as it is, and an image or other binary file as base64. For a file that the user has, use
        request_upload instead. The extension of the name says the type. If the file is refused, nothing is
        saved. Several files may have the same name: each upload is a new file with its own key.
        """
        with told_to_the_model():
            content_type = type_of(name)
            data = _encode(content) if encoding == "text" else _decode(content)
            check_size(len(data))
            return _row(store(user, name, content_type, data))

    @mcp.tool(
        title="Ask for a file",
        auth=permission_required("documents.add_storedfile"),
        annotations={"destructiveHint": False, "idempotentHint": False, "openWorldHint": False},
        meta={"audit": ["name", "type"]},
    )
    def request_upload(
        name: FileName,
        type: Annotated[  # noqa: A002 - the name clients see
            str, Field(max_length=100, description="Such as application/pdf; empty for that of the name.")
        ] = "",
        user: User = CurrentUser(),
    ) -> UploadAddress:
        """Get an address to which the user uploads one of their files directly.

        Give the user `url`: it opens a page with a file picker, without a log-in. If you can run programs
        where the file is, run `curl` instead. The address accepts one file, under this name, until
        `expires_at`. Anyone who has the address can use it, so show it only to the user. list_files shows
        the files that have arrived.
        """
        with told_to_the_model():
            content_type = type_of(name)
            if type and type.lower() != content_type:
                raise ToolError(f"{name!r} is {content_type}, not {type!r}: omit the type.")
            file = reserve(user, name, content_type)
        caller = get_access_token()
        credential, label = (
            (caller.credential, caller.client_id) if isinstance(caller, MCPAccessToken) else (None, "")
        )
        url = make_upload_link(file, credential, label)
        return UploadAddress(
            url,
            expires_at=timezone.now() + timedelta(seconds=settings.FILE_UPLOAD_SECONDS),
            key=file.key,
            content_type=content_type,
            max_bytes=settings.FILE_MAX_SIZE,
            curl=f"curl --upload-file {shlex.quote(name)} {shlex.quote(url)}",
        )

    @mcp.tool(title="List files", annotations={"readOnlyHint": True, "openWorldHint": False})
    def list_files(
        name: Annotated[Words, Field(description="A part of the name; empty for all files.")] = "",
        page: Annotated[int, Field(ge=1, le=100_000, description="Starts at 1.")] = 1,
        page_size: Annotated[int, Field(ge=1, le=100, description="Files on a page.")] = 20,
        user: User = CurrentUser(),
    ) -> FilePage:
        """List the files of this user, the newest first, one page at a time.

        `pages` is the number of pages. The content of a file is the resource files://{key};
        get_file_url returns an address from which to download it.
        """
        files = _files_of(user).filter(name__icontains=name)
        total = files.count()
        start = (page - 1) * page_size
        return FilePage(
            files=[_row(file) for file in files[start : start + page_size]],
            page=page,
            pages=-(-total // page_size),
            total=total,
        )

    @mcp.tool(title="Link to a file", annotations={"readOnlyHint": True, "openWorldHint": False})
    def get_file_url(key: Key, user: User = CurrentUser()) -> FileLink:
        """Get an address from which a person or another program can download the file.

        The address needs no log-in, so give it only to people who may have the file. It works until
        `expires_at`; call again for a new one.
        """
        file = _find(user, key)
        expires_at = timezone.now() + timedelta(seconds=settings.FILE_URL_SECONDS)
        return FileLink(make_link(file), expires_at)

    @mcp.tool(
        title="Delete a file",
        auth=permission_required("documents.delete_storedfile"),
        annotations={"destructiveHint": True, "idempotentHint": True, "openWorldHint": False},
        meta={"confirm": True, "audit": ["key"]},
    )
    def delete_file(key: Key, user: User = CurrentUser()) -> str:
        """Delete a file for good. This cannot be undone, and links to the file stop working."""
        file = _find(user, key)
        file.delete()
        return f"{file.name} was deleted."

    # The files have various types. Without a type here, FastMCP would list all of them as text/plain.
    @mcp.resource(
        "files://{key}", title="File", mime_type="application/octet-stream", meta={"audit": ["key"]}
    )
    def file(key: str, user: User = CurrentUser()) -> ResourceResult:
        """A file of this user, by its key: as text if it is text, otherwise as binary data."""
        # Not a UUID, because FastMCP reports a text that is no UUID as an error of the server.
        try:
            found = _find(user, UUID(key))
        except (ValueError, ToolError):
            raise NoSuchResourceError(f"files://{key}", _missing(key)) from None
        with told_to_the_model():
            content = read(found)
        return ResourceResult([ResourceContent(_as_text(found, content), found.content_type)])


def _files_of(user: User) -> QuerySet[StoredFile]:
    """Return the complete files of this user. Staff see the files of other users only in the admin."""
    return StoredFile.objects.filter(owner_id=user.pk, stored_at__isnull=False)


def _find(user: User, key: UUID) -> StoredFile:
    """Return a file of this user. Raises ToolError if it does not exist."""
    file = _files_of(user).filter(pk=key).first()
    if file is None:
        raise ToolError(_missing(str(key)))
    return file


def _missing(key: str) -> str:
    return f"There is no file {key!r}: list_files shows the ones that exist."


def _row(file: StoredFile) -> FileRow:
    return FileRow(file.key, file.name, file.content_type, file.size or 0, file.created_at)


def _encode(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise ToolError("The content is not valid Unicode: send it as base64.") from error


def _decode(content: str) -> bytes:
    """Return the decoded bytes. Raises ToolError if `content` is not base64."""
    try:
        return binascii.a2b_base64("".join(content.split()), strict_mode=True)
    except ValueError as error:
        raise ToolError(f"The content is not base64 (RFC 4648, section 4): {error}.") from error


def _as_text(file: StoredFile, content: bytes) -> str | bytes:
    """Return text if the type is a text and the content is UTF-8, and bytes otherwise."""
    if not file.content_type.startswith("text/") and not file.content_type.endswith(("json", "xml", "yaml")):
        return content
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content
