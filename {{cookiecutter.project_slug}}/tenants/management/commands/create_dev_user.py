"""`manage.py create_dev_user`, with a tenant."""

from mcp_server.management.commands import create_dev_user
from operations.users import User
from tenants.demo import demo_tenant


class Command(create_dev_user.Command):
    """Makes the administrator a member of the tenant of the demo data."""

    def create_user(self, password: str) -> User:
        """Create the administrator."""
        user = super().create_user(password)
        demo_tenant(user)
        return user
