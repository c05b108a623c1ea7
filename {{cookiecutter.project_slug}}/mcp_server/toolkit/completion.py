"""Suggestions for the arguments of prompts and resource templates.

MCP has one completion handler a server; here each tool module adds its own arguments to it:

    @completes("sales_report", "category")
    def categories(typed: str) -> list[str]: ...
"""

from collections.abc import Callable
from functools import reduce
from operator import or_

from django.db.models import Q
from fastmcp import FastMCP
from mcp_types import (
    Completion,
    CompletionArgument,
    CompletionContext,
    PromptReference,
    ResourceTemplateReference,
)

from mcp_server.errors import MAX_NAME
from operations.connections import in_thread

MAX_VALUES = 100  # the protocol's limit for one answer
MAX_DIGITS = 18  # every number of so many fits into a 64-bit column

type Completer = Callable[[str], list[str]]

_completers: dict[tuple[str, str], Completer] = {}


def completes(component: str, argument: str) -> Callable[[Completer], Completer]:
    """Register a function that is given what was typed so far and returns the suggestions.

    Args:
        component: name of a prompt, or URI template of a resource.
        argument: name of its argument.
    """

    def register(completer: Completer) -> Completer:
        _completers[component, argument] = completer
        return completer

    return register


def begins_with(field: str, digits: str) -> Q:
    """Return the condition that a number begins with `digits`: all do, if there are none.

    What begins with 7 is 7, 70 to 79, 700 to 799 and so on: ranges, which a database reads from an index.
    For `startswith` it writes the number of every row as text.
    """
    if not digits:
        return Q()
    at_least, below = f"{field}__gte", f"{field}__lt"
    powers = [10**more for more in range(MAX_DIGITS - len(digits) + 1)]
    first = int(digits)
    return reduce(or_, (Q((at_least, first * power), (below, (first + 1) * power)) for power in powers))


def add_completion(mcp: FastMCP) -> None:
    """Answer `completion/complete` from the registered functions."""

    @mcp.completion
    async def complete(
        reference: PromptReference | ResourceTemplateReference,
        argument: CompletionArgument,
        _context: CompletionContext | None,
    ) -> Completion:
        # FastMCP has asked whether the caller may see it.
        name = reference.name if isinstance(reference, PromptReference) else reference.uri
        if max(map(len, (name, argument.name, argument.value))) > MAX_NAME:
            return Completion(values=[])
        completer = _completers.get((name, argument.name))
        if completer is None:
            return Completion(values=[])
        values = await in_thread(completer, argument.value)
        return Completion(values=values[:MAX_VALUES], has_more=len(values) > MAX_VALUES)
