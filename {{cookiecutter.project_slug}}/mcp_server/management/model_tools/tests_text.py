"""Writes the tests of the tools: through a client, as one who uses them sees them."""

from collections.abc import Sequence
from typing import Any

from django.contrib.contenttypes.models import ContentType

from mcp_server.management.model_tools.columns import Column, plain_key
from mcp_server.management.model_tools.examples import WORD, changed_column, is_free, roomy_field, unused
from mcp_server.management.model_tools.field_types import TEXTS
from mcp_server.management.model_tools.layout import Imports, in_lines, laid_out, quoted
from mcp_server.management.model_tools.left_out import kind_of
from mcp_server.management.model_tools.plan import NEEDED, Plan
from mcp_server.management.model_tools.results import plural_class
from mcp_server.management.model_tools.rows_for_tests import maker

UNKNOWN_CHANGE = 'changes={"colour_": 1}'


def write_tests(domain: str, plans: Sequence[Plan]) -> str:
    """Return the text of `mcp_server/tests/tools/test_<domain>.py`."""
    imports = Imports()
    imports.use_module("pytest")
    imports.use("mcp_server.tests.fixtures", "ConnectMCP")
    for helper in ("answer", "refusal"):
        imports.use("mcp_server.tests.helpers", helper)
    classes = [Tests(domain, plan, imports).text() for plan in plans]
    imports.use_one_user()
    head = "pytestmark = pytest.mark.django_db(transaction=True)"
    return f"{imports}\n\n{head}\n\n\n" + "\n\n\n".join(classes) + "\n"


