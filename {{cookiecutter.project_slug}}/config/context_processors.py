"""Variables of every template."""

from django.conf import settings
from django.http import HttpRequest


def project(_request: HttpRequest) -> dict[str, str]:
    """Give templates the name of the project."""
    return {"PROJECT_NAME": settings.PROJECT_NAME}
