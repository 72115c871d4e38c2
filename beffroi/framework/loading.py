"""Loading a contract's file whole: the contract itself, then the amounts it contracts."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Max

from beffroi.contracts.loading import ContractFile, Loaded, load_contract, read_contract_file
from beffroi.contracts.models import Contract
from beffroi.contracts.reference import contract_files, load_foundations
from beffroi.contracts.tree import nodes_by_code
from beffroi.contracts.vocabulary import Stage
from beffroi.files.actions import keep
from beffroi.framework.actions import ContractedLine, contracted_lines, post_contracted
from beffroi.journal.actions import last_number, posting
from beffroi.journal.context import acting
from beffroi.journal.models import PostingKind
from beffroi.ledger.actions import lock_stream
from beffroi.ledger.models import Heading, Statement
from beffroi.ledger.queries import Scope, balances
from beffroi.partners.models import Organisation


@dataclass(frozen=True, slots=True)
class ContractLoaded:
    """What loading a contract's file did; contracted amounts in cents."""

    loaded: Loaded
    contracted_lines: int

    @property
    def unchanged(self) -> bool:
        """Whether everything was as the file says already."""
        return self.loaded.unchanged and not self.contracted_lines

    def as_data(self) -> dict[str, Any]:
        """The answer of ``beffroi load --json``."""
        return {
            "contract": self.loaded.contract.slug,
            "created": self.loaded.created,
            "nodes_changed": self.loaded.nodes_changed,
            "contracted_lines": self.contracted_lines,
            "unchanged": self.unchanged,
        }

    @property
    def sentence(self) -> str:
        """What people are told."""
        contract = self.loaded.contract
        if self.unchanged:
            return f"Rien ne change : « {contract.slug} » est déjà tel que le dit le fichier."
        what = "créé" if self.loaded.created else "mis à jour"
        return (
            f"« {contract.slug} » {what} : {self.loaded.nodes_changed} niveaux de l'arbre, "
            f"{self.contracted_lines} montants inscrits."
        )


def load_contract_file(path: Path) -> ContractLoaded:
    """Create or update a contract from its file, and post what its framework contracts.

    Raises ``ContractFileRefused``, with nothing written. Loading again changes nothing.
    """
    file, content = read_contract_file(path), path.read_bytes()
    with acting(file=path.name), transaction.atomic():
        _lock_streams(file)
        document = keep(content, path.name)
        loaded = load_contract(file, sha256=document.pk)
        lines = _lines_to_post(loaded.contract, file.framework)
        if lines:
            label = f"Maquette de {loaded.contract.name}"
            with posting(PostingKind.FRAMEWORK, label) as opened:
                post_contracted(
                    opened,
                    loaded.contract,
                    lines,
                    effective_on=_effective_on(loaded.contract),
                    document=document,
                )
    return ContractLoaded(loaded, len(lines))


def _lock_streams(file: ContractFile) -> None:
    """Wait for the imports under way before the first posting: one that had its number taken, and
    waited for them then, would make them wait for itself."""
    contract = Contract.objects.filter(slug=file.slug).first()
    if contract is None:
        return
    funders = set(Organisation.objects.filter(slug__in=file.framework).values_list("pk", flat=True))
    contracted = Heading.objects.filter(contract=contract, stage=Stage.CONTRACTED)
    funders |= set(contracted.values_list("source_id", flat=True))
    for funder_id in sorted(funders):
        lock_stream(contract.pk, funder_id)


def _effective_on(contract: Contract) -> datetime.date:
    """The start of the contract, or the date of later amounts, which would stand over new ones."""
    start = contract.start or datetime.date(1900, 1, 1)
    posted = Statement.objects.filter(
        key__heading__contract=contract, key__heading__stage=Stage.CONTRACTED
    ).aggregate(latest=Max("effective_on"))
    return max(start, posted["latest"] or start)


def load_reference() -> dict[str, int]:
    """Load the reference the project carries, real contracts included; nothing fictitious."""
    counts = load_foundations()
    for path in contract_files():
        load_contract_file(path)
    return counts | {"contracts": Contract.objects.filter(fictitious=False).count()}


def _lines_to_post(
    contract: Contract, framework: dict[str, dict[str, int]] | Any
) -> list[ContractedLine]:
    """The lines that differ from what is contracted now; a line that is gone is posted at zero."""
    funders = dict(Organisation.objects.values_list("slug", "pk"))
    nodes = nodes_by_code(contract, None, last_number())
    wanted = {
        (line.funder_id, line.node_id): line for line in contracted_lines(framework, funders, nodes)
    }
    now = {
        (funders[heading.funder], heading.node_id): value.cents
        for heading, value in balances(
            Scope(contract), datetime.date.max, last_number(), Stage.CONTRACTED.value
        )
        if heading.node_id is not None
    }
    gone = [
        ContractedLine(funder_id, node_id, 0)
        for (funder_id, node_id), cents in now.items()
        if cents and (funder_id, node_id) not in wanted
    ]
    return [line for key, line in wanted.items() if now.get(key) != line.cents] + gone
