"""`manage.py create_service_account`, with tenants."""

from accounts.management.commands import create_service_account
from tenants.management.members import WithTenants


class Command(WithTenants, create_service_account.Command):
    """Makes the user a member of tenants."""
