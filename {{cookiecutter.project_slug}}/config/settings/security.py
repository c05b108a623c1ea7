"""HTTPS, cookies and what a page may load."""

from django.utils.csp import CSP

from config.settings.base import IS_HTTPS

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = IS_HTTPS
# Docker, Kubernetes and Prometheus request these over plain HTTP, inside the network.
SECURE_REDIRECT_EXEMPT = [r"^health$", r"^ready$", r"^metrics$"]
# nginx sets this header itself, so a client cannot forge it.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
# HSTS for subdomains (W005) and preloading (W021) bind the whole domain: its owner decides that.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
SECURE_CSP: dict[str, list[str]] = {
    "default-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
