"""Mail: one variable says how it is sent."""

from typing import Any

from config.settings.base import DEBUG, PROJECT_NAME
from config.settings.env_file import BASE_DIR
from config.settings.security import SILENCED_SYSTEM_CHECKS
from mcp_server.settings import PUBLIC_BASE_URL
from operations.environment import email, env

EMAIL_URL = env.str("EMAIL_URL", default="")
# Without it, pages say whom to ask instead of promising a message.
SENDS_MAIL = bool(EMAIL_URL) or DEBUG
# Development: every message is logged, and kept for the page /accounts/mail/.
MAIL_FOLDER = BASE_DIR / ".mail"

MAILERS: dict[str, dict[str, Any]] = {"default": {"BACKEND": "django.core.mail.backends.dummy.EmailBackend"}}
_sender = ""
if EMAIL_URL:
    _url = email("EMAIL_URL")
    _is_smtp = _url["EMAIL_BACKEND"].endswith(".smtp.EmailBackend")
    MAILERS["default"] = {"BACKEND": _url["EMAIL_BACKEND"]}
    if _is_smtp:
        MAILERS["default"]["OPTIONS"] = {
            "host": _url["EMAIL_HOST"],
            "port": _url["EMAIL_PORT"] or 25,
            "username": _url["EMAIL_HOST_USER"] or "",
            "password": _url["EMAIL_HOST_PASSWORD"] or "",
            "use_tls": _url.get("EMAIL_USE_TLS", False),
            "use_ssl": _url.get("EMAIL_USE_SSL", False),
            "timeout": 10,
        }
    _user = _url["EMAIL_HOST_USER"] or ""
    _sender = _url.get("OPTIONS", {}).get("FROM", _user if "@" in _user else "")
elif DEBUG:
    MAILERS["default"] = {"BACKEND": "accounts.development_mail.EmailBackend"}
else:
    SILENCED_SYSTEM_CHECKS += ["mail.E001"]  # no mail is sent: pages and commands show links instead

_host = PUBLIC_BASE_URL.partition("://")[2].partition(":")[0]
DEFAULT_FROM_EMAIL = SERVER_EMAIL = f'"{PROJECT_NAME}" <{_sender or f"noreply@{_host}"}>'
