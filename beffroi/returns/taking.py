"""Taking a return into the ledger: what the command line, a deposit and its preview all do."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import DataError, IntegrityError

from beffroi.contracts.models import Contract
from beffroi.contracts.tree import nodes_by_code, tree_changed_since
from beffroi.files.models import StoredFile
from beffroi.journal.actions import OpenPosting, last_number
from beffroi.ledger.actions import (
    Cell,
    Completeness,
    Posted,
    ServicePart,
    lock_stream,
    post,
)
from beffroi.ledger.amounts import amounts_known
from beffroi.operations.actions import (
    Place,
    cost_operations,
    lock_recognition,
    place_operations,
)
from beffroi.operations.proposals import Settled
from beffroi.operations.settling import settle
from beffroi.partners.models import Organisation, Service
from beffroi.returns.attribution import Names, line_said, statements_of
from beffroi.returns.models import Return
from beffroi.returns.parts import other_parts, with_other_parts
from beffroi.returns.reading import Reading
from beffroi.returns.reading.collecting import cycles_left_alone
from beffroi.server.constraints import sentence_of


class ReturnRefused(Exception):
    """The return cannot be taken: one sentence says why and what to do. Nothing was written."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What taking a return wrote: the operation of each line, and what was posted."""

    settled: Settled
    posted: Posted

    @property
    def operations(self) -> Sequence[int]:
        """The row id of each line's operation."""
        return self.settled.operations


@dataclass(frozen=True, slots=True)
class Taking:
    """A workbook that was read, as the word of a partner, or of one of its services, at a date.

    ``answers`` are what people decided of its lines, by position: the row id of an operation, or
    ``None`` for a new one. Without ``contract``, it is ordinary credit of a ``region``.
    """

    reading: Reading
    partner: Organisation
    on: datetime.date
    contract: Contract | None = None
    service: Service | None = None
    region: str = ""
    complete: bool = False
    answers: Mapping[int, int | None] = field(default_factory=dict)

    def repeated_in(self, file: StoredFile) -> Return | None:
        """The return in force that is this very file, where taking it again changes nothing."""
        same_date = Return.objects.filter(
            contract=self.contract,
            partner=self.partner,
            effective_on=self.on,
            region=self.region,
        )
        last = (
            same_date.filter(service=self.service, layout=self.reading.layout)
            .select_related("posting")
            .order_by("-posting__number")
            .first()
        )
        if last is None or (last.file_id, last.complete) != (file.pk, self.complete):
            return None
        since = last.posting.number
        if self.contract and tree_changed_since(self.contract, since):
            return None
        # A part no longer counts after a return of the whole partner, and conversely.
        other_form = same_date.filter(service__isnull=self.service is not None)
        return None if other_form.filter(posting__number__gt=since).exists() else last

    def lock(self) -> None:
        """Make the returns of the contract wait for each other, until the transaction ends."""
        lock_recognition(self._contract_id)
        lock_stream(self._contract_id, self.partner.pk)

    def write(self, new: OpenPosting, file: StoredFile) -> Taken:
        """Write all that the return says, inside a posting, under :meth:`lock`."""
        names = Names(
            contract_id=self._contract_id,
            source_id=self.partner.pk,
            organisations=dict(Organisation.objects.values_list("slug", "pk")),
            nodes=nodes_by_code(self.contract, self.on, last_number()) if self.contract else {},
        )
        settled = self._settled(new, names)
        self._place(new, settled.operations)
        self._state_costs(new, settled.operations)
        return Taken(settled, self._post(new, file, settled, names))

    def keep(self, new: OpenPosting, file: StoredFile) -> Return:
        """Remember the return that a posting makes known."""
        return Return.objects.create(
            contract=self.contract,
            partner=self.partner,
            service=self.service,
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

    @property
    def _contract_id(self) -> int | None:
        return self.contract.pk if self.contract else None

    def _settled(self, new: OpenPosting, names: Names) -> Settled:
        """Each line's operation, recognised, decided or made."""
        with cycles_left_alone():
            return settle(
                [
                    line_said(line, self.partner.pk, names.organisations)
                    for line in self.reading.lines
                ],
                contract_id=self._contract_id,
                partner_id=self.partner.pk,
                fictitious=bool(self.contract and self.contract.fictitious),
                posting_id=new.id,
                code_names_operation=self.reading.code_names_operation,
                amounts_of=amounts_known(self.on),
                answers=self.answers,
            )

    def _place(self, new: OpenPosting, operations: Sequence[int]) -> None:
        place_operations(
            {
                Place(operation, line.commune or None, line.epci or None)
                for operation, line in zip(operations, self.reading.lines, strict=True)
                if line.commune or line.epci
            },
            partner_id=self.partner.pk,
            posting_id=new.id,
        )

    def _state_costs(self, new: OpenPosting, operations: Sequence[int]) -> None:
        costs: Counter[int] = Counter()
        for operation, line in zip(operations, self.reading.lines, strict=True):
            if line.cost is not None:
                costs[operation] += line.cost
        cost_operations(costs, source_id=self.partner.pk, on=self.on, posting_id=new.id)

    def _post(self, new: OpenPosting, file: StoredFile, settled: Settled, names: Names) -> Posted:
        statements = statements_of(self.reading.lines, settled, names, file.pk)
        if self.contract and self.service:
            parts = other_parts(
                contract_id=self.contract.pk,
                partner_id=self.partner.pk,
                service_id=self.service.pk,
                on=self.on,
            )
            _refuse_file_of_another(parts, file)
            statements = with_other_parts(statements, parts, every=self.complete)
        covered = {(names.organisations[funder], stage) for funder, stage in self.reading.covers}
        proof = Cell(file.pk, "", "absente", None)
        return post(
            new,
            statements,
            contract_id=self._contract_id,
            source_id=self.partner.pk,
            effective_on=self.on,
            complete=Completeness(covered, proof) if self.complete else None,
            part=ServicePart(self.service.pk, file.pk) if self.service else None,
        )


def why_refused(error: IntegrityError | DataError) -> str:
    """Why the database would not have it, in words."""
    return sentence_of(error) or "un texte y est trop long, ou un montant hors des bornes."


def _refuse_file_of_another(parts: Sequence[Return], file: StoredFile) -> None:
    """One workbook handed in as two services' parts would count twice."""
    same = next((part for part in parts if part.file_id == file.pk), None)
    if same:
        raise ReturnRefused(
            f"Ce classeur est déjà celui du service « {same.service} », au "
            f"{same.effective_on:%d/%m/%Y} : il compterait deux fois. Envoyez celui de votre "
            "service seul."
        )
