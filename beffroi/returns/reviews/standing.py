"""Where returns stand: accepted or not, queried or not, superseded or not."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Count, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, NullIf
from django.db.models.lookups import IsNull
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from beffroi.contracts.models import Contract
from beffroi.returns.models import Acceptance, Query, QueryMessage, Return


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one return stands today.

    ``answered`` counts, among its open queries, those whose last word is the partner's;
    ``superseded_by`` and ``supersedes`` are the ids of the returns of the same partner (or of the
    same service) and date that came after and before it.
    """

    accepted_at: datetime.datetime | None = None
    accepted_by: str = ""
    note: str = ""
    open_queries: int = 0
    answered: int = 0
    superseded_by: int | None = None
    supersedes: int | None = None

    @property
    def is_accepted(self) -> bool:
        """Whether the contract team takes it as it stands."""
        return self.accepted_at is not None

    @property
    def accepted_on(self) -> datetime.date | None:
        """The day it was accepted."""
        return timezone.localtime(self.accepted_at).date() if self.accepted_at else None

    @property
    def status(self) -> str:
        """The name of its status, among those of ``ui.statuses``."""
        if self.is_accepted:
            return "accepted"
        if self.open_queries:
            return "queried"
        return "superseded" if self.superseded_by else "submitted"

    @property
    def sentence(self) -> str:
        """Its status in words: « soumise », « acceptée », « 2 questions ouvertes »."""
        if self.is_accepted:
            return _("acceptée")
        if self.open_queries:
            said = ngettext(
                "%(count)s question ouverte", "%(count)s questions ouvertes", self.open_queries
            )
            return said % {"count": self.open_queries}
        return _("remplacée") if self.superseded_by else _("soumise")


def standings(contract: Contract) -> dict[int, Standing]:
    """Where every return of a contract stands, by its id, in one query."""
    returns = with_standing(Return.objects.filter(contract=contract).only("pk"))
    return {each.pk: standing_of(each) for each in returns}


def with_standing(returns: QuerySet[Return]) -> QuerySet[Return]:
    """The same returns, with all that tells where they stand: read it by :func:`standing_of`."""
    acceptance = Acceptance.objects.filter(submitted=OuterRef("pk")).order_by("-pk")
    queries = Query.objects.filter(submitted=OuterRef("pk"), closed_at__isnull=True).order_by()
    last = QueryMessage.objects.filter(query=OuterRef("pk")).order_by("-pk")
    theirs = queries.annotate(theirs=Subquery(last.values("from_partner")[:1])).filter(theirs=True)
    of_same_words = Return.objects.filter(
        contract=OuterRef("contract"),
        partner=OuterRef("partner"),
        effective_on=OuterRef("effective_on"),
    )
    number = OuterRef("posting__number")
    service = OuterRef("service")
    # A return of the whole partner takes the place of all before it; a part, of its service's.
    after = of_same_words.filter(posting__number__gt=number).filter(
        Q(service__isnull=True) | Q(service=service)
    )
    before = of_same_words.filter(posting__number__lt=number).filter(
        Q(service=service) | IsNull(service, True)
    )
    called = Coalesce(
        NullIf("author__full_name", Value("")), "author__email", output_field=CharField()
    )
    return returns.annotate(
        _accepted=Subquery(acceptance.values("accepted")[:1]),
        _accepted_at=Subquery(acceptance.values("at")[:1]),
        _accepted_by=Subquery(acceptance.values(name=called)[:1]),
        _note=Subquery(acceptance.values("note")[:1]),
        _open=_count(queries),
        _answered=_count(theirs),
        _superseded_by=Subquery(after.order_by("posting__number").values("pk")[:1]),
        _supersedes=Subquery(before.order_by("-posting__number").values("pk")[:1]),
    )


def standing_now(submitted: Return) -> Standing:
    """Where a return stands at this very moment."""
    return standing_of(with_standing(Return.objects.filter(pk=submitted.pk).only("pk")).get())


def standing_of(submitted: Return) -> Standing:
    """Where a return stood when it was read :func:`with_standing`."""
    said: dict[str, Any] = vars(submitted)
    accepted = bool(said["_accepted"])
    return Standing(
        accepted_at=said["_accepted_at"] if accepted else None,
        accepted_by=said["_accepted_by"] if accepted else "",
        note=said["_note"] if accepted else "",
        open_queries=said["_open"],
        answered=said["_answered"],
        superseded_by=said["_superseded_by"],
        supersedes=said["_supersedes"],
    )


def _count(queries: QuerySet[Query]) -> Coalesce:
    counted = queries.annotate(one=Value(1)).values("one").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), Value(0))
