"""`GET /api/mcp/docs`: a page to try the tools, which is Swagger UI. It asks for a token and keeps it."""

from pathlib import Path

from django.conf import settings
from django.utils.csp import build_policy
from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles

HERE = Path(__file__).parent

# Swagger UI's own files come from a package, so no other host is asked for them.
page_files = StaticFiles(
    directory=HERE / "static",
    packages=[("drf_spectacular_sidecar", "static/drf_spectacular_sidecar/swagger-ui-dist")],
)


async def show_page(_request: Request) -> Response:
    """Show the page, under the same policy as those of the web process."""
    return FileResponse(
        HERE / "index.html",
        headers={
            "Content-Security-Policy": build_policy(settings.SECURE_CSP),
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
        },
    )
