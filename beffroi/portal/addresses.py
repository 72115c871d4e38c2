"""Where documents and news are read by everybody."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.text import slugify

from beffroi.library.models import Article, Document


def document_address(document: Document) -> str:
    """The file of a public document; its number alone counts, its name is for people."""
    name = slugify(document.title)[:60] or "document"
    return reverse("portal:document", args=[document.pk, name])


def article_address(article: Article) -> str:
    """A piece of news; its number alone counts, its title is for people."""
    return reverse("portal:article", args=[article.pk, slugify(article.title)[:60] or "actualite"])


def articles_shown(articles: Iterable[Article]) -> list[tuple[Article, str]]:
    """News with where each is read."""
    return [(each, article_address(each)) for each in articles]
