"""Campaigns of a contract: the list, the board of one, and what is done with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from beffroi.accounts.models import User
from beffroi.contracts.abilities import MANAGE
from beffroi.contracts.models import Contract
from beffroi.contracts.pages.frame import Page, contract_action
from beffroi.notices.queries import mails_leave
from beffroi.returns.actors import DEPOSIT
from beffroi.returns.campaigns import actions
from beffroi.returns.campaigns.following import following_terms
from beffroi.returns.campaigns.progress import Progress, Standing, Tally, standings
from beffroi.returns.campaigns.reminders import next_planned, remind_now
from beffroi.returns.models import OPEN, Campaign, Letter, Recipient
from beffroi.returns.pages.campaign_forms import (
    AskForm,
    CampaignForm,
    TermsForm,
    reminders_text,
    said_by,
)
from beffroi.returns.pages.desk import TAB, Desk, desk_page
from beffroi.ui.columns import Cell, Column, Row, Table
from beffroi.ui.components import Link


@desk_page
def campaigns(request: HttpRequest, desk: Desk) -> HttpResponse:
    """The campaigns of a contract, latest situation first."""
    found = list(Campaign.objects.filter(contract=desk.contract))
    by_campaign: dict[int, list[Standing]] = {each.pk: [] for each in found}
    for standing in standings(found):
        by_campaign[standing.request.campaign_id].append(standing)
    context = desk.context([Link(_("Campagnes"))]) | {
        "table": _list(desk, found, by_campaign),
        "latest": found[0] if found else None,
        "manages": MANAGE in desk.actor.rights.can,
    }
    return render(request, "returns/campaigns.html", context)


def _list(desk: Desk, found: list[Campaign], standing: dict[int, list[Standing]]) -> Table:
    today = timezone.localdate()
    rows = []
    for campaign in found:
        tally = Tally.of(standing[campaign.pk], today)
        rows.append(
            Row(
                {
                    "title": Cell(campaign.title, desk.address("campaign", number=campaign.pk)),
                    "on": campaign.effective_on,
                    "due": campaign.due_on,
                    "state": state_of(campaign),
                    "submitted": submitted_text(tally),
                    "late": Cell(tally.late, status="late") if tally.late else 0,
                }
            )
        )
    return Table(
        id="campagnes",
        caption=_("Campagnes de remontée"),
        hide_caption=True,
        columns=[
            Column("title", _("Campagne")),
            Column("on", _("Situation au"), "date"),
            Column("due", _("Attendue le"), "date"),
            Column("state", _("État"), "status"),
            Column("submitted", _("Soumises")),
            Column("late", _("En retard"), "count"),
        ],
        rows=rows,
        fictitious=desk.contract.fictitious,
        empty=_("Aucune campagne pour le moment."),
    )


def state_of(campaign: Campaign) -> str:
    """A name of ``ui.statuses``."""
    if campaign.closed_at is not None:
        return "closed"
    return "open" if campaign.opens_on else "prepared"


def submitted_text(tally: Tally) -> str:
    """« 7 sur 9 »."""
    return _("%(submitted)s sur %(expected)s") % {
        "submitted": tally.submitted,
        "expected": tally.expected,
    }


@dataclass(frozen=True, slots=True)
class Line:
    """One request on the board, for whoever looks at it."""

    standing: Standing
    late: int
    page: str
    deposits: bool
    last_letter: Letter | None
    recipients: tuple[Recipient, ...]

    @property
    def status(self) -> str:
        """A name of ``ui.statuses``."""
        return self.standing.progress.value

    @property
    def in_preparation(self) -> bool:
        """Whether a new version is being prepared of what was already submitted."""
        delivery = self.standing.delivery
        return bool(self.standing.submitted and delivery in OPEN)

    @property
    def queries(self) -> str:
        """« 2 questions ouvertes », or nothing."""
        count = self.standing.queries
        text = ngettext("%(count)s question ouverte", "%(count)s questions ouvertes", count)
        return text % {"count": count} if count else ""


@desk_page
def board(request: HttpRequest, desk: Desk, number: int) -> HttpResponse:
    """Where each request of one campaign stands, and for who runs it, what to do next."""
    campaign = _campaign(desk.contract, number)
    today = timezone.localdate()
    found = standings([campaign])
    tally = Tally.of(found, today)
    manages = MANAGE in desk.actor.rights.can
    context = desk.context(_trail(desk.contract, campaign)) | {
        "campaign": campaign,
        "state": state_of(campaign),
        "tally": tally,
        "submitted": submitted_text(tally),
        "lines": _lines(desk, found, manages=manages),
        "manages": manages,
        "missing": sum(each.missing for each in found),
        "reminders": reminders_text(campaign.reminders),
        "next_reminder": next_planned(campaign, campaign.due_on, today),
        "mails_leave": mails_leave(),
        "steps": [
            (progress.value, sum(each.progress == progress for each in found))
            for progress in Progress
            if any(each.progress == progress for each in found)
        ],
    }
    return render(request, "returns/campaign.html", context)


def _lines(desk: Desk, found: list[Standing], *, manages: bool) -> list[Line]:
    today = timezone.localdate()
    letters: dict[int, Letter] = {}
    recipients: dict[int, list[Recipient]] = {}
    if manages:
        requests = [each.request for each in found]
        latest = Letter.objects.filter(request__in=requests).order_by("request_id", "-on", "-pk")
        letters = {
            letter.request_id: letter
            for letter in latest.distinct("request_id").select_related("notice")
        }
        for recipient in Recipient.objects.filter(request__in=requests):
            recipients.setdefault(recipient.request_id, []).append(recipient)
    return [
        Line(
            each,
            each.late(today),
            desk.address("request", number=each.request.pk) if manages else "",
            desk.actor.may(DEPOSIT, each.request),
            letters.get(each.request.pk),
            tuple(recipients.get(each.request.pk, ())),
        )
        for each in found
    ]


@contract_action(MANAGE)
def prepare(request: HttpRequest, page: Page) -> HttpResponse:
    """A new campaign, from nothing."""
    form = CampaignForm(page.contract, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.prepare_campaign(
                page.contract, form.terms(), form.asked(), user_of(request)
            )
        except actions.CampaignRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(
                request, _("Campagne préparée : relisez qui est sollicité, puis ouvrez-la.")
            )
            return redirect(campaign_address(made))
    trail = [_list_link(page.contract), Link(_("Nouvelle campagne"))]
    context = page.context(TAB, trail) | {"form": form, "title": _("Nouvelle campagne")}
    return render(request, "returns/campaign_form.html", context)


@contract_action(MANAGE)
def change(request: HttpRequest, page: Page, number: int) -> HttpResponse:
    """What a campaign says, changed."""
    campaign = _campaign(page.contract, number)
    form = TermsForm(request.POST or None, initial=said_by(campaign))
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_campaign(campaign, form.terms())
        except actions.CampaignRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Campagne modifiée."))
            return redirect(campaign_address(campaign))
    trail = [*_trail(page.contract, campaign), Link(_("Modifier"))]
    context = page.context(TAB, trail) | {
        "form": form,
        "title": _("Modifier la campagne"),
        "back": campaign_address(campaign),
    }
    return render(request, "returns/campaign_form.html", context)


@contract_action(MANAGE)
def ask(request: HttpRequest, page: Page, number: int) -> HttpResponse:
    """One more partner is asked."""
    campaign = _campaign(page.contract, number)
    form = AskForm(page.contract, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.ask(campaign, *form.asked())
        except actions.CampaignRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("returns:request", slug=page.contract.slug, number=made.pk)
    trail = [*_trail(page.contract, campaign), Link(_("Nouvelle demande"))]
    context = page.context(TAB, trail) | {
        "form": form,
        "title": _("Solliciter un partenaire de plus"),
        "back": campaign_address(campaign),
    }
    return render(request, "returns/campaign_form.html", context)


@contract_action(MANAGE)
def act(request: HttpRequest, page: Page, number: int) -> HttpResponse:
    """Open, close, reopen, remind, or prepare the next one: ``action`` says which."""
    campaign = _campaign(page.contract, number)
    if request.method != "POST":
        return redirect(campaign_address(campaign))
    action = ACTIONS.get(request.POST.get("action", ""))
    if action is None:
        raise BadRequest(_("Cette action n'existe pas."))
    try:
        sentence, campaign = action(campaign, user_of(request))
    except actions.CampaignRefused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, sentence)
    return redirect(campaign_address(campaign))


Done = tuple[str, Campaign]


def _open(campaign: Campaign, user: User) -> Done:
    written = actions.open_campaign(campaign, user, timezone.localdate())
    return _("Campagne ouverte. %(mails)s") % {"mails": mails_text(written)}, campaign


def _close(campaign: Campaign, _user: User) -> Done:
    actions.close_campaign(campaign)
    return _("Campagne clôturée : plus de rappels, et ses liens n'ouvrent plus rien."), campaign


def _reopen(campaign: Campaign, _user: User) -> Done:
    actions.reopen_campaign(campaign)
    return _("Campagne rouverte."), campaign


def _remind(campaign: Campaign, user: User) -> Done:
    return mails_text(remind_now(standings([campaign]), user, timezone.localdate())), campaign


def _next(campaign: Campaign, user: User) -> Done:
    made = actions.prepare_next(campaign, following_terms(campaign), user)
    return _("Campagne préparée avec les mêmes demandes : relisez ses dates."), made


ACTIONS: dict[str, Callable[[Campaign, User], Done]] = {
    "open": _open,
    "close": _close,
    "reopen": _reopen,
    "remind": _remind,
    "next": _next,
}


def mails_text(written: int) -> str:
    """What people are told of the mails just written."""
    if not written:
        return _("Aucun courriel à envoyer : chacun a répondu, ou a déjà été relancé aujourd'hui.")
    text = ngettext(
        "%(count)s courriel part dans la minute.",
        "%(count)s courriels partent dans la minute.",
        written,
    )
    return text % {"count": written}


def campaign_address(campaign: Campaign) -> str:
    """The page of a campaign."""
    return reverse("returns:campaign", args=[campaign.contract.slug, campaign.pk])


def user_of(request: HttpRequest) -> User:
    """Whoever is signed in, where the page requires it."""
    assert request.user.is_authenticated
    return request.user


def _campaign(contract: Contract, number: int) -> Campaign:
    campaign = (
        Campaign.objects.filter(contract=contract, pk=number)
        .select_related("contract", "author")
        .first()
    )
    if campaign is None:
        raise Http404
    return campaign


def _trail(contract: Contract, campaign: Campaign) -> list[Link]:
    return [_list_link(contract), Link(campaign.title, campaign_address(campaign))]


def _list_link(contract: Contract) -> Link:
    return Link(_("Campagnes"), reverse("returns:campaigns", args=[contract.slug]))
