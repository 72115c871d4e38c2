"""What engines read first: where they may go, and what there is. What is fictitious is neither."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.contrib.sitemaps import Sitemap
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from beffroi.contracts.models import Contract
from beffroi.library.models import Article
from beffroi.library.queries import public_articles
from beffroi.portal.addresses import article_address
from beffroi.portal.queries import published_contracts

CLOSED = ("/espace/", "/compte/", "/depot/")


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Everything but what needs an account."""
    there = request.build_absolute_uri(reverse("portal:sitemap"))
    lines = ["User-agent: *", *(f"Disallow: {each}" for each in CLOSED), f"Sitemap: {there}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


class Contracts(Sitemap):  # type: ignore[type-arg]
    """The real contracts that are public."""

    def items(self) -> list[Contract]:
        return list(published_contracts().filter(fictitious=False).order_by("slug"))

    def location(self, item: Contract) -> str:
        return reverse("portal:contract", args=[item.slug])


class Places(Sitemap):  # type: ignore[type-arg]
    """The pages that are always there."""

    def items(self) -> list[str]:
        return ["portal:home", "portal:documents", "portal:articles", "portal:accessibility"]

    def location(self, item: str) -> str:
        return reverse(item)


class News(Sitemap):  # type: ignore[type-arg]
    """The news of those contracts."""

    def items(self) -> list[Article]:
        return list(public_articles(published_contracts().filter(fictitious=False)))

    def location(self, item: Article) -> str:
        return article_address(item)


SITEMAPS = {"pages": Places, "contrats": Contracts, "actualites": News}
