"""Tools for documents: texts that a user and the user's assistants write, find and change."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from django.db.models import F, QuerySet
from django.utils import timezone
from fastmcp import FastMCP
from fastmcp.exceptions import ToolError
from pydantic import Field, TypeAdapter

from documents.models import Document
from documents.quota import quota_of
from documents.search import search
from documents.tool_errors import told_to_the_model
from documents.tool_types import Body, Title, Words
from mcp_server.context import CurrentUser
from mcp_server.errors import NoSuchResourceError
from mcp_server.permissions import permission_required
from operations.users import User


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """A document without its text. get_document returns the text."""

    id: int
    title: str
    version: int
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class FoundDocument(DocumentRow):
    """A document, and the part of its text that matches the query."""

    excerpt: str


@dataclass(frozen=True, slots=True)
class WholeDocument(DocumentRow):
    """A document with its text."""

    text: str


type Id = Annotated[int, Field(ge=1, description="The id that search_documents gives.")]

COLUMNS = ("id", "title", "version", "updated_at")


def register_documents_tools(mcp: FastMCP) -> None:
    """Add the tools and the resource of documents."""

    @mcp.tool(
        title="Create a document",
        auth=permission_required("documents.add_document"),
        annotations={"destructiveHint": False, "idempotentHint": False, "openWorldHint": False},
        meta={"audit": ["title"]},
    )
    def create_document(title: Title, text: Body, user: User = CurrentUser()) -> DocumentRow:
        """Save a text as a new document, which only this user and the user's assistants see.

        Calling twice creates two documents. To change an existing document, use update_document.
        """
        with told_to_the_model(), quota_of(user.pk):
            # The key rather than the user, because with MCP_REQUIRE_AUTH=False the user is anonymous.
            document = Document.objects.create(owner_id=user.pk, title=title, text=text)
        return DocumentRow(document.pk, title, document.version, document.updated_at)

    @mcp.tool(
        title="Update a document",
        auth=permission_required("documents.change_document"),
        annotations={"destructiveHint": True, "idempotentHint": False, "openWorldHint": False},
        meta={"audit": ["id", "version"]},
    )
    def update_document(
        id: Id,  # noqa: A002 - the name clients see
        version: Annotated[int, Field(ge=1, description="The version that you read and changed.")],
        title: Title | None = None,
        text: Body | None = None,
        user: User = CurrentUser(),
    ) -> DocumentRow:
        """Replace the title, the text or both of a document. What you omit does not change.

        Read it with get_document first, and pass its version. If somebody has changed the document
        since then, the update is refused and nothing is lost: read it again, and apply your change to the
        new text. The old text is not kept.
        """
        changes: dict[str, Any] = {
            field: value for field, value in (("title", title), ("text", text)) if value is not None
        }
        if not changes:
            raise ToolError("There is nothing to change: give a title, a text or both.")
        changes |= {"version": F("version") + 1, "updated_at": timezone.now()}
        document = _documents_of(user).filter(pk=id)
        # One statement, so that only one of two updates of the same version can succeed.
        with told_to_the_model(), quota_of(user.pk):
            is_current = document.filter(version=version).update(**changes)
        rows = [DocumentRow(*row) for row in document.values_list(*COLUMNS)]
        if not rows:
            raise ToolError(_missing(id))
        if not is_current:
            raise ToolError(
                f"Document {id} is at version {rows[0].version}, not {version}, so nothing was changed: "
                "read it again with get_document."
            )
        return rows[0]

    @mcp.tool(title="Read a document", annotations={"readOnlyHint": True, "openWorldHint": False})
    def get_document(id: Id, user: User = CurrentUser()) -> WholeDocument:  # noqa: A002 - the name clients see
        """Read a document of this user: its whole text, and its version, which update_document needs."""
        if document := _read(user, id):
            return document
        raise ToolError(_missing(id))

    @mcp.tool(title="Search documents", annotations={"readOnlyHint": True, "openWorldHint": False})
    def search_documents(
        query: Annotated[Words, Field(description="Few words; empty for the last changed.")] = "",
        limit: Annotated[int, Field(ge=1, le=50, description="Most documents to return.")] = 10,
        user: User = CurrentUser(),
    ) -> list[FoundDocument]:
        """Find documents of this user that contain all words of the query, the best first.

        "Quotes" keep words together; `or`, and a minus before a word, work as in a search engine.
        The excerpt shows a match; get_document returns the whole text.
        """
        found = search(_documents_of(user), query)[:limit]
        return [FoundDocument(*row) for row in found.values_list(*COLUMNS, "excerpt")]

    @mcp.resource("documents://{id}", title="Document", mime_type="application/json", meta={"audit": ["id"]})
    def document(id: str, user: User = CurrentUser()) -> str:  # noqa: A002 - the name in the URI template
        """The result of get_document, for clients whose user chooses what the model reads."""
        # Not an int, because FastMCP reports a text that is not a number as an error of the server.
        key = int(id) if re.fullmatch("[0-9]{1,18}", id) else 0  # no document has this key
        if found := _read(user, key):
            return TypeAdapter(WholeDocument).dump_json(found).decode()
        raise NoSuchResourceError(f"documents://{id}", _missing(id))


def _documents_of(user: User) -> QuerySet[Document]:
    """Return the documents that this user may read and change.

    Staff see the documents of other users only in the admin.
    """
    return Document.objects.filter(owner_id=user.pk)


def _read(user: User, key: int) -> WholeDocument | None:
    found = _documents_of(user).filter(pk=key).values_list(*COLUMNS, "text")
    return next((WholeDocument(*row) for row in found), None)


def _missing(key: int | str) -> str:
    return f"There is no document {key!r}: search_documents finds those that exist."
