"""docs/recipes/existing-api.md and long-work.md in one project with tenants, which is faster than two."""

from pathlib import Path

from conftest import Bake
from recipes.conftest import Page
from recipes.test_long_work import PREPARE, make_faster
from testing.processes import Site

CALLS = """
from asgiref.sync import async_to_sync
from accounts.models import User
from django.core.management import call_command
from fastmcp.exceptions import ToolError
from inventory.models import Category, Product
from jobs.models import Job
from mcp_server.server import mcp
from tenants import scope
from tenants.models import Tenant

def call(name, /, **arguments):
    try:
        return async_to_sync(mcp.local_provider.get_tool)(name).fn(**arguments)
    except ToolError as error:
        return str(error)

mia = User.objects.create_superuser("mia@example.com")
acme, other = (Tenant.objects.create(name=name, slug=name) for name in ("acme", "other"))
for tenant in (acme, other):
    with scope.use(tenant):
        shelf = Category.objects.create(name="Chairs")
        Product.objects.create(sku=tenant.slug, name="Chair", category=shelf, price=1)
with scope.use(acme):
    started = call("start_report", year=2026, user=mia)
    print("listed", *(each["sku"] for each in call("api_list", calling_user=mia)["results"]))
    print("listed", *(each["sku"] for each in call("ninja_list", calling_user=mia)["items"]))
    print(*(call(name, calling_user=mia, sku="other")[:9] for name in ("api_get", "ninja_get")), sep="; ")
    print(call("api_create", calling_user=mia, sku="new", name="x", category=shelf.pk, price="1"))
call_command("db_worker", batch=True, interval=0, startup_delay=False, reload=False)
with scope.use(other):
    print("others see", Job.objects.count())
with scope.use(acme):
    print("acme sees", Job.objects.get(pk=started["job"]).result)
"""


def test_the_tenant_stays(bake_into: Bake, python: Path, tmp_path: Path) -> None:
    site = Site(bake_into(tmp_path, multi_tenancy=True), python)
    for name in ("existing-api", "long-work"):
        Page(name).write_into(site.project.path)
    make_faster(site.project.path)
    printed = site.manage("shell", "-v0", "--command", PREPARE + CALLS).splitlines()
    assert [line for line in printed if line.startswith(("listed", "Not", "Wrong", "others", "acme"))] == [
        "listed acme",
        "listed acme",
        "Not found; Not found",
        'Wrong arguments: category: Invalid pk "2" - object does not exist.',
        "others see 0",
        "acme sees 2026 was a good year.",
    ]
