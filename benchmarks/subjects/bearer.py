"""DRF's token authentication under the name that MCP clients send."""

from rest_framework.authentication import TokenAuthentication


class BearerAuthentication(TokenAuthentication):
    keyword = "Bearer"
