"""docs/recipes/wagtail.md"""

import json
import re
from typing import Any

import pytest
from fastmcp import Client

from recipes.conftest import ServeRecipe
from testing.processes import Site

SET_UP = """
from datetime import date
from io import BytesIO

from django.core.files.images import ImageFile
from django.core.management import call_command
from PIL import Image as Pillow

call_command("makemigrations", "blog", verbosity=0)
call_command("migrate", verbosity=0)

from accounts.models import User
from blog.models import BlogPage
from django.contrib.auth.models import Group, Permission
from mcp_server.models import MCPToken
from wagtail.images.models import Image
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

def page(parent, title, body, **fields):
    return parent.add_child(instance=BlogPage(title=title, body=body, date=date.today(), **fields))

home = Page.objects.get(depth=2)
news = page(home, "News", "<p>All.</p>")
page(news, "How oak is oiled", "<p>Thinly, <b>twice</b>.</p>")
page(news, "Oak prices of next year", "<p>Of others.</p>", live=False)
legal = page(home, "Legal", "<p>Us.</p>")

press = Group.objects.create(name="Press")
press.permissions.add(Permission.objects.get(codename="access_admin"))
may_add = Permission.objects.get(codename="add_page")
GroupPagePermission.objects.create(group=press, page=news, permission=may_add)
root = Collection.get_first_root_node()
theirs, secret = (root.add_child(name=name) for name in ("Press", "Secret"))
for codename in ("add_image", "choose_image"):
    permission = Permission.objects.get(codename=codename)
    GroupCollectionPermission.objects.create(group=press, collection=theirs, permission=permission)
for title, collection in (("Oak leaf", theirs), ("Oak secret", secret)):
    file = BytesIO()
    Pillow.new("RGB", (1000, 500)).save(file, "PNG")
    Image.objects.create(title=title, collection=collection, file=ImageFile(file, name="oak.png"))
mia, yan = (User.objects.create_user(f"{name}@example.com", password="p") for name in ("mia", "yan"))
mia.groups.add(press)
for user in (mia, yan):
    print("token", MCPToken.objects.create(user=user, name="laptop").token)
print("pages", news.pk, legal.pk)
"""
# The tests have no internet access, so this plays one host. FastMCP itself tries to reach any other.
APP = """
from io import BytesIO

from config.asgi import app
from fastmcp.server.auth import ssrf
from PIL import Image

fetch = ssrf.ssrf_safe_fetch


async def ssrf_safe_fetch(url, **options):
    if not url.startswith("https://images.example/"):
        return await fetch(url, **options)
    assert options == {"max_size": 10 * 1024 * 1024}
    if url.endswith(".html"):
        return b"<script>alert(1)</script>"
    file = BytesIO()
    Image.new("RGB", (900, 900)).save(file, "JPEG")
    return file.getvalue()


ssrf.ssrf_safe_fetch = ssrf_safe_fetch
"""
# Prints what was stored, and what an editor can do in the admin with their own token and with another user's.
AFTERWARDS = """
import re
from blog.models import BlogPage, FlexPage
from django.test import Client
from accounts.models import User
from mcp_server.models import MCPToken

bodies = [str(page.body) for model in (BlogPage, FlexPage) for page in model.objects.all()]
print("cleaned", str(bodies).count("more"), re.findall("script|onclick", str(bodies)))
token = MCPToken.objects.get(user__email="yan@example.com")
form = {"name": "tablet", "allowed_tools": ["page_tree"], "expires_at": ""}
tokens = "/cms/mcptoken/"
for email in ("mia@example.com", "yan@example.com"):
    web = Client(headers={"host": "localhost"})
    web.force_login(User.objects.get(email=email))
    if email[0] == "y":
        print("no editor", web.get(tokens + "new/").status_code)
        break
    text = web.get(tokens + "new/").content.decode()
    policies = [web.get(url).headers["Content-Security-Policy"] for url in (tokens, "/tokens/")]
    print("policy", *("inline" in policy for policy in policies))
    print("groups", *re.findall(r"<legend>\\s*(\\w+)", text))
    made = web.post(tokens + "new/", form)
    print("made", made.status_code, "mcp_" in made.content.decode())
    mine = MCPToken.objects.get(name="tablet")
    print("mine", mine.user.email, mine.allowed_tools, web.get(f"{tokens}edit/{mine.pk}/").status_code)
    print("list", "tablet" in (text := web.get(tokens).content.decode()), token.get_masked_token() in text)
    for action in ("edit", "delete", "usage", "history"):
        print("theirs", web.get(f"{tokens}{action}/{token.pk}/").status_code)
        web.post(f"{tokens}{action}/{token.pk}/", form)
    print("still", MCPToken.objects.filter(pk=token.pk, name="laptop").count())
"""


