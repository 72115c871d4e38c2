"""Taking a partner's workbook into the ledger."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.db import DataError, IntegrityError
from django.utils import timezone

from beffroi.contracts.models import Contract
from beffroi.contracts.tree import nodes_by_code, tree_changed_since
from beffroi.contracts.vocabulary import Nature
from beffroi.files.actions import keep
from beffroi.files.models import StoredFile
from beffroi.journal.actions import OpenPosting, last_number, posting
from beffroi.journal.context import acting
from beffroi.journal.models import Posting, PostingKind
from beffroi.ledger.actions import Cell, Completeness, Posted, post
from beffroi.ledger.amounts import amounts_known
from beffroi.operations.actions import (
    Place,
    cost_operations,
    lock_recognition,
    place_operations,
    settle,
)
from beffroi.partners.models import Organisation
from beffroi.returns.attribution import Names, line_said, statements_of
from beffroi.returns.frames import communes_index, contract_frame
from beffroi.returns.models import Return
from beffroi.returns.reading import Finding, Reading, UnreadableFile, read_return
from beffroi.returns.reading.findings import finding
from beffroi.returns.reading.layout import Layout
from beffroi.returns.reading.opening import content_of
from beffroi.returns.reading.ordinary import lines_of_region
from beffroi.returns.stored_layouts import layouts_known
from beffroi.server.constraints import sentence_of


class ReturnRefused(Exception):
    """The return cannot be taken: one sentence says why and what to do. Nothing was written."""


class _AlreadyTaken(Exception):
    """This very file is the source's last word for that date."""

    def __init__(self, earlier: Return) -> None:
        super().__init__()
        self.earlier = earlier


