"""Everything that somebody may see and that bears some words: a page, and JSON for the palette."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import BadRequest
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from beffroi.contracts.abilities import contracts_seen
from beffroi.contracts.pages.situation import known_choices, others_of, situation_of
from beffroi.search.asking import LONGEST, Asked
from beffroi.search.kinds import Found, Kind, kinds
from beffroi.search.showing import Group, as_json, group, left_out, sentence
from beffroi.ui.components import Link

A_FEW = 8
"""Hits of a kind where every kind is shown."""
A_GLANCE = 5
"""Hits of a kind in the palette."""
A_PAGE = 50
MOST_PAGES = 1000
TEXT, KIND, FORMAT = "q", "genre", "format"


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What bears the words of ``q``, by kind; ``genre`` asks for one kind alone, page by page."""
    asked = _asked(request)
    kind = _kind_named(request.GET.get(KIND, ""))
    if _wants_json(request):
        groups, said = _first_of_each(asked, A_GLANCE)
        answer = JsonResponse({"said": said, "groups": [as_json(each) for each in groups]})
        patch_vary_headers(answer, ["Accept"])
        return answer
    context = _around(request, asked)
    if kind:
        context |= _page_of(asked, kind, request.GET.get("page", ""))
    else:
        groups, said = _first_of_each(asked, A_FEW)
        context |= {"groups": groups, "said": said}
    page = render(request, "search/results.html", context)
    patch_vary_headers(page, ["Accept"])
    return page


def _asked(request: HttpRequest) -> Asked:
    return Asked(
        " ".join(request.GET.get(TEXT, "").split()),
        situation_of(request.GET.dict()),
        {contract.pk: contract for contract in contracts_seen(request.user)},
    )


def _wants_json(request: HttpRequest) -> bool:
    accepted = request.headers.get("Accept", "")
    return request.GET.get(FORMAT) == "json" or accepted.startswith("application/json")


def _kind_named(key: str) -> Kind | None:
    """The kind the address asks for. Raises ``BadRequest`` with a sentence."""
    found = next((kind for kind in kinds() if kind.key == key), None)
    if key and found is None:
        raise BadRequest(_("Le genre « %(kind)s » est inconnu.") % {"kind": key[:40]})
    return found


def _first_of_each(asked: Asked, most: int) -> tuple[list[Group], str]:
    """The first hits of every kind that has some, and what is said of the whole."""
    found = {} if asked.is_too_short else {kind: kind.find(asked, 0, most) for kind in kinds()}
    groups = [
        group(asked, kind, each, _address(asked, kind))
        for kind, each in found.items()
        if each.count
    ]
    return groups, sentence(asked, list(found.values()))


def _page_of(asked: Asked, kind: Kind, page: str) -> dict[str, Any]:
    """A page of one kind; beyond the end, the first."""
    number = int(page) if page.isascii() and page.isdecimal() and len(page) < 6 else 1
    number = min(max(number, 1), MOST_PAGES)
    found = Found((), 0)
    if not asked.is_too_short:
        found = kind.find(asked, (number - 1) * A_PAGE, A_PAGE)
        if number > 1 and not found.hits:
            number, found = 1, kind.find(asked, 0, A_PAGE)
    return {
        "kind": kind,
        "groups": [group(asked, kind, found, "")] if found.count else [],
        "said": sentence(asked, [found]),
        "listed": Paginator(range(found.count), A_PAGE).get_page(number),
        "every_kind": _address(asked),
    }


def _address(asked: Asked, kind: Kind | None = None) -> str:
    link = asked.situation.link(**{TEXT: asked.text[:LONGEST], KIND: kind.key if kind else ""})
    return reverse("search:search") + link


def _around(request: HttpRequest, asked: Asked) -> dict[str, Any]:
    """What the page shows around what is found."""
    situation = asked.situation
    return {
        "asked": asked.text[:LONGEST],
        "left_out": left_out(asked),
        "situation": situation,
        "known": known_choices(None, situation.asked.get("connu", "")),
        "connu": situation.asked.get("connu", ""),
        "beside_dates": others_of(request, "au", "connu"),
        "home": _address(asked),
        "trail": [Link(_("Contrats"), reverse("workspace:portfolio")), Link(_("Recherche"))],
    }
