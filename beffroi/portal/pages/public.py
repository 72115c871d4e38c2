"""The public face: the region's contracts, and what is known of each, with its sources."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_safe

from beffroi.contracts.models import Contract, Participation
from beffroi.contracts.pages.situation import situation_of
from beffroi.journal.actions import last_number
from beffroi.library.queries import public_articles, public_documents
from beffroi.library.queries import state as library_state
from beffroi.library.showing import documents_table
from beffroi.portal.addresses import articles_shown, document_address
from beffroi.portal.queries import published_contracts
from beffroi.ui.components import Link
from beffroi.workspace.contract_sheet import contract_sheet
from beffroi.workspace.portfolio import KINDS, period

STARTED = timezone.now().isoformat()
"""A new version of the site makes other pages of the same facts."""
LATEST = 20
"""How many documents, and pieces of news, the page of a contract shows."""
FRESH_SECONDS = 300
"""How long a copy of a public page may be shown without asking again."""
_UNSAFE = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}

View = Callable[..., HttpResponseBase]


def _etag(request: HttpRequest, **arguments: Any) -> str | None:
    """Changes with what is known and published, the contracts' files, documents and news, the day,
    the language, the site's start; none for a contract that is not public."""
    known = dict(published_contracts().values_list("slug", "file_sha256").order_by("slug"))
    if arguments.get("slug", "") not in {"", *known}:
        return None
    what = (STARTED, get_language(), timezone.localdate(), last_number(), library_state(), known)
    address = request.get_full_path()
    return f'"{hashlib.sha256(repr((what, address)).encode()).hexdigest()[:32]}"'


def open_to_all(view: View) -> View:
    """A page that anybody reads, and that caches may keep for those who did not sign in."""
    checked = condition(etag_func=_etag)(view)

    @login_not_required
    @require_safe
    @wraps(view)
    def shown(request: HttpRequest, **arguments: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, **arguments)
        answer = checked(request, **arguments)
        if answer.status_code in {200, 304}:
            patch_cache_control(answer, public=True, max_age=FRESH_SECONDS)
        return answer

    return shown


@open_to_all
def home(request: HttpRequest) -> HttpResponse:
    """The contracts that are public, by kind; fictitious ones apart."""
    newest_first = F("start").desc(nulls_last=True)
    found = list(
        published_contracts()
        .order_by("kind", newest_first, "name")
        .prefetch_related("participations")
    )
    groups: dict[str, list[dict[str, Any]]] = {}
    for each in found:
        if not each.fictitious:
            groups.setdefault(str(KINDS.get(each.kind, each.kind)), []).append(_card(each))
    context = {
        "articles": articles_shown(public_articles(published_contracts())[:LATEST]),
        "groups": list(groups.items()),
        "fictitious": [_card(each) for each in found if each.fictitious],
    }
    return render(request, "portal/home.html", context)


@open_to_all
def contract(request: HttpRequest, slug: str) -> HttpResponse:
    """All that is known of a contract, each fact with its status and its source."""
    public = {each.slug: each for each in published_contracts()}
    found = public.get(slug)
    if found is None:
        raise Http404
    situation = situation_of({})

    def address(other: Contract) -> str:
        there = other.slug in public
        return reverse("portal:contract", args=[other.slug]) if there else ""

    documents = list(public_documents([found])[:LATEST])
    context = contract_sheet(found, situation, address) | {
        "contract": found,
        "articles": articles_shown(public_articles([found])[:LATEST]),
        "documents": documents_table(documents, document_address, fictitious=found.fictitious)
        if documents
        else None,
        "described": None if found.fictitious else described(request, found),
        "trail": [Link(_("Contrats"), reverse("portal:home")), Link(found.name)],
    }
    answer = render(request, "portal/contract.html", context)
    if found.fictitious:
        answer["X-Robots-Tag"] = "noindex"
    return answer


@open_to_all
def accessibility(request: HttpRequest) -> HttpResponse:
    """What was checked, and what was not."""
    trail = [Link(_("Contrats"), reverse("portal:home")), Link(_("Accessibilité"))]
    return render(request, "portal/accessibility.html", {"trail": trail})


def described(request: HttpRequest, contract: Contract) -> SafeString:
    """A contract in the words of schema.org, as JSON-LD that no browser runs."""
    parties = Participation.objects.filter(contract=contract).select_related("organisation")
    said: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "CreativeWork",
        "name": contract.name,
        "genre": str(KINDS.get(contract.kind, contract.kind)),
        "url": request.build_absolute_uri(reverse("portal:contract", args=[contract.slug])),
        "contributor": [
            {"@type": "GovernmentOrganization", "name": each.organisation.name}
            for each in parties
            if each.status == "published"
        ],
    }
    if contract.start and contract.end:
        said["temporalCoverage"] = f"{contract.start}/{contract.end}"
    text = json.dumps(said, ensure_ascii=False, indent=1).translate(_UNSAFE)
    return mark_safe(text)


def _card(contract: Contract) -> dict[str, Any]:
    signing = sum(each.role == "signatory" for each in contract.participations.all())
    return {
        "name": contract.name,
        "href": reverse("portal:contract", args=[contract.slug]),
        "period": period(contract),
        "parties": signing,
        "state": contract.status_text,
    }
