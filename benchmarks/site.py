"""Everything that the rows compare, each prepared when a row first needs it."""

import functools
import shutil

from benchmarks import servers
from benchmarks.load import load, tool_call
from benchmarks.machine import CACHE, environment, install_wrk
from benchmarks.servers import Project, Server, running
from testing.postgres import Postgres


class Site:
    """The database, the projects and the peers."""

    def __init__(self) -> None:
        CACHE.mkdir(parents=True, exist_ok=True)
        install_wrk()
        self.postgres = Postgres(CACHE / "postgres")

    @functools.cached_property
    def project(self) -> Project:
        """A generated project on PostgreSQL."""
        return Project("project", self.postgres.create("project"))

    @functools.cached_property
    def sqlite_project(self) -> Project:
        """A generated project on SQLite."""
        return Project("sqlite", None)

    @functools.cached_property
    def project_without_oauth(self) -> Project:
        """A generated project whose `mcp_server` needs no library except FastMCP."""
        return Project("without-oauth", None, oauth="false")

    @functools.cached_property
    def project_with_files(self) -> Project:
        """A generated project that keeps documents, on PostgreSQL."""
        return Project("files", self.postgres.create("files"), file_tools="true")

    @functools.cached_property
    def bare(self) -> Server:
        """FastMCP alone."""
        return servers.bare()

    @functools.cached_property
    def bare_with_sessions(self) -> Server:
        """FastMCP alone, with a session for each client."""
        return servers.bare(SESSIONS="1")

    @functools.cached_property
    def mcpz(self) -> Server:
        """django-mcpz."""
        return servers.mcpz(self.postgres)

    @functools.cached_property
    def django_mcp_server(self) -> Server:
        """django-mcp-server."""
        return servers.django_mcp_server(self.postgres)

    @functools.cached_property
    def mcp_django(self) -> Server:
        """mcp-django."""
        return servers.mcp_django(self.postgres)

    def time_to_first_call(self) -> None:
        """Do what a new user does: generate, install, migrate, start, call."""
        shutil.rmtree(CACHE / "environments" / "first", ignore_errors=True)
        project = Project("first", None)
        environment("first", project.folder / "pyproject.toml")
        ours = project.server("first")
        with running(ours):
            load(
                ours.url,
                tool_call("add_numbers", {"a": 2, "b": 3}, "5"),
                token=ours.token,
                clients=1,
                seconds=1,
            )

    def close(self) -> None:
        """Stop the database."""
        self.postgres.stop()
