"""Fixtures for the tests of every app."""

pytest_plugins = [
    "mcp_server.tests.fixtures",
    # % if cookiecutter.oauth
    "oauth.tests.fixtures",
    # % endif
    # % if cookiecutter.multi_tenancy
    "tenants.tests.fixtures",
    # % endif
    # % if cookiecutter.file_tools
    "documents.tests.fixtures",
    # % endif
]
