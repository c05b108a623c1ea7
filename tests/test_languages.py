"""Every text that the pages show is marked for translation."""

import re

import pytest

from testing.harness import ROOT, TEMPLATE, repository_files

# What clients draw, and the page of Swagger UI, are English.
ENGLISH = ("/mcp_server/views/", "/mcp_server/templates/mcp_server/view.html", "/docs_page/", "/tests/")
# Shown as it stands in every language.
NAMES = {"ms"}
PAGES = [
    name
    for name in repository_files()
    if name.startswith(f"{TEMPLATE.name}/")
    and re.search(r"\.html$|/templates/mail/.*\.txt$", name)
    and not any(part in name for part in ENGLISH)
]
TRANSLATED = re.compile(r"\{% blocktranslate.*?\{% endblocktranslate %\}", re.DOTALL)
UNSEEN = re.compile(r"<!.*?>|<script.*?</script>|\{#.*?#\}", re.DOTALL)
# What a browser shows or reads out, though it stands in a tag.
SPOKEN = re.compile(r'\b(?:aria-label|title|placeholder|alt)="([^"]*)"')
# A text that a page hands to another one as it stands.
HANDED = re.compile(r'\{% include .*\b(?:verb|yes|question|label|title|first)="([^"]+)"')
MARKUP = re.compile(r"\{%.*?%\}|\{\{.*?\}\}|<.*?>|&\w+;", re.DOTALL)


def unmarked(page: str) -> set[str]:
    """Return the words that are the same in every language."""
    page = UNSEEN.sub("", TRANSLATED.sub("", page))
    texts = [*SPOKEN.findall(page), *HANDED.findall(page), page]
    return {word for text in texts for word in re.findall(r"[^\W\d_]{2,}", MARKUP.sub(" ", text))} - NAMES


@pytest.mark.parametrize("name", PAGES)
def test_pages(name: str) -> None:
    assert unmarked((ROOT / name).read_text(encoding="utf-8")) == set()


SAID = re.compile(
    r'\b(?:ValidationError|messages\.\w+)\((?:request, )?f?"|\b(?:label|help_text|empty_label)=f?"[^"]'
)
# The admin's own words are English, as are those of settings and commands.
FORMS = [
    name
    for name in repository_files()
    if name.startswith(f"{TEMPLATE.name}/")
    and re.search(r"/(forms|views|consent|adapters|tool_choice)\.py$", name)
]


@pytest.mark.parametrize("name", FORMS)
def test_forms_and_messages(name: str) -> None:
    assert SAID.findall((ROOT / name).read_text(encoding="utf-8")) == []


def test_the_search_itself() -> None:
    assert unmarked('<p title="Two words">One {% translate "three" %} {{ four }}</p>') == {
        "One",
        "Two",
        "words",
    }
    assert SAID.search('raise ValidationError("No.")')
