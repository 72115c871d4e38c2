"""The documents of a contract: listed, searched, added, described, taken away."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from beffroi.contracts.abilities import MANAGE
from beffroi.contracts.pages.frame import Page, contract_action, contract_page
from beffroi.contracts.pages.situation import others_of
from beffroi.files.answers import kept_file
from beffroi.files.uploads import is_too_large
from beffroi.library.actions import LibraryRefused, add_document, change_document
from beffroi.library.models import Article, Document
from beffroi.library.pages.forms import DocumentForm, NewDocumentForm
from beffroi.library.queries import articles_of, documents_of, matching
from beffroi.library.showing import documents_table
from beffroi.ui.components import Link

TAB = "library"
PAGE = 50
LATEST = 6
LONGEST_SEARCH = 100


@contract_page
def documents(request: HttpRequest, page: Page) -> HttpResponse:
    """The documents of a contract and its latest news."""
    asked = " ".join(request.GET.get("q", "").split())[:LONGEST_SEARCH]
    found = matching(documents_of(page.contract), asked)
    listed = Paginator(found, PAGE).get_page(request.GET.get("page"))
    may_manage = MANAGE in page.rights.can
    context = page.context(TAB, [Link(_("Documents"))]) | {
        "table": documents_table(
            list(listed),
            lambda each: _address(page, "document-file", each.pk),
            (lambda each: _address(page, "document", each.pk)) if may_manage else None,
            fictitious=page.contract.fictitious,
        ),
        "listed": listed,
        "asked": asked,
        "beside": others_of(request, "q"),
        "articles": [(each, article_address(page, each)) for each in _latest(page, may_manage)],
        "may_manage": may_manage,
    }
    return render(request, "library/documents.html", context)


@contract_action(MANAGE)
def document_new(request: HttpRequest, page: Page) -> HttpResponse:
    """Add a document."""
    form = NewDocumentForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and _is_whole(request, form):
        said = dict(form.cleaned_data)
        file = said.pop("file")
        try:
            add_document(page.contract, file, said, request.user)  # type: ignore[arg-type]
        except LibraryRefused as refusal:
            form.add_error("file", str(refusal))
        else:
            messages.success(request, _("Le document est ajouté."))
            return redirect(_address(page, "documents"))
    return _form_page(request, page, form, _("Ajouter un document"))


@contract_action(MANAGE)
def document(request: HttpRequest, page: Page, number: int) -> HttpResponse:
    """Say otherwise of a document, or take it away."""
    found = _found(page, number)
    form = DocumentForm(request.POST or None, initial=DocumentForm.of(found))
    is_removal = request.POST.get("do") == "remove"
    if request.method == "POST" and (is_removal or form.is_valid()):
        said: dict[str, Any] = {"is_removed": True} if is_removal else form.cleaned_data
        try:
            change_document(found, seen_revision(request), said)
        except LibraryRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            done = _("Le document est retiré.") if is_removal else _("Le document est changé.")
            messages.success(request, done)
            return redirect(_address(page, "documents"))
    return _form_page(request, page, form, found.title, found)


@contract_page
def document_file(request: HttpRequest, page: Page, number: int) -> FileResponse:
    """The file of a document."""
    found = _found(page, number)
    return kept_file(found.file_id, found.file_name, found.media_type)


def seen_revision(request: HttpRequest) -> int:
    """The revision that a form was filled in from; one that never was, where it does not say."""
    text = request.POST.get("seen", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 9 else 0


def article_address(page: Page, article: Article) -> str:
    """Where a piece of news is written."""
    return _address(page, "article", article.pk)


def _latest(page: Page, may_manage: bool) -> list[Article]:
    found = articles_of(page.contract)
    return list((found if may_manage else found.filter(is_public=True))[:LATEST])


def _found(page: Page, number: int) -> Document:
    document = documents_of(page.contract).filter(pk=number).first()
    if document is None:
        raise Http404
    return document


def _address(page: Page, name: str, number: int | None = None) -> str:
    rest = [] if number is None else [number]
    return reverse(f"library:{name}", args=[page.contract.slug, *rest])


def _is_whole(request: HttpRequest, form: NewDocumentForm) -> bool:
    if is_too_large(request):
        form.add_error("file", _("Ce fichier dépasse 50 Mo : réduisez-le, puis renvoyez-le."))
    return form.is_valid()


def _form_page(
    request: HttpRequest,
    page: Page,
    form: DocumentForm,
    title: str,
    found: Document | None = None,
) -> HttpResponse:
    trail = [Link(_("Documents"), _address(page, "documents")), Link(title)]
    context = page.context(TAB, trail) | {
        "form": form,
        "title": title,
        "seen": found.revision if found else None,
        "is_document": found is not None,
    }
    return render(
        request, "library/form.html", context, status=400 if request.method == "POST" else 200
    )
