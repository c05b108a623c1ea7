"""`GET /api/mcp/docs`: Swagger UI, to try the tools. The page asks for a token and keeps it in its memory."""

from pathlib import Path
from string import Template

from django.conf import settings
from django.contrib.staticfiles import finders
from django.utils.html import escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles

HERE = Path(__file__).parent

# Swagger UI's own files come from a package, and not from another host.
page_files = StaticFiles(
    directory=HERE / "static",
    packages=[("drf_spectacular_sidecar", "static/drf_spectacular_sidecar/swagger-ui-dist")],
)
# The style sheet of the pages. The web process serves it too, but in development that is another origin.
if _look := finders.find("site.css"):
    page_files.all_directories.append(Path(_look).parent)

# Swagger UI has icons in data: URLs. Nothing comes from another host.
POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)

PAGE = Template((HERE / "index.html").read_text("utf-8"))


async def show_page(_request: Request) -> Response:
    """Show the page."""
    pages = getattr(settings, "WEB_BASE_URL", "")
    return HTMLResponse(
        PAGE.substitute(project=escape(settings.PROJECT_NAME), pages=escape(pages)),
        headers={
            "Content-Security-Policy": POLICY,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "same-origin",
        },
    )
