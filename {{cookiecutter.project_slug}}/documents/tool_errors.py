"""Lets a model read why something was refused. The web process, which has no FastMCP, refuses the same."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import override
from fastmcp.exceptions import ToolError

from documents.errors import RefusedError


@contextmanager
def told_to_the_model() -> Iterator[None]:
    """Turn a refusal of the block into a ToolError, in English whatever the language of the pages."""
    try:
        with override("en"):
            yield
    except RefusedError as error:
        raise ToolError(str(error)) from error
