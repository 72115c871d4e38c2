"""The layouts of a contract as people go through them: versions, authors, returns read."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from django.db.models import Count

from beffroi.contracts.models import Contract
from beffroi.partners.models import Organisation
from beffroi.returns.models import Return, StoredLayout
from beffroi.returns.reading.layout import FOLDER

CARRIED = 0
"""The version of a layout that the project carries."""


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a layout. ``returns`` counts what it read that was posted.

    One that the project carries is version 0, and has neither author nor date.
    """

    partner: Organisation
    name: str
    number: int
    content: Mapping[str, Any]
    author: str = ""
    made_at: datetime.datetime | None = None
    made_from: str = ""
    note: str = ""
    returns: int = 0

    @property
    def title(self) -> str:
        """What the layout is called."""
        return str(self.content["title"])

    @property
    def full_name(self) -> str:
        """What a return that it read calls it."""
        return f"{self.name} v{self.number}" if self.number else self.name


@dataclass(frozen=True, slots=True)
class History:
    """A layout of one partner, its versions from the last to the first."""

    versions: Sequence[Version]

    @property
    def last(self) -> Version:
        """The version in force."""
        return self.versions[0]

    @property
    def returns(self) -> int:
        """How many posted returns any of its versions read."""
        return sum(version.returns for version in self.versions)


def histories(contract: Contract) -> list[History]:
    """Every layout confirmed for a contract, or carried for one of its parties, by partner."""
    uses = _uses(contract)
    partners = {
        partner.slug: partner
        for partner in Organisation.objects.filter(participations__contract=contract)
    }
    found: dict[tuple[str, str], list[Version]] = {}
    for stored in _stored(contract):
        partners.setdefault(stored.partner.slug, stored.partner)
        version = _confirmed(stored, uses)
        found.setdefault((stored.partner.slug, stored.name), []).append(version)
    for name, content in carried().items():
        if partner := partners.get(content["source"]):
            version = Version(
                partner, name, CARRIED, content, returns=uses.get((partner.pk, name), 0)
            )
            found.setdefault((partner.slug, name), []).append(version)
    ordered = sorted(found.values(), key=lambda each: (each[0].partner.sort_key, each[0].title))
    return [History(versions) for versions in ordered]


def history(contract: Contract, partner_slug: str, name: str) -> History | None:
    """One of them."""
    return next(
        (
            each
            for each in histories(contract)
            if (each.last.partner.slug, each.last.name) == (partner_slug, name)
        ),
        None,
    )


def carried() -> dict[str, dict[str, Any]]:
    """The content of the layouts of contractual credit that the project carries, by name."""
    contents = {path.stem: _content(path) for path in sorted(FOLDER.glob("*.yaml"))}
    return {
        name: content for name, content in contents.items() if content.get("nature") != "ordinary"
    }


def _content(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def _stored(contract: Contract) -> list[StoredLayout]:
    return list(
        StoredLayout.objects.filter(contract=contract)
        .select_related("partner", "made_from")
        .order_by("partner__sort_key", "name", "-version")
    )


def _confirmed(stored: StoredLayout, uses: Mapping[tuple[int, str], int]) -> Version:
    return Version(
        stored.partner,
        stored.name,
        stored.version,
        stored.content,
        stored.author_name,
        stored.made_at,
        stored.made_from.name if stored.made_from else "",
        stored.note,
        uses.get((stored.partner_id, str(stored)), 0),
    )


def _uses(contract: Contract) -> dict[tuple[int, str], int]:
    counted = (
        Return.objects.filter(contract=contract)
        .order_by()
        .values("partner_id", "layout")
        .annotate(returns=Count("pk"))
    )
    return {(row["partner_id"], row["layout"]): row["returns"] for row in counted}
