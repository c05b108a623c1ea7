"""`manage.py add_mcp_tools DOMAIN` writes a tool module and its test, as an example or for models."""

from argparse import ArgumentParser
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from keyword import iskeyword
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from mcp_server.management.model_tools.choose import models_named, refuse_taken_names, skipped
from mcp_server.management.model_tools.plan import Plan, plan_for
from mcp_server.management.model_tools.rows import refusal_of_made_up_row
from mcp_server.management.model_tools.rules import Rules
from mcp_server.management.model_tools.write import (
    TEMPLATES,
    render,
    tidy_up,
    write_module,
    write_rows,
    write_tests,
)


class Command(BaseCommand):
    """Writes `mcp_server/tools/<domain>.py` and `mcp_server/tests/tools/test_<domain>.py`."""

    help = (
        "Write a new tool module and its test. Both work at once and are yours to edit. With --model or "
        "--app, the tools list, search, show, add and change the rows of models."
    )

    rules = Rules()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("domain", help="what the tools are about, such as orders")
        parser.add_argument(
            "--model",
            action="append",
            default=[],
            metavar="APP.MODEL",
            help="a model to write tools for, such as auth.Group; may be repeated",
        )
        parser.add_argument(
            "--app", action="append", default=[], metavar="APP", help="the same for all models of an app"
        )
        parser.add_argument("--delete", action="store_true", help="write tools that delete rows, too")

    def handle(self, **options: Any) -> None:
        domain: str = options["domain"]
        if iskeyword(domain):
            raise CommandError(f"{domain!r} cannot name a module: it is a word of Python's own.")
        if not domain.isidentifier() or domain.lower() != domain or domain[0] == "_":
            raise CommandError(
                f"{domain!r} cannot name a module: use lower-case letters, digits and _, with a letter first."
            )
        of_models = options["model"] or options["app"]
        if options["delete"] and not of_models:
            raise CommandError("--delete needs models: name them with --model or --app.")
        module, tests, rows = _paths(domain)
        for path in (module, tests, rows):
            if path.exists():
                raise CommandError(f"{_short(path)} exists already.")
        if not of_models:
            first = {module: TEMPLATES / "first_tools.py-tpl", tests: TEMPLATES / "first_tests.py-tpl"}
            self.write({path: render(template, domain=domain) for path, template in first.items()})
            return
        models = models_named(options["model"], options["app"])
        plans = [plan_for(model, self.rules, delete=options["delete"]) for model in models]
        refuse_taken_names(plans)
        notes = [*skipped(options["app"]), *(note for plan in plans for note in _notes(plan))]
        self.write(self.files(domain, plans))
        for note in notes:
            self.stdout.write(note)
        visible = ", ".join(plan.names.visible for plan in plans)
        self.stdout.write(f"Who may see which rows: {visible} in {_short(module)}.")

    def files(self, domain: str, plans: Sequence[Plan]) -> dict[Path, str]:
        """Return the texts of the files to write."""
        module, tests, rows = _paths(domain)
        return {
            module: write_module(domain, plans),
            rows: write_rows(plans),
            tests: write_tests(domain, plans),
        }

    def write(self, files: Mapping[Path, str]) -> None:
        """Write all of the new files, or none of them if one fails."""
        try:
            for path, text in files.items():
                path.write_text(text, encoding="utf-8")
        except OSError as error:
            for path in files:
                path.unlink(missing_ok=True)
            raise CommandError(f"Nothing was written: {error}.") from error
        if find_spec("ruff"):
            tidy_up(files)
        else:
            self.stdout.write("Ruff is not installed: run it on these files, to take out unused imports.")
        for path in files:
            self.stdout.write(f"Wrote {_short(path)}")


def _notes(plan: Plan) -> list[str]:
    """Return what the owner should know about the tools for a model."""
    notes = [f"{note[0].lower()}{note[1:]}" for note in plan.notes]
    if problem := refusal_of_made_up_row(plan.model, plan.rules.filled_in):
        notes.append(f"clean() refuses the rows that tests make up: {problem} Complete those in the tests.")
    return [f"{plan.model.__name__}: {note}" for note in notes]


def _paths(domain: str) -> tuple[Path, Path, Path]:
    """Return the paths of the tools, of their tests, and of the rows for these tests."""
    package = settings.BASE_DIR / "mcp_server"
    tests = package / "tests" / "tools"
    return package / "tools" / f"{domain}.py", tests / f"test_{domain}.py", tests / f"rows_for_{domain}.py"


def _short(path: Path) -> Path:
    return path.relative_to(settings.BASE_DIR)
