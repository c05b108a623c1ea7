"""Turns refusals into errors of tools, in a module apart because the web process does not import FastMCP."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import override
from fastmcp.exceptions import ToolError

from documents.errors import RefusedError


@contextmanager
def told_to_the_model() -> Iterator[None]:
    """Turn a RefusedError of the block into a ToolError, in English whatever the language of the pages is."""
    try:
        with override("en"):
            yield
    except RefusedError as error:
        raise ToolError(str(error)) from error
