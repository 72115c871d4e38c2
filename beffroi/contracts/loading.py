"""Creating or updating a contract from its file."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import DataError, IntegrityError, connection, transaction
from django.db.models import Max

from beffroi.contracts.contract_file import (
    ContractFile,
    ContractFileRefused,
    FileNode,
    Item,
    organisations_named,
    read_contract_file,
)
from beffroi.contracts.models import (
    Body,
    Contract,
    Contradiction,
    Fact,
    Link,
    Milestone,
    Node,
    NodeVersion,
    Participation,
    PublishedAmount,
    Source,
    StageWord,
)
from beffroi.contracts.tree import TreeNode, tree
from beffroi.contracts.vocabulary import LOADING_LOCK
from beffroi.journal.actions import last_number, posting
from beffroi.journal.models import PostingKind
from beffroi.partners.actions import OrganisationRefused, ensure_organisations
from beffroi.partners.models import Organisation
from beffroi.server.constraints import sentence_of
from beffroi.territories.models import Perimeter

__all__ = [
    "ContractFile",
    "ContractFileRefused",
    "load_contract",
    "load_tree",
    "read_contract_file",
]


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading a file did."""

    contract: Contract
    created: bool
    nodes_changed: int
    unchanged: bool


def load_contract(file: ContractFile, *, sha256: str) -> Loaded:
    """Create or update the contract a file describes; what it does not say becomes unknown.

    Facts are replaced by the file's; the tree keeps its versions. Raises
    :class:`ContractFileRefused`, with nothing written.
    """
    try:
        with transaction.atomic():
            return _load(file, sha256)
    except (IntegrityError, DataError) as error:
        why = sentence_of(error) or "une valeur est trop longue ou hors des bornes."
        raise ContractFileRefused(f"{file.path.name} : {why}") from error


def _load(file: ContractFile, sha256: str) -> Loaded:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, 0)", [LOADING_LOCK])
    known = Contract.objects.filter(slug=file.slug).first()
    if known and known.file_sha256 == sha256:
        return Loaded(known, created=False, nodes_changed=0, unchanged=True)
    if known and known.fictitious != file.fictitious:
        raise ContractFileRefused(
            f"{file.path.name} : le contrat « {file.slug} » est déjà chargé comme "
            f"{'fictif' if known.fictitious else 'réel'} ; donnez-lui un autre id."
        )
    organisations = _organisations(file)
    _check_references(file)
    contract = _contract(file, sha256)
    _replace_facts(contract, file, organisations)
    changed = load_tree(contract, file)
    return Loaded(contract, created=known is None, nodes_changed=changed, unchanged=False)


def load_tree(contract: Contract, file: ContractFile) -> int:
    """Make known what a file changes in the tree of a contract; how many nodes that is."""
    changed = _changed_nodes(contract, file)
    if changed:
        with posting(PostingKind.CONTRACT, f"Arbre de {contract.name}") as opened:
            _write_tree(contract, file, changed, opened.id)
    return len(changed)


def _organisations(file: ContractFile) -> dict[str, int]:
    _refuse_renaming(file)
    try:
        ensure_organisations(file.organisations)
    except OrganisationRefused as error:
        raise ContractFileRefused(f"{file.path.name} : {error}") from error
    known = dict(Organisation.objects.values_list("slug", "pk"))
    for slug in organisations_named(file):
        if slug not in known:
            raise ContractFileRefused(
                f"{file.path.name} : le partenaire « {slug} » est inconnu ; corrigez-le, ou "
                "décrivez-le sous « organisations »."
            )
    return known


def _refuse_renaming(file: ContractFile) -> None:
    """A contract's file describes the organisations it brings, never those others rely on."""
    names = {described.get("slug"): described.get("name") for described in file.organisations}
    for slug, name in Organisation.objects.filter(slug__in=names).values_list("slug", "name"):
        if names[slug] != name:
            raise ContractFileRefused(
                f"{file.path.name} : l'organisation « {slug} » est déjà connue, sous le nom "
                f"« {name} » ; retirez-la de « organisations »."
            )


