"""Tools for the tenant of a connection: its users and settings. Staff can also list all tenants."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from django.db import transaction
from django.db.models import Count
from fastmcp import FastMCP
from fastmcp.exceptions import ToolError
from pydantic import AfterValidator, Field, FiniteFloat, StringConstraints

from mcp_server.permissions import permission_required
from mcp_server.toolkit.types import without_nul
from tenants import scope
from tenants.models import Membership, Tenant

MAX_SETTINGS = 100


@dataclass(frozen=True, slots=True)
class TenantRow:
    """A tenant in short."""

    slug: str
    name: str
    active: bool
    created: datetime
    users: int


@dataclass(frozen=True, slots=True)
class TenantInfo(TenantRow):
    """The tenant of this connection."""

    settings: dict[str, Any]


@dataclass(frozen=True, slots=True)
class TenantUser:
    """Someone who may act for the tenant."""

    email: str
    name: str
    active: bool
    since: datetime


type Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,49}$")]
type Text = Annotated[str, StringConstraints(max_length=1000), AfterValidator(without_nul)]
type Whole = Annotated[int, Field(ge=-(2**53), le=2**53)]


def register_tenants_tools(mcp: FastMCP) -> None:
    """Add the tools to `mcp`."""

    @mcp.tool(
        title="List tenants",
        auth=permission_required("tenants.view_tenant"),
        annotations={"readOnlyHint": True, "openWorldHint": False},
    )
    def list_tenants(
        limit: Annotated[int, Field(ge=1, le=500, description="Most tenants to return.")] = 100,
        after: Annotated[Text, Field(description="Continue after this slug.")] = "",
    ) -> list[TenantRow]:
        """List all tenants of this site by slug, with the number of their users. This is for staff.

        The data of other tenants cannot be read: this connection is for one tenant, which get_tenant_info
        shows.
        """
        tenants = Tenant.objects.filter(slug__gt=after).annotate(users=Count("members")).order_by("slug")
        rows = tenants.values_list("slug", "name", "active", "created", "users")
        return [TenantRow(*row) for row in rows[:limit]]

    @mcp.tool(title="About this tenant", annotations={"readOnlyHint": True, "openWorldHint": False})
    def get_tenant_info() -> TenantInfo:
        """Show the tenant of this connection: its name, its settings, and how many users it has."""
        tenant = scope.current()
        return TenantInfo(
            tenant.slug,
            tenant.name,
            tenant.active,
            tenant.created,
            Membership.objects.filter(tenant=tenant).count(),
            tenant.settings,
        )

    @mcp.tool(
        title="Users of this tenant",
        auth=permission_required("tenants.view_membership"),
        annotations={"readOnlyHint": True, "openWorldHint": False},
    )
    def get_tenant_users(
        limit: Annotated[int, Field(ge=1, le=500, description="Most users to return.")] = 100,
        after: Annotated[Text, Field(description="Continue after this e-mail address.")] = "",
    ) -> list[TenantUser]:
        """List the users of this tenant by e-mail address, and since when they are its members."""
        members = Membership.objects.filter(tenant=scope.current(), user__email__gt=after)
        return [
            TenantUser(member.user.email, member.user.get_full_name(), member.user.is_active, member.created)
            for member in members.select_related("user").order_by("user__email")[:limit]
        ]

    @mcp.tool(
        title="Change settings of this tenant",
        auth=permission_required("tenants.change_tenant"),
        annotations={"destructiveHint": True, "idempotentHint": True, "openWorldHint": False},
        meta={"audit": ["settings"]},
    )
    def update_tenant_settings(
        settings: Annotated[
            dict[Key, bool | Whole | FiniteFloat | Text | None],
            Field(min_length=1, max_length=MAX_SETTINGS, description="By name; null removes a setting."),
        ],
    ) -> dict[str, Any]:
        """Change settings of this tenant, and return all of them.

        Settings that are not named stay as they are. A name has lower-case letters, digits and _.
        """
        with transaction.atomic():
            tenant = Tenant.objects.select_for_update().get(pk=scope.current().pk)
            merged = {**tenant.settings, **settings}
            tenant.settings = {name: value for name, value in merged.items() if value is not None}
            if len(tenant.settings) > MAX_SETTINGS:
                raise ToolError(f"A tenant has at most {MAX_SETTINGS} settings: remove some with null.")
            tenant.save(update_fields=["settings"])
        return {**tenant.settings}
