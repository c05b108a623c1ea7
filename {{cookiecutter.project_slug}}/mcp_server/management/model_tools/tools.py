"""Writes the tools of a model, in the order in which an owner reads them."""

from collections.abc import Sequence

from mcp_server.management.model_tools.arguments import Arguments, signature
from mcp_server.management.model_tools.layout import Imports, in_lines, laid_out, quoted
from mcp_server.management.model_tools.names import article, variable
from mcp_server.management.model_tools.plan import Plan
from mcp_server.management.model_tools.results import details_class, filler, found_class, page_class

READS = '{"readOnlyHint": True, "openWorldHint": False}'
ADDS = '{"destructiveHint": False, "idempotentHint": False, "openWorldHint": False}'
CHANGES = '{"destructiveHint": True, "idempotentHint": True, "openWorldHint": False}'


def write_tools(plan: Plan, arguments: Arguments, imports: Imports) -> str:
    """Return the functions of the tools, inside of the one that registers them."""
    imports.use("mcp_server.permissions", "permission_required")
    imports.use("mcp_server.context", "CurrentUser")
    writers = {
        "list": _list,
        "search": _search,
        "get": _get,
        "create": _create,
        "update": _update,
        "delete": _delete,
    }
    return "\n\n".join(
        write(plan, arguments, imports) for tool, write in writers.items() if tool in plan.tools
    )


def write_changes(plan: Plan, arguments: Arguments, imports: Imports) -> str:
    """Return the class of changes: a dictionary, where null is not the same as left out."""
    if "update" not in plan.tools:
        return ""
    imports.use("typing", "TypedDict")
    imports.use("pydantic", "ConfigDict")
    imports.use("pydantic", "with_config")
    lines = "\n".join(f"    {line}" for line in arguments.of_changes())
    return (
        '@with_config(ConfigDict(extra="forbid"))\n'
        f"class {plan.names.model}Changes(TypedDict, total=False):\n"
        f'    """Fields to change: what is left out stays as it is, and null empties a field."""\n\n{lines}'
    )


def _list(plan: Plan, arguments: Arguments, imports: Imports) -> str:
    names, filters = plan.names, arguments.of_filters()
    user = _user(filters)
    for helper in ("PageSize", "page_of"):
        imports.use("mcp_server.toolkit.rows", helper)
    head = [
        *filters,
        f"order_by: {arguments.order_type()} = {quoted(plan.orders[0])}",
        f"after_id: {arguments.id_type} | None = None",
        "page_size: PageSize = 20",
        f"{user}: User = CurrentUser()",
    ]
    taken = {line.partition(":")[0] for line in head}
    rows, page, after = (variable(name, taken) for name in (names.many, "page", "after"))
    source = f"{names.visible}({user})"
    conditions = ""
    if plan.filters:
        imports.use("mcp_server.toolkit.rows", "given")
        lookups = [f"{each.lookup}={each.argument}" for each in plan.filters]
        inner = in_lines("**given(", lookups, ")", 12)
        one_line = in_lines(f"{rows} = {source}.filter(**given(", lookups, "))", 8)
        conditions = (
            one_line if "\n" not in one_line else f"        {rows} = {source}.filter(\n{inner}\n        )"
        )
    lines = [
        conditions or f"        {rows} = {source}",
        f"        {page}, {after} = page_of({rows}, order_by, after_id, page_size)",
        in_lines(f"return {page_class(plan)}(", [f"[{names.one}_row(row) for row in {page}]", after], ")", 8),
    ]
    narrowed = ", narrowed by what is given" if plan.filters else ""
    doc = (
        f"List {names.several}, one page at a time{narrowed}.",
        "A minus before `order_by` turns the order round. For the next page, call again with the same",
        "arguments and the `after_id` of the answer.",
    )
    return _tool(plan, "list", f"List {names.several}", READS, head, page_class(plan), doc, lines)


def _search(plan: Plan, arguments: Arguments, imports: Imports) -> str:
    names = plan.names
    for helper in ("Limit", "Words", "with_words"):
        imports.use("mcp_server.toolkit.rows", helper)
    fields = [quoted(name) for name in plan.searched]
    lines = [
        in_lines(f"{names.many} = with_words(", [f"{names.visible}(user)", "query", *fields], ")", 8),
        laid_out(f"return {found_class(plan)}([{names.one}_row(row) for row in {names.many}[:limit]])", 8),
    ]
    where = ", ".join(name.replace("_", " ") for name in plan.searched)
    first = f"Find {names.several} by {where}."
    doc = (
        first if len(first) < 95 else f"Find {names.several} by any of their texts.",  # noqa: PLR2004
        "Each word of the query must be a part of one of them; upper and lower case are the same.",
    )
    head = ["query: Words", "limit: Limit = 10", "user: User = CurrentUser()"]
    return _tool(plan, "search", f"Search {names.several}", READS, head, found_class(plan), doc, lines)


