"""Whatever a generated project uses of its dependencies without their documentation stands in one table.

A dependency may change it in any release: docs/upstream.md says where to look then, and why it is worth that.
"""

import re

from conftest import Bake
from private_parts import private_parts
from testing.harness import ALL_ON, ROOT

ROW = re.compile(r"^\| [\w-]+ \| `(?P<part>[^`]+)` \| `(?P<file>[^`]+)` \| [^|]+ \|$", re.MULTILINE)

SAMPLE = {
    "shop/__init__.py": "",
    "shop/stock.py": "class Stock:\n    _rows = 0\n",
    "shop/views.py": """
import os
import library._module
from library import Base, server, _hidden
from library.tools import runner
from shop import stock
from shop.stock import Stock

class View(Base):
    def _called_by_the_base(self): ...
    def _called_here(self): return self._called_here() or self._of_the_base
    def _extended(self): return super()._extended() or self._extended()

def patch(model, thing):
    module: Any = runner
    module.run = None
    server.names["a"] = setattr(server, "port", 80)
    thing._part, Stock._rows, stock._rows, model._meta, os.environ["A"]
    os.environ["A"] = model.name = "documented, and an object of ours"

def test(monkeypatch):
    module = stock
    module.run = None
    monkeypatch.setattr(server, "_started", True)
    monkeypatch.setattr("library.server._stopped", True)
""",
}


def test_every_kind_of_private_part_is_found() -> None:
    assert {part for _, part in private_parts(SAMPLE)} == {
        "library._module",
        "library._hidden",
        "library.Base._called_by_the_base",
        "library.Base._of_the_base",
        "library.Base._extended",
        "library.tools.runner.run",
        "library.server.names",
        "library.server.port",
        "library.server._started",
        "library.server._stopped",
        "._part",
    }


def test_the_table_has_those_of_a_project_with_every_option(bake: Bake) -> None:
    project = bake(**ALL_ON)
    used = private_parts({name: project.read(name) for name in project.files() if name.endswith(".py")})
    table = (ROOT / "docs" / "upstream.md").read_text().partition("\n## Private parts in use\n")[2]
    rows = [(row["file"], row["part"]) for row in ROW.finditer(table)]
    assert len(rows) == len(set(rows)) == table.count("\n| ") - 1, "a row is written otherwise, or twice"
    assert not used - set(rows), "do without, or write into docs/upstream.md why not"
    assert not set(rows) - used, "is used no more: remove it from docs/upstream.md"
