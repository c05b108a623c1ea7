"""The calls of test_isolation.py: each tool and resource with identifiers of another tenant.

When you add a tool, add a line to CALLS in a module of this folder: its arguments, with identifiers of the
other tenant, which `theirs` has. A resource goes into READS and a prompt into PROMPTS. `fill` creates a row
of each model.
"""

from importlib import import_module
from pkgutil import iter_modules

from accounts.models import User
from tenants.scope import use
from tenants.tests import isolation
from tenants.tests.isolation.theirs import Calls, Reads, Theirs

MODULES = [
    import_module(f"{isolation.__name__}.{name}")
    for _, name, _ in iter_modules(isolation.__path__)
    if name != "table"
]

CALLS: Calls = {}
READS: Reads = {}
PROMPTS: Calls = {}
for _module in MODULES:
    CALLS |= getattr(_module, "CALLS", {})
    READS |= getattr(_module, "READS", {})
    PROMPTS |= getattr(_module, "PROMPTS", {})


def make_theirs(user: User) -> Theirs:
    """Return the other tenant, with a row in every table."""
    theirs = Theirs(user)
    with use(theirs.tenant):
        for module in MODULES:
            if fill := getattr(module, "fill", None):
                fill(theirs)
    return theirs
