"""The session engine: Django's database sessions, with the user of each.

See https://docs.djangoproject.com/en/6.1/topics/http/sessions/#extending-database-backed-session-engines.
"""

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.signals import user_logged_in
from django.contrib.sessions.backends import db
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.models import Session
from operations.client_address import client_address


class SessionStore(db.SessionStore):
    """Saves a session with its user, and with when and where it began."""

    def __init__(self, session_key: str | None = None) -> None:
        """Take no other keys than Django makes: PostgreSQL fails on a NUL, which a cookie can contain."""
        is_possible = session_key and session_key.isascii() and session_key.isalnum()
        super().__init__(session_key if is_possible else None)

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Return the model of the rows."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Return an unsaved row for `data`."""
        row: Any = super().create_model_instance(data)
        row.user_id = data.get(SESSION_KEY)
        row.started_at = parse_datetime(data.get("started_at", ""))
        row.browser = data.get("browser", "")
        row.address = data.get("address", "")
        session: Session = row
        return session


@receiver(user_logged_in)
def note_where(request: HttpRequest, **_: Any) -> None:
    """Keep when and where somebody signed in, for their list of sessions."""
    request.session["started_at"] = timezone.now().isoformat()
    request.session["browser"] = request.headers.get("User-Agent", "")[:200]
    request.session["address"] = client_address(request)