@dataclass(frozen=True, slots=True)
class Imported:
    """What importing a workbook did. Amounts in cents, the source's own money only."""

    reading: Reading
    operations: int
    posting: int
    posted: Posted | None

    @property
    def unchanged(self) -> bool:
        """Whether the file had already been taken."""
        return self.posted is None

    def as_data(self) -> dict[str, Any]:
        """The answer of ``beffroi import --json``."""
        return {
            "operations": self.operations,
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
        return (
            f"Écriture n° {self.posting} : {self.operations} opérations, "
            f"{self.posted.said} déclarations, {len(self.reading.findings)} constats."
        )


def import_return(
    path: Path,
    *,
    contract: Contract,
    partner_slug: str,
    on: datetime.date,
    layout: str | None = None,
    complete: bool = False,
) -> Imported:
    """Take a partner's workbook as its word for a contract at a date.

    Raises :class:`ReturnRefused`, with nothing written.
    """
    partner = _partner(partner_slug)
    _refuse_future(on)
    content = _content(path)
    reading = _read(content, path.name, layout, contract, on, layouts_known(contract, partner))
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
    reading = replace(reading, findings=[*_other_dates(reading, on), *reading.findings])
    taking = _Taking(path.name, content, reading, partner, on, complete, contract=contract)
    return taking.take(f"{partner}, au {on:%d/%m/%Y}, {contract.name}")


def import_ordinary(
    path: Path,
    *,
    region: str,
    on: datetime.date,
    layout: str | None = None,
) -> Imported:
    """Take a national workbook of State grants as ordinary credit of one region.

    Raises :class:`ReturnRefused`, with nothing written.
    """
    _refuse_future(on)
    content = _content(path)
    try:
        reading = lines_of_region(_read(content, path.name, layout, None, on), region)
    except UnreadableFile as error:
        raise ReturnRefused(str(error)) from error
    partner = _partner(reading.source)
    taking = _Taking(path.name, content, reading, partner, on, complete=False, region=region)
    return taking.take(f"Droit commun, région {region}, au {on:%d/%m/%Y}")


@dataclass(frozen=True, slots=True)
class _Taking:
    """One workbook being taken, in one transaction."""

    name: str
    content: bytes
    reading: Reading
    partner: Organisation
    on: datetime.date
    complete: bool
    contract: Contract | None = None
    region: str = ""

    def take(self, label: str) -> Imported:
        kind = PostingKind.RETURN if self.contract else PostingKind.ORDINARY
        try:
            with acting(file=self.name), posting(kind, f"{label} — {self.name}") as new:
                lock_recognition(self._contract_id)
                file = keep(self.content, self.name)
                self._refuse_again(file)
                operations = self._operations(new)
                posted = self._post(new, file, operations)
                self._keep_return(new, file)
        except _AlreadyTaken as taken:
            return Imported(self.reading, 0, taken.earlier.posting.number, None)
        except (IntegrityError, DataError) as error:
            why = sentence_of(error) or "un texte y est trop long, ou un montant hors des bornes."
            raise ReturnRefused(f"{self.name} : {why}") from error
        number = Posting.objects.values_list("number", flat=True).get(pk=new.id)
        return Imported(self.reading, len(set(operations)), number, posted)

    @property
    def _contract_id(self) -> int | None:
        return self.contract.pk if self.contract else None

    def _refuse_again(self, file: StoredFile) -> None:
        last = (
            Return.objects.filter(
                contract=self.contract,
                partner=self.partner,
                effective_on=self.on,
                region=self.region,
                layout=self.reading.layout,
            )
            .select_related("posting")
            .order_by("-posting__number")
            .first()
        )
        if (
            last
            and (last.file_id, last.complete) == (file.pk, self.complete)
            and not (self.contract and tree_changed_since(self.contract, last.posting.number))
        ):
            raise _AlreadyTaken(last)

    def _operations(self, new: OpenPosting) -> list[int]:
        """The row id of each line's operation, recognised or made."""
        lines = self.reading.lines
        organisations = dict(Organisation.objects.values_list("slug", "pk"))
        settled = settle(
            [line_said(line, self.partner.pk, organisations) for line in lines],
            contract_id=self._contract_id,
            partner_id=self.partner.pk,
            fictitious=bool(self.contract and self.contract.fictitious),
            posting_id=new.id,
            code_names_operation=self.reading.code_names_operation,
            amounts_of=amounts_known(self.on),
        )
        operations = list(settled.operations)
        place_operations(
            {
                Place(operation, line.commune or None, line.epci or None)
                for operation, line in zip(operations, lines, strict=True)
                if line.commune or line.epci
            },
            partner_id=self.partner.pk,
            posting_id=new.id,
        )
        self._state_costs(new, operations)
        return operations

    def _state_costs(self, new: OpenPosting, operations: list[int]) -> None:
        costs: Counter[int] = Counter()
        for operation, line in zip(operations, self.reading.lines, strict=True):
            if line.cost is not None:
                costs[operation] += line.cost
        cost_operations(costs, source_id=self.partner.pk, on=self.on, posting_id=new.id)

    def _post(self, new: OpenPosting, file: StoredFile, operations: list[int]) -> Posted:
        names = Names(
            contract_id=self._contract_id,
            source_id=self.partner.pk,
            organisations=dict(Organisation.objects.values_list("slug", "pk")),
            nodes=nodes_by_code(self.contract, self.on, last_number()) if self.contract else {},
        )
        statements = statements_of(self.reading.lines, operations, names, file.pk)
        covered = {(names.organisations[funder], stage) for funder, stage in self.reading.covers}
        proof = Cell(file.pk, "", "absente", None)
        return post(
            new,
            statements,
            contract_id=self._contract_id,
            source_id=self.partner.pk,
            effective_on=self.on,
            complete=Completeness(covered, proof) if self.complete else None,
        )

    def _keep_return(self, new: OpenPosting, file: StoredFile) -> None:
        Return.objects.create(
            contract=self.contract,
            partner=self.partner,
            effective_on=self.on,
            file=file,
            layout=self.reading.layout,
            region=self.region,
            complete=self.complete,
            rows=self.reading.rows,
            findings=[finding.as_data() for finding in self.reading.findings],
            not_data=[row.as_data() for row in self.reading.not_data],
            posting_id=new.id,
        )


def _other_dates(reading: Reading, on: datetime.date) -> Iterator[Finding]:
    """What to say when the workbook's titles state other dates, and never this one."""
    if on not in {date for date, _ in reading.stated_on}:
        for date, where in reading.stated_on:
            yield finding(where, "other_date", f"{date:%d/%m/%Y}")


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
    contract: Contract | None,
    on: datetime.date,
    known: Mapping[str, Layout] | None = None,
) -> Reading:
    frame = contract_frame(contract, on) if contract else None
    try:
        return read_return(
            content,
            name=name,
            layout=layout,
            known=known,
            contract=frame,
            communes=communes_index(),
        )
    except UnreadableFile as error:
        raise ReturnRefused(str(error)) from error


def _refuse_unread_sheets(reading: Reading) -> None:
    """A complete return says zero by its silence: no sheet of figures may be left out of it."""
    left_out = {"hidden_sheet", "sheet_with_numbers_not_read"}
    found = next((f for f in reading.findings if f.kind in left_out), None)
    if found:
        raise ReturnRefused(
            f"Une remontée complète se lit tout entière, et la feuille « {found.shown} » n'est "
            "pas lue : retirez-la du classeur, corrigez ses en-têtes, ou enlevez --complete."
        )


def _partner(slug: str) -> Organisation:
    partner = Organisation.objects.filter(slug=slug).first()
    if partner is None:
        known = ", ".join(Organisation.objects.order_by("slug").values_list("slug", flat=True))
        raise ReturnRefused(f"Le partenaire « {slug} » est inconnu : écrivez l'un de {known}.")
    return partner


def _refuse_future(on: datetime.date) -> None:
    today = timezone.localdate()
    if on > today:
        raise ReturnRefused(
            f"Une remontée décrit une situation passée : le {on:%d/%m/%Y} est après "
            f"aujourd'hui, {today:%d/%m/%Y}."
        )
