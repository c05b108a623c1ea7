"""Finding documents by their words: with PostgreSQL's full-text search, or plainly elsewhere."""

from functools import reduce
from operator import and_

from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank, SearchVector
from django.db import connection
from django.db.models import Q, QuerySet, Value
from django.db.models.functions import Greatest, Lower, StrIndex, Substr

from documents.models import Document

# Whose grammar cuts words to their stems. The index of migration 0002 is made for the same.
LANGUAGE = "english"
WORDS = SearchVector("title", weight="A", config=LANGUAGE) + SearchVector("text", weight="B", config=LANGUAGE)

MAX_FOUND = 500
EXCERPT = 200  # characters of a text
BEFORE = 60  # of them before the word that was found


def search(documents: QuerySet[Document], query: str) -> QuerySet[Document]:
    """Return the documents with all words of `query`, each with an `excerpt`, the best of `matching` first.

    Without words, all documents, the last changed first.
    """
    if not query:
        return documents.annotate(excerpt=Substr("text", 1, EXCERPT))
    return _full_text(documents, query) if connection.vendor == "postgresql" else _plain(documents, query)


def matching(documents: QuerySet[Document], query: str) -> QuerySet[Document]:
    """Return the documents with all words of `query`, of many only those that were changed last.

    To rank them, PostgreSQL reads the whole text of each again.
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
    """For SQLite, in development: parts of words, without rank or grammar."""
    first = next(iter(_words(query)), "")
    place = StrIndex(Lower("text"), Lower(Value(first)))
    return matching(documents, query).annotate(excerpt=Substr("text", Greatest(place - BEFORE, 1), EXCERPT))


def _has_parts(query: str) -> Q:
    return reduce(and_, (Q(title__icontains=word) | Q(text__icontains=word) for word in _words(query)), Q())


def _words(query: str) -> list[str]:
    return query.replace('"', " ").split()
