"""django-mcp-server with DRF's tokens, as in its README, and with tools in its own style."""

import peer

peer.configure(
    "rest_framework",
    "rest_framework.authtoken",
    "mcp_server",
    ROOT_URLCONF="mcp_server.urls",
    DJANGO_MCP_AUTHENTICATION_CLASSES=["bearer.BearerAuthentication"],
    DJANGO_MCP_GLOBAL_SERVER_CONFIG={"name": "bench", "stateless": True},
)

from django.core.wsgi import get_wsgi_application  # noqa: E402
from mcp_server import MCPToolset, mcp_server  # noqa: E402


class Tools(MCPToolset):
    def echo(self, text: str) -> str:
        """Return the text."""
        return text

    def rows(self, limit: int) -> list[dict]:
        """Return the first products."""
        names = ("id", "sku", "name", "category", "price", "stock")
        return [dict(zip(names, row, strict=True)) for row in peer.product_rows(limit)]


mcp_server.register_mcptoolset(Tools())
application = get_wsgi_application()

if __name__ == "__main__":
    from rest_framework.authtoken.models import Token

    print(Token.objects.create(user=peer.prepare()).key)
