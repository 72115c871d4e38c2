"""One page, two doors: a contract's workspace for who signed in, a deposit link for who has no
account. A view is written once, for a :class:`Desk`, and its route is declared once, in
``returns/urls.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from beffroi.accounts.limits import count, is_over
from beffroi.contracts.abilities import SEE
from beffroi.contracts.models import Contract
from beffroi.contracts.pages.frame import Page, page_for
from beffroi.returns.actors import DEPOSIT, Actor, Target, holding, signed_in
from beffroi.returns.links import link_behind, note_use
from beffroi.returns.models import Delivery, DeliveryState, Return
from beffroi.returns.reviews.standing import with_standing
from beffroi.ui.components import Link
from beffroi.ui.errors import error_page

TAB = "returns"
COOKIE = "depot"
#: How many times the holder of one link may act in a window of time, in seconds.
POSTS, WINDOW = 120, 600


@dataclass(frozen=True, slots=True)
class Desk:
    """Where somebody deals with returns from: who, for which contract, through which door.

    ``page`` is the contract's page in the workspace, ``None`` behind a deposit link.
    """

    actor: Actor
    contract: Contract
    page: Page | None = None

    @property
    def base(self) -> str:
        """The template that a page of returns extends: ``{% extends desk.base %}``."""
        return "contracts/contract_base.html" if self.page else "returns/deposit_base.html"

    def address(self, name: str, **arguments: Any) -> str:
        """The address of another page of returns, through the same door: ``delivery``, 12."""
        if self.page:
            address = reverse(f"returns:{name}", kwargs={"slug": self.contract.slug, **arguments})
            return address + self.page.situation.link()
        assert self.actor.link is not None
        return reverse(f"deposit:{name}", kwargs={"link": self.actor.link.pk, **arguments})

    def context(self, trail: Sequence[Link] = ()) -> dict[str, Any]:
        """What a page of returns shows around its own content."""
        if self.page:
            return {**self.page.context(TAB, trail), "desk": self}
        home = Link(_("Votre remontée"), self.home if trail else "")
        return {"contract": self.contract, "trail": [home, *trail], "desk": self}

    @property
    def home(self) -> str:
        """The first page behind this door."""
        return self.address("home")

    def delivery(self, number: int, needs: str = SEE) -> Delivery:
        """The delivery of that number. One that the actor may not see does not exist (404); one
        that is still being prepared is seen only by who may deposit. ``PermissionDenied`` where it
        is seen and the ability ``needs`` is missing.
        """
        delivery = (
            Delivery.objects.filter(contract=self.contract, pk=number)
            .select_related("contract", "partner", "service", "request__campaign", "file", "posted")
            # What may be long is read on demand.
            .defer("findings", "not_data", "posted__findings", "posted__not_data")
            .first()
        )
        if delivery is None:
            raise Http404
        can = self.actor.abilities(delivery)
        submitted = delivery.state == DeliveryState.SUBMITTED
        if SEE not in can or not (submitted or DEPOSIT in can):
            raise Http404
        if needs not in can:
            raise PermissionDenied
        return delivery

    def returned(self, number: int) -> Return:
        """The posted return of that number, read with where it stands (``standing_of``). One that
        the actor may not see does not exist (404).
        """
        submitted = (
            with_standing(Return.objects.filter(contract=self.contract, pk=number))
            .select_related("partner", "service", "file", "posting__user", "delivery__sender")
            .first()
        )
        if submitted is None or SEE not in self.actor.abilities(submitted):
            raise Http404
        submitted.contract = self.contract
        return submitted

    def refuse_unless(self, ability: str, target: Target) -> None:
        """Raise ``Http404`` where the actor may not see it, ``PermissionDenied`` where it may."""
        can = self.actor.abilities(target)
        if SEE not in can:
            raise Http404
        if ability not in can:
            raise PermissionDenied


View = Callable[..., HttpResponseBase]
Response = TypeVar("Response", bound=HttpResponseBase)


def desk_page(view: View) -> View:
    """A page of returns that only reads: ``view(request, desk, …)``."""
    return require_safe(_through_a_door(view))


def desk_action(view: View) -> View:
    """A page of returns that may write, on POST: it asks ``desk`` for the ability it needs."""
    return require_http_methods(["GET", "HEAD", "POST"])(_through_a_door(view))


def _through_a_door(view: View) -> View:
    @login_not_required
    @wraps(view)
    def guarded(request: HttpRequest, **arguments: Any) -> HttpResponseBase:
        if "link" in arguments:
            return by_link(request, view, **arguments)
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        page = page_for(request, arguments.pop("slug"))
        actor = signed_in(request.user, page.contract, page.rights)
        return view(request, Desk(actor, page.contract, page), **arguments)

    return guarded


def by_link(request: HttpRequest, view: View, link: int, **arguments: Any) -> HttpResponseBase:
    """The view for whoever holds a deposit link, or one calm page where it opens nothing.

    The secret was in the address once, when the link was followed; since then it is in a cookie
    that only the pages of that link receive.
    """
    held = link_behind(request.COOKIES.get(COOKIE, ""))
    if held is None or held.pk != link:
        return closed_door(request)
    if request.method == "POST":
        if is_over("deposit", str(link), limit=POSTS, seconds=WINDOW):
            return discreet(error_page(request, 429))
        count("deposit", str(link), seconds=WINDOW)
        note_use(held)
    desk = Desk(holding(held), held.request.campaign.contract)
    return discreet(view(request, desk, **arguments))


def closed_door(request: HttpRequest) -> HttpResponse:
    """The one answer to a link that expired, that was revoked, or that never was."""
    return discreet(render(request, "returns/link_closed.html", status=404))


def discreet(response: Response) -> Response:
    """An answer that no cache keeps, no search engine lists, and no other site hears of."""
    # Not « no-referrer »: browsers then send forms without their origin, which are refused.
    response["Referrer-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
