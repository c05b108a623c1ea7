"""Sends errors of both processes to Sentry, or to a service with its protocol, if SENTRY_DSN is set."""

from config.settings.base import DEBUG, PROJECT_VERSION
from operations.environment import env

if _dsn := env.str("SENTRY_DSN", default=""):
    from operations.error_reports import send_errors  # imports Sentry's SDK

    send_errors(_dsn, release=PROJECT_VERSION, environment="development" if DEBUG else "production")
