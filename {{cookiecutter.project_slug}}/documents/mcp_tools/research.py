"""Lets the tools `search` and `fetch` of `mcp_server/tools/research.py` find documents."""

from fastmcp import FastMCP

from documents.models import Document
from documents.search import search
from mcp_server.toolkit.research import MAX_FOUND, SOURCES, Found, Page, Source, admin_page
from operations.users import User


def register_research_tools(_mcp: FastMCP) -> None:
    """Add the user's documents as a source."""
    SOURCES["document"] = Source(_find, _read)


def _find(query: str, user: User) -> list[Found]:
    found = search(Document.objects.filter(owner_id=user.pk), query)[:MAX_FOUND]
    return [Found(*_identity(key, title)) for key, title in found.values_list("pk", "title")]


def _read(key: int, user: User) -> Page | None:
    documents = Document.objects.filter(owner_id=user.pk, pk=key)
    for title, text, version in documents.values_list("title", "text", "version"):
        identity, title, url = _identity(key, title)  # noqa: PLW2901
        return Page(identity, title, text, url, {"version": str(version)})
    return None


def _identity(key: int, title: str) -> tuple[str, str, str]:
    return f"document-{key}", title, admin_page("documents_document", key)
