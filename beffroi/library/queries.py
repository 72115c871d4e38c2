"""Reading documents and news: all of a contract for its team, what is public for everybody."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.postgres.search import SearchQuery, SearchVector
from django.db import connection
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from beffroi.contracts.models import Contract
from beffroi.library.models import Article, Document

FRENCH = "french"


def documents_of(contract: Contract) -> QuerySet[Document]:
    """The documents of a contract, the latest first; those taken away are left out."""
    return _in_order(Document.objects.filter(contract=contract, is_removed=False))


def public_documents(contracts: Iterable[Contract] | QuerySet[Contract]) -> QuerySet[Document]:
    """The documents that anybody may read, of contracts that are public."""
    found = Document.objects.filter(contract__in=contracts, is_removed=False, is_public=True)
    return _in_order(found)


def matching(documents: QuerySet[Document], words: str) -> QuerySet[Document]:
    """Those whose title, description or parties hold these words, in any of their forms."""
    if not words:
        return documents
    text = SearchVector("title", "description", "parties", "file_name", config=FRENCH)
    asked = SearchQuery(words, config=FRENCH, search_type="websearch")
    return documents.annotate(said=text).filter(Q(said=asked) | Q(title__icontains=words))


def articles_of(contract: Contract) -> QuerySet[Article]:
    """The news of a contract, drafts among them, the latest first."""
    return Article.objects.filter(contract=contract).select_related("author", "picture")


def public_articles(contracts: Iterable[Contract] | QuerySet[Contract]) -> QuerySet[Article]:
    """The news that anybody may read today: no drafts, none that bears a date to come."""
    found = Article.objects.filter(contract__in=contracts, is_public=True)
    today = timezone.localdate()
    return found.filter(Q(dated__isnull=True) | Q(dated__lte=today)).select_related(
        "contract", "picture"
    )


def state() -> tuple[int, int]:
    """What changes whenever a document or a piece of news does: the last of their histories."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce((SELECT max(pgh_id) FROM library_documentevent), 0),"
            " coalesce((SELECT max(pgh_id) FROM library_articleevent), 0)"
        )
        documents, articles = cursor.fetchone()
        return int(documents), int(articles)


def _in_order(documents: QuerySet[Document]) -> QuerySet[Document]:
    latest = F("dated").desc(nulls_last=True)
    return documents.select_related("contract", "file").order_by(latest, "-pk")
