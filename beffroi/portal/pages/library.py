"""Documents and news that anybody reads, and their feed."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from django.contrib.syndication.views import Feed
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from beffroi.files.answers import kept_file
from beffroi.library.models import Article, Document
from beffroi.library.pages.documents import LONGEST_SEARCH
from beffroi.library.queries import matching, public_articles, public_documents
from beffroi.library.showing import documents_table
from beffroi.portal.addresses import article_address, articles_shown, document_address
from beffroi.portal.pages.public import open_to_all
from beffroi.portal.queries import published_contracts
from beffroi.ui.components import Link

PAGE = 30
FEED_LENGTH = 30


@open_to_all
def documents(request: HttpRequest) -> HttpResponse:
    """The public documents of all contracts, searched; those of fictitious contracts apart."""
    asked = " ".join(request.GET.get("q", "").split())[:LONGEST_SEARCH]
    found = matching(public_documents(published_contracts()), asked)
    real = Paginator(found.filter(contract__fictitious=False), PAGE)
    listed = real.get_page(request.GET.get("page"))
    fictitious = list(found.filter(contract__fictitious=True)[:PAGE])
    context = {
        "asked": asked,
        "listed": listed,
        "table": _table(list(listed), fictitious=False),
        "fictitious": _table(fictitious, fictitious=True) if fictitious else None,
        "trail": [Link(_("Contrats"), reverse("portal:home")), Link(_("Documents"))],
    }
    return render(request, "portal/documents.html", context)


def _table(documents: list[Document], *, fictitious: bool) -> Any:
    return documents_table(
        documents, document_address, fictitious=fictitious, with_contract=_contract_address
    )


def _contract_address(document: Document) -> str:
    return reverse("portal:contract", args=[document.contract.slug])


@open_to_all
def document(request: HttpRequest, number: int, name: str) -> FileResponse:
    """The file of a public document, whatever name its address gives."""
    found = public_documents(published_contracts()).filter(pk=number).first()
    if found is None:
        raise Http404
    return kept_file(found.file_id, found.file_name, found.media_type)


@open_to_all
def articles(request: HttpRequest) -> HttpResponse:
    """All the news, the latest first."""
    listed = Paginator(public_articles(published_contracts()), PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "listed": listed,
        "articles": articles_shown(listed),
        "trail": [Link(_("Contrats"), reverse("portal:home")), Link(_("Actualités"))],
    }
    return render(request, "portal/articles.html", context)


@open_to_all
def article(request: HttpRequest, number: int, name: str) -> HttpResponse:
    """One piece of news; under another title than its own, it leads to its own address."""
    found = _article(number)
    address = article_address(found)
    if request.path != address:
        return redirect(address, permanent=True)
    context = {
        "article": found,
        "contract": found.contract,
        "paragraphs": [each for each in found.body.replace("\r", "").split("\n\n") if each.strip()],
        "trail": [
            Link(_("Contrats"), reverse("portal:home")),
            Link(found.contract.name, reverse("portal:contract", args=[found.contract.slug])),
            Link(found.title),
        ],
    }
    answer = render(request, "portal/article.html", context)
    if found.contract.fictitious:
        answer["X-Robots-Tag"] = "noindex"
    return answer


@open_to_all
def picture(request: HttpRequest, number: int) -> FileResponse:
    """The picture of a piece of news."""
    found = _article(number)
    if found.picture_id is None:
        raise Http404
    return kept_file(found.picture_id, media_type=found.picture_type)


def _article(number: int) -> Article:
    found = public_articles(published_contracts()).filter(pk=number).first()
    if found is None:
        raise Http404
    return found


class News(Feed):  # type: ignore[type-arg]
    """The latest news of the real contracts, in Atom."""

    feed_type = Atom1Feed
    title = gettext_lazy("Actualités des contrats")
    subtitle = gettext_lazy("Ce qui se passe dans les contrats que la région a rendus publics.")

    def link(self) -> str:
        return reverse("portal:articles")

    def items(self) -> list[Article]:
        real = published_contracts().filter(fictitious=False)
        return list(public_articles(real)[:FEED_LENGTH])

    def item_title(self, item: Article) -> str:
        return item.title

    def item_description(self, item: Article) -> str:
        return item.summary

    def item_link(self, item: Article) -> str:
        return article_address(item)

    def item_updateddate(self, item: Article) -> Any:
        return item.written_at

    def item_pubdate(self, item: Article) -> Any:
        if item.dated is None:
            return item.written_at
        return timezone.make_aware(datetime.combine(item.dated, time(12)))

    def item_categories(self, item: Article) -> list[str]:
        return [item.contract.name]


feed = open_to_all(News())
