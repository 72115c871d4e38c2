"""Where each request of a campaign stands."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from beffroi.contracts.models import Contract
from beffroi.returns.models import Campaign, Delivery, DeliveryState, Request, Return
from beffroi.returns.reviews import standing as reviews
from beffroi.returns.reviews.standing import with_standing


class Progress(StrEnum):
    """How far a request has come; each is a status of ``ui.statuses``."""

    EXCUSED = "excused"
    WAITING = "waiting"
    RECEIVED = "received"
    UNREADABLE = "unreadable"
    ASKING = "asking"
    READY = "ready"
    SUBMITTED = "submitted"
    QUERIED = "queried"
    ACCEPTED = "accepted"


SENT = frozenset({Progress.SUBMITTED, Progress.QUERIED, Progress.ACCEPTED})
OF_DELIVERY = {
    DeliveryState.RECEIVED: Progress.RECEIVED,
    DeliveryState.REFUSED: Progress.UNREADABLE,
    DeliveryState.LAYOUT: Progress.ASKING,
    DeliveryState.MATCHING: Progress.ASKING,
    DeliveryState.READY: Progress.READY,
    DeliveryState.SUBMITTED: Progress.SUBMITTED,
}
"""How far a delivery that was not withdrawn has come."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one request stands: the state of its last delivery, and the return posted, if any.

    ``queries`` counts those still open on that return.
    """

    request: Request
    delivery: DeliveryState | None = None
    submitted: Return | None = None
    accepted: bool = False
    queries: int = 0

    @property
    def progress(self) -> Progress:
        """One word for it. What was submitted stays so while a new version is being prepared."""
        if self.submitted is not None:
            if self.queries:
                return Progress.QUERIED
            return Progress.ACCEPTED if self.accepted else Progress.SUBMITTED
        if self.request.excused:
            return Progress.EXCUSED
        if self.delivery is not None:
            return OF_DELIVERY[self.delivery]
        return Progress.WAITING

    @property
    def missing(self) -> bool:
        """Whether it is still to be sent."""
        return self.progress not in SENT and self.progress != Progress.EXCUSED

    def late(self, today: datetime.date) -> int:
        """Days gone by since it was due, where it is missing; else 0."""
        return max((today - self.request.must_send_by).days, 0) if self.missing else 0


@dataclass(frozen=True, slots=True)
class Tally:
    """A campaign in numbers. Those excused are not expected."""

    expected: int
    submitted: int
    accepted: int
    late: int

    @classmethod
    def of(cls, standings: Iterable[Standing], today: datetime.date) -> Tally:
        """Count them."""
        counted = [each for each in standings if each.progress != Progress.EXCUSED]
        return cls(
            expected=len(counted),
            submitted=sum(each.progress in SENT for each in counted),
            accepted=sum(each.progress == Progress.ACCEPTED for each in counted),
            late=sum(each.late(today) > 0 for each in counted),
        )


def standings(campaigns: Sequence[Campaign]) -> list[Standing]:
    """Where every request of these campaigns stands, in order; two queries however many."""
    return _standings(Request.objects.filter(campaign__in=campaigns))


def standings_open(contract: Contract, posted: Sequence[Return]) -> list[Standing]:
    """Where every request of the campaigns under way stands, beside the contract's returns as read
    by :func:`reviewed`; one query."""
    asked = Request.objects.filter(
        campaign__contract=contract,
        campaign__opens_on__isnull=False,
        campaign__closed_at__isnull=True,
    )
    return _beside(_asked(asked), posted)


def standing_of(request: Request) -> Standing:
    """Where one request stands."""
    return _standings(Request.objects.filter(pk=request.pk))[0]


def standing_numbered(contract: Contract, number: int) -> Standing | None:
    """Where the request of that number stands, if the contract has one."""
    asked = Request.objects.filter(campaign__contract=contract, pk=number)
    return next(iter(_standings(asked)), None)


def reviewed(returns: QuerySet[Return]) -> QuerySet[Return]:
    """The same returns, latest first, with where they stand and which request each answers."""
    return (
        with_standing(returns)
        .defer("findings", "not_data")
        .select_related("posting", "partner")
        .annotate(answers_request=F("delivery__request_id"))
        .order_by("-posting_id")
    )


def _standings(asked: QuerySet[Request]) -> list[Standing]:
    requests = _asked(asked)
    return _beside(requests, _posted({request.campaign for request in requests}))


def _asked(asked: QuerySet[Request]) -> list[Request]:
    """Requests with their campaign, and the state of the delivery under way for each, if any."""
    going_on = (
        Delivery.objects.filter(request=OuterRef("pk"))
        .exclude(state__in=[DeliveryState.WITHDRAWN, DeliveryState.SUBMITTED])
        .order_by("-received_at", "-pk")
    )
    with_campaign = asked.select_related(
        "campaign__contract", "campaign__author", "partner", "service"
    )
    return list(with_campaign.annotate(going_on=Subquery(going_on.values("state")[:1])))


def _posted(campaigns: Collection[Campaign]) -> list[Return]:
    """What was posted for the dates of these campaigns, latest first."""
    dates = Q()
    for campaign in campaigns:
        dates |= Q(contract_id=campaign.contract_id, effective_on=campaign.effective_on)
    return list(reviewed(Return.objects.filter(dates)) if campaigns else ())


def _beside(requests: Iterable[Request], posted: Sequence[Return]) -> list[Standing]:
    """Each request beside the last return that answers it."""
    found = []
    for request in requests:
        last = next((each for each in posted if _answers(each, request)), None)
        review = reviews.standing_of(last) if last else reviews.Standing()
        state: str | None = request.going_on  # type: ignore[attr-defined]
        found.append(
            Standing(
                request,
                DeliveryState(state) if state else None,
                last,
                accepted=review.is_accepted,
                queries=review.open_queries,
            )
        )
    return found


def _answers(posted: Return, request: Request) -> bool:
    """Whether a return answers a request: by its delivery, or else by whom and when it tells of."""
    of_delivery: int | None = posted.answers_request  # type: ignore[attr-defined]
    if of_delivery is not None:
        return of_delivery == request.pk
    return (
        posted.service_id == request.service_id
        and posted.partner_id == request.partner_id
        and posted.contract_id == request.campaign.contract_id
        and posted.effective_on == request.campaign.effective_on
    )
