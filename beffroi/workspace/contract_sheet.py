"""Everything that is known of a contract, grouped as its page shows it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from beffroi.contracts.models import Contract, Contradiction, Link, Source, Stated
from beffroi.contracts.pages.situation import Situation
from beffroi.contracts.queries import links_of, stated_facts
from beffroi.contracts.tree import TreeNode, tree
from beffroi.contracts.vocabulary import Role
from beffroi.partners.models import Organisation
from beffroi.territories.queries import PerimeterShown, perimeters
from beffroi.ui.components import Elapsed
from beffroi.ui.figures import Unit, money
from beffroi.workspace.portfolio import KINDS, period


@dataclass(frozen=True, slots=True)
class Known:
    """One thing that is known, as a line of the page: its value, status, note and sources."""

    label: str
    value: str
    status: str
    note: str
    sources: Sequence[Source]
    contradiction: str = ""
    href: str = ""


AddressOf = Callable[[Contract], str]
"""Where a contract is read; empty where it may not be."""


def workspace_address(contract: Contract) -> str:
    return reverse("workspace:contract", args=[contract.slug])


def contract_sheet(
    contract: Contract, situation: Situation, address: AddressOf = workspace_address
) -> dict[str, Any]:
    """What the page of a contract shows, besides its figures; ``address`` is where others are."""
    sheet = _Sheet(contract, situation, address)
    return {
        "kind": KINDS.get(contract.kind, contract.kind),
        "period_text": period(contract),
        "elapsed": _elapsed(contract, situation),
        "parties": sheet.parties(),
        "milestones": sheet.milestones(),
        "nodes": sheet.tree(),
        "levels": contract.levels,
        "amounts": sheet.amounts(),
        "facts": sheet.facts(),
        "bodies": sheet.bodies(),
        "links": sheet.links(),
        "perimeters": sheet.perimeters(),
        "contradictions": sheet.contradictions(),
        "sources": sheet.cited(),
    }


class _Sheet:
    def __init__(self, contract: Contract, situation: Situation, address: AddressOf) -> None:
        self.contract = contract
        self.address = address
        self.situation = situation
        self.used: dict[str, Source] = {}
        self.disputed: set[str] = set(contract.contradictions)
        self.stated = stated_facts(contract)
        self.sources = {source.code: source for source in self.stated.sources}

    def parties(self) -> list[tuple[str, list[Known]]]:
        """Who takes part, by role."""
        parties = self.stated.participations
        names = dict(
            Organisation.objects.filter(
                pk__in=[party.organisation_id for party in parties]
            ).values_list("pk", "name")
        )
        return self._grouped(
            (Role(party.role).label, self._known(party, names[party.organisation_id], ""))
            for party in parties
        )

    def milestones(self) -> list[Known]:
        """What happened and what is planned, in order; undated last."""
        found = sorted(self.stated.milestones, key=lambda m: (m.date == "", m.date))
        return [
            self._known(
                milestone,
                written_date(milestone.date, milestone.date_end) or _("date inconnue"),
                milestone.event,
                status="planned" if milestone.planned else "",
            )
            for milestone in found
        ]

    def tree(self) -> list[tuple[TreeNode, Sequence[Source]]]:
        """The tree in force, each node with its sources."""
        found = tree(self.contract, self.situation.au, self.situation.connu)
        return [(node, self._cited(node.sources)) for node in found]

    def amounts(self) -> list[tuple[str, list[Known]]]:
        """Published amounts, by heading: facts with their source, never figures of the ledger."""
        return self._grouped(
            (
                amount.group,
                self._known(
                    amount,
                    amount.label,
                    _published(amount.cents, amount.text, amount.precision),
                ),
            )
            for amount in self.stated.amounts
        )

    def facts(self) -> list[tuple[str, list[Known]]]:
        """Anything else, by heading."""
        return self._grouped(
            (
                fact.group,
                self._known(
                    fact, fact.label, f"{fact.value} ({fact.date})" if fact.date else fact.value
                ),
            )
            for fact in self.stated.facts
        )

    def bodies(self) -> list[tuple[str, list[tuple[str, str]], Known]]:
        """The bodies known to govern it."""
        words = {
            "chair": _("Présidence"),
            "members": _("Membres"),
            "role": _("Rôle"),
            "frequency": _("Fréquence"),
            "period": _("Période"),
        }
        return [
            (
                body.name,
                [
                    (word, getattr(body, name))
                    for name, word in words.items()
                    if getattr(body, name)
                ],
                self._known(body, body.name, ""),
            )
            for body in self.stated.bodies
        ]

    def links(self) -> list[Known]:
        """Contracts before, after and beside; strategies."""
        backwards = {"predecessor": _("est suivi par"), "frames": _("cadre")}
        own, others = links_of(self.contract)
        words = {kind.value: str(kind.label) for kind in Link.Kind}
        found = [self._link(words[link.kind], link, link.other) for link in own]
        for link in others:
            label = backwards.get(link.kind, words[link.kind])
            found.append(self._link(label, link, link.contract))
        return found

    def _link(self, label: str, link: Link, other: Contract | None) -> Known:
        href = self.address(other) if other else ""
        name = other.name if other else link.strategy
        sources = self._cited(link.sources)
        return Known(label, name, link.status, link.note, sources, href=href)

    def perimeters(self) -> list[PerimeterShown]:
        """The lists of communes it is concerned with, each with its source."""
        if not self.contract.perimeters:
            return []
        known = perimeters(self.situation.au, self.situation.connu)
        return [shown for shown in known if shown.slug in self.contract.perimeters]

    def contradictions(self) -> list[tuple[Contradiction, Sequence[Source]]]:
        """The subjects on which sources disagree about this contract."""
        found = (each for each in self.stated.contradictions if each.code in self.disputed)
        return [(each, self._cited(each.sources)) for each in found]

    def cited(self) -> list[Source]:
        """Every source the page has cited; asked last."""
        return [self.used[code] for code in sorted(self.used)]

    def _known(self, stated: Stated, label: str, value: str, status: str = "") -> Known:
        if stated.contradiction:
            self.disputed.add(stated.contradiction)
        return Known(
            label,
            value,
            status if status and stated.status == "published" else stated.status,
            stated.note,
            self._cited(stated.sources),
            stated.contradiction,
        )

    def _cited(self, codes: Iterable[str]) -> list[Source]:
        found = [self.sources[code] for code in codes if code in self.sources]
        self.used |= {source.code: source for source in found}
        return found

    @staticmethod
    def _grouped(lines: Iterable[tuple[Any, Known]]) -> list[tuple[str, list[Known]]]:
        return [
            (str(group), [line for _group, line in found])
            for group, found in groupby(lines, key=lambda line: line[0])
        ]


def _elapsed(contract: Contract, situation: Situation) -> Elapsed | None:
    if contract.start is None or contract.end is None:
        return None
    return Elapsed(contract.start, contract.end, situation.au)


def _published(cents: int | None, text: str, precision: str) -> str:
    """An amount as it was published: to the cent where it is exact, in millions where rounded."""
    if cents is None:
        return text
    unit = Unit.MILLION if cents % 100_000_000 == 0 or precision == "rounded" else Unit.EURO
    shown = money(cents, unit)
    return f"{text} ({shown})" if text else shown


def written_date(date: str, end: str) -> str:
    def written(text: str) -> str:
        return "/".join(reversed(text.split("-")))

    return f"{written(date)} – {written(end)}" if end else written(date)
