"""What the ledger knows that reading needs: the tree of a contract at a date, today's communes."""

from __future__ import annotations

import datetime

from django.db.models import Q

from beffroi.contracts.models import Contract
from beffroi.contracts.tree import tree
from beffroi.journal.actions import last_number
from beffroi.partners.models import Organisation
from beffroi.returns.reading import Bodies, CommunesIndex, ContractFrame
from beffroi.returns.reading.directories import directory_from, epci_form
from beffroi.returns.reading.references import communes_from
from beffroi.territories.models import Commune, Epci, FormerCommune


def contract_frame(contract: Contract, on: datetime.date) -> ContractFrame:
    """The codes of the tree in force at ``on``, with the axis of each."""
    return ContractFrame(
        {node.code: node.axis for node in tree(contract, on, last_number()) if node.code}
    )


def communes_index() -> CommunesIndex:
    """Today's communes by code (former ones included) and by name."""
    former: dict[str, list[str]] = {}
    for code, today in FormerCommune.objects.values_list("code", "commune__code"):
        former.setdefault(today, []).append(code)
    return communes_from(
        (code, name, former.get(code, ()))
        for code, name in Commune.objects.values_list("code", "name")
    )


def bodies_known(contract: Contract | None = None, partner: Organisation | None = None) -> Bodies:
    """Whose money the rows of a partner's return may name, and today's EPCI.

    The parties of the contract and the partner itself; any organisation outside any contract.
    """
    organisations = Organisation.objects.all()
    if contract is not None:
        parties = Q(participations__contract=contract)
        own = Q(pk=partner.pk) if partner else Q()
        organisations = organisations.filter(parties | own).distinct()
    return Bodies(
        directory_from(
            (each.slug, [each.name, each.short_name, each.siren or ""]) for each in organisations
        ),
        directory_from(
            ((siren, [name]) for siren, name in Epci.objects.values_list("siren", "name")),
            epci_form,
        ),
    )
