"""The other tenant, and the types of the tables in this folder."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from accounts.models import User
from tenants.models import Membership, Tenant

# Every text of the other tenant contains this. An answer that contains it has revealed something.
SECRET = "classified"


class Theirs(SimpleNamespace):
    """Another tenant. `user`, who calls, belongs to it as well; `member` to it alone.

    Each module beside this one adds its rows, by its function `fill`.
    """

    def __init__(self, user: User) -> None:
        tenant = Tenant.objects.create(name=f"Globex {SECRET}", slug="globex", settings={"colour": SECRET})
        member = User.objects.create_user(email=f"bob@{SECRET}.example")
        Membership.objects.create(tenant=tenant, user=user)
        Membership.objects.filter(user=member).update(tenant=tenant)
        super().__init__(user=user, tenant=tenant, member=member)


type Calls = dict[str, Callable[[Theirs], dict[str, Any]]]
type Reads = dict[str, Callable[[Theirs], str]]
