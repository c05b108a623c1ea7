"""DRF's token authentication, with the keyword `Bearer` that MCP clients send."""

from rest_framework.authentication import TokenAuthentication


class BearerAuthentication(TokenAuthentication):
    keyword = "Bearer"
