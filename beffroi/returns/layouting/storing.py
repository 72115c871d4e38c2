"""Layouts that people confirmed: kept by version for a partner and a contract, never changed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from beffroi.partners.models import Organisation
from beffroi.returns.layouting.faults import faults_of
from beffroi.returns.layouting.files import LayoutRefused, in_order
from beffroi.returns.models import StoredLayout
from beffroi.returns.prefilled.columns import NAME, prefilled_layout
from beffroi.returns.reading.layout import Layout, layout_from, layouts

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from beffroi.contracts.models import Contract
    from beffroi.files.models import StoredFile
    from beffroi.returns.actors import Actor


class LayoutConflict(Exception):
    """Somebody made that version meanwhile: one sentence says who. Nothing was written."""


@dataclass(frozen=True, slots=True)
class NewVersion:
    """A version to be made of the layout ``name``, from version ``after`` (0: the first)."""

    name: str
    content: Mapping[str, Any]
    after: int = 0
    note: str = ""
    made_from: StoredFile | None = None


def layouts_known(contract: Contract | None, partner: Organisation) -> dict[str, Layout]:
    """The layouts that a partner's workbook may have the shape of, by name.

    Those confirmed for the partner and the contract come first; one of them that bears the name of
    a layout the project carries replaces it. For a contract, that of its pre-filled workbooks is
    always among them.
    """
    confirmed = {
        stored.name: layout_of(stored)
        for stored in in_force(StoredLayout.objects.filter(partner=partner, contract=contract))
    }
    known = confirmed | {
        name: layout for name, layout in layouts().items() if name not in confirmed
    }
    if contract is None:
        return known
    return known | {NAME: prefilled_layout(contract, partner, known.values())}


def layout_of(stored: StoredLayout) -> Layout:
    """The layout as the reading takes it. Its name says its version."""
    return layout_from(str(stored), stored.content, stored.version)


def in_force(stored: QuerySet[StoredLayout]) -> QuerySet[StoredLayout]:
    """Of these, the last version of each partner, contract and name."""
    key = ("partner_id", "contract_id", "name")
    return stored.order_by(*key, "-version").distinct(*key)


def free_name(contract: Contract, partner: Organisation, title: str) -> str:
    """A name for a new layout with this title: one that the partner does not use yet."""
    wanted = slugify(title)[:60] or "classeur"
    taken = set(
        StoredLayout.objects.filter(partner=partner, contract=contract).values_list(
            "name", flat=True
        )
    ) | {*layouts(), NAME}
    ranked = (f"{wanted}-{rank}" for rank in range(2, len(taken) + 3))
    return next(name for name in (wanted, *ranked) if name not in taken)


def last_version(contract: Contract, partner: Organisation, name: str) -> int:
    """The number of the version in force of a layout; 0 where nobody made one."""
    versions = StoredLayout.objects.filter(contract=contract, partner=partner, name=name)
    return versions.aggregate(last=Max("version"))["last"] or 0


def store_version(
    contract: Contract, partner: Organisation, new: NewVersion, by: Actor | None
) -> StoredLayout:
    """Keep a version; the one in force is given back where it says the same.

    Raises :class:`LayoutConflict` where it is no longer the next one, and
    :class:`LayoutRefused` where the content is no layout of that partner.
    """
    if slugify(new.name)[:80] != new.name or not new.name:
        raise LayoutRefused(
            [
                _("« %(name)s » : un nom s'écrit en minuscules, chiffres et tirets.")
                % {"name": new.name}
            ]
        )
    faults = faults_of(new.content, list(Organisation.objects.values_list("slug", flat=True)))
    if not faults and new.content["source"] != partner.slug:
        said = {"source": new.content["source"], "partner": partner.slug}
        faults = [
            _("source : cette mise en page est celle de « %(source)s », pas de « %(partner)s ».")
            % said
        ]
    if faults:
        raise LayoutRefused(faults)
    content = in_order(new.content)
    versions = StoredLayout.objects.filter(contract=contract, partner=partner, name=new.name)
    last = versions.order_by("-version").first()
    if last is not None and last.version == new.after and last.content == content:
        return last
    if (last.version if last else 0) != new.after:
        raise LayoutConflict(_made_meanwhile(last))
    try:
        with transaction.atomic():
            return StoredLayout.objects.create(
                contract=contract,
                partner=partner,
                name=new.name,
                version=new.after + 1,
                content=content,
                signature=signature_of(content),
                made_from=new.made_from,
                note=new.note,
                author=by.user if by else None,
                author_name=by.name[:300] if by else "",
            )
    except IntegrityError:
        raise LayoutConflict(_made_meanwhile(versions.order_by("-version").first())) from None


def signature_of(content: Mapping[str, Any]) -> str:
    """What tells the shape of the workbooks that a layout reads, in 64 hexadecimal digits.

    Neither its title, nor its version, nor the name of any file has a part in it.
    """
    shape = {key: content[key] for key in ("shape", "columns", "amounts") if key in content}
    written = json.dumps(shape, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()


def _made_meanwhile(last: StoredLayout | None) -> str:
    if last is None:
        return _("Cette mise en page n'a pas encore de version : rechargez la page.")
    return _(
        "%(author)s vient de faire la version %(version)s de cette mise en page : rechargez la "
        "page pour partir de celle-ci."
    ) % {"author": last.author_name or _("Quelqu'un"), "version": last.version}
