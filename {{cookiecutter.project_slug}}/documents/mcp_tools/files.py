"""Files of any type: kept for a user, listed, read, handed out by links."""

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
    """A file without its content, which the resource files://{key} has. The size is in bytes."""

    key: UUID
    name: str
    content_type: str
    size: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class FilePage:
    """One page of a list, with what is needed to ask for the next."""

    files: list[FileRow]
    page: int
    pages: int
    total: int


@dataclass(frozen=True, slots=True)
class FileLink:
    """An address from which a browser or a program downloads the file without a log-in, for a while."""

    url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class UploadAddress:
    """Where the file is uploaded, once. Until then it is in no list; then it has this key."""

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
        content: Annotated[str, Field(description="All of it, written as `encoding` says.")],
        encoding: Annotated[
            Literal["text", "base64"], Field(description="base64 for what is not text (RFC 4648, section 4).")
        ] = "text",
        user: User = CurrentUser(),
    ) -> FileRow:
        """Keep a file, which only this user and the user's assistants see.

        For what you write yourself: text as it is, an image or other binary file in base64. A file that the
        user has goes past you, to an address of request_upload. The ending of the name tells the type.
        Either the whole file is kept or, when it is refused, nothing. A name may be there already: each
        upload is a file of its own, with its own key.
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
            str, Field(max_length=100, description="Such as application/pdf; empty: as the name says.")
        ] = "",
        user: User = CurrentUser(),
    ) -> UploadAddress:
        """Get an address to which the user uploads a file of theirs, without you in between.

        Give the user `url`: it opens a page with a file picker, without a log-in. If you can run programs
        where the file is, `curl` uploads it. The address takes one file, kept under this name, until
        `expires_at`. Who has it needs nothing else, so show it to nobody but the user. list_files shows
        what has arrived.
        """
        with told_to_the_model():
            content_type = type_of(name)
            if type and type.lower() != content_type:
                raise ToolError(f"{name!r} is {content_type}, not {type!r}: leave the type out.")
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
        name: Annotated[Words, Field(description="Only files with this in their name; empty for all.")] = "",
        page: Annotated[int, Field(ge=1, le=100_000, description="Starts at 1.")] = 1,
        page_size: Annotated[int, Field(ge=1, le=100, description="Files on a page.")] = 20,
        user: User = CurrentUser(),
    ) -> FilePage:
        """List the files of this user, the newest first, one page at a time.

        `pages` tells how many pages there are. The content of a file is the resource files://{key};
        get_file_url gives an address to download it from.
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
        """Get an address from which the file is downloaded, for a person or another program.

        Who has the address needs no log-in, so give it only to those who may have the file. It works
        until `expires_at`; ask again for a new one.
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
        """Delete a file for good. There is no undo, and links to it stop working."""
        file = _find(user, key)
        file.delete()
        return f"{file.name} was deleted."

    # Of any type. FastMCP would say that all are text/plain.
    @mcp.resource(
        "files://{key}", title="File", mime_type="application/octet-stream", meta={"audit": ["key"]}
    )
    def file(key: str, user: User = CurrentUser()) -> ResourceResult:
        """A file of this user, by its key: as text when it is text, otherwise as binary data."""
        # Not declared a UUID: FastMCP reports one that does not parse as a failure of the server.
        try:
            found = _find(user, UUID(key))
        except (ValueError, ToolError):
            raise NoSuchResourceError(f"files://{key}", _missing(key)) from None
        with told_to_the_model():
            content = read(found)
        return ResourceResult([ResourceContent(_as_text(found, content), found.content_type)])


def _files_of(user: User) -> QuerySet[StoredFile]:
    """Return the files of this user that are complete. Nobody sees more here; the admin shows all."""
    return StoredFile.objects.filter(owner_id=user.pk, stored_at__isnull=False)


def _find(user: User, key: UUID) -> StoredFile:
    """Return a file of this user. Raises ToolError when there is none."""
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
    """Return the bytes that `content` stands for. Raises ToolError unless it is base64."""
    try:
        return binascii.a2b_base64("".join(content.split()), strict_mode=True)
    except ValueError as error:
        raise ToolError(f"The content is not base64 (RFC 4648, section 4): {error}.") from error


def _as_text(file: StoredFile, content: bytes) -> str | bytes:
    """Return text for a type that is text, if it is: some such files have other encodings than UTF-8."""
    if not file.content_type.startswith("text/") and not file.content_type.endswith(("json", "xml", "yaml")):
        return content
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content
