"""What somebody does with a row of the sheet: « the header ends here », « this row is a total »."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from beffroi.returns.layouting.reading import SheetRead
from beffroi.returns.reading.proposing import SheetCorrection
from beffroi.returns.reading.said import LINE

HEADER_FROM, HEADER_TO, DATA_FROM, DATA_TO = "header-from", "header-to", "data-from", "data-to"
IS = "is:"
"""Opens the gesture that says what a row is: ``is:total``; ``is:`` alone is a line."""

GESTURES: Mapping[str, Promise] = {
    HEADER_FROM: _("L'en-tête commence ici"),
    HEADER_TO: _("L'en-tête s'arrête ici"),
    DATA_FROM: _("Les données commencent ici"),
    DATA_TO: _("Les données s'arrêtent ici"),
}
KINDS: Mapping[str, Promise] = {
    LINE: _("ligne de données"),
    "total": _("total"),
    "subtotal": _("sous-total"),
    "heading": _("titre de groupe"),
    "note": _("note"),
}
"""What a person may say that a row is."""

NAMES: Mapping[str, Promise] = {
    **KINDS,
    "header": _("en-tête répété"),
    "blank": _("vide"),
    "duplicate": _("répétition"),
    "unlabelled": _("sans intitulé"),
    "carried": _("report"),
    "detail": _("détail, non compté"),
    "part": _("dont, non compté"),
}
"""What rows are called where they are no lines."""

DEEPEST_HEADER = 10
"""In rows."""


class GestureRefused(Exception):
    """It cannot be: one sentence says why."""


def after_gesture(
    correction: SheetCorrection, seen: SheetRead, gesture: str, row: int
) -> SheetCorrection:
    """What is decided of a sheet once a gesture is made at a row, counted from 0.

    Raises :class:`GestureRefused`.
    """
    if not 0 <= row < len(seen.sheet.rows):
        raise GestureRefused(gettext("Cette ligne n'est pas dans la feuille."))
    if gesture.startswith(IS) and gesture.removeprefix(IS) in KINDS:
        kinds = {**correction.kinds, row: gesture.removeprefix(IS)}
        return replace(correction, kinds=kinds)
    if gesture == HEADER_FROM:
        bottom = seen.header[1] if seen.header and seen.header[1] >= row else row
        return _with_header(correction, row, bottom)
    if gesture == HEADER_TO:
        top = seen.header[0] if seen.header and seen.header[0] <= row else row
        return _with_header(correction, top, row)
    if gesture == DATA_FROM:
        return _from_row(correction, seen, row)
    if gesture == DATA_TO:
        kept = {at: kind for at, kind in correction.kinds.items() if at <= row}
        return replace(correction, last_row=row, kinds=kept)
    raise GestureRefused(gettext("Ce geste est inconnu."))


def with_header(
    correction: SheetCorrection, seen: SheetRead, ends: tuple[int, int] | None
) -> SheetCorrection:
    """The header block stands between these rows, counted from 0; ``None``: there is none.

    Raises :class:`GestureRefused`.
    """
    if ends is None:
        return replace(correction, header=())
    if not 0 <= ends[0] <= ends[1] < len(seen.sheet.rows):
        raise GestureRefused(gettext("Cet en-tête n'est pas dans la feuille."))
    return _with_header(correction, *ends)


def _with_header(correction: SheetCorrection, top: int, bottom: int) -> SheetCorrection:
    if bottom - top >= DEEPEST_HEADER:
        raise GestureRefused(gettext("Un en-tête tient en dix lignes au plus."))
    return replace(correction, header=(top, bottom))


def _from_row(correction: SheetCorrection, seen: SheetRead, row: int) -> SheetCorrection:
    """Where data begin: the rows between the header and there are notes, those after are not."""
    header = seen.header
    if header and header[1] >= row:
        if header[0] >= row:
            return replace(correction, header=())
        return replace(correction, header=(header[0], row - 1))
    start = header[1] + 1 if header else 0
    first = max([row, *(table.first_row for table in seen.tables[:1])])
    kinds = {at: kind for at, kind in correction.kinds.items() if not start <= at <= first}
    set_aside = {at: "note" for at in range(start, row) if seen.kinds.get(at) == LINE}
    return replace(correction, kinds={**kinds, **set_aside, row: LINE})
