"""The consent of a user that an app acts as them."""

from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.signals import post_delete
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext as _
from oauth2_provider.models import AccessToken, Application, Grant, RefreshToken

from mcp_server.models import Credential
from oauth.scopes import READ, SCOPES, WRITE

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


class ConnectionQuerySet(models.QuerySet["Connection"]):
    """Connections, and the question which of them can still be used."""

    def live(self) -> "ConnectionQuerySet":
        """Return the connections whose app still has a token or code."""
        return self.filter(reduce(or_, self._uses())).select_related("application")

    def ended(self) -> "ConnectionQuerySet":
        """Return those that are not live.

        NOT EXISTS is fast, where NOT IN would read all live ones for each row.
        """
        return self.filter(*(~use for use in self._uses()))

    @staticmethod
    def _uses() -> list[Exists]:
        """Return a condition for each kind of token or code that is still valid."""
        now = timezone.now()
        idle = timedelta(days=settings.OAUTH_IDLE_DAYS)
        kinds = [
            (AccessToken, Q(expires__gt=now)),
            (RefreshToken, Q(revoked=None, access_token__expires__gt=now - idle)),
            (Grant, Q(expires__gt=now)),
        ]
        own = Q(user=OuterRef("user"), application=OuterRef("application"))
        return [Exists(model.objects.filter(own, still)) for model, still in kinds]


class Connection(Credential):
    """A user's consent that an app acts as them. It is the credential of all tokens of the app.

    Without it, all these tokens are refused, so deleting it revokes everything at once. It records the latest
    consent, and no token can do more, whenever it was issued: a narrower `scope` or `allowed_tools` also
    limits older tokens.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="connections")
    application = models.ForeignKey(Application, models.CASCADE, related_name="connections")
    scope = models.CharField(
        max_length=100,
        default=" ".join(SCOPES),
        db_default=READ,  # for processes of an older version, which still run during an update
        help_text="What its user consented to the last time. Its tokens may have less.",
    )

    objects = ConnectionQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["-created_at"], name="connection_newest")]
        constraints = [
            models.UniqueConstraint(fields=["user", "application"], name="one_connection_to_an_app")
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def hosts(self) -> str:
        """The hosts of its redirect URIs, which distinguish apps of the same name."""
        uris = map(urlsplit, self.application.redirect_uris.split())
        here = _("this computer")
        hosts = {here if uri.hostname in LOOPBACK or not uri.hostname else uri.hostname for uri in uris}
        return ", ".join(sorted(hosts))

    @property
    def may_write(self) -> bool:
        """Whether the latest consent allows tools that change data."""
        return WRITE in self.scope.split()


@receiver(post_delete, sender=Connection)
def delete_tokens(instance: Connection, **_: Any) -> None:
    """Delete all tokens with their connection: otherwise they would be valid again after a new consent.

    `clear_oauth` does the same for many connections at once.
    """
    for model in (Grant, RefreshToken, AccessToken):
        model.objects.filter(user=instance.user_id, application=instance.application_id).delete()
    # `clear_oauth` keeps the app for a while after this time.
    Application.objects.filter(pk=instance.application_id).update(updated=timezone.now())
