"""`manage.py invite_user`, with tenants."""

from accounts.management.commands import invite_user
from tenants.management.members import WithTenants


class Command(WithTenants, invite_user.Command):
    """Makes the user a member of tenants."""
