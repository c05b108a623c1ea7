"""OAuth: where its parts go."""

from config.settings.base import INSTALLED_APPS, MIDDLEWARE
from config.settings.security import SILENCED_SYSTEM_CHECKS
from oauth.settings import *  # noqa: F403 - its defaults

INSTALLED_APPS[:0] = ["oauth2_provider", "oauth"]  # before mcp_server, to whose pages it adds
MIDDLEWARE.insert(
    MIDDLEWARE.index("django.middleware.security.SecurityMiddleware"), "oauth.json_errors.MachinesMiddleware"
)

# What these warn of is ruled out by oauth/validator.py (a grace period with hashed tokens) and by
# oauth/client_rules.py (plain HTTP for anything but loopback addresses).
SILENCED_SYSTEM_CHECKS += ["oauth2_provider.E001", "oauth2_provider.E003"]
