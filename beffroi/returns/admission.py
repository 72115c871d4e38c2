"""What a return must be to be taken, whichever way it comes in."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import replace

from django.utils import timezone

from beffroi.contracts.models import Contract
from beffroi.partners.models import Organisation
from beffroi.returns import checking
from beffroi.returns.checking.gathering import known_amounts, known_contract
from beffroi.returns.reading import Reading
from beffroi.returns.reading.findings import finding
from beffroi.returns.taking import ReturnRefused

LEFT_OUT = frozenset({"hidden_sheet", "sheet_with_numbers_not_read"})


def refuse_future(on: datetime.date) -> None:
    """Refuse a situation yet to come. Raises :class:`ReturnRefused`."""
    today = timezone.localdate()
    if on > today:
        raise ReturnRefused(
            f"Une remontée décrit une situation passée : le {on:%d/%m/%Y} est après "
            f"aujourd'hui, {today:%d/%m/%Y}."
        )


def dated(reading: Reading, on: datetime.date) -> Reading:
    """The reading, with what is to be said when its titles state other dates and never this one."""
    if on in {date for date, _ in reading.stated_on}:
        return reading
    doubts = [finding(where, "other_date", f"{date:%d/%m/%Y}") for date, where in reading.stated_on]
    return replace(reading, findings=[*doubts, *reading.findings])


def checked_for_contract(reading: Reading, contract: Contract, on: datetime.date) -> Reading:
    """The reading, with what is doubtful in it for the contract it is made for."""
    found = checking.checked(reading, known_contract(contract, on))
    return replace(reading, findings=[*reading.findings, *found])


def checked_against_past(
    reading: Reading,
    operations: Sequence[int | None],
    contract: Contract,
    partner: Organisation,
    on: datetime.date,
) -> Reading:
    """The reading, with what is doubtful in it given what the partner said before of the same
    operations: the row id of each line's, ``None`` for a new one."""
    known = known_amounts(contract, partner, on)
    found = checking.checked_against_past(reading, operations, known)
    return replace(reading, findings=[*reading.findings, *found])


def sheet_left_out(reading: Reading) -> str:
    """A sheet of figures that is not read, if there is one.

    A complete return says zero by its silence: none may be left out of it.
    """
    return next((found.shown for found in reading.findings if found.kind in LEFT_OUT), "")
