"""Errors of both processes are sent to Sentry, or to what speaks its protocol, when SENTRY_DSN says where."""

from config.settings.base import DEBUG, PROJECT_VERSION
from operations.environment import env

if _dsn := env.str("SENTRY_DSN", default=""):
    from operations.error_reports import send_errors  # imports what nobody else needs

    send_errors(_dsn, release=PROJECT_VERSION, environment="development" if DEBUG else "production")
