"""Tells people by mail that something can act as them from now on: a new token, or a new app."""

from typing import Any

from django.apps import apps
from django.db.models.signals import post_save

from accounts import mail
from mcp_server.models import Credential, MCPToken


def watch() -> None:
    """Watch every kind of credential. Called when all apps are loaded."""
    for model in apps.get_models():
        if issubclass(model, Credential):
            post_save.connect(tell, sender=model, dispatch_uid="accounts.notices")


def tell(instance: Any, created: bool, raw: bool = False, **_: Any) -> None:
    """Tell the user of a new credential. Who has never signed in has made none, and nothing to check."""
    if created and not raw and instance.user.last_login:
        kind = "token" if isinstance(instance, MCPToken) else "app"
        mail.send("new_credential", instance.user, kind=kind, credential=instance)
