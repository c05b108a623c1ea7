"""Tells users by mail about a new token or app, which can act as them from now on."""

from typing import Any

from django.apps import apps
from django.db.models.signals import post_save

from accounts import mail
from mcp_server.models import Credential, MCPToken


def watch() -> None:
    """Watch every kind of credential. AppConfig.ready() calls it."""
    for model in apps.get_models():
        if issubclass(model, Credential):
            post_save.connect(tell, sender=model, dispatch_uid="accounts.notices")


def tell(instance: Any, created: bool, raw: bool = False, **_: Any) -> None:
    """Tell the user about a new credential, unless they have never signed in, and so cannot have made it."""
    if created and not raw and instance.user.last_login:
        kind = "token" if isinstance(instance, MCPToken) else "app"
        mail.send("new_credential", instance.user, kind=kind, credential=instance)
