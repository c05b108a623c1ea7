"""django-mcpz with its own bearer tokens, and with tools in the style of its documentation."""

from decimal import Decimal

import msgspec
import peer

peer.configure("django_mcpz.bearer_tokens", ROOT_URLCONF="mcpz_site")

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.urls import path  # noqa: E402
from django_mcpz.bearer_tokens.auth import token_auth  # noqa: E402
from django_mcpz.bearer_tokens.models import Token  # noqa: E402
from django_mcpz.server import MCPServer  # noqa: E402

server = MCPServer(name="bench", version="1", auth=token_auth)


class EchoParams(msgspec.Struct):
    text: str


class EchoResult(msgspec.Struct):
    result: str


class RowsParams(msgspec.Struct):
    limit: int


class Row(msgspec.Struct):
    id: int
    sku: str
    name: str
    category: str
    price: Decimal
    stock: int


class Rows(msgspec.Struct):
    rows: list[Row]


@server.tool(description="Return the text.", read_only=True)
def echo(request, params: EchoParams) -> EchoResult:
    return EchoResult(params.text)


@server.tool(description="Return the first products.", read_only=True)
def rows(request, params: RowsParams) -> Rows:
    return Rows([Row(*row) for row in peer.product_rows(params.limit)])


urlpatterns = [path("mcp", server)]
application = get_wsgi_application()

if __name__ == "__main__":
    print(Token.create(name="bench", user=peer.prepare())[1])
