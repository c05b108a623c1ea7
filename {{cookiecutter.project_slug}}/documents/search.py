"""Searches documents: with PostgreSQL's full-text search, or for parts of words on SQLite."""

import re

from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank, SearchVector
from django.db import connection
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Greatest, Lower, StrIndex, Substr

from documents.models import Document

# The language whose grammar reduces words to their stems. The index of migration 0002 uses the same.
LANGUAGE = "english"
WORDS = SearchVector("title", weight="A", config=LANGUAGE) + SearchVector("text", weight="B", config=LANGUAGE)

# A word or "quoted words", optionally with a minus before it.
TERM = re.compile(r"""(-?)(?:"([^"]*)"?|([^\s"]+))""")

MAX_FOUND = 500
EXCERPT = 200  # characters of a text
BEFORE = 60  # of them before the word that was found


def search(documents: QuerySet[Document], query: str) -> QuerySet[Document]:
    """Return the documents of `matching`, each with an `excerpt`, the best first.

    Without words in `query`, return all documents, the most recently changed first.
    """
    if not query:
        return documents.annotate(excerpt=Substr("text", 1, EXCERPT))
    return _full_text(documents, query) if connection.vendor == "postgresql" else _plain(documents, query)


def matching(documents: QuerySet[Document], query: str) -> QuerySet[Document]:
    """Return the documents with all words of `query`, but at most the MAX_FOUND that were changed last.

    The number is limited because PostgreSQL reads the whole text of each document to rank it.
    """
    has_words = Q(words=_query(query)) if connection.vendor == "postgresql" else _has_parts(query)
    found = documents.alias(words=WORDS).filter(has_words)
    return documents.filter(pk__in=found.order_by("-updated_at").values("pk")[:MAX_FOUND])


def _query(query: str) -> SearchQuery:
    return SearchQuery(query, search_type="websearch", config=LANGUAGE)


def _full_text(documents: QuerySet[Document], query: str) -> QuerySet[Document]:
    words = _query(query)
    return (
        matching(documents, query)
        .annotate(
            rank=SearchRank(WORDS, words),
            excerpt=SearchHeadline(
                "text", words, config=LANGUAGE, start_sel="", stop_sel="", max_fragments=1
            ),
        )
        .order_by("-rank", "-updated_at")
    )


def _plain(documents: QuerySet[Document], query: str) -> QuerySet[Document]:
    """Search for parts of words, without rank or grammar: for SQLite, in development."""
    first = next((part for is_wanted, part in _terms(query) if is_wanted and part.lower() != "or"), "")
    place = StrIndex(Lower("text"), Lower(Value(first)))
    return matching(documents, query).annotate(excerpt=Substr("text", Greatest(place - BEFORE, 1), EXCERPT))


def _has_parts(query: str) -> Q:
    """Return the condition for a query with PostgreSQL's syntax: `or` separates alternatives."""
    found, every = Q(), Q()
    for is_wanted, part in _terms(query):
        if is_wanted and part.lower() == "or":
            found, every = found | every, Q()
        else:
            has_part = Q(title__icontains=part) | Q(text__icontains=part)
            every &= has_part if is_wanted else ~has_part
    return found | every


def _terms(query: str) -> list[tuple[bool, str]]:
    """Return pairs: whether the term is wanted (it has no minus), and its text."""
    terms = ((not minus, (quoted or word).strip()) for minus, quoted, word in TERM.findall(query))
    return [(is_wanted, part) for is_wanted, part in terms if part]
