"""Importing workbooks from the command line: read, then posted at once."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.db import DataError, IntegrityError

from beffroi.contracts.models import Contract
from beffroi.contracts.vocabulary import Nature
from beffroi.files.actions import keep
from beffroi.journal.actions import posting
from beffroi.journal.context import acting
from beffroi.journal.models import Posting, PostingKind
from beffroi.ledger.actions import Posted
from beffroi.ledger.recognition import reunite
from beffroi.partners.models import Organisation
from beffroi.returns.admission import (
    checked_against_past,
    checked_for_contract,
    dated,
    refuse_future,
    sheet_left_out,
)
from beffroi.returns.frames import bodies_known, communes_index, contract_frame
from beffroi.returns.layouting.storing import layouts_known
from beffroi.returns.models import Return
from beffroi.returns.reading import Bodies, ContractFrame, Reading, UnreadableFile
from beffroi.returns.reading.layout import Layout
from beffroi.returns.reading.opening import content_of
from beffroi.returns.reading.ordinary import lines_of_region
from beffroi.returns.reading.sandbox import read_in_worker
from beffroi.returns.taking import ReturnRefused, Taking, why_refused

__all__ = ["Imported", "ReturnRefused", "import_ordinary", "import_return"]


class _AlreadyTaken(Exception):
    """This very file is the source's last word for that date."""

    def __init__(self, earlier: Return) -> None:
        super().__init__()
        self.earlier = earlier


@dataclass(frozen=True, slots=True)
class Imported:
    """What importing a workbook did. Amounts in cents, the source's own money only.

    ``questions`` counts the lines of which nobody could say which operation they are.
    """

    reading: Reading
    operations: int
    posting: int
    posted: Posted | None
    questions: int = 0

    @property
    def unchanged(self) -> bool:
        """Whether the file had already been taken."""
        return self.posted is None

    def as_data(self) -> dict[str, Any]:
        """The answer of ``beffroi import --json``."""
        return {
            "operations": self.operations,
            "questions": self.questions,
            "statements": self.posted.said if self.posted else 0,
            "retired": self.posted.retired if self.posted else 0,
            "removed": self.posted.removed if self.posted else 0,
            "sums_cents": self.reading.sums_cents,
            "cost_cents": self.reading.cost_cents,
            "findings": [finding.as_data() for finding in self.reading.findings],
            "posting": self.posting,
            "unchanged": self.unchanged,
        }

    @property
    def sentence(self) -> str:
        """What people are told."""
        if self.posted is None:
            return f"Rien ne change : ce fichier a déjà été pris (écriture n° {self.posting})."
        counts = (
            _counted(self.operations, "opération"),
            _counted(self.posted.said, "déclaration"),
            _counted(len(self.reading.findings), "constat"),
        )
        said = f"Écriture n° {self.posting} : {', '.join(counts)}."
        if self.questions == 1:
            said += " Une ligne douteuse reste à part tant que personne n'en décide."
        elif self.questions:
            said += (
                f" {self.questions} lignes douteuses restent à part tant que personne n'en décide."
            )
        return said


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number < 2 else f"{number} {noun}s"


def import_return(
    path: Path,
    *,
    contract: Contract,
    partner_slug: str,
    on: datetime.date,
    layout: str | None = None,
    complete: bool = False,
    received: datetime.date | None = None,
) -> Imported:
    """Take a partner's workbook as its word for a contract at a date.

    ``received`` is the day it was received, where a history is loaded after the fact. Raises
    :class:`ReturnRefused`, with nothing written.
    """
    partner = _partner(partner_slug)
    refuse_future(on)
    content = _content(path)
    reading = _read(
        content,
        path.name,
        layout,
        bodies_known(contract, partner),
        contract_frame(contract, on),
        layouts_known(contract, partner),
    )
    if reading.nature == Nature.ORDINARY:
        raise ReturnRefused(
            f"{path.name} est un classeur national de droit commun : donnez --ordinary et "
            "--region plutôt que --contract et --partner."
        )
    if reading.source != partner.slug:
        raise ReturnRefused(
            f"Ce classeur se lit comme celui de « {reading.source} », pas de « {partner.slug} » : "
            "vérifiez --partner, ou nommez sa mise en page avec --layout."
        )
    if complete:
        _refuse_unread_sheets(reading)
    reading = checked_for_contract(dated(reading, on), contract, on)
    taking = Taking(reading, partner, on, contract=contract, complete=complete)
    label = f"{partner}, au {on:%d/%m/%Y}, {contract.name}"
    return _take(taking, content, path.name, label, received)


