"""Writes tools for models, and their tests, from the templates beside this file."""

import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Model
from django.template import Context, Engine

from mcp_server.management.model_tools.arguments import Arguments
from mcp_server.management.model_tools.examples import Examples
from mcp_server.management.model_tools.plan import Plan
from mcp_server.management.model_tools.rows import Row, needed

DOES = {
    "list": "listing",
    "search": "searching",
    "get": "reading",
    "create": "adding",
    "update": "changing",
    "delete": "deleting",
}
TEMPLATES = Path(__file__).with_name("templates")


def write_module(domain: str, plans: Sequence[Plan]) -> str:
    """Return the text of `mcp_server/tools/<domain>.py`."""
    visible = {plan.model: plan.names.visible for plan in plans}
    models = {model for plan in plans for model in plan.models}
    taken = {name for plan in plans for name in plan.class_names} | {model.__name__ for model in models}
    return render(
        TEMPLATES / "tools.py-tpl",
        domain=domain,
        headline=_headline(plans),
        notes=[
            note if len(plans) == 1 else f"{plan.names.words.capitalize()}: {note[0].lower()}{note[1:]}"
            for plan in plans
            for note in plan.notes
        ],
        imports=[*imports_of(models), *plans[0].rules.imports],
        models=[Arguments(plan, visible, taken) for plan in plans],
    )


def write_rows(plans: Sequence[Plan]) -> str:
    """Return the text of `mcp_server/tests/tools/rows_for_<domain>.py`."""
    rows = _rows(plans)
    counts = any(row.counts for row in rows)
    imports = imports_of(row.model for row in rows)
    return render(TEMPLATES / "rows.py-tpl", imports=imports, rows=rows, counts=counts)


def write_tests(domain: str, plans: Sequence[Plan]) -> str:
    """Return the text of `mcp_server/tests/tools/test_<domain>.py`."""
    makers = ", ".join(row.names.maker for row in _rows(plans))
    functions = ", ".join(f"{plan.names.one}_row, {plan.names.visible}" for plan in plans)
    imports = [
        *imports_of(plan.model for plan in plans),
        f"from mcp_server.tests.tools.rows_for_{domain} import {makers}",
        f"from mcp_server.tools.{domain} import {functions}",
    ]
    return render(TEMPLATES / "tests.py-tpl", imports=imports, models=[Examples(plan) for plan in plans])


def imports_of(models: Iterable[type[Model]]) -> list[str]:
    """Return the imports of these models, and of `User`, the type of the caller, if it is not among them."""
    classes = set(models)
    imports = sorted(f"from {model.__module__} import {model.__name__}" for model in classes)
    is_there = get_user_model() in classes and get_user_model().__name__ == "User"
    return imports if is_there else [*imports, "from operations.users import User"]


def _rows(plans: Sequence[Plan]) -> list[Row]:
    filled_in = plans[0].rules.filled_in
    return [Row(model, filled_in) for model in needed([plan.model for plan in plans], filled_in)]


def render(template: Path, **context: Any) -> str:
    """Return the text of a file, before `tidy_up`."""
    engine = Engine(dirs=[str(template.parent)], autoescape=False)
    return engine.get_template(template.name).render(Context(context, autoescape=False))


def tidy_up(files: Iterable[Path]) -> None:
    """Remove unused imports, and format the files like `make format`."""
    for command in ("check --fix --select=F401", "check --fix --select=I", "format"):
        ruff = [sys.executable, "-m", "ruff", *command.split(), "--quiet"]
        # Ignore the exit code: Ruff prints its problems, and the files exist already.
        subprocess.run([*ruff, *map(str, files)], check=False)  # noqa: S603 - files that were just written


def _headline(plans: Sequence[Plan]) -> str:
    done = _listed([word for tool, word in DOES.items() if any(tool in plan.tools for plan in plans)])
    headline = f"{_listed([plan.names.several for plan in plans]).capitalize()}: {done}."
    return headline if len(headline) <= 100 else f"Tools for {len(plans)} models: {done}."  # noqa: PLR2004


def _listed(words: Sequence[str]) -> str:
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else words[0]
