"""Checks that a setting still has the guard of an option, which a project could lose by accident."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string


def require(setting: str, guard: str) -> None:
    """Refuse to start without a guard.

    Apps call this in `ready()` rather than in a system check, because servers do not run those.

    Args:
        setting: the name of a setting that is a list of dotted paths, or one dotted path.
        guard: the dotted path that must be there. Where the setting is one path, a subclass will do.

    Raises:
        ImproperlyConfigured: if `guard` is not there.

    """
    value: list[str] | str = getattr(settings, setting)
    if isinstance(value, str):
        is_there = value == guard or _derives(value, guard)
        advice = "set it to that class, or to a subclass of it"
    else:
        is_there = guard in value
        advice = "add to the setting with +=, and do not replace it"
    if not is_there:
        raise ImproperlyConfigured(f"{setting} lacks {guard}, which protects data of others: {advice}.")


def _derives(path: str, guard: str) -> bool:
    given, kind = import_string(path), import_string(guard)
    return isinstance(given, type) and isinstance(kind, type) and issubclass(given, kind)
