"""Lays out Python as Ruff formats it, so that a project needs no Ruff to add tools."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from sys import stdlib_module_names

from django.conf import settings
from django.contrib.auth import get_user_model

WIDTH = 110  # line-length in pyproject.toml


def in_lines(head: str, items: Sequence[str], tail: str, indent: int = 0) -> str:
    """Return `head`, the items and `tail` on one line, or if that is too long, a line for each item."""
    space = " " * indent
    line = f"{space}{head}{', '.join(items)}{tail}"
    if len(line) <= WIDTH and "\n" not in line and "  #" not in line:
        return line
    inner = "".join(f"{_with_comma(item, indent + 4)}\n" for item in items)
    return f"{space}{head}\n{inner}{space}{tail}"


def laid_out(code: str, indent: int = 0, width: int = WIDTH) -> str:
    """Return a statement that ends with a bracket on one line, or if that is too long, on several."""
    line = " " * indent + code
    if len(line) <= width or "\n" in code or code[-1] not in ")]}":
        return line
    opening = _openings(code)[-1]
    head, inside, tail = code[: opening + 1], code[opening + 1 : -1], code[-1]
    element, mark, loop = inside.partition(" for ")
    if mark and element.count("[") == element.count("]"):  # a comprehension, which has no comma
        space = " " * (indent + 4)
        return (
            f"{' ' * indent}{head}\n{laid_out(element, indent + 4)}\n{space}for {loop}\n{' ' * indent}{tail}"
        )
    return in_lines(head, _items(inside), tail, indent)


def _with_comma(item: str, indent: int) -> str:
    """Return an item on a line of its own. A comma goes before a comment."""
    code, mark, comment = item.partition("  #")
    return f"{laid_out(code, indent, WIDTH - 1)},{mark}{comment}"


def _openings(code: str) -> list[int]:
    """Return where the bracket opens that the code ends with."""
    opened: list[int] = []
    for place, depth_before, depth in _depths(code):
        if depth > depth_before:
            opened.append(place)
        elif depth < depth_before and place < len(code) - 1:
            opened.pop()
    return opened[-1:]


def _items(code: str) -> list[str]:
    """Return what commas outside of brackets and texts part."""
    commas = [place for place, _, depth in _depths(code) if code[place] == "," and depth == 0]
    edges = [-1, *commas, len(code)]
    return [code[begin + 1 : end].strip() for begin, end in pairwise(edges)]


def _depths(code: str) -> Iterator[tuple[int, int, int]]:
    """Yield each place outside of texts, with how many brackets are open before and after it."""
    depth, quote = 0, ""
    for place, character in enumerate(code):
        if quote:
            quote = "" if character == quote and code[place - 1] != "\\" else quote
            continue
        if character in "\"'":
            quote = character
            continue
        before = depth
        depth += (character in "([{") - (character in ")]}")
        yield place, before, depth


def quoted(text: str) -> str:
    """Return the literal of a text, in the quotes that need fewer escapes."""
    literal = repr(text)
    if literal[0] == '"' or '"' in text:
        return literal
    return f'"{literal[1:-1]}"'


class Imports:
    """The imports of a module that is being written."""

    def __init__(self) -> None:
        self._names: dict[str, set[str]] = defaultdict(set)
        self._modules: set[str] = set()
        self._defined: set[str] = set()

    def use_module(self, module: str) -> str:
        """Note that the module uses another as a whole, and return its name."""
        self._modules.add(module)
        return module

    def use(self, module: str, name: str) -> str:
        """Note that the module uses a name, and return it."""
        self._names[module].add(name)
        return name

    def use_one_user(self) -> None:
        """Import the model of users only, where that is used beside the type of a user: they are the same."""
        if "User" in self._names[get_user_model().__module__]:
            self._names["operations.users"].discard("User")

    def define(self, name: str) -> str:
        """Note that the module itself defines a name, and return it, or a longer one if it is taken."""
        while name in self:
            name += "Value"
        self._defined.add(name)
        return name

    def __contains__(self, name: str) -> bool:
        return name in self._defined or any(name in names for names in self._names.values())

    def __str__(self) -> str:
        """Return them as isort has them: of the standard library, of others, of this project."""
        groups: dict[int, list[str]] = defaultdict(list)
        for module in sorted(self._modules):
            groups[_group(module)].append(f"import {module}")
        for module, names in sorted((module, names) for module, names in self._names.items() if names):
            line = in_lines(f"from {module} import ", sorted(names, key=_by_kind), "")
            if "\n" in line:
                line = in_lines(f"from {module} import (", sorted(names, key=_by_kind), ")")
            groups[_group(module)].append(line)
        return "\n\n".join("\n".join(lines) for _, lines in sorted(groups.items()))


def _group(module: str) -> int:
    top = module.partition(".")[0]
    if top in stdlib_module_names:
        return 0
    return 2 if is_of_project(top) else 1


def is_of_project(package: str) -> bool:
    """Whether a package or module lies at the root of the project."""
    spec = find_spec(package)
    places: Iterable[str] = (spec.submodule_search_locations or [spec.origin or ""]) if spec else ()
    return any(Path(place).parent == Path(settings.BASE_DIR) for place in places)


def _by_kind(name: str) -> tuple[int, str]:
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[0].isupper() else 2
    return kind, name
