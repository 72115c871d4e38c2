"""One request of a campaign, for who runs it: its recipients, its links, its delay."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from beffroi.contracts.abilities import MANAGE
from beffroi.contracts.pages.frame import Page, contract_action
from beffroi.notices.enclosures import withheld
from beffroi.returns.campaigns import actions
from beffroi.returns.campaigns.progress import Standing, standing_numbered
from beffroi.returns.campaigns.reminders import next_planned, remind_now
from beffroi.returns.links import address_of, make_link, revoke
from beffroi.returns.models import Letter, Request
from beffroi.returns.pages.campaign_forms import ExtensionForm, ReasonForm, RecipientForm
from beffroi.returns.pages.campaigns import campaign_address, mails_text, user_of
from beffroi.returns.pages.desk import TAB, discreet
from beffroi.ui.components import Link


@contract_action(MANAGE)
def request_page(request: HttpRequest, page: Page, number: int) -> HttpResponse:
    """Where it stands, who is written to, what was written, the links, the delay."""
    return _shown(request, page, _standing(page, number))


@contract_action(MANAGE)
def act(request: HttpRequest, page: Page, number: int) -> HttpResponse:
    """What ``action`` says, done to the request."""
    standing = _standing(page, number)
    asked = standing.request
    if request.method != "POST":
        return redirect(_address(asked))
    name = request.POST.get("action", "")
    if name == "link":
        made = make_link(asked, author=user_of(request))
        return discreet(_shown(request, page, standing, link_made=address_of(made)))
    action = ACTIONS.get(name)
    if action is None:
        raise BadRequest(_("Cette action n'existe pas."))
    form = FORMS[name](request.POST) if name in FORMS else None
    if form is not None and not form.is_valid():
        return _shown(request, page, standing, wrong={name: form})
    try:
        sentence = action(request, standing, form.cleaned_data if form else {})
    except actions.CampaignRefused as refusal:
        messages.error(request, str(refusal))
        return redirect(_address(asked))
    messages.success(request, sentence)
    gone = name == "withdraw"
    return redirect(campaign_address(asked.campaign) if gone else _address(asked))


def _shown(
    request: HttpRequest,
    page: Page,
    standing: Standing,
    *,
    wrong: dict[str, BaseForm] | None = None,
    link_made: str = "",
) -> HttpResponse:
    asked, today = standing.request, timezone.localdate()
    campaign = asked.campaign
    trail = [
        Link(_("Campagnes"), reverse("returns:campaigns", args=[page.contract.slug])),
        Link(campaign.title, campaign_address(campaign)),
        Link(str(asked.service or asked.partner)),
    ]
    forms = {name: form(auto_id=f"{name}-%s") for name, form in FORMS.items()} | (wrong or {})
    context = page.context(TAB, trail) | {
        "asked": asked,
        "campaign": campaign,
        "standing": standing,
        "late": standing.late(today),
        "recipients": asked.recipients.all(),
        "letters": _letters(asked),
        "links": asked.links.order_by("revoked_at", "-created_at"),
        "now": timezone.now(),
        "next_reminder": next_planned(campaign, asked.must_send_by, today),
        "link_made": link_made,
        "forms": forms,
    }
    return render(request, "returns/request.html", context)


def _letters(asked: Request) -> list[Letter]:
    """What was written, without the links that were enclosed."""
    letters = list(asked.letters.select_related("notice"))
    for letter in letters:
        notice = letter.notice
        notice.body = withheld(notice.body, notice.enclosed, _("(lien envoyé par courriel)"))
    return letters


def _standing(page: Page, number: int) -> Standing:
    found = standing_numbered(page.contract, number)
    if found is None:
        raise Http404
    return found


def _address(asked: Request) -> str:
    return reverse("returns:request", args=[asked.campaign.contract.slug, asked.pk])


Said = dict[str, Any]


def _remind(request: HttpRequest, standing: Standing, _said: Said) -> str:
    return mails_text(remind_now([standing], user_of(request), timezone.localdate()))


def _add_recipient(_request: HttpRequest, standing: Standing, said: Said) -> str:
    added = actions.add_recipient(standing.request, said["address"], said["name"])
    return _("%(address)s recevra les courriels de cette demande.") % {"address": added.address}


def _remove_recipient(request: HttpRequest, standing: Standing, _said: Said) -> str:
    recipient = standing.request.recipients.filter(pk=_number(request, "recipient")).first()
    if recipient is None:
        raise actions.CampaignRefused(_("Cette personne n'est plus destinataire."))
    actions.remove_recipient(recipient)
    return _("%(address)s ne recevra plus rien de cette demande, et ses liens sont révoqués.") % {
        "address": recipient.address
    }


def _revoke(request: HttpRequest, standing: Standing, _said: Said) -> str:
    link = standing.request.links.filter(pk=_number(request, "link")).first()
    if link is None:
        raise actions.CampaignRefused(_("Ce lien n'existe plus."))
    revoke(link)
    return _("Lien révoqué : il n'ouvre plus rien.")


def _extend(_request: HttpRequest, standing: Standing, said: Said) -> str:
    actions.extend(standing.request, said["due_on"], said["reason"])
    return _("Délai accordé.")


def _restore(_request: HttpRequest, standing: Standing, _said: Said) -> str:
    actions.restore_due_date(standing.request)
    return _("L'échéance est de nouveau celle de la campagne.")


def _excuse(_request: HttpRequest, standing: Standing, said: Said) -> str:
    actions.excuse(standing.request, said["reason"])
    return _("Dispense accordée : rien n'est plus attendu, et plus aucun rappel ne part.")


def _ask_again(_request: HttpRequest, standing: Standing, _said: Said) -> str:
    actions.ask_again(standing.request)
    return _("Cette remontée est de nouveau attendue.")


def _withdraw(_request: HttpRequest, standing: Standing, _said: Said) -> str:
    actions.withdraw(standing.request)
    return _("Demande retirée.")


def _number(request: HttpRequest, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else 0


FORMS: dict[str, type[BaseForm]] = {
    "add_recipient": RecipientForm,
    "extend": ExtensionForm,
    "excuse": ReasonForm,
}
ACTIONS: dict[str, Callable[[HttpRequest, Standing, Said], str]] = {
    "remind": _remind,
    "add_recipient": _add_recipient,
    "remove_recipient": _remove_recipient,
    "revoke": _revoke,
    "extend": _extend,
    "restore": _restore,
    "excuse": _excuse,
    "ask_again": _ask_again,
    "withdraw": _withdraw,
}
