"""One mail to one person, listing all that is asked of them, whatever the contracts."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from beffroi.accounts.models import User
from beffroi.notices.actions import Person, tell
from beffroi.notices.enclosures import Enclosure, mark
from beffroi.notices.letters import absolute, letter
from beffroi.notices.models import Notice
from beffroi.returns.actors import DEPOSIT, signed_in
from beffroi.returns.links import ENCLOSURE, make_link
from beffroi.returns.models import DepositLink, Letter, Recipient, Request
from beffroi.ui import figures


@dataclass(frozen=True, slots=True)
class Asked:
    """One line of a letter: a request, how long is left, and where to answer it."""

    request: Request
    days_left: int
    where: str
    by_link: DepositLink | None = None

    @property
    def delay(self) -> str:
        """« dans 3 jours », « aujourd'hui », « il y a 8 jours »."""
        if self.days_left == 0:
            return _("aujourd'hui")
        if self.days_left > 0:
            text = ngettext("dans %(days)s jour", "dans %(days)s jours", self.days_left)
        else:
            text = ngettext("il y a %(days)s jour", "il y a %(days)s jours", -self.days_left)
        return text % {"days": abs(self.days_left)}


@dataclass(frozen=True, slots=True)
class Post:
    """Letters about to be written: of what kind, on which day, on whose behalf.

    ``key`` and the person's address make the notice's key: the same letter is never sent twice.
    """

    kind: Letter.Kind
    key: str
    today: datetime.date
    author: User | None = None

    def write(self, recipients: Iterable[Recipient]) -> int:
        """One mail a person, for all the requests they are recipients of. How many were written."""
        by_address: dict[str, list[Request]] = {}
        names: dict[str, str] = {}
        for recipient in recipients:
            by_address.setdefault(recipient.address, []).append(recipient.request)
            names[recipient.address] = names.get(recipient.address) or recipient.name
        users = {
            user.email: user for user in User.objects.filter(email__in=by_address, is_active=True)
        }
        written = 0
        for address, requests in by_address.items():
            user = users.get(address)
            name = user.full_name if user else names[address]
            written += self._write_to(Person(address, name, user), requests)
        return written

    def _write_to(self, person: Person, requests: Sequence[Request]) -> bool:
        key = f"returns:{self.key}:{person.address}"
        if Notice.objects.filter(key=key).exists():
            return False
        asked, enclosed = self._asked(person, requests)
        sender = self.author or requests[0].campaign.author
        with override(person.language):
            subject = _subject(self.kind, asked)
        context = {
            "asked": asked,
            "kind": self.kind,
            "message": self._message(requests),
            "sender": _called(sender, requests),
            "reply_to": sender.email if sender else "",
            "fictitious": all(each.campaign.contract.fictitious for each in requests),
            "link_until": min((a.by_link.expires_at for a in asked if a.by_link), default=None),
        }
        notice = tell(
            key,
            person,
            subject=subject,
            body=letter("returns/mail/asked.txt", person, context),
            link=board_of(requests[0]),
            reply_to=sender.email if sender else "",
            enclosed=enclosed,
        )
        if notice is None:
            return False
        Letter.objects.bulk_create(
            Letter(
                request=request,
                notice=notice,
                kind=self.kind,
                address=person.address,
                on=self.today,
                author=self.author,
            )
            for request in requests
        )
        return True

    def _asked(
        self, person: Person, requests: Sequence[Request]
    ) -> tuple[list[Asked], list[Enclosure]]:
        asked: list[Asked] = []
        enclosed: list[Enclosure] = []
        for request in sorted(requests, key=lambda each: each.must_send_by):
            days_left = (request.must_send_by - self.today).days
            if _may_sign_in(person, request):
                asked.append(Asked(request, days_left, absolute(board_of(request))))
                continue
            link = _link_for(request, person.address, self.author)
            enclosed.append(Enclosure(ENCLOSURE, link.pk))
            asked.append(Asked(request, days_left, mark(len(enclosed)), link))
        return asked, enclosed

    def _message(self, requests: Sequence[Request]) -> str:
        if self.kind != Letter.Kind.OPENING:
            return ""
        return "\n\n".join(dict.fromkeys(each.campaign.message for each in requests)).strip()


def board_of(request: Request) -> str:
    """The path of the campaign's page."""
    campaign = request.campaign
    return reverse("returns:campaign", args=[campaign.contract.slug, campaign.pk])


def last_letters(requests: Sequence[Request]) -> dict[tuple[int, str], datetime.date]:
    """The day of the last letter by request and address."""
    found = Letter.objects.filter(request__in=requests).values_list("request_id", "address")
    return {(request, address): on for request, address, on in found.annotate(Max("on")).order_by()}


def _may_sign_in(person: Person, request: Request) -> bool:
    if person.user is None:
        return False
    return signed_in(person.user, request.campaign.contract).may(DEPOSIT, request)


def _link_for(request: Request, address: str, author: User | None) -> DepositLink:
    """The link that this person already has, if it still opens something; else a new one."""
    open_links = request.links.filter(
        address=address, revoked_at__isnull=True, expires_at__gt=timezone.now()
    )
    return open_links.first() or make_link(request, address=address, author=author)


def _called(sender: User | None, requests: Sequence[Request]) -> str:
    contracts = ", ".join(dict.fromkeys(each.campaign.contract.name for each in requests))
    return f"{sender} ({contracts})" if sender else contracts


def _subject(kind: Letter.Kind, asked: Sequence[Asked]) -> str:
    if len(asked) > 1:
        count = {"count": len(asked)}
        if kind == Letter.Kind.OPENING:
            return _("%(count)s remontées vous sont demandées") % count
        return _("Rappel : %(count)s remontées attendues de vous") % count
    (one,) = asked
    said = {
        "on": figures.day(one.request.campaign.effective_on),
        "due": figures.day(one.request.must_send_by),
    }
    if kind in {Letter.Kind.OPENING, Letter.Kind.LINK}:
        return _("Votre remontée au %(on)s, attendue le %(due)s") % said
    if one.days_left >= 0:
        return _("Rappel : votre remontée au %(on)s est attendue le %(due)s") % said
    return _("Rappel : votre remontée au %(on)s était attendue le %(due)s") % said