class Tests:
    """The tests of one model's tools."""

    __test__ = False  # pytest would take it for one

    def __init__(self, domain: str, plan: Plan, imports: Imports) -> None:
        self.plan, self.imports = plan, imports
        self.names, self.tools = plan.names, plan.tools
        self.model = imports.use(plan.model.__module__, plan.model.__name__)
        self.module = f"mcp_server.tools.{domain}"
        self.rows = f"mcp_server.tests.tools.rows_for_{domain}"
        self.make = imports.use(self.rows, maker(plan.model))
        self.id_name = f"{plan.names.one}_id"
        is_text = plain_key(plan.model).get_internal_type() == "UUIDField"
        self.key = "str(row.pk)" if is_text else "row.pk"

    def text(self) -> str:
        """Return the class."""
        writers = {"list": self._list, "search": self._search, "get": self._get, "create": self._create}
        writers |= {"update": self._update, "delete": self._delete}
        tests = [self._row(), self._permissions(), *(writers[tool]() for tool in self.tools)]
        return f"class Test{plural_class(self.plan)}:\n" + "\n\n".join(tests)

    def _row(self) -> str:
        return (
            "    @pytest.fixture(autouse=True)\n"
            f"    def row(self, transactional_db: None) -> {self.model}:\n"
            f"        {self.make}()\n"
            f"        return {self.make}()"
        )

    def _permissions(self) -> str:
        self.imports.use("operations.users", "User")
        self.imports.use("asgiref.sync", "sync_to_async")
        self.imports.use("mcp_server.tests.helpers", "permit")
        tools = in_lines("tools = {", [quoted(name) for name in sorted(self.tools.values())], "}", 8)
        reads = sorted(name for tool, name in self.tools.items() if NEEDED[tool] == "view")
        seen = in_lines("reading = {", [quoted(name) for name in reads], "}", 8)
        return (
            "    async def test_needs_permissions(self, mcp_client: ConnectMCP, user: User) -> None:\n"
            f"{tools}\n{seen}\n"
            "        async with mcp_client(user) as client:\n"
            "            assert tools & {tool.name for tool in await client.list_tools()} == set()\n"
            f'        await sync_to_async(permit)(user, "{self.plan.permission("list")}")\n'
            "        async with mcp_client(user) as client:\n"
            "            assert tools & {tool.name for tool in await client.list_tools()} == reading"
        )

    def _list(self) -> str:
        self.imports.use("mcp_server.tests.helpers", "ids_of_pages")
        self.imports.use("pytest_django", "DjangoAssertNumQueries")
        self.imports.use("operations.users", "User")
        for name in (self.names.visible, f"{self.names.one}_row"):
            self.imports.use(self.module, name)
        manager = self.plan.manager
        orders = in_lines("for order_by in (", [quoted(order) for order in self.plan.orders], "):", 12)
        return (
            "    async def test_pages_show_all_in_order(self, mcp_client: ConnectMCP) -> None:\n"
            "        async with mcp_client() as client:\n"
            f"{orders}\n"
            '                then = "-pk" if order_by[0] == "-" else "pk"\n'
            f"                rows = {manager}.order_by(order_by, then)\n"
            "                expected = [str(row.pk) async for row in rows]\n"
            + in_lines(
                "shown = await ids_of_pages(",
                ["client", quoted(self.tools["list"]), quoted(self.names.many), "order_by", "len(expected)"],
                ")",
                16,
            )
            + "\n                assert shown == expected\n\n"
            + in_lines(
                "def test_a_list_is_one_query(",
                ["self", "admin: User", "django_assert_num_queries: DjangoAssertNumQueries"],
                ") -> None:",
                4,
            )
            + "\n        with django_assert_num_queries(1):\n"
            f"{laid_out(f'rows = [{self.names.one}_row(row) for row in {self.names.visible}(admin)]', 12)}\n"
            "        assert len(rows) > 1"
        )

    def _search(self) -> str:
        self.imports.use("asgiref.sync", "sync_to_async")
        query = f'query="{WORD[:6].lower()}"'
        field = self.plan.model._meta.get_field(roomy_field(self.plan))  # noqa: SLF001 - public, documented
        made = f'row = await sync_to_async({self.make})({field.name}="{WORD}")'
        return (
            "    async def test_search_finds_a_part_of_a_word(self, mcp_client: ConnectMCP) -> None:\n"
            f"{laid_out(made, 8)}\n"
            "        async with mcp_client() as client:\n"
            f"{_call('found', 'answer', self.tools['search'], query)}\n"
            f'        assert [row["id"] for row in found["{self.names.many}"]] == [{self.key}]'
        )

    def _get(self) -> str:
        secrets = in_lines(
            "assert not shown.keys() & {", [quoted(name) for name in self.plan.columns.left_out], "}", 8
        )
        column = self._text_column()
        return (
            f"    async def test_shows_one(self, mcp_client: ConnectMCP, row: {self.model}) -> None:\n"
            "        async with mcp_client() as client:\n"
            f"{_call('shown', 'answer', self.tools['get'], f'{self.id_name}={self.key}')}\n"
            f"{_call('said', 'refusal', self.tools['get'], f'{self.id_name}={self._unknown()}')}\n"
            f'        assert shown["id"] == {self.key}\n'
            + (f'        assert shown["{column.name}"] == row.{column.name}\n' if column else "")
            + (f"{secrets}\n" if self.plan.columns.left_out else "")
            + '        assert said.startswith("There is no ")'
        )

    def _create(self) -> str:
        self.imports.use("typing", "Any")
        required = [column for column in self.plan.for_new if column.is_required]
        values = [f'"{column.name}": {self._json(column)}' for column in required]
        wrong = self._wrong(required)
        manager = self.plan.manager
        made = next((c for c in required if not c.key and is_free(c)), None)
        return (
            "    @pytest.fixture\n"
            f"    def new(self, transactional_db: None) -> dict[str, Any]:\n"
            f"{in_lines('return {', values, '}', 8)}\n\n"
            f"    async def test_adds_one(self, mcp_client: ConnectMCP, new: dict[str, Any]) -> None:\n"
            "        async with mcp_client() as client:\n"
            f'            made = await answer(client, "{self.tools["create"]}", **new)\n'
            f'        assert await {manager}.filter(pk=made["id"]).aexists()\n'
            + (f'        assert made["{made.name}"] == new["{made.name}"]\n' if made else "")
            + "\n    async def test_adds_nothing_that_is_wrong"
            "(self, mcp_client: ConnectMCP, new: dict[str, Any]) -> None:\n"
            f"        before = await {manager}.acount()\n"
            "        async with mcp_client() as client:\n"
            f"{_call('said', 'refusal', self.tools['create'], f'**new | {{{wrong}}}')}\n"
            f"        assert {wrong.partition(':')[0]} in said\n"
            f"        assert await {manager}.acount() == before"
        )

    def _update(self) -> str:
        column = changed_column(self.plan)
        value = self._json(column)
        get, update = self.tools["get"], self.tools["update"]
        key = f"{self.id_name}={self.key}"
        changing = [
            field.name
            for field in self.plan.model._meta.concrete_fields  # noqa: SLF001 - public, documented
            if getattr(field, "auto_now", False) and field.name not in self.plan.columns.left_out
        ]
        same = "".join(f' | {{"{name}": after["{name}"]}}' for name in changing)
        return (
            f"    async def test_changes_one(self, mcp_client: ConnectMCP, row: {self.model}) -> None:\n"
            f'        changes = {{"{column.name}": {value}}}\n'
            "        async with mcp_client() as client:\n"
            f"{_call('before', 'answer', get, key)}\n"
            f"{_call('after', 'answer', update, key, 'changes=changes')}\n"
            f"{_call('nothing', 'refusal', update, key, 'changes={}')}\n"
            f"{_call('unknown', 'refusal', update, key, UNKNOWN_CHANGE)}\n"
            f"        assert after == before | changes{same}\n"
            '        assert nothing.startswith("There is nothing to change")\n'
            '        assert "colour_" in unknown'
        )

    def _delete(self) -> str:
        call = f'await answer(client, "{self.tools["delete"]}", {self.id_name}={self.key})'
        return (
            f"    async def test_deletes_one(self, mcp_client: ConnectMCP, row: {self.model}) -> None:\n"
            "        async with mcp_client() as client:\n"
            f"{laid_out(call, 12)}\n"
            f"        assert not await {self.plan.manager}.filter(pk=row.pk).aexists()"
        )

    def _unknown(self) -> str:
        kind = plain_key(self.plan.model).get_internal_type()
        if kind == "UUIDField":
            return '"00000000-0000-0000-0000-00000000ffff"'
        return '"nowhere"' if kind in TEXTS else "999_999_999"

    def _text_column(self) -> Column | None:
        return next((c for c in self.plan.columns.shown if not c.key and kind_of(c.field) in TEXTS), None)

    def _wrong(self, required: Sequence[Column]) -> str:
        """Return an argument with a value that cannot be right."""
        for column in [*required, *self.plan.for_new]:
            if not column.key and kind_of(column.field) in TEXTS and column.field.max_length:
                return f'"{column.name}": "x" * {column.field.max_length + 1}'
            if not column.key and kind_of(column.field) not in TEXTS | {"JSONField", "BooleanField"}:
                return f'"{column.name}": "wrong"'
        return '"colour_": 1'

    def _json(self, column: Column) -> str:
        """Return a value for a column as a client sends it. Another row is made first."""
        if not column.key:
            return unused(column)
        field: Any = column.field
        if column.target is ContentType:
            self.imports.use("django.contrib.contenttypes.models", "ContentType")
            return "ContentType.objects.get_for_model(ContentType).pk"
        attribute = column.key
        if column.key == "pk" and not column.is_list and not field.target_field.primary_key:
            attribute = field.target_field.name
        value = f"{self.imports.use(self.rows, maker(column.target))}().{attribute}"
        if column.value.get_internal_type() == "UUIDField":
            value = f"str({value})"
        return f"[{value}]" if column.is_list else value


def _call(variable: str, function: str, tool: str, *arguments: str) -> str:
    return in_lines(f"{variable} = await {function}(", ["client", quoted(tool), *arguments], ")", 12)
