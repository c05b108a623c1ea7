"""Suggestions for the arguments of prompts and resource templates.

MCP has one completion handler for a server. A tool module adds its arguments to it:

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
MAX_DIGITS = 18  # every number with this many digits fits into a 64-bit column

type Completer = Callable[[str], list[str]]

_completers: dict[tuple[str, str], Completer] = {}


def completes(component: str, argument: str) -> Callable[[Completer], Completer]:
    """Register a function that takes the text typed so far, and returns suggestions.

    Args:
        component: the name of a prompt, or the URI template of a resource.
        argument: the name of its argument.
    """

    def register(completer: Completer) -> Completer:
        _completers[component, argument] = completer
        return completer

    return register


def begins_with(field: str, digits: str) -> Q:
    """Return the condition that a number begins with `digits`. Without digits, every number matches.

    The numbers that begin with 7 are 7, 70 to 79, 700 to 799 and so on: ranges, for which a database can use
    an index. For `startswith`, it would have to convert the number of every row to text.
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
        # FastMCP has checked that the caller may see the component.
        name = reference.name if isinstance(reference, PromptReference) else reference.uri
        if max(map(len, (name, argument.name, argument.value))) > MAX_NAME:
            return Completion(values=[])
        completer = _completers.get((name, argument.name))
        if completer is None:
            return Completion(values=[])
        values = await in_thread(completer, argument.value)
        return Completion(values=values[:MAX_VALUES], has_more=len(values) > MAX_VALUES)
