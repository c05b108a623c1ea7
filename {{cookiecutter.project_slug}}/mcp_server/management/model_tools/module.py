"""Writes the module of tools: its head, and for each model its types, its tools and its functions."""

from collections.abc import Sequence

from mcp_server.management.model_tools.arguments import Arguments
from mcp_server.management.model_tools.layout import Imports
from mcp_server.management.model_tools.plan import Plan
from mcp_server.management.model_tools.results import (
    class_names,
    write_functions,
    write_results,
    write_visible,
)
from mcp_server.management.model_tools.tools import write_changes, write_tools

DOES = {
    "list": "listing",
    "search": "searching",
    "get": "reading",
    "create": "adding",
    "update": "changing",
    "delete": "deleting",
}


def write_module(domain: str, plans: Sequence[Plan]) -> str:
    """Return the text of `mcp_server/tools/<domain>.py`."""
    imports = Imports()
    imports.use("fastmcp", "FastMCP")
    visible = {plan.model: plan.names.visible for plan in plans}
    for name in {name for plan in plans for name in (plan.names.model, *class_names(plan))}:
        imports.define(name)
    arguments = {plan.model: Arguments(plan, visible, imports) for plan in plans}
    results = [write_results(plan, imports) for plan in plans]
    tools = [write_tools(plan, arguments[plan.model], imports) for plan in plans]
    functions = [write_functions(plan) for plan in plans]
    changes = [write_changes(plan, arguments[plan.model], imports) for plan in plans]
    types = [arguments[plan.model].types() for plan in plans]
    if len(plans) == 1:
        registers = [_register(f"register_{domain}_tools", "the tools", tools[0])]
    else:
        calls = "\n".join(f"    _register_{plan.names.many}(mcp)" for plan in plans)
        registers = [
            _register(f"register_{domain}_tools", "the tools", calls, gap=""),
            *(
                _register(f"_register_{plan.names.many}", f"the tools for {plan.names.several}", text)
                for plan, text in zip(plans, tools, strict=True)
            ),
        ]
    head = _docstring(plans)
    visible_to = [write_visible(plan, imports) for plan in plans]
    kinds = [text for of_model in zip(types, results, changes, strict=True) for text in of_model if text]
    blocks = [*visible_to, *kinds, *registers, *functions]
    imports.use_one_user()
    return "\n\n".join([f"{head}\n\n{imports}\n", *(f"{block}\n" for block in blocks)])


def _register(name: str, what: str, body: str, gap: str = "\n") -> str:
    return f'def {name}(mcp: FastMCP) -> None:\n    """Add {what} to `mcp`."""\n{gap}{body}'


def _docstring(plans: Sequence[Plan]) -> str:
    several = _listed([plan.names.several for plan in plans])
    done = _listed([word for tool, word in DOES.items() if any(tool in plan.tools for plan in plans)])
    first = f"{several.capitalize()}: {done}."
    notes = [
        note if len(plans) == 1 else f"{plan.names.words.capitalize()}: {note[0].lower()}{note[1:]}"
        for plan in plans
        for note in plan.notes
    ]
    if len(first) > 100:  # noqa: PLR2004
        first = f"Tools for {len(plans)} models: {done}."
    if not notes:
        return f'"""{first}"""'
    lines = "\n".join(f"- {note}" for note in notes)
    return f'"""{first}\n\nWhat `manage.py add_mcp_tools` left out:\n\n{lines}\n"""'


def _listed(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]
