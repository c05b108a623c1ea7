"""Finds the models that the command names, and refuses those for which no tools can be written."""

import importlib
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.db.models import CompositePrimaryKey, Model

from mcp_server.management.model_tools.kinds import plain_key
from mcp_server.management.model_tools.left_out import reason_to_leave_out
from mcp_server.management.model_tools.plan import Plan
from mcp_server.pages.tool_catalog import registered_tools


def models_named(labels: Iterable[str], app_labels: Iterable[str]) -> list[type[Model]]:
    """Return the models with these labels, and all models of these apps for which tools can be written.

    Raises CommandError for a label without a model, and for a model or app for which no tools can be
    written.
    """
    chosen = {model: None for label in labels for model in [_model(label)]}
    for model in chosen:
        if problem := _problem(model):
            raise CommandError(f"{model._meta.label} {problem}.")  # noqa: SLF001 - public, documented
    for app_label in app_labels:
        found = [model for model in _models_of(app_label) if not _problem(model)]
        if not found:
            why = " ".join(skipped([app_label]))
            raise CommandError(
                f"The app {app_label} has no model that tools can be written for. {why}".strip()
            )
        chosen |= dict.fromkeys(found)
    return list(chosen)


def skipped(app_labels: Iterable[str]) -> Iterator[str]:
    """Yield a sentence for each model of these apps for which no tools are written."""
    for app_label in app_labels:
        for model in _models_of(app_label):
            problem = _problem(model)
            if problem and not model._meta.auto_created:  # noqa: SLF001 - public, documented
                yield f"{model._meta.label} {problem}."  # noqa: SLF001 - public, documented


def refuse_taken_names(plans: Iterable[Plan]) -> None:
    """Raise CommandError if a tool with one of the names exists, or if two models would have the same."""
    try:
        known = {tool.name: tool for tool in registered_tools()}
    except ImproperlyConfigured as error:
        raise CommandError(f"{error} Mend that first.") from error
    taken: dict[str, str] = {}
    for plan in plans:
        label = plan.model._meta.label  # noqa: SLF001 - public, documented
        for name in plan.tools.values():
            if name in taken:
                raise CommandError(
                    f"{taken[name]} and {label} would both have a tool {name}: name one of them."
                )
            if name in known:
                module = known[name].tool.fn.__module__
                raise CommandError(
                    f"There is a tool {name} already, in {module.replace('.', '/')}.py: rename it there, or "
                    f"leave {label} out."
                )
            taken[name] = label


def _model(label: str) -> type[Model]:
    app_label, dot, name = label.partition(".")
    if not dot:
        raise CommandError(
            f"{label!r} names no model: write app.Model, such as auth.Group, or use --app {label}."
        )
    for model in _models_of(app_label):
        if model.__name__.lower() == name.lower():
            return model
    module = apps.get_app_config(app_label).models_module
    there = getattr(module, name, None)
    if isinstance(there, type) and issubclass(there, Model):
        if there._meta.abstract:  # noqa: SLF001 - public, documented
            heirs = [model._meta.label for model in apps.get_models() if issubclass(model, there)]  # noqa: SLF001
            raise CommandError(f"{label} is abstract and has no rows: name {_one_of(heirs)}.")
        known = there._meta.swapped or there._meta.label  # noqa: SLF001 - public, documented
        raise CommandError(f"{label} is {known} here: name that.")
    models = [model.__name__ for model in apps.get_app_config(app_label).get_models()]
    near = get_close_matches(name, models, n=1, cutoff=0.5)
    hint = f" Did you mean {app_label}.{near[0]}?" if near else ""
    raise CommandError(f"There is no model {label}.{hint} The app has {', '.join(models) or 'none'}.")


def _models_of(app_label: str) -> list[type[Model]]:
    labels = [config.label for config in apps.get_app_configs() if config.models_module]
    if app_label not in labels:
        near = get_close_matches(app_label, labels, n=1, cutoff=0.5)
        hint = f" Did you mean {near[0]}?" if near else ""
        raise CommandError(
            f"There is no app {app_label} with models in INSTALLED_APPS.{hint} There are: "
            f"{', '.join(labels)}."
        )
    return list(apps.get_app_config(app_label).get_models(include_auto_created=True))


def _one_of(labels: list[str]) -> str:
    return (
        f"one that inherits from it, such as {', '.join(labels[:3])}"
        if labels
        else "one that inherits from it"
    )


def _problem(model: type[Model]) -> str:  # noqa: PLR0911 - one for each reason
    """Return why no tools can be written for a model, or ""."""
    options = model._meta  # noqa: SLF001 - public, documented
    if options.auto_created:
        return "is the table of a many-to-many field: the tools of the models on its sides show and change it"
    if options.swapped:
        return f"was replaced by {options.swapped}: name that"
    if not options.managed:
        return "is unmanaged: tests have no table for it, so write its tools by hand"
    if isinstance(options.pk, CompositePrimaryKey):
        return "has a key of several columns, which no argument of a tool can be: write its tools by hand"
    if reason := reason_to_leave_out(plain_key(model)):
        return f"has a key that is {reason} ({options.pk.name}): tools would show it in every row"
    if "view" not in options.default_permissions:
        return "has no permission to view it: add it to default_permissions"
    if not hasattr(importlib.import_module(model.__module__), model.__name__):
        return f"cannot be imported from {model.__module__}"
    return ""
