"""What is found, as it is read: marked, cut where it is long, grouped by kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from beffroi.search.asking import FEWEST_CHARACTERS, LONGEST, MOST_WORDS, Asked
from beffroi.search.kinds import Found, Hit, Kind
from beffroi.search.marking import Piece, excerpt, pieces
from beffroi.ui.figures import integer


@dataclass(frozen=True, slots=True)
class Shown:
    """A hit with its texts cut where marks begin and end."""

    address: str
    title: Sequence[Piece]
    code: Sequence[Piece]
    matched: Sequence[Piece]
    where: Sequence[Sequence[Piece]]
    fictitious: bool
    close: bool


@dataclass(frozen=True, slots=True)
class Group:
    """A kind with its first hits; ``more`` is where they all are, empty where these are all."""

    key: str
    label: str
    count: str
    hits: Sequence[Shown]
    more: str


def group(asked: Asked, kind: Kind, found: Found, more: str) -> Group:
    """A kind as it is shown."""
    shown = [_shown(hit, asked.words) for hit in found.hits]
    everything = len(found.hits) == found.count
    return Group(kind.key, str(kind.label), _counted(found), shown, "" if everything else more)


def _counted(found: Found) -> str:
    count = integer(found.count)
    return _("plus de %(count)s") % {"count": count} if found.more else count


def as_json(group: Group) -> dict[str, Any]:
    """The same for the palette; texts are lists of [part, whether it is marked]."""
    return {
        "key": group.key,
        "label": group.label,
        "count": group.count,
        "more": group.more,
        "hits": [
            {
                "address": hit.address,
                "title": hit.title,
                "code": hit.code,
                "matched": hit.matched,
                "where": hit.where,
                "fictitious": hit.fictitious,
                "close": hit.close,
            }
            for hit in group.hits
        ],
    }


def sentence(asked: Asked, found: Sequence[Found]) -> str:
    """What the page says of the whole: how many things, or why there are none."""
    if not asked.text:
        return _("Écrivez ce que vous cherchez : un intitulé, un code, un SIRET, une commune…")
    if asked.is_too_short:
        return _("Écrivez au moins %(count)s lettres ou chiffres.") % {"count": FEWEST_CHARACTERS}
    total = sum(each.count for each in found)
    if not total:
        return _(
            "Rien de ce que vous pouvez voir ne porte ces mots : essayez-en moins, ou d'autres."
        )
    if any(each.more for each in found):
        return _("Plus de %(count)s résultats.") % {"count": integer(total)}
    said = ngettext("%(count)s résultat.", "%(count)s résultats.", total)
    return said % {"count": integer(total)}


def left_out(asked: Asked) -> str:
    """What of a long text was not looked for; empty where all of it was."""
    if not asked.is_cut:
        return ""
    return _(
        "Seuls les %(words)s premiers mots, dans la limite de %(characters)s caractères, "
        "ont été cherchés."
    ) % {"words": MOST_WORDS, "characters": LONGEST}


def _shown(hit: Hit, words: Sequence[str]) -> Shown:
    return Shown(
        address=hit.address,
        title=pieces(hit.title, words),
        code=pieces(hit.code, words),
        matched=excerpt(pieces(hit.matched, words)),
        where=[pieces(each, words) for each in hit.where],
        fictitious=hit.fictitious,
        close=hit.close,
    )
