"""What the form above a sheet says: only what differs from how the sheet is read is a decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from django.utils.translation import gettext as _

from beffroi.returns.layouting.gestures import (
    DATA_FROM,
    DATA_TO,
    GestureRefused,
    after_gesture,
    with_header,
)
from beffroi.returns.layouting.meanings import CHOICES, IGNORED, choice_of, with_choice
from beffroi.returns.layouting.reading import EURO_UNITS, Funders, SheetRead
from beffroi.returns.reading.proposing import SheetCorrection
from beffroi.returns.reading.workbook import column_letters

Form = Mapping[str, str]
_LONGEST_NUMBER = 7


def column_field(column: int) -> str:
    """The field that says what a column means."""
    return f"column-{column}"


def funder_field(column: int) -> str:
    """The field that says whose money it is."""
    return f"funder-{column}"


def rows_said(seen: SheetRead) -> dict[str, int | None]:
    """The rows that the form gives, from 1 as people count them; ``None`` where there is none."""
    header = seen.header
    table = seen.tables[0] if seen.tables else None
    return {
        "header_from": header[0] + 1 if header else None,
        "header_to": header[1] + 1 if header else None,
        "data_from": table.first_row + 1 if table else None,
        "data_to": seen.tables[-1].last_row + 1 if table else None,
    }


def corrected(
    correction: SheetCorrection, seen: SheetRead, form: Form, funders: Funders
) -> SheetCorrection:
    """What is decided of a sheet once the form is taken. Raises :class:`GestureRefused`."""
    correction = _columns(correction, seen, form)
    correction = _funders(correction, seen, form, funders)
    unit = form.get("unit", "")
    if unit and unit != _unit_of(seen):
        if unit not in EURO_UNITS:
            raise GestureRefused(_("L'unité est €, k€ ou M€."))
        correction = replace(correction, unit=unit)
    return _rows(correction, seen, form)


def _unit_of(seen: SheetRead) -> str:
    return seen.tables[0].unit if seen.tables else ""


def _columns(correction: SheetCorrection, seen: SheetRead, form: Form) -> SheetCorrection:
    read = seen.columns
    for column in range(seen.width):
        shown = choice_of(read[column]) if column in read else IGNORED
        choice = form.get(column_field(column), shown)
        if choice not in CHOICES:
            raise GestureRefused(
                _("Colonne %(column)s : ce sens est inconnu.") % {"column": column_letters(column)}
            )
        if choice != shown:
            correction = with_choice(correction, column, choice)
    return correction


def _funders(
    correction: SheetCorrection, seen: SheetRead, form: Form, funders: Funders
) -> SheetCorrection:
    said = dict(correction.funders)
    for at, column in seen.columns.items():
        shown = funders.named(column.funder) if column.is_amount else ""
        chosen = form.get(funder_field(at), shown)
        if chosen != shown:
            if chosen not in funders.names:
                raise GestureRefused(
                    _("Colonne %(column)s : ce financeur n'est pas de ce contrat.")
                    % {"column": column_letters(at)}
                )
            said[at] = chosen
    return replace(correction, funders=said)


def _rows(correction: SheetCorrection, seen: SheetRead, form: Form) -> SheetCorrection:
    shown = rows_said(seen)
    said = {name: _row(form, name, row) for name, row in shown.items()}
    ends = said["header_from"], said["header_to"]
    if ends != (shown["header_from"], shown["header_to"]):
        top, bottom = ends[0] or ends[1], ends[1] or ends[0]
        header = None if top is None or bottom is None else (top - 1, bottom - 1)
        correction = with_header(correction, seen, header)
    for name, gesture in (("data_from", DATA_FROM), ("data_to", DATA_TO)):
        row = said[name]
        if row is not None and row != shown[name]:
            correction = after_gesture(correction, seen, gesture, row - 1)
    return correction


def _row(form: Form, name: str, shown: int | None) -> int | None:
    """A row from 1, as a field gives it; ``shown`` where the form does not have it."""
    written = form.get(name)
    if written is None:
        return shown
    bare = written.strip()
    if not bare:
        return None
    if not (bare.isascii() and bare.isdecimal() and len(bare) <= _LONGEST_NUMBER and int(bare)):
        raise GestureRefused(
            _("« %(written)s » n'est pas un numéro de ligne.") % {"written": bare[:30]}
        )
    return int(bare)
