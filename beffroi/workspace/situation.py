"""The two dates every figure of a page is asked at, carried from page to page."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from beffroi.journal.actions import known_number
from beffroi.journal.models import Posting
from beffroi.ui import figures


@dataclass(frozen=True, slots=True)
class Situation:
    """« Situation au » and « connue au »: a date, and the number of the last posting counted.

    ``asked`` keeps what the address gave, so that links carry it on.
    """

    au: datetime.date
    connu: int
    asked: Mapping[str, str]

    def link(self, **more: str) -> str:
        """The query of an address that keeps both dates: ``?au=…&connu=…&axis=I``."""
        query = urlencode({**self.asked, **{name: v for name, v in more.items() if v}})
        return f"?{query}" if query else ""


def situation_of(parameters: Mapping[str, str], postings: Sequence[Posting]) -> Situation:
    """The situation an address asks for: today, as known now, where it asks for none.

    Raises ``BadRequest`` with a sentence for a date or a posting that is none.
    """
    asked = {name: parameters[name] for name in ("au", "connu") if parameters.get(name)}
    return Situation(
        au=_day(asked["au"]) if "au" in asked else timezone.localdate(),
        connu=_known(asked["connu"], postings) if "connu" in asked else _last(postings),
        asked=asked,
    )


def day_asked(parameters: Mapping[str, str], name: str) -> datetime.date | None:
    """Another date of the address. Raises ``BadRequest`` with a sentence."""
    return _day(parameters[name]) if parameters.get(name) else None


def known_choices(postings: Sequence[Posting]) -> list[tuple[str, str]]:
    """What « connue au » offers: everything, or up to one of the postings, latest first."""
    choices = [("", _("aujourd'hui"))]
    for posting in reversed(postings):
        on = figures.day(timezone.localtime(posting.at).date())
        choices.append((str(posting.number), f"n° {posting.number}, {on} – {posting.label[:60]}"))
    return choices


def postings_known() -> list[Posting]:
    """Every posting, in the order in which they became known."""
    return list(Posting.objects.only("number", "at", "label", "received_on").order_by("number"))


def _last(postings: Sequence[Posting]) -> int:
    return postings[-1].number if postings else 0


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise BadRequest(
            _("« %(text)s » n'est pas une date : écrivez par exemple 2024-12-31.")
            % {"text": text[:40]}
        ) from None


def _known(text: str, postings: Sequence[Posting]) -> int:
    if text.isascii() and text.isdecimal() and len(text) < 18:
        if int(text) > _last(postings):
            raise BadRequest(
                _("L'écriture n° %(number)s n'existe pas encore.") % {"number": text[:18]}
            )
        return int(text)
    try:
        # A « + » of a time zone comes out of an address as a space.
        return known_number(datetime.datetime.fromisoformat(text.replace(" ", "+")))
    except ValueError as error:
        said = str(error)
        if said.startswith(("Un moment", "Ce moment")):
            raise BadRequest(said) from None
        raise BadRequest(
            _("« %(text)s » n'est ni un numéro d'écriture, ni un moment avec son fuseau horaire.")
            % {"text": text[:40]}
        ) from None
