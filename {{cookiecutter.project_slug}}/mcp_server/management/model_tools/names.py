"""The names of tools, arguments and variables."""

import builtins
import re
from collections.abc import Collection
from keyword import iskeyword

from django.db.models import Model
from django.utils.text import camel_case_to_spaces
from django.utils.translation import override


class Names:
    """The names for the tools of a model: `order_line`, `order_lines`, `OrderLine`."""

    def __init__(self, model: type[Model]) -> None:
        self.model = model.__name__
        self.words = camel_case_to_spaces(self.model).replace("_", " ")
        self.one = re.sub(r"\W+", "_", self.words)
        self.many = _plural(model, self.words).replace(" ", "_")
        self.several = self.many.replace("_", " ")
        self.a_row = f"{_article(self.words)} {self.words}"
        self.visible = f"{self.many}_visible_to"
        self.plural = camel(self.many)
        self.id = f"{self.one}_id"
        self.maker = f"make_{self.one}"
        self.variable = variable(self.one, {"user", "changes"})

    def tools(self) -> dict[str, str]:
        """Return the name of each possible tool."""
        return {
            "list": f"list_{self.many}",
            "search": f"search_{self.many}",
            "get": f"get_{self.one}",
            "create": f"create_{self.one}",
            "update": f"update_{self.one}",
            "delete": f"delete_{self.one}",
        }


def variable(name: str, taken: Collection[str]) -> str:
    """Return `name`, with "_" at its end if it would hide another name."""
    while name in taken or iskeyword(name) or hasattr(builtins, name):
        name += "_"
    return name


def camel(name: str) -> str:
    """Return `unit_price` as `UnitPrice`."""
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def _plural(model: type[Model], words: str) -> str:
    """Return the plural in the model's Meta if it is English, or else the regular plural."""
    with override("en"):
        options = model._meta  # noqa: SLF001 - public, documented
        said = str(options.verbose_name_plural).lower()
        says_it = str(options.verbose_name).lower() == words
    if says_it and said != f"{words}s" and re.fullmatch(r"[a-z][a-z0-9_ ]*", said):  # Django's default
        return said
    return _usual_plural(words)


def _usual_plural(words: str) -> str:
    if re.search(r"[^aeiou]y$", words):
        return f"{words[:-1]}ies"
    return f"{words}es" if words.endswith(("s", "x", "z", "ch", "sh")) else f"{words}s"


def _article(words: str) -> str:
    return "an" if words[0] in "aeiou" and not words.startswith(("us", "un", "eu", "one")) else "a"
