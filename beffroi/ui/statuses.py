"""What is known of a value, always said in words; colour and sign only help the eye."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Tone = Literal["plain", "good", "doubt", "wrong", "absent"]


@dataclass(frozen=True, slots=True)
class Status:
    """A word, the sign that stands for it in a narrow place, and how it looks."""

    label: str | Promise
    sign: str
    tone: Tone


STATUSES: dict[str, Status] = {
    "published": Status(_("publié"), "●", "plain"),
    "derived": Status(_("déduit"), "≈", "doubt"),
    "contradicted": Status(_("contredit"), "≠", "wrong"),
    "unknown": Status(_("inconnu"), "?", "absent"),
    "unconfirmed": Status(_("non confirmé"), "◌", "doubt"),
    "reconstituted": Status(_("reconstitué"), "↺", "doubt"),
    "fictitious": Status(_("fictif"), "F", "wrong"),
    "accepted": Status(_("accepté"), "✓", "good"),
    "queried": Status(_("en question"), "?", "doubt"),
    "superseded": Status(_("remplacé"), "↷", "absent"),
    "planned": Status(_("prévu"), "○", "plain"),
    "done": Status(_("fait"), "✓", "good"),
    "late": Status(_("en retard"), "!", "wrong"),
    "waiting": Status(_("attendu"), "○", "absent"),
    "received": Status(_("reçu, en lecture"), "◔", "plain"),
    "unreadable": Status(_("illisible"), "✕", "wrong"),
    "asking": Status(_("questions à trancher"), "?", "doubt"),
    "ready": Status(_("prêt à soumettre"), "◑", "plain"),
    "submitted": Status(_("soumis"), "●", "plain"),
    "excused": Status(_("dispensé"), "–", "absent"),
    "prepared": Status(_("en préparation"), "◌", "absent"),
    "open": Status(_("ouvert"), "●", "plain"),
    "closed": Status(_("clos"), "■", "plain"),
    "resolved": Status(_("résolue"), "✓", "good"),
    "withdrawn": Status(_("retirée"), "–", "absent"),
    "error": Status(_("erreur"), "✕", "wrong"),
    "warning": Status(_("alerte"), "!", "doubt"),
    "info": Status(_("information"), "i", "plain"),
}


def status(name: str) -> Status:
    """The status of that name; one nobody declared is shown as it is written."""
    return STATUSES.get(name) or Status(name, "·", "plain")
