"""Asks the user before a tool acts: `@mcp.tool(meta={"confirm": True})`.

A client of revision 2026-07-28 gets the question as the answer to its call, and calls again with the user's
reply. An older client is asked while its call waits, which needs MCP_STATELESS=False. If the client cannot
ask, the call goes ahead, because clients themselves ask before a tool with `destructiveHint`; with
`meta={"confirm": "required"}`, the call is refused.
"""

import json
from itertools import starmap
from typing import Any

from fastmcp import Context
from fastmcp.exceptions import ToolError
from fastmcp.tools.base import InputRequiredToolResult, Tool
from mcp import MCPError
from mcp_types import ElicitRequest, ElicitRequestFormParams, ElicitResult, InputRequiredResult
from mcp_types.jsonrpc import MISSING_REQUIRED_CLIENT_CAPABILITY
from mcp_types.version import MODERN_PROTOCOL_VERSIONS

from mcp_server.runtime.arguments import check_names

QUESTION, ANSWER = "question", "go_ahead"
TITLE = "Go ahead"
# The box is already ticked, so accepting the form is enough. (A form without fields would do as well, but VS
# Code cannot send it.)
FORM: dict[str, Any] = {
    "type": "object",
    "properties": {ANSWER: {"type": "boolean", "title": TITLE, "default": True}},
}
ASKED = "asked"
FORMS: dict[str, Any] = {"elicitation": {"form": {}}}
SAID_NO = "The user did not confirm this call: nothing was done."
NOBODY_ANSWERED = "Nobody answered the question whether to make this call: nothing was done."
CANNOT_ASK = "This tool asks the user first, which this client does not support."
MAX_SHOWN = 300  # characters of an argument: a long one must not hide the others


class NotConfirmedError(ToolError):
    """The user declined the call, or could not be asked."""


class CannotAskError(MCPError):
    """A client of revision 2026-07-28 has not declared that it can ask its user (see "_meta" there)."""

    def __init__(self) -> None:
        super().__init__(MISSING_REQUIRED_CLIENT_CAPABILITY, CANNOT_ASK, {"requiredCapabilities": FORMS})


async def confirm(tool: Tool, arguments: dict[str, Any], context: Context) -> InputRequiredToolResult | None:
    """Return the question that the client must ask first, or None to go ahead.

    Raises NotConfirmedError or CannotAskError if the call must not go ahead.
    """
    request = context.request_context
    is_modern = request is not None and request.protocol_version in MODERN_PROTOCOL_VERSIONS
    if request is None or not _can_be_asked(context):
        if tool.meta and tool.meta["confirm"] == "required":
            raise CannotAskError if is_modern else NotConfirmedError(CANNOT_ASK)
        return None
    check_names(arguments, tool.parameters.get("required", ()), tool.parameters["properties"])
    question = f"Go ahead? {tool.title or tool.name}: {', '.join(starmap(_shown, arguments.items()))}"
    if is_modern:
        answers = context.input_responses or {}
        if context.request_state != ASKED or QUESTION not in answers:
            return _ask_with_the_answer(question)
        _check(answers[QUESTION])
    else:
        _check(await _ask_while_the_call_waits(question, context))
    return None


def _ask_with_the_answer(question: str) -> InputRequiredToolResult:
    # The SDK seals the state with the caller, the tool and its arguments, so it confirms no other call.
    form = ElicitRequestFormParams(message=question, requested_schema=FORM)
    return InputRequiredToolResult(
        InputRequiredResult(input_requests={QUESTION: ElicitRequest(params=form)}, request_state=ASKED)
    )


def _check(answer: object) -> None:
    """Raise NotConfirmedError unless the answer is yes."""
    action = answer.action if isinstance(answer, ElicitResult) else ""
    if action == "cancel":
        raise NotConfirmedError(NOBODY_ANSWERED)
    content = (answer.content or {}) if isinstance(answer, ElicitResult) else {}
    if action != "accept" or content not in ({}, {ANSWER: True}):
        raise NotConfirmedError(SAID_NO)


async def _ask_while_the_call_waits(question: str, context: Context) -> ElicitResult:
    try:
        return await context.session.elicit(question, FORM, related_request_id=context.request_id)
    except (MCPError, ValueError) as error:  # an error of the client would become the error of the call
        raise NotConfirmedError("The client failed to ask the user: nothing was done.") from error


def _shown(name: str, value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return f"{name}: {text if len(text) <= MAX_SHOWN else f'{text[:MAX_SHOWN]}…'}"


def _can_be_asked(context: Context) -> bool:
    capabilities = context.session.client_capabilities
    asks = capabilities and capabilities.elicitation
    # An empty capability is from the first revisions, which had only forms.
    return bool(asks and (asks.form or not asks.url))
