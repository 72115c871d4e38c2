"""Beginning a contract by hand: its name is enough, and whoever makes it runs it."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from beffroi.accounts.models import User
from beffroi.contracts.abilities import contracts_seen, may_create_contracts
from beffroi.contracts.contract_file import (
    LISTS,
    ContractFile,
    ContractFileRefused,
    FileNode,
    Known,
)
from beffroi.contracts.loading import load_contract, load_tree
from beffroi.contracts.models import Contract, Participation
from beffroi.contracts.vocabulary import LOADING_LOCK, AccessLevel, Role
from beffroi.contracts.written_tree import ProgrammeRefused, read_programme
from beffroi.partners.models import Organisation

RESERVED = frozenset({"nouveau"})
"""Words that an address of the site takes where a contract's would stand."""
LONGEST_STEM = 50


class ContractRefused(Exception):
    """The contract cannot be made: one sentence says why, and what to write."""


@dataclass(frozen=True, slots=True)
class NewContract:
    """What is said of a contract that begins; ``programme`` is its tree, written in lines."""

    name: str
    kind: str
    fictitious: bool = False
    start: datetime.date | None = None
    end: datetime.date | None = None
    levels: Sequence[str] = ()
    signatories: Sequence[str] = ()
    programme: str = ""

    @property
    def footprint(self) -> str:
        """The sha256 of what is said: the same form sent twice has the same."""
        return hashlib.sha256(repr(self).encode()).hexdigest()


def create_contract(user: User, new: NewContract) -> Contract:
    """Make a contract with its tree, and ``user`` its manager, or nothing at all.

    The same form sent twice by the same person makes one contract. Raises
    :class:`ContractRefused`.
    """
    if not may_create_contracts(user):
        raise ContractRefused(_("Créer un contrat est réservé à qui administre le site."))
    try:
        tree = read_programme(new.programme)
        with transaction.atomic():
            _one_at_a_time()
            made = _made_already(user, new)
            if made is not None:
                return made
            file = _as_file(new, tree=tree, slug=_free_slug(new.name))
            contract = load_contract(file, sha256=new.footprint).contract
            contract.accesses.create(user=user, level=AccessLevel.MANAGER)
    except (ProgrammeRefused, ContractFileRefused) as error:
        raise ContractRefused(str(error)) from error
    return contract


def write_programme(contract: Contract, programme: str) -> int:
    """Give its tree to a contract that has none yet; how many nodes it has.

    Raises :class:`ContractRefused`: a tree that is known changes by an amendment, not here.
    """
    try:
        nodes = read_programme(programme)
        if not nodes:
            raise ContractRefused(_("Écrivez au moins un axe."))
        with transaction.atomic():
            _one_at_a_time()
            if contract.nodes.exists():
                raise ContractRefused(_("Le programme de ce contrat est déjà connu."))
            known = NewContract(contract.name, contract.kind, start=contract.start)
            return load_tree(contract, _as_file(known, tree=nodes, slug=contract.slug))
    except ProgrammeRefused as error:
        raise ContractRefused(str(error)) from error


def add_signatories(contract: Contract, organisations: Sequence[Organisation]) -> None:
    """Say who else signs a contract; who does already is left as they are."""
    with transaction.atomic():
        _one_at_a_time()
        signing = contract.participations.filter(role=Role.SIGNATORY)
        known = {*signing.values_list("organisation_id", flat=True)}
        Participation.objects.bulk_create(
            Participation(
                contract=contract,
                organisation=organisation,
                role=Role.SIGNATORY,
                rank=len(known) + rank,
            )
            for rank, organisation in enumerate(
                each for each in organisations if each.pk not in known
            )
        )


def _one_at_a_time() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [LOADING_LOCK])


def _made_already(user: User, new: NewContract) -> Contract | None:
    """The contract that this person made of the same form.

    Raises :class:`ContractRefused` where another one that they see bears the same name.
    """
    same = contracts_seen(user).filter(name__iexact=new.name)
    own = same.filter(file_sha256=new.footprint, accesses__user=user).first()
    if own is None and same.exists():
        raise ContractRefused(
            _("Un contrat porte déjà le nom « %(name)s » : précisez-le, par ses années.")
            % {"name": new.name[:80]}
        )
    return own


def _free_slug(name: str) -> str:
    """The name in an address; numbered where another contract has it. Call it under the lock."""
    stem = slugify(name)[:LONGEST_STEM].strip("-_").replace("_", "-") or "contrat"
    taken = RESERVED | {
        *Contract.objects.filter(slug__startswith=stem).values_list("slug", flat=True)
    }
    rank = 1
    while (slug := stem if rank == 1 else f"{stem}-{rank}") in taken:
        rank += 1
    return slug


def _as_file(new: NewContract, *, tree: tuple[FileNode, ...], slug: str) -> ContractFile:
    """What a contract's file would say, for the one way there is to load it."""
    if new.start and new.end and new.end < new.start:
        raise ContractRefused(_("La fin du contrat précède son début : corrigez l'une des dates."))
    return ContractFile(
        path=Path(slug),
        slug=slug,
        name=new.name,
        kind=new.kind,
        fictitious=new.fictitious,
        start=new.start,
        end=new.end,
        period_text="",
        status_text="",
        levels=tuple(new.levels),
        perimeters=(),
        contradictions=(),
        parties=tuple((Role.SIGNATORY.value, slug, Known()) for slug in new.signatories),
        tree=tree,
        stage_words={},
        framework={},
        lists=dict.fromkeys(LISTS, ()),
    )
