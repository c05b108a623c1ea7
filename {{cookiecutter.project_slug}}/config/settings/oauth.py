"""OAuth: its apps, its middleware and its defaults."""

from config.settings.base import INSTALLED_APPS, MIDDLEWARE
from config.settings.security import SILENCED_SYSTEM_CHECKS
from oauth.settings import *  # noqa: F403 - its defaults

INSTALLED_APPS[:0] = ["oauth2_provider", "oauth"]  # before mcp_server, to whose pages it adds
MIDDLEWARE.insert(
    MIDDLEWARE.index("django.middleware.security.SecurityMiddleware"), "oauth.json_errors.MachinesMiddleware"
)

# oauth/validator.py (no grace period with hashed tokens) and oauth/client_rules.py (plain HTTP for loopback
# addresses only) prevent what these checks warn of.
SILENCED_SYSTEM_CHECKS += ["oauth2_provider.E001", "oauth2_provider.E003"]
