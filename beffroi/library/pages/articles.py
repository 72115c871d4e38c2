"""The news of a contract: written, published, listed."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from beffroi.contracts.abilities import MANAGE
from beffroi.contracts.pages.frame import Page, contract_action
from beffroi.files.uploads import is_too_large
from beffroi.library.actions import LibraryRefused, change_article, write_article
from beffroi.library.models import Article
from beffroi.library.pages.documents import TAB, article_address, seen_revision
from beffroi.library.pages.forms import ArticleForm
from beffroi.library.queries import articles_of
from beffroi.ui.components import Link


@contract_action(MANAGE)
def articles(request: HttpRequest, page: Page) -> HttpResponse:
    """All the news of a contract, drafts among them."""
    context = page.context(TAB, [_documents_link(page), Link(_("Actualités"))]) | {
        "articles": [(each, article_address(page, each)) for each in articles_of(page.contract)],
    }
    return render(request, "library/articles.html", context)


@contract_action(MANAGE)
def article_new(request: HttpRequest, page: Page) -> HttpResponse:
    """Write a piece of news."""
    form = ArticleForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and _is_whole(request, form):
        said = dict(form.cleaned_data)
        picture = said.pop("picture")
        try:
            write_article(page.contract, said, picture, request.user)  # type: ignore[arg-type]
        except LibraryRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("L'actualité est écrite."))
            return redirect(_list_address(page))
    return _form_page(request, page, form, _("Écrire une actualité"))


@contract_action(MANAGE)
def article(request: HttpRequest, page: Page, number: int) -> HttpResponse:
    """Write a piece of news otherwise, publish it, or make it a draft again."""
    found = articles_of(page.contract).filter(pk=number).first()
    if found is None:
        raise Http404
    form = ArticleForm(request.POST or None, request.FILES or None, initial=ArticleForm.of(found))
    if request.method == "POST" and _is_whole(request, form):
        said = dict(form.cleaned_data)
        picture = said.pop("picture")
        try:
            change_article(found, seen_revision(request), said, picture)
        except LibraryRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("L'actualité est changée."))
            return redirect(_list_address(page))
    return _form_page(request, page, form, found.title, found)


def _is_whole(request: HttpRequest, form: ArticleForm) -> bool:
    if is_too_large(request):
        form.add_error("picture", _("Cette image dépasse 50 Mo : réduisez-la."))
    return form.is_valid()


def _list_address(page: Page) -> str:
    return reverse("library:articles", args=[page.contract.slug])


def _documents_link(page: Page) -> Link:
    return Link(_("Documents"), reverse("library:documents", args=[page.contract.slug]))


def _form_page(
    request: HttpRequest,
    page: Page,
    form: ArticleForm,
    title: str,
    found: Article | None = None,
) -> HttpResponse:
    trail = [_documents_link(page), Link(_("Actualités"), _list_address(page)), Link(title)]
    context = page.context(TAB, trail) | {
        "form": form,
        "title": title,
        "seen": found.revision if found else None,
    }
    status = 400 if request.method == "POST" else 200
    return render(request, "library/form.html", context, status=status)
