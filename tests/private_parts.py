"""Finds what Python code uses of other packages although they do not document it, as far as code tells."""

import ast
import re
from collections import ChainMap
from collections.abc import Iterable, Iterator
from pathlib import PurePath

# Documented in spite of their names: Django's, and those of named tuples.
DOCUMENTED = {"_meta", "_default_manager", "_base_manager", "_state", "_db", "_asdict", "_fields", "_replace"}

# Documented as something to assign to.
ASSIGNABLE = ("django.contrib.admin.site.", "os.environ.")

FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef
DOTTED = re.compile(r"\w+(\.\w+)+")


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("_") and name not in DOCUMENTED


def private_parts(sources: dict[str, str]) -> set[tuple[str, str]]:
    """Return pairs of a file and a part: what is imported, read or replaced there.

    A part is a dotted name, or `._name` where the code does not tell whose object it is.

    Args:
        sources: the project's Python code, by the path of its file.
    """
    trees = {name: ast.parse(source) for name, source in sources.items()}
    modules = {name.removesuffix(".py").removesuffix("/__init__").replace("/", "."): name for name in trees}
    defined = {modules[module]: set(definitions(trees[name])) for module, name in modules.items()}
    ours = {PurePath(name).parts[0].removesuffix(".py") for name in trees}
    found = set()
    for name, tree in trees.items():
        reader = _Reader(ours, modules, defined, name)
        reader.visit(tree)
        found |= {(name, part) for part in reader.found}
    return found


def definitions(tree: ast.AST) -> Iterator[str]:
    """Yield the names that a module gives to things of its own, and of its classes."""
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Name(id=name, ctx=ast.Store()):
                yield name
            case ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name, ctx=ast.Store()):
                yield name


class _Reader(ast.NodeVisitor):
    """Reads one file from top to bottom, and knows which names stand for parts of other packages."""

    def __init__(
        self, ours: set[str], modules: dict[str, str], defined: dict[str, set[str]], file: str
    ) -> None:
        self.found: set[str] = set()
        self._ours, self._modules, self._defined, self._file = ours, modules, defined, file
        self._names: ChainMap[str, str] = ChainMap()  # a name here: its dotted name
        self._base: str | None = None  # of the class that is being read, where all of its bases are foreign

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        self._names = self._names.new_child()
        self.generic_visit(node)
        self._names = self._names.parents

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        bases = [self._dotted(base) or "" for base in node.bases]
        outer = self._base
        self._base = bases[0] if bases and all(base and not self._is_ours(base) for base in bases) else None
        self.generic_visit(node)
        if self._base:
            asked_for = {each.attr for each in ast.walk(node) if isinstance(each, ast.Attribute)}
            for each in node.body:
                # Nobody here calls it, so the base does.
                if isinstance(each, FUNCTIONS) and is_private(each.name) and each.name not in asked_for:
                    self.found.add(f"{self._base}.{each.name}")
        self._base = outer

    def visit_Import(self, node: ast.Import) -> None:
        for each in node.names:
            first = each.name.partition(".")[0]
            self._names[each.asname or first] = each.name if each.asname else first
            self._check_dotted(each.name)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if node.module and not node.level:
            for each in node.names:
                self._names[each.asname or each.name] = f"{node.module}.{each.name}"
                self._check_dotted(f"{node.module}.{each.name}")

    def visit_Assign(self, node: ast.Assign) -> None:
        self.generic_visit(node)
        for target in node.targets:
            self._remember(target, node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self.generic_visit(node)
        if node.value:
            self._remember(node.target, node.value)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        self.generic_visit(node)
        self._check(node.value, node.attr)
        if not isinstance(node.ctx, ast.Load):
            self._replaces(self._dotted(node))

    def visit_Subscript(self, node: ast.Subscript) -> None:
        self.generic_visit(node)
        if not isinstance(node.ctx, ast.Load):
            self._replaces(self._dotted(node.value))

    def visit_Call(self, node: ast.Call) -> None:
        """Read `setattr(thing, "name", …)`, `getattr`, `patch.object` and `monkeypatch.setattr`."""
        self.generic_visit(node)
        match node.args:
            case [thing, ast.Constant(value=str(name)), *_]:
                self._check(thing, name)
                if isinstance(node.func, ast.Name) and node.func.id in {"setattr", "delattr"}:
                    dotted = self._dotted(thing)
                    self._replaces(dotted and f"{dotted}.{name}")

    def visit_Constant(self, node: ast.Constant) -> None:
        """Read `monkeypatch.setattr("package._module.name", …)`."""
        if isinstance(node.value, str) and DOTTED.fullmatch(node.value):
            self._check_dotted(node.value)

    def _remember(self, target: ast.expr, value: ast.expr) -> None:
        match target, value:
            case ast.Tuple(elts=targets), ast.Tuple(elts=values):
                for each, its in zip(targets, values, strict=False):
                    self._remember(each, its)
            case ast.Name(id=name), _:
                self._names[name] = self._dotted(value) or ""

    def _dotted(self, node: ast.expr) -> str | None:
        match node:
            case ast.Name(id=name):
                return self._names.get(name) or None
            case ast.Attribute(value=value, attr=name):
                return (before := self._dotted(value)) and f"{before}.{name}"
            case ast.Subscript(value=value):
                return self._dotted(value)
        return None

    def _is_ours(self, dotted: str) -> bool:
        return dotted.partition(".")[0] in self._ours

    def _check(self, thing: ast.expr, name: str) -> None:
        """Note `name` of `thing` if it is private, and defined nowhere that `thing` may come from."""
        if not is_private(name):
            return
        dotted = self._dotted(thing)
        if dotted and not self._is_ours(dotted):
            self.found.add(f"{dotted}.{name}")
            return
        part = f".{name}"
        match thing:
            case ast.Call(func=ast.Name(id="super")) if self._base:
                origins: Iterable[str] = ()
                part = f"{self._base}.{name}"
            case ast.Name(id="self" | "cls") if self._base:
                origins = [self._file]
                part = f"{self._base}.{name}"
            case ast.Name(id="self" | "cls") | ast.Call(func=ast.Name(id="super")):
                origins = self._defined  # a base class may be anywhere
            case _ if dotted:  # something of a module of ours, or that module
                modules = {dotted, dotted.rpartition(".")[0]} & self._modules.keys()
                origins = [self._modules[module] for module in modules]
            case _:
                origins = [self._file]
        if not any(name in self._defined[origin] for origin in origins):
            self.found.add(part)

    def _check_dotted(self, dotted: str) -> None:
        if not self._is_ours(dotted) and any(map(is_private, dotted.split("."))):
            self.found.add(dotted)

    def _replaces(self, dotted: str | None) -> None:
        if dotted and not self._is_ours(dotted) and not f"{dotted}.".startswith(ASSIGNABLE):
            self.found.add(dotted)
