"""Writes what tools return: the dataclasses of a model, and the functions that fill them."""

from collections.abc import Sequence

from mcp_server.management.model_tools.columns import Column, plain_key
from mcp_server.management.model_tools.field_types import plain_type, result_type
from mcp_server.management.model_tools.layout import Imports, in_lines
from mcp_server.management.model_tools.left_out import kind_of
from mcp_server.management.model_tools.names import article, variable
from mcp_server.management.model_tools.plan import Plan


def write_results(plan: Plan, imports: Imports) -> str:
    """Return the dataclasses: a row, a row with all there is, a page and what was found."""
    imports.use("dataclasses", "dataclass")
    names, shown = plan.names, plan.columns.shown
    key = plain_type(plain_key(plan.model), imports)
    short = [f"id: {key}", *_fields([column for column in shown if not column.is_long], imports)]
    kind = article(names.words)
    text = f"{kind[0].upper()}{kind[1:]}"
    decimals = any(kind_of(column.value) == "DecimalField" for column in shown)
    note = "; a decimal number is in a string" if decimals else ""
    blocks = []
    if plan.has_details:
        more = _fields([column for column in shown if column.is_long], imports)
        blocks += [
            _dataclass(row_of(plan), f"{text} in short{note}; get_{names.one} shows all of it.", short),
            _dataclass(
                f"{names.model}Details", f"{text} with all that tools show of it.", more, row_of(plan)
            ),
        ]
    else:
        blocks.append(_dataclass(row_of(plan), f"{text}{note}.", short))
    rows = f"{names.many}: list[{row_of(plan)}]"
    page = [rows, f"after_id: {key} | None"]
    blocks.append(
        _dataclass(
            page_class(plan),
            "One page of a list. `after_id` is what asks for the next; null on the last.",
            page,
        )
    )
    if "search" in plan.tools:
        blocks.append(_dataclass(found_class(plan), "What was found.", [rows]))
    return "\n\n\n".join(blocks)


def write_visible(plan: Plan, imports: Imports) -> str:
    """Return the function that says who may see which rows."""
    imports.use("django.db.models", "QuerySet")
    imports.use("operations.users", "User")
    imports.use(plan.model.__module__, plan.model.__name__)
    names = plan.names
    joined = sorted(
        column.field.name
        for column in plan.columns.shown
        if column.key not in {"", "pk"} and not column.is_list
    )
    begin = "return" if not (reason := plan.rules.superusers_only(plan.model)) else "rows ="
    rows = f"    {begin} {plan.manager}.all()"
    if joined:
        rows = in_lines(f"{begin} {plan.manager}.select_related(", [f'"{name}"' for name in joined], ")", 4)
    if reason:
        rows += f"\n    return rows if user.is_superuser else rows.none()  # {reason}"
    return (
        f"def {names.visible}(user: User) -> QuerySet[{names.model}]:\n"
        f'    """Return the {names.several} that `user` may see and change: the place to restrict."""\n{rows}'
    )


def write_functions(plan: Plan) -> str:
    """Return the functions that fill the dataclasses."""
    short = [column for column in plan.columns.shown if not column.is_long]
    blocks = [_filler(plan, f"{plan.names.one}_row", row_of(plan), short)]
    if plan.has_details:
        blocks.append(_filler(plan, filler(plan), details_class(plan), plan.columns.shown))
    return "\n\n\n".join(blocks)


def class_names(plan: Plan) -> list[str]:
    """Return the names of all classes and of the key's type, which no other type may have."""
    names = [row_of(plan), details_class(plan), page_class(plan), found_class(plan)]
    return [*names, f"{plan.names.model}Changes"]


def row_of(plan: Plan) -> str:
    """Return the name of the dataclass of a row in a list."""
    return f"{plan.names.model}Row"


def details_class(plan: Plan) -> str:
    """Return the name of the dataclass of a row by itself."""
    return f"{plan.names.model}{'Details' if plan.has_details else 'Row'}"


def page_class(plan: Plan) -> str:
    """Return the name of the dataclass of a page."""
    return f"{plan.names.model}Page"


def found_class(plan: Plan) -> str:
    """Return the name of the dataclass of what a search finds."""
    return f"Found{plural_class(plan)}"


def plural_class(plan: Plan) -> str:
    """Return `OrderLines` for `order_lines`."""
    return "".join(word.capitalize() for word in plan.names.many.split("_"))


def filler(plan: Plan) -> str:
    """Return the name of the function that shows a row by itself."""
    return f"{plan.names.one}_{'details' if plan.has_details else 'row'}"


def _fields(columns: Sequence[Column], imports: Imports) -> list[str]:
    return [f"{column.name}: {result_type(column, imports)}" for column in columns]


def _dataclass(name: str, doc: str, fields: Sequence[str], base: str = "") -> str:
    head = f"class {name}({base}):" if base else f"class {name}:"
    lines = "\n".join(f"    {field}" for field in fields)
    return f'@dataclass(frozen=True, slots=True)\n{head}\n    """{doc}"""\n\n{lines}'


def _filler(plan: Plan, name: str, result: str, columns: Sequence[Column]) -> str:
    row = variable(plan.names.one, {"user"})
    values = [f"id={row}.pk", *(f"{column.name}={_value(row, column)}" for column in columns)]
    body = in_lines(f"return {result}(", values, ")", 4)
    what = (
        f"{article(plan.names.words)} in a list"
        if name.endswith("_row") and plan.has_details
        else article(plan.names.words)
    )
    head = in_lines(f"def {name}(", [f"{row}: {plan.names.model}"], f") -> {result}:")
    return f'{head}\n    """Return what tools show of {what}."""\n{body}'


def _value(row: str, column: Column) -> str:
    if column.is_list:
        other = variable(column.target.__name__.lower(), {row})
        return f"[{other}.{column.key} for {other} in {row}.{column.field.name}.all()]"
    if column.key in {"", "pk"}:
        return f"{row}.{column.name}"
    value = f"{row}.{column.field.name}.{column.key}"
    return f"{value} if {row}.{column.field.name} else None" if column.field.null else value
