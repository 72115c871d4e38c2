"""Making organisations known."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from stdnum.fr import siren as siren_number

from beffroi.partners.models import Organisation, OrganisationKind
from beffroi.territories.sorting import sort_key

FIELDS = frozenset({"slug", "name", "short_name", "kind", "siren", "insee", "valid_until"})


class OrganisationRefused(Exception):
    """The description of an organisation cannot be taken: one sentence says why."""


def ensure_organisations(described: Iterable[Mapping[str, Any]]) -> int:
    """Create or update organisations from their descriptions; how many changed.

    Raises :class:`OrganisationRefused`.
    """
    known = {organisation.slug: organisation for organisation in Organisation.objects.all()}
    changed = 0
    for description in described:
        values = _checked(description)
        organisation = known.get(values["slug"]) or Organisation(slug=values["slug"])
        if any(getattr(organisation, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(organisation, name, value)
            organisation.save()
            changed += 1
    return changed


def _checked(description: Mapping[str, Any]) -> dict[str, Any]:
    unknown = set(description) - FIELDS
    if unknown:
        raise OrganisationRefused(f"une organisation ne porte pas « {min(unknown)} ».")
    slug, name, kind = (description.get(key) for key in ("slug", "name", "kind"))
    if not (slug and name):
        raise OrganisationRefused("une organisation porte au moins slug, name et kind.")
    if kind not in OrganisationKind.values:
        raise OrganisationRefused(
            f"la catégorie « {kind} » de « {slug} » est inconnue : "
            f"écrivez l'une de {', '.join(OrganisationKind.values)}."
        )
    siren = description.get("siren")
    if siren is not None and not siren_number.is_valid(str(siren)):
        raise OrganisationRefused(f"le SIREN « {siren} » de « {slug} » est faux (clé de contrôle).")
    return {
        "slug": slug,
        "name": name,
        "short_name": description.get("short_name", ""),
        "kind": kind,
        "siren": str(siren) if siren is not None else None,
        "insee": str(description.get("insee", "")),
        "sort_key": sort_key(str(name)),
        "valid_until": description.get("valid_until"),
    }
