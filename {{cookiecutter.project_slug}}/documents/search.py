"""Finding documents by their words: with PostgreSQL's full-text search, or plainly elsewhere."""

from functools import reduce
from operator import and_

from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank, SearchVector
from django.db import connection
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Greatest, Lower, StrIndex, Substr

from documents.models import Document

# Whose grammar cuts words to their stems. The index of migration 0002 is made for the same.
LANGUAGE = "english"
WORDS = SearchVector("title", weight="A", config=LANGUAGE) + SearchVector("text", weight="B", config=LANGUAGE)

EXCERPT = 200  # characters of a text
BEFORE = 60  # of them before the word that was found


def search(documents: QuerySet[Document], query: str) -> QuerySet[Document]:
    """Return the documents with all words of `query`, each with an `excerpt`, best first.

    Without words, all documents, the last changed first.
    """
    if not query:
        return documents.annotate(excerpt=Substr("text", 1, EXCERPT))
    return _full_text(documents, query) if connection.vendor == "postgresql" else _plain(documents, query)


def _full_text(documents: QuerySet[Document], query: str) -> QuerySet[Document]:
    words = SearchQuery(query, search_type="websearch", config=LANGUAGE)
    return (
        documents.annotate(words=WORDS)
        .filter(words=words)
        .annotate(
            rank=SearchRank(F("words"), words),
            excerpt=SearchHeadline(
                "text", words, config=LANGUAGE, start_sel="", stop_sel="", max_fragments=1
            ),
        )
        .order_by("-rank", "-updated_at")
    )


def _plain(documents: QuerySet[Document], query: str) -> QuerySet[Document]:
    """For SQLite, in development: parts of words, without rank or grammar."""
    words = query.replace('"', " ").split()
    found = reduce(and_, (Q(title__icontains=word) | Q(text__icontains=word) for word in words), Q())
    place = StrIndex(Lower("text"), Lower(Value(words[0] if words else "")))
    return documents.filter(found).annotate(excerpt=Substr("text", Greatest(place - BEFORE, 1), EXCERPT))