def import_ordinary(
    path: Path,
    *,
    region: str,
    on: datetime.date,
    layout: str | None = None,
    received: datetime.date | None = None,
) -> Imported:
    """Take a national workbook of State grants as ordinary credit of one region.

    ``received`` as above. Raises :class:`ReturnRefused`, with nothing written.
    """
    refuse_future(on)
    content = _content(path)
    try:
        reading = lines_of_region(_read(content, path.name, layout, bodies_known()), region)
    except UnreadableFile as error:
        raise ReturnRefused(str(error)) from error
    partner = _partner(reading.source)
    taking = Taking(reading, partner, on, region=region)
    label = f"Droit commun, région {region}, au {on:%d/%m/%Y}"
    return _take(taking, content, path.name, label, received)


def _take(
    taking: Taking, content: bytes, name: str, label: str, received: datetime.date | None
) -> Imported:
    """Take a return in one transaction."""
    kind = PostingKind.RETURN if taking.contract else PostingKind.ORDINARY
    try:
        with (
            acting(file=name),
            posting(kind, f"{label} — {name}", received_on=received) as new,
        ):
            taking.lock()
            file = keep(content, name)
            if earlier := taking.repeated_in(file):
                raise _AlreadyTaken(earlier)
            taken = taking.write(new, file)
            taking = _with_doubts(taking, taken.operations)
            taking.keep(new, file)
    except _AlreadyTaken as already:
        return Imported(taking.reading, 0, already.earlier.posting.number, None)
    except (IntegrityError, DataError) as error:
        raise ReturnRefused(f"{name} : {why_refused(error)}") from error
    number = Posting.objects.values_list("number", flat=True).get(pk=new.id)
    if taken.settled.to_reunite:
        reunite(taking.contract.pk if taking.contract else None)
    return Imported(
        taking.reading,
        len(set(taken.operations)),
        number,
        taken.posted,
        questions=taken.settled.pending,
    )


def _with_doubts(taking: Taking, operations: Sequence[int]) -> Taking:
    """The same return, with what is doubtful given what was said before of these operations."""
    if taking.contract is None:
        return taking
    reading = checked_against_past(
        taking.reading, operations, taking.contract, taking.partner, taking.on
    )
    return replace(taking, reading=reading)


def _content(path: Path) -> bytes:
    """The file, opened once: what is read is what is kept."""
    try:
        return content_of(path)
    except UnreadableFile as error:
        raise ReturnRefused(str(error)) from error


def _read(
    content: bytes,
    name: str,
    layout: str | None,
    bodies: Bodies,
    contract: ContractFrame | None = None,
    known: Mapping[str, Layout] | None = None,
) -> Reading:
    try:
        return read_in_worker(
            content,
            name,
            layout=layout,
            known=known,
            contract=contract,
            communes=communes_index(),
            bodies=bodies,
        )
    except UnreadableFile as error:
        raise ReturnRefused(str(error)) from error


def _refuse_unread_sheets(reading: Reading) -> None:
    if sheet := sheet_left_out(reading):
        raise ReturnRefused(
            f"Une remontée complète se lit tout entière, et la feuille « {sheet} » n'est "
            "pas lue : retirez-la du classeur, corrigez ses en-têtes, ou enlevez --complete."
        )


def _partner(slug: str) -> Organisation:
    partner = Organisation.objects.filter(slug=slug).first()
    if partner is None:
        known = ", ".join(Organisation.objects.order_by("slug").values_list("slug", flat=True))
        raise ReturnRefused(f"Le partenaire « {slug} » est inconnu : écrivez l'un de {known}.")
    return partner
