"""Mistakes in tools: they do not end the process, and the error names them."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import OperationalError, ProgrammingError

from mcp_server.errors import CrashedError
from mcp_server.server import mcp
from mcp_server.tests.fixtures import ConnectMCP
from mcp_server.tests.helpers import refusal
from mcp_server.toolkit.completion import completes

pytestmark = pytest.mark.django_db(transaction=True)


RETURN_MODELS = {
    "return_model": "the model User",
    "return_queryset": "a QuerySet",
    "return_model_async": "the model User",
    "return_queryset_async": "a QuerySet",
}


class Abort(BaseException):
    """An exception that is not a subclass of Exception."""


@pytest.fixture(autouse=True)
def tools(settings: Any) -> Iterator[None]:
    settings.DEBUG = False

    def end(how: str) -> str:
        if how == "exit":
            sys.exit(2)  # as argparse does
        raise KeyboardInterrupt if how == "interrupt" else Abort

    @mcp.tool
    def end_in_thread(how: str) -> str:
        return end(how)

    @mcp.tool
    async def end_async(how: str) -> str:
        return end(how)

    @mcp.resource("end://thread/{how}")
    def end_resource(how: str) -> str:
        return end(how)

    @mcp.resource("end://async/{how}")
    async def end_resource_async(how: str) -> str:
        return end(how)

    @mcp.prompt
    def end_prompt(how: str) -> str:
        return end(how)

    @completes("end_prompt", "how")
    def end_completion(typed: str) -> list[str]:
        return [end("exit")]

    @mcp.tool
    def find_user() -> str:
        return get_user_model().objects.get(email="nobody@example.com").email

    @mcp.tool
    def check_user() -> str:
        raise ValidationError("wrong")

    @mcp.tool
    def lose_database() -> str:
        raise OperationalError("the connection is lost")

    @mcp.tool
    def return_model():  # type: ignore[no-untyped-def]
        return get_user_model()(email="secret@example.com")

    @mcp.tool
    def return_queryset():  # type: ignore[no-untyped-def]
        return get_user_model().objects.all()

    @mcp.tool
    async def return_model_async():  # type: ignore[no-untyped-def]
        return {"user": get_user_model()(email="secret@example.com")}

    @mcp.tool
    async def return_queryset_async():  # type: ignore[no-untyped-def]
        return get_user_model().objects.all()

    @mcp.tool
    async def forget_await() -> int:
        return get_user_model().objects.acount()  # type: ignore[return-value]

    @mcp.tool
    def break_constraint() -> None:
        get_user_model().objects.bulk_create([get_user_model()(email="a@b.org") for _ in range(2)])

    @mcp.tool
    def infinity() -> float:
        return float("inf")

    yield
    for name in ("end_in_thread", "end_async", "find_user", "check_user", "lose_database"):
        mcp.local_provider.remove_tool(name)
    for name in (*RETURN_MODELS, "forget_await", "break_constraint", "infinity"):
        mcp.local_provider.remove_tool(name)
    mcp.local_provider.remove_prompt("end_prompt")
    for uri in ("end://thread/{how}", "end://async/{how}"):
        mcp.local_provider.remove_template(uri)


@pytest.mark.parametrize(("transport", "mode"), [("http", "auto"), ("http", "legacy"), ("sse", "legacy")])
async def test_nothing_that_a_call_raises_ends_the_process(
    mcp_client: ConnectMCP, transport: str, mode: str
) -> None:
    async with mcp_client(transport=transport, mode=mode) as client:
        for how in ("exit", "interrupt", "abort"):
            for tool in ("end_in_thread", "end_async"):
                assert "internal error" in await refusal(client, tool, how=how)
            for uri in (f"end://thread/{how}", f"end://async/{how}"):
                with pytest.raises(Exception):  # noqa: B017, PT011 - any error of the client
                    await client.read_resource(uri)
            with pytest.raises(Exception):  # noqa: B017, PT011
                await client.get_prompt("end_prompt", {"how": how})
        assert (await client.call_tool("whoami")).data


@pytest.mark.parametrize(
    ("error", "is_named"),
    [
        (OperationalError("no such table: shop_order"), True),
        (OperationalError("table shop_order has no column named note"), True),
        (ProgrammingError('relation "shop_order" does not exist\nLINE 1: SELECT'), True),
        (ProgrammingError('syntax error at or near "FORM"'), False),
        (OperationalError("database is locked"), False),
        (OperationalError('connection failed: FATAL: database "shop" does not exist'), False),
    ],
)
def test_a_migration_that_is_missing_is_named_in_development(
    settings: Any, error: Exception, is_named: bool
) -> None:
    """Catches "calling it again in a minute may work", for a table that nobody has created."""
    settings.DEBUG = True
    text = str(CrashedError(error))
    assert ("Run manage.py makemigrations and migrate" in text) == is_named
    assert ("in a minute" in text) == (isinstance(error, OperationalError) and not is_named)


async def test_a_row_that_is_not_there_is_a_matter_of_the_arguments(mcp_client: ConnectMCP) -> None:
    """Catches an error which says that the tool fails with any arguments."""
    async with mcp_client() as client:
        for tool in ("find_user", "check_user"):
            assert "Others may work" in await refusal(client, tool)


async def test_a_database_that_restarts_is_a_matter_of_the_moment(mcp_client: ConnectMCP) -> None:
    """Catches an error which says that another call will fail too."""
    async with mcp_client() as client:
        assert "again in a minute may work" in await refusal(client, "lose_database")


async def test_a_model_is_no_result(mcp_client: ConnectMCP, caplog: pytest.LogCaptureFixture) -> None:
    """Catches a model whose `str()` is returned as a success, and a queryset with an error about async."""
    async with mcp_client() as client:
        for tool, kind in RETURN_MODELS.items():
            caplog.clear()
            assert "secret" not in await refusal(client, tool)
            assert f"The tool {tool} returned {kind}: return a dataclass" in caplog.text


async def test_in_development_a_mistake_is_named_with_the_line_of_its_owner(
    mcp_client: ConnectMCP, settings: Any
) -> None:
    """Catches an error that names a line of the machinery instead of the tool, or a message of FastMCP."""
    async with mcp_client() as client:
        settings.DEBUG = True
        here = Path(__file__).relative_to(settings.BASE_DIR)
        assert f"(IntegrityError in {here}, line " in await refusal(client, "break_constraint")
        assert await refusal(client, "forget_await") == (
            "The tool failed because of an internal error. Calling it again is unlikely to help. "
            "(NotAwaitedError: The tool forget_await returned a coroutine: an await is missing.)"
        )


async def test_infinity_is_no_success(mcp_client: ConnectMCP) -> None:
    async with mcp_client() as client:
        assert await refusal(client, "infinity")
