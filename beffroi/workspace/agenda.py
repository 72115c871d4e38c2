"""What rings in a contract today, what comes next, what came last."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from beffroi.contracts.models import Milestone
from beffroi.contracts.pages.frame import Page
from beffroi.contracts.vocabulary import Stage
from beffroi.ledger.positions import Value
from beffroi.returns.campaigns.progress import Standing as RequestStanding
from beffroi.returns.campaigns.progress import reviewed, standings_open
from beffroi.returns.models import Return
from beffroi.returns.reviews.standing import Standing, standing_of
from beffroi.ui.components import Elapsed
from beffroi.ui.figures import Unit, day, integer, money, percent, unread
from beffroi.workspace.contract_sheet import written_date
from beffroi.workspace.maquette import Maquette, axes
from beffroi.workspace.progress import period_of

BEHIND = 20
"""How many points of a hundred a rate may lag behind the time gone by before it rings."""
LATEST = 8
MOST_DATES = 6


@dataclass(frozen=True, slots=True)
class Ring:
    """One thing that waits for somebody: a sentence, its status, where to act."""

    sentence: str
    status: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Coming:
    """A date to come, and what happens then."""

    on: str
    event: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Received:
    """A document that came: a partner's return."""

    title: str
    on: datetime.date
    status: str
    href: str


@dataclass(frozen=True, slots=True)
class Agenda:
    """The returns and requests of a contract as they stand today."""

    returned: Sequence[tuple[Return, Standing]]
    asked: Sequence[RequestStanding]
    planned: Sequence[Milestone]


def agenda_of(page: Page) -> Agenda:
    """What is under way in a contract: today's, whatever the situation shown."""
    returned = list(reviewed(Return.objects.filter(contract=page.contract)))
    return Agenda(
        [(each, standing_of(each)) for each in returned],
        standings_open(page.contract, returned),
        list(page.contract.milestones.filter(planned=True)),
    )


def rings(page: Page, found: Maquette, names: Mapping[str, str], under_way: Agenda) -> list[Ring]:
    """What asks for somebody's hand, the most pressing first."""
    return [
        *_late(page, under_way.asked),
        *_answered(page, under_way.returned),
        *_to_accept(page, under_way.returned),
        *_behind(page, found),
        *_unread(page, found),
        *_silent(page, found, names),
    ]


def coming(page: Page, under_way: Agenda) -> list[Coming]:
    """The next dates: what is planned in the contract, what partners must send."""
    today = timezone.localdate().isoformat()
    dates = [
        (each.date, Coming(written_date(each.date, each.date_end), each.event))
        for each in under_way.planned
        if each.date and each.date >= today[: len(each.date)]
    ]
    campaigns = {each.request.campaign for each in under_way.asked}
    for campaign in campaigns:
        if campaign.due_on.isoformat() >= today:
            href = reverse("returns:campaign", args=[page.contract.slug, campaign.pk])
            event = _("Remontées attendues : %(title)s") % {"title": campaign.title}
            dates.append((campaign.due_on.isoformat(), Coming(day(campaign.due_on), event, href)))
    return [each for _on, each in sorted(dates, key=lambda pair: pair[0])[:MOST_DATES]]


def latest(page: Page, under_way: Agenda) -> list[Received]:
    """The last returns that came."""
    return [
        Received(
            _("%(partner)s, situation au %(day)s")
            % {"partner": each.partner, "day": day(each.effective_on)},
            timezone.localtime(each.posting.at).date(),
            standing.status,
            reverse("returns:return", args=[page.contract.slug, each.pk]),
        )
        for each, standing in under_way.returned[:LATEST]
    ]


def _late(page: Page, asked: Iterable[RequestStanding]) -> list[Ring]:
    late = [each for each in asked if each.late(timezone.localdate())]
    if not late:
        return []
    who = ", ".join(str(each.request.partner) for each in late)
    campaign = late[0].request.campaign
    return [
        Ring(
            _("Remontées en retard : %(who)s.") % {"who": who},
            "late",
            reverse("returns:campaign", args=[page.contract.slug, campaign.pk]),
        )
    ]


def _answered(page: Page, returned: Iterable[tuple[Return, Standing]]) -> list[Ring]:
    return [
        Ring(
            _("%(partner)s au %(day)s : %(said)s.")
            % {
                "partner": each.partner,
                "day": day(each.effective_on),
                "said": standing.sentence
                if not standing.answered
                else ngettext(
                    "%(count)s réponse à lire", "%(count)s réponses à lire", standing.answered
                )
                % {"count": standing.answered},
            },
            "queried",
            reverse("returns:return", args=[page.contract.slug, each.pk]),
        )
        for each, standing in returned
        if standing.open_queries and not standing.superseded_by
    ]


def _to_accept(page: Page, returned: Iterable[tuple[Return, Standing]]) -> list[Ring]:
    waiting = sum(standing.status == "submitted" for _each, standing in returned)
    if not waiting:
        return []
    sentence = ngettext(
        "%(count)s remontée soumise, ni acceptée ni questionnée.",
        "%(count)s remontées soumises, ni acceptées ni questionnées.",
        waiting,
    )
    where = reverse("returns:list", args=[page.contract.slug])
    return [Ring(sentence % {"count": integer(waiting)}, "submitted", where)]


def _behind(page: Page, found: Maquette) -> list[Ring]:
    """Axes of which too little is programmed for the time gone by: both rates are said."""
    period = period_of(page)
    if period is None:
        return []
    where = reverse("workspace:maquette", args=[page.contract.slug]) + page.situation.link()
    rung = []
    for _code, label, node in axes(found):
        contracted = found.total(Stage.CONTRACTED, node=node)
        programmed = found.total(Stage.PROGRAMMED, node=node)
        if contracted is None or programmed is None or contracted.cents <= 0:
            continue
        if _lags(programmed, contracted, period):
            sentence = _(
                "%(axis)s : %(rate)s programmé (%(above)s sur %(below)s) pour %(time)s du temps."
            ) % {
                "axis": label,
                "rate": percent(programmed.cents, contracted.cents),
                "above": money(programmed.cents, Unit.MILLION),
                "below": money(contracted.cents, Unit.MILLION),
                "time": period.percent,
            }
            rung.append(Ring(sentence, "warning", where))
    return rung


def _lags(part: Value, whole: Value, period: Elapsed) -> bool:
    """Whether a rate is more than :data:`BEHIND` points behind the share of time gone by."""
    return 100 * (part.cents * period.total - whole.cents * period.days) < -(
        BEHIND * whole.cents * period.total
    )


def _unread(page: Page, found: Maquette) -> list[Ring]:
    cells = sum(position.value.unread for position in found.positions)
    if not cells:
        return []
    where = reverse("workspace:maquette", args=[page.contract.slug]) + page.situation.link()
    return [Ring(_("%(cells)s sous ces totaux.") % {"cells": unread(cells)}, "warning", where)]


def _silent(page: Page, found: Maquette, names: Mapping[str, str]) -> list[Ring]:
    silent = sorted(name for slug, name in names.items() if not found.speaks(slug))
    if not silent:
        return []
    sentence = _("N'ont encore rien déclaré à ces dates : %(who)s.") % {"who": ", ".join(silent)}
    return [Ring(sentence, "waiting", reverse("returns:list", args=[page.contract.slug]))]