def _get(plan: Plan, arguments: Arguments, imports: Imports) -> str:
    imports.use("mcp_server.toolkit.rows", "find")
    names = plan.names
    head = [f"{arguments.id_name}: {arguments.id_type}", "user: User = CurrentUser()"]
    lines = [_shown(plan, "user", arguments.id_name, 8)]
    doc = (f"Show {article(names.words)} by its id.",)
    return _tool(plan, "get", f"Get {article(names.words)}", READS, head, details_class(plan), doc, lines)


def _create(plan: Plan, arguments: Arguments, imports: Imports) -> str:
    for helper in ("find", "given", "save"):
        imports.use("mcp_server.toolkit.rows", helper)
    imports.use("django.db", "transaction")
    names, new = plan.names, arguments.of_new_row()
    user = _user(new)
    taken = {line.partition(":")[0] for line in new}
    row = variable(names.one, taken | {user})
    values = in_lines("given(", [f"{column.name}={column.name}" for column in plan.for_new], ")", 16).strip()
    parts = [f"{names.model}()", values, *arguments.lookups(plan.for_new, user)]
    lines = [
        "        with transaction.atomic():",
        in_lines(f"{row} = save(", parts, ")", 12),
        _shown(plan, user, f"{row}.pk", 12),
    ]
    doc = (f"Add {article(names.words)}.", "What is left out has its default. Calling twice adds two.")
    head = [*new, f"{user}: User = CurrentUser()"]
    return _tool(plan, "create", f"Add {article(names.words)}", ADDS, head, details_class(plan), doc, lines)


def _update(plan: Plan, arguments: Arguments, imports: Imports) -> str:
    for helper in ("find", "locked", "save"):
        imports.use("mcp_server.toolkit.rows", helper)
    imports.use("django.db", "transaction")
    imports.use("fastmcp.exceptions", "ToolError")
    names = plan.names
    key = arguments.id_name
    row = variable(names.one, {"user", "changes", key})
    parts = [row, "changes", *arguments.lookups(plan.for_changes, "user")]
    lines = [
        "        if not changes:",
        '            raise ToolError("There is nothing to change: name at least one field.")',
        "        with transaction.atomic():",
        in_lines(f"{row} = find(", [f"locked({names.visible}(user))", '"pk"', key], ")", 12),
        in_lines("save(", parts, ")", 12),
        _shown(plan, "user", f"{row}.pk", 12),
    ]
    doc = (
        f"Change fields of {article(names.words)}.",
        "What is left out stays as it is. The values from before are not kept.",
    )
    head = [f"{key}: {arguments.id_type}", f"changes: {names.model}Changes", "user: User = CurrentUser()"]
    title = f"Change {article(names.words)}"
    return _tool(
        plan, "update", title, CHANGES, head, details_class(plan), doc, lines, f'{{"audit": ["{key}"]}}'
    )


def _delete(plan: Plan, arguments: Arguments, imports: Imports) -> str:
    for helper in ("Deleted", "delete", "find", "locked"):
        imports.use("mcp_server.toolkit.rows", helper)
    imports.use("django.db", "transaction")
    names, key = plan.names, arguments.id_name
    lines = [
        "        with transaction.atomic():",
        in_lines("return delete(", [f'find(locked({names.visible}(user)), "pk", {key})'], ")", 12),
    ]
    doc = (
        f"Delete {article(names.words)}, and what depends on it.",
        "There is no undo. What others need is not deleted.",
    )
    head = [f"{key}: {arguments.id_type}", "user: User = CurrentUser()"]
    meta = f'{{"confirm": True, "audit": ["{key}"]}}'
    return _tool(plan, "delete", f"Delete {article(names.words)}", CHANGES, head, "Deleted", doc, lines, meta)


def _shown(plan: Plan, user: str, key: str, indent: int) -> str:
    """Return the statement that returns a row, if the user may see it."""
    found = f'find({plan.names.visible}({user}), "pk", {key})'
    return in_lines(f"return {filler(plan)}(", [found], ")", indent)


def _tool(  # noqa: PLR0913, PLR0917 - the parts of a tool
    plan: Plan,
    tool: str,
    title: str,
    annotations: str,
    head: Sequence[str],
    result: str,
    doc: Sequence[str],
    body: Sequence[str],
    meta: str = "",
) -> str:
    """Return a tool: its decorator, its arguments, what the model reads, and its body."""
    options = [
        f"title={quoted(title)}",
        f'auth=permission_required("{plan.permission(tool)}")',
        f"annotations={annotations}",
        *([f"meta={meta}"] if meta else []),
    ]
    first, *rest = doc
    text = (
        f'        """{first}"""'
        if not rest
        else "\n".join([f'        """{first}', "", *(f"        {line}" for line in rest), '        """'])
    )
    return "\n".join(
        [
            in_lines("@mcp.tool(", options, ")", 4),
            in_lines(signature(f"def {plan.tools[tool]}", head), head, f") -> {result}:", 4),
            text,
            *body,
        ]
    )


def _user(arguments: Sequence[str]) -> str:
    """Return the argument that is the caller: a model may have a field `user`."""
    names = {line.partition(":")[0] for line in arguments}
    return "user" if "user" not in names else "caller"