def _check_references(file: ContractFile) -> None:
    """Sources, contradictions and linked contracts must exist."""
    items = [item for items in file.lists.values() for item in items]
    known = [item.known for item in items] + [node.known for node in file.nodes()]
    known += [party_known for _, _, party_known in file.parties]
    _check_codes(file, "source", {s for k in known for s in k.sources}, Source)
    contradictions = {k.contradiction for k in known if k.contradiction} | {*file.contradictions}
    _check_codes(file, "contradiction", contradictions, Contradiction)
    missing_perimeters = {*file.perimeters} - {*Perimeter.objects.values_list("slug", flat=True)}
    if missing_perimeters:
        raise ContractFileRefused(
            f"{file.path.name} : le périmètre « {min(missing_perimeters)} » est inconnu."
        )
    others = {item.text("contract") for item in file.lists["links"]} - {""}
    missing = others - {*Contract.objects.filter(slug__in=others).values_list("slug", flat=True)}
    if missing - {file.slug}:
        raise ContractFileRefused(
            f"{file.path.name} : le contrat lié « {min(missing)} » n'est pas chargé."
        )


def _check_codes(file: ContractFile, what: str, codes: set[str], model: Any) -> None:
    missing = codes - {*model.objects.filter(code__in=codes).values_list("code", flat=True)}
    if missing:
        raise ContractFileRefused(f"{file.path.name} : la {what} « {min(missing)} » est inconnue.")


def _contract(file: ContractFile, sha256: str) -> Contract:
    contract, _ = Contract.objects.update_or_create(
        slug=file.slug,
        defaults={
            "name": file.name,
            "kind": file.kind,
            "fictitious": file.fictitious,
            "start": file.start,
            "end": file.end,
            "period_text": file.period_text,
            "status_text": file.status_text,
            "levels": list(file.levels),
            "perimeters": list(file.perimeters),
            "contradictions": list(file.contradictions),
            "file_sha256": sha256,
        },
    )
    return contract


def _replace_facts(contract: Contract, file: ContractFile, organisations: dict[str, int]) -> None:
    related = ("participations", "milestones", "amounts", "facts", "bodies", "links")
    for relation in (*related, "stage_words"):
        getattr(contract, relation).all().delete()
    Participation.objects.bulk_create(
        Participation(
            contract=contract,
            organisation_id=organisations[slug],
            role=role,
            rank=rank,
            status=known.status,
            sources=list(known.sources),
            contradiction=known.contradiction,
            note=known.note,
        )
        for rank, (role, slug, known) in enumerate(file.parties)
    )
    StageWord.objects.bulk_create(
        StageWord(contract=contract, organisation_id=organisations[partner], stage=stage, word=word)
        for partner, words in file.stage_words.items()
        for stage, word in words.items()
    )
    Milestone.objects.bulk_create(
        Milestone(
            contract=contract,
            date=item.text("date"),
            date_end=item.text("date_end"),
            event=item.text("event"),
            planned=bool(item.values.get("planned")),
            **_stated(item),
        )
        for item in file.lists["milestones"]
    )
    PublishedAmount.objects.bulk_create(
        PublishedAmount(
            contract=contract,
            group=item.text("group"),
            label=item.text("label"),
            organisation_id=organisations.get(item.text("organisation")),
            cents=item.values.get("cents"),
            text=item.text("text"),
            precision=item.text("precision"),
            position=position,
            **_stated(item),
        )
        for position, item in enumerate(file.lists["amounts"])
    )
    Fact.objects.bulk_create(
        Fact(
            contract=contract,
            group=item.text("group"),
            label=item.text("label"),
            value=item.text("value"),
            date=item.text("date"),
            position=position,
            **_stated(item),
        )
        for position, item in enumerate(file.lists["facts"])
    )
    Body.objects.bulk_create(
        Body(
            contract=contract,
            position=position,
            **{key: item.text(key) for key in ("name", "chair", "members", "role")},
            **{key: item.text(key) for key in ("frequency", "period")},
            **_stated(item),
        )
        for position, item in enumerate(file.lists["bodies"])
    )
    others = dict(Contract.objects.values_list("slug", "pk"))
    Link.objects.bulk_create(
        Link(
            contract=contract,
            kind=item.text("kind"),
            other_id=others.get(item.text("contract")),
            strategy=item.text("strategy"),
            note=item.known.note,
            status=item.known.status,
            sources=list(item.known.sources),
        )
        for item in file.lists["links"]
    )


