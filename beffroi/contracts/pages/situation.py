"""The two dates every figure of a page is asked at, carried from page to page."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from beffroi.contracts.models import Contract
from beffroi.contracts.vocabulary import Stage
from beffroi.journal.actions import known_number, last_number
from beffroi.journal.models import Posting
from beffroi.ui import figures
from beffroi.ui.components import Choice

SNAPSHOT = "instantane"
PostingsOf = Callable[[Contract | None], Sequence[Posting]]
_postings_of: list[PostingsOf] = []


def register_postings(postings_of: PostingsOf) -> None:
    """Say which postings tell of a contract (``None``: ordinary credit); the ledger does."""
    _postings_of[:] = [postings_of]


@dataclass(frozen=True, slots=True)
class SnapshotShown:
    """Figures that were signed: their identifier and name, the date and posting they stand at."""

    identifier: str
    name: str
    au: datetime.date
    connu: int


SnapshotNamed = Callable[[Contract, str], SnapshotShown | None]
_snapshot_named: list[SnapshotNamed] = []


def register_snapshots(snapshot_named: SnapshotNamed) -> None:
    """Say which snapshot an identifier names; the room that keeps them does."""
    _snapshot_named[:] = [snapshot_named]


@dataclass(frozen=True, slots=True)
class Situation:
    """« Situation au » and « connue au »: a date, and the number of the last posting counted.

    ``asked`` keeps what the address gave, so that links carry it on; ``snapshot`` is the signed
    figures that the page shows, where it shows some.
    """

    au: datetime.date
    connu: int
    asked: Mapping[str, str]
    snapshot: SnapshotShown | None = None

    @property
    def known_shown(self) -> str:
        """What « connue au » shows as chosen: what was asked, or a snapshot's posting."""
        return str(self.connu) if self.snapshot else self.asked.get("connu", "")

    def link(self, **more: str) -> str:
        """The query of an address that keeps both dates: ``?au=…&connu=…&axis=I``."""
        query = urlencode({**self.asked, **{name: v for name, v in more.items() if v}})
        return f"?{query}" if query else ""


def situation_of(parameters: Mapping[str, str], contract: Contract | None = None) -> Situation:
    """The situation an address asks for: today, as known now, where it asks for none.

    ``instantane`` asks for figures signed for the contract, whatever else the address says. Raises
    ``BadRequest`` with a sentence for a date, a posting or a snapshot that is none.
    """
    if contract and parameters.get(SNAPSHOT):
        shown = _snapshot(contract, parameters[SNAPSHOT])
        return Situation(shown.au, shown.connu, {SNAPSHOT: shown.identifier}, shown)
    asked = {name: parameters[name] for name in ("au", "connu") if parameters.get(name)}
    return Situation(
        au=_day(asked["au"]) if "au" in asked else timezone.localdate(),
        connu=_known(asked["connu"]) if "connu" in asked else last_number(),
        asked=asked,
    )


def _snapshot(contract: Contract, identifier: str) -> SnapshotShown:
    found = (named(contract, identifier) for named in _snapshot_named)
    shown = next((each for each in found if each), None)
    if shown is None:
        raise BadRequest(
            _(
                "L'instantané « %(identifier)s » n'existe pas, ou ne porte que sur un périmètre : "
                "les pages montrent le contrat entier."
            )
            % {"identifier": identifier[:40]}
        )
    return shown


def stage_named(text: str) -> Stage:
    """The stage an address asks for. Raises ``BadRequest`` with a sentence."""
    if text not in Stage.values:
        raise BadRequest(_("Le stade « %(stage)s » est inconnu.") % {"stage": text[:40]})
    return Stage(text)


def rest_of(request: HttpRequest, without: str) -> str:
    """The rest of the address, for a switch that changes one parameter."""
    return urlencode([(k, v) for k, v in request.GET.items() if k != without])


def choices_of(
    request: HttpRequest, name: str, current: str, labels: Mapping[str, str | Promise]
) -> list[Choice]:
    """A switch over one parameter of the address, the rest of which is kept."""
    rest = rest_of(request, name)
    return [
        Choice(label, f"?{rest}&{name}={value}" if rest else f"?{name}={value}", value == current)
        for value, label in labels.items()
    ]


def others_of(request: HttpRequest, *names: str) -> list[tuple[str, str]]:
    """What else the address asks for, for a form that asks for some names anew."""
    asked = request.GET.dict()
    return [(key, value) for key, value in asked.items() if key not in (*names, "page")]


def day_asked(parameters: Mapping[str, str], name: str) -> datetime.date | None:
    """Another date of the address. Raises ``BadRequest`` with a sentence."""
    return _day(parameters[name]) if parameters.get(name) else None


def known_choices(contract: Contract | None, asked: str = "") -> list[tuple[str, str]]:
    """What « connue au » offers: now, or up to one of the contract's postings, latest first.

    What the address asks for is always among them, be it a moment of the clock.
    """
    choices = [("", _("maintenant"))]
    postings = [posting for postings_of in _postings_of for posting in postings_of(contract)]
    for posting in reversed(postings):
        on = figures.day(timezone.localtime(posting.at).date())
        label = f"n° {posting.number}, {on} – {posting.label[:60]}"
        if posting.received_on:
            received = figures.day(posting.received_on)
            label += _(" (reconstitué : reçu le %(day)s)") % {"day": received}
        choices.append((str(posting.number), label))
    if asked and asked not in dict(choices):
        choices.append((asked, f"n° {asked}" if asked.isdecimal() else asked))
    return choices


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise BadRequest(
            _("« %(text)s » n'est pas une date : écrivez par exemple 2024-12-31.")
            % {"text": text[:40]}
        ) from None


def _known(text: str) -> int:
    if text.isascii() and text.isdecimal() and len(text) < 18:
        if int(text) > last_number():
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