@pytest.mark.anyio
async def test_a_model_works_with_the_site_as_its_user_may(
    site: Site, token: str, serve: ServeRecipe
) -> None:
    printed = site.manage("shell", "-v0", "--command", SET_UP)
    mias, yans = re.findall(r"^token (\S+)", printed, re.MULTILINE)
    (pages,) = re.findall(r"^pages (\d+) (\d+)", printed, re.MULTILINE)
    news, legal = map(int, pages)
    (site.project.path / "played.py").write_text(APP)
    with serve(site, "played:app") as server:
        clients = {each: Client(server.mcp_url, auth=each) for each in (token, mias, yans)}

        async def call(tool: str, by: str = mias, **arguments: object) -> Any:
            """Return the structured content, or the message of a refusal."""
            async with clients[by]:
                result: Any = await clients[by].call_tool(tool, arguments, raise_on_error=False)
            content = result.structured_content
            return result.content[0].text if result.is_error else content.get("result", content)

        # The tree, the search and reading do not show drafts of other users.
        tree = {each["title"]: each for each in await call("page_tree", yans)}
        assert tree.keys() >= {"News", "Legal"}
        assert tree["How oak is oiled"]["parent_id"] == tree["News"]["id"] == news
        assert "Oak prices of next year" not in tree
        assert "Oak prices of next year" in str(await call("page_tree", token))
        assert [each["title"] for each in await call("search_pages", query="oak")] == ["How oak is oiled"]
        read = await call("get_page", page_id=tree["How oak is oiled"]["id"])
        assert (read["text"], read["type"]) == ("Thinly, twice.", "blogpage")

        # Users create drafts of each type only below pages where they may add pages.
        blog = {"title": "On wax", "day": "2026-11-28", "body": "<p>x</p>"}
        assert str(await call("create_blog_page", yans, parent_id=news, **blog)).startswith("You may not")
        assert str(await call("create_blog_page", parent_id=legal, **blog)).startswith("You may not")
        attack = "<p onclick='x()'>Less is <b>more</b>.<script>x()</script><a href='javascript:x()'>x</a></p>"
        made = await call("create_blog_page", parent_id=news, **{**blog, "body": attack})
        assert (made["type"], made["is_live"]) == ("blogpage", False)
        assert (await call("get_page", page_id=made["id"]))["text"].startswith("Less is more.")
        assert str(await call("get_page", yans, page_id=made["id"])).startswith("There is no page")
        event = {"title": "Fair", "body": "<p>Come.</p>", "starts_at": "2027-01-05T10:00", "place": "Ulm"}
        assert (await call("create_event_page", parent_id=news, **event))["type"] == "eventpage"

        # Images come from the collections of the user's groups, in the sizes of the site.
        (leaf,) = await call("search_images", query="oak", size="width-800")
        assert (leaf["title"], leaf["width"], leaf["height"]) == ("Oak leaf", 800, 400)
        assert leaf["url"].startswith(f"{server.url}/media/images/")
        assert await call("search_images", yans, query="oak") == []
        others = next(each for each in await call("search_images", token, query="oak") if each != leaf)
        blocks = [{"type": "heading", "text": "Oak"}, {"type": "text", "html": attack}]
        picture = {"type": "image", "image_id": leaf["id"]}
        flex = await call("create_flex_page", parent_id=news, title="Flex", blocks=[*blocks, picture])
        assert "Less is more." in (await call("get_page", page_id=flex["id"]))["text"]
        picture["image_id"] = next(each["id"] for each in await call("search_images", token, query="secret"))
        wrong = await call("create_flex_page", parent_id=news, title="Flex", blocks=[picture])
        assert str(wrong).startswith("There is no image")
        assert others

        # Uploads: only from public addresses, only images, and only into the user's collections.
        taken = await call("upload_image", url="https://images.example/a?b", title="Bark")
        assert (taken["collection"], taken["width"]) == ("Press", 400)
        wrong = await call("upload_image", url="https://images.example/x.html", title="Page")
        assert wrong == "What is at the address is no image."
        for url in (
            "http://images.example/a.png",
            "https://127.0.0.1/a.png",
            "https://localhost/a.png",
            "https://[::ffff:169.254.169.254]/a.png",
            "https://2130706433/a.png",
            server.url,
            "file:///etc/passwd",
        ):
            assert str(await call("upload_image", url=url, title="x")).startswith("Not fetched")
        public = "https://images.example/a.png"
        assert "not add images" in str(await call("upload_image", yans, url=public, title="x"))
        wrong = await call("upload_image", url=public, title="x", collection="Secret")
        assert wrong == "You may add images to: Press. Name one."

        async with clients[yans] as client:
            guide = await client.read_resource("design://style-guide")
            blocks_of_site = json.loads((await client.read_resource("design://blocks"))[0].text)
            json.loads((await client.read_resource("design://tokens"))[0].text)
        assert guide[0].text.startswith("# Style guide")
        assert blocks_of_site["blocks"] == ["heading", "text", "image"]

    printed = site.manage(
        "shell", "-v0", "--command", AFTERWARDS, DEBUG="True", PUBLIC_BASE_URL="http://localhost"
    )
    expected = [
        "cleaned 2 []",
        "policy True False",
        "groups Read Change",
        "made 200 True",
        "mine mia@example.com ['page_tree'] 200",
        "list True False",
        *["theirs 404"] * 4,
        "still 1",
        "no editor 302",
    ]
    assert printed.splitlines()[: len(expected)] == expected  # log lines follow
