"""The code that `add_mcp_tools DOMAIN --model …` writes passes every check of a project, and its own tests.

This is tested with models of the example, of Django's own apps, and with models like those of three public
projects (`shapes/`). The written tests list, search, read, add, change and delete rows with a client.
"""

import secrets
import shutil
from pathlib import Path

import pytest

from conftest import Bake
from testing.harness import BakedProject

SHAPES = Path(__file__).with_name("shapes")
SETTINGS = '\nfrom config.settings.base import INSTALLED_APPS\n\nINSTALLED_APPS += ["shapes"]\n'


def files_of(*domains: str) -> list[str]:
    return [
        f"mcp_server/{name}.py"
        for domain in domains
        for name in (
            f"tools/{domain}",
            f"tests/tools/test_{domain}",
            f"tests/tools/rows_for_{domain}",
        )
    ]


def check(project: BakedProject, python: Path, *files: str) -> None:
    for tool in (("ruff", "format", "--check", "--diff"), ("ruff", "check"), ("mypy",)):
        project.run(python, "-m", *tool, *files)
    project.run(python.with_name("lint-imports"), "--no-cache", "--no-logo")
    # Without DEBUG, as in `make check`. Finds unknown permissions and descriptions that are too long.
    production = {
        "DEBUG": "False",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "PUBLIC_BASE_URL": "https://example.com",
    }
    project.run(python, "manage.py", "check", "--deploy", "--fail-level", "WARNING", **production)


@pytest.fixture(scope="module")
def python(everything: BakedProject) -> Path:
    return everything.path / ".venv/bin/python"


def test_models_of_the_example_of_django_and_of_three_projects(
    bake_into: Bake, python: Path, tmp_path: Path
) -> None:
    project = bake_into(tmp_path)
    shutil.copytree(SHAPES, project.path / "shapes")
    with (project.path / "config/settings/project.py").open("a") as settings:
        settings.write(SETTINGS)
    project.run(python, "manage.py", "makemigrations", "shapes", DEBUG="True")
    # Remove the hand-written tools with the same names, and their views.
    for name in ("products", "sales"):
        (project.path / f"mcp_server/tools/{name}.py").unlink()
        (project.path / f"mcp_server/tests/tools/test_{name}.py").unlink()
    for name in ("product_card", "product_stats"):
        (project.path / f"mcp_server/views/{name}.html").unlink()

    djangos = [f"--app={app}" for app in ("auth", "contenttypes", "admin", "accounts")]
    for domain, models in {"shop": ["--app=inventory"], "site": djangos, "shapes": ["--app=shapes"]}.items():
        project.run(python, "manage.py", "add_mcp_tools", domain, *models, "--delete", DEBUG="True")
    files = files_of("shop", "site", "shapes")
    check(project, python, *files)
    tests = [name for name in files if "/test_" in name]
    assert " passed" in project.run(python, "-m", "pytest", "-q", *tests, DEBUG="True")

    site = project.read("mcp_server/tools/site.py")
    assert "User: not shown: `password` (a secret)." in site
    shapes = project.read("mcp_server/tools/shapes.py")
    assert "Event.living.all()" in shapes  # the default manager
    assert "Purchase: not shown: `checkout_token` (a secret)." in shapes


def test_rows_of_tenants(bake_into: Bake, python: Path, tmp_path: Path) -> None:
    """The isolation tests cover each written tool, with a row of another tenant."""
    project = bake_into(tmp_path, multi_tenancy=True)
    models = [
        f"--model={name}" for name in ("inventory.OrderLine", "inventory.StockAdjustment", "auth.Group")
    ]
    project.run(python, "manage.py", "add_mcp_tools", "lines", *models, "--delete", DEBUG="True")
    files = files_of("lines")
    check(project, python, *files, "tenants")
    module = project.read(files[0])
    assert "User.objects.filter(tenants=scope.current())" in module  # users of other tenants are not found
    assert "rows if user.is_superuser else rows.none()" in module  # groups belong to no tenant
    tests = [files[1], "tenants/tests/test_isolation.py"]
    assert " passed" in project.run(python, "-m", "pytest", "-q", *tests, DEBUG="True")
