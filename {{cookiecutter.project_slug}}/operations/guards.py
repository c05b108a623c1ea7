"""Guards that options put into settings. A project may add to such a setting, and must not lose the guard."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string


def require(setting: str, guard: str) -> None:
    """Refuse to start without a guard. Apps ask when they are ready, because servers run no system checks.

    Args:
        setting: the name of a list of dotted paths, or of one dotted path.
        guard: the dotted path that has to be there. In place of a class, one that derives from it may be.

    Raises:
        ImproperlyConfigured: if `guard` is not there.

    """
    value: list[str] | str = getattr(settings, setting)
    if isinstance(value, str):
        is_there = value == guard or _derives(value, guard)
        advice = "name it there, or a class that derives from it"
    else:
        is_there = guard in value
        advice = "add to that setting (+=), and do not set it anew"
    if not is_there:
        raise ImproperlyConfigured(f"{setting} lacks {guard}, which keeps others out: {advice}.")


def _derives(path: str, guard: str) -> bool:
    given, kind = import_string(path), import_string(guard)
    return isinstance(given, type) and isinstance(kind, type) and issubclass(given, kind)