def _stated(item: Item) -> dict[str, Any]:
    known = item.known
    return {
        "status": known.status,
        "sources": list(known.sources),
        "contradiction": known.contradiction,
        "note": known.note,
    }


@dataclass(frozen=True, slots=True)
class _Change:
    """A node of the file that is new or no longer the same, with its place."""

    node: FileNode | None
    path: tuple[str, ...]
    position: int
    node_id: int | None


def _placed(file: ContractFile) -> Iterator[tuple[tuple[str, ...], int, FileNode]]:
    """Every node with the path of names that leads to it, and its rank."""

    def descend(
        nodes: tuple[FileNode, ...], path: tuple[str, ...]
    ) -> Iterator[tuple[tuple[str, ...], FileNode]]:
        for node in nodes:
            here = (*path, node.code or node.title)
            yield here, node
            yield from descend(node.children, here)

    for position, (path, node) in enumerate(descend(file.tree, ())):
        yield path, position, node


def _changed_nodes(contract: Contract, file: ContractFile) -> list[_Change]:
    """What the file changes in the tree as known now.

    A node is recognised by its code, which is one in the tree; by its path where it has none. A
    code that was withdrawn comes back as the node it was.
    """
    now = {node.id: node for node in tree(contract, None, last_number())}
    left = {node.code or _path(node, now): node for node in now.values()}
    withdrawn = dict(
        NodeVersion.objects.filter(node__contract=contract, withdrawn=True)
        .exclude(node_id__in=now)
        .exclude(code="")
        .order_by("posting__number")
        .values_list("code", "node_id")
    )
    ids: dict[tuple[str, ...], int | None] = {(): None}
    changes = []
    for path, position, node in _placed(file):
        known = left.pop(node.code or path, None)
        ids[path] = known.id if known else withdrawn.get(node.code)
        has_moved = known is not None and known.parent_id != ids[path[:-1]]
        if known is None or has_moved or _differs(known, node):
            changes.append(_Change(node, path, position, ids[path]))
    changes += [_Change(None, _path(gone, now), 0, gone.id) for gone in left.values()]
    return changes


def _path(node: TreeNode, nodes: dict[int, TreeNode]) -> tuple[str, ...]:
    above = _path(nodes[node.parent_id], nodes) if node.parent_id else ()
    return (*above, node.code or node.title)


def _differs(known: TreeNode, node: FileNode) -> bool:
    said = (node.code, node.title, node.known.status, node.known.sources, node.known.note)
    return said != (known.code, known.title, known.status, known.sources, known.note)


def _write_tree(
    contract: Contract, file: ContractFile, changes: list[_Change], posting_id: int
) -> None:
    """Write a version for each change, in force from the start of the contract.

    A later version that is already there would stand over it: then from the date of that one.
    """
    start = file.start or datetime.date(1900, 1, 1)
    now = {node.id: node for node in tree(contract, None, last_number())}
    latest = dict(
        NodeVersion.objects.filter(node__contract=contract)
        .values_list("node_id")
        .annotate(Max("effective_on"))
    )
    by_name = {node.code or _path(node, now): node.id for node in now.values()}
    ids = {
        path: by_name[node.code or path]
        for path, _, node in _placed(file)
        if (node.code or path) in by_name
    }
    versions = []
    for change in changes:
        if change.node is not None:
            ids[change.path] = change.node_id or Node.objects.create(contract=contract).pk
        node = change.node
        old = now.get(change.node_id or 0)
        versions.append(
            NodeVersion(
                node_id=change.node_id or ids[change.path],
                posting_id=posting_id,
                effective_on=max(start, latest.get(change.node_id or 0, start)),
                code=node.code if node else (old.code if old else ""),
                title=(node.title if node else (old.title if old else ""))[:500],
                parent_id=ids.get(change.path[:-1]) if node else (old.parent_id if old else None),
                position=change.position,
                withdrawn=node is None,
                status=node.known.status if node else "published",
                sources=list(node.known.sources) if node else [],
                note=node.known.note if node else "",
            )
        )
    NodeVersion.objects.bulk_create(versions)
