"""Types for the arguments of the tools. A wrong value is refused before the tool runs."""

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

from documents.models import MAX_NAME, MAX_TEXT
from mcp_server.toolkit.types import without_nul


def _plain_name(name: str) -> str:
    """Refuse paths, and characters that could make a name look like another one."""
    if not name.isprintable() or "/" in name or "\\" in name:
        raise ValueError("a name must not have a slash, a backslash or an invisible character")
    return name


type Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_NAME),
    AfterValidator(without_nul),
]
type Body = Annotated[
    str, Field(max_length=MAX_TEXT, description="All of it, such as Markdown."), AfterValidator(without_nul)
]
type Words = Annotated[
    str, StringConstraints(strip_whitespace=True, max_length=MAX_NAME), AfterValidator(without_nul)
]
type FileName = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MAX_NAME),
    Field(description="With its extension, which says the type: 'report.pdf'."),
    AfterValidator(_plain_name),
]
