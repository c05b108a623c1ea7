"""The content security policy of a view: it may load and run only what is in its file.

A client blocks all network addresses for a view. This policy is stricter: it allows the scripts and styles of
the file by their hashes, so that no text in a result can become code.
"""

import base64
import hashlib
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

# The folder of the views. It is defined here because checks need it in processes that do not import FastMCP.
FOLDER = Path(__file__).parents[1] / "views"

INLINE = ("script", "style")
LOADS = {"src", "srcset", "href", "xlink:href", "poster", "data", "action", "formaction", "background"}
INSIDE = ("data:", "#")
ADDRESS = re.compile(r"""\b(?:https?|wss?)://[^\s"'`)]+|@import\b|url\((?!["']?(?:data:|\#))[^)]*\)""")
# XML namespaces, which are not loaded. A script needs that of SVG to draw.
NAMESPACE = "http://www.w3.org/"


class _Reader(HTMLParser):
    """Collects the scripts and styles of a view, and its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.inline: dict[str, list[str]] = {tag: [] for tag in INLINE}
        self.attributes: list[tuple[str, str, str]] = []
        self._tag = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self._tag = tag
        if tag in INLINE:
            self.inline[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        self._tag = ""

    def handle_data(self, data: str) -> None:
        if self._tag in INLINE:
            self.inline[self._tag][-1] += data


def with_policy(html: str) -> str:
    """Return the view with its policy in the head. Raises ValueError if it has no head."""
    if "<head>" not in html:
        raise ValueError("it has no <head>: let it extend mcp_server/view.html")
    inline = _Reader(html).inline
    policy = [
        "default-src 'none'",
        "img-src data:",
        *(" ".join([f"{tag}-src", *map(_hash, inline[tag])]) for tag in INLINE),
        "base-uri 'none'",
        "form-action 'none'",
    ]
    meta = f'<meta http-equiv="Content-Security-Policy" content="{"; ".join(policy)}">'
    return html.replace("<head>", f"<head>\n  {meta}", 1)


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def breaches(html: str) -> Iterator[str]:
    """Yield the parts of a view that will not work in a client: addresses, and code in attributes."""
    reader = _Reader(html)
    for tag, name, value in reader.attributes:
        if name.startswith("on") or name == "style":
            yield f"{name}= at <{tag}>"
        elif name in LOADS and not value.startswith(INSIDE):
            yield f'{name}="{value}" at <{tag}>'
    for tag, texts in reader.inline.items():
        for found in ADDRESS.findall("\n".join(texts)):
            if not found.startswith(NAMESPACE):
                yield f"{found} in <{tag}>"
