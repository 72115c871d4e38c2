"""Which gaps a page shows: what its address asks for, and what it may ask for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.core.exceptions import BadRequest
from django.utils.translation import gettext as _

from beffroi.contracts.vocabulary import Stage
from beffroi.reconciliation.agreements.queries import Seen, State
from beffroi.reconciliation.causes import Cause, Status
from beffroi.reconciliation.pages.words import CAUSES, STATES, STATUSES
from beffroi.territories.queries import PerimeterShown

EVERY, NOTHING = "tous", "aucun"
#: What the list shows unless asked otherwise: what there is to explain.
TO_EXPLAIN = {Status.DIFFERS, Status.ROUNDING, Status.OWN_UNREAD}
PERIMETER = "perimetre"

#: Each filter of the page: its parameter, and what a gap must bear.
FILTERS: Mapping[str, Callable[[Seen], str]] = {
    "statut": lambda seen: seen.gap.status.value,
    "cause": lambda seen: seen.gap.cause.value,
    "source": lambda seen: seen.gap.source,
    "financeur": lambda seen: seen.gap.funder,
    "stade": lambda seen: seen.gap.stage,
    "accord": lambda seen: seen.state.value if seen.state else NOTHING,
}
NAMES = (*FILTERS, "axe", PERIMETER)


@dataclass(frozen=True, slots=True)
class Filter:
    """One choice of the page: its parameter, its label, its answers, the one given."""

    name: str
    label: str
    choices: Sequence[tuple[str, object]]
    chosen: str
    anything: str = ""
    """What choosing nothing is called."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked of the gaps found, ``axes`` being the axis of each node."""

    found: Sequence[Seen]
    asked: Mapping[str, str]
    axes: Mapping[int | None, str]
    perimeters: Sequence[PerimeterShown]

    def refuse_unknown(self) -> None:
        """A filter that names nothing is a slip in the address: say so, rather than show nothing.

        Raises ``BadRequest``.
        """
        known: Mapping[str, set[str]] = {
            "statut": {EVERY, *(status.value for status in Status)},
            "cause": {cause.value for cause in Cause},
            "stade": set(Stage.values),
            "source": {seen.gap.source for seen in self.found},
            "financeur": {seen.gap.funder for seen in self.found},
            "accord": {NOTHING, *(state.value for state in State)},
            "axe": set(self._axes()),
        }
        for name, values in known.items():
            if self._of(name) and self._of(name) not in values:
                raise BadRequest(
                    _("« %(value)s » n'est pas un choix de « %(name)s » ici.")
                    % {"value": self._of(name)[:40], "name": name}
                )

    def whatever_the_status(self) -> list[Seen]:
        """What answers every filter but that of the status: what is counted apart by status."""
        return [seen for seen in self.found if self._answers(seen, set(FILTERS) - {"statut"})]

    def shown(self) -> list[Seen]:
        """What the list shows, the widest gaps first."""
        status = self._of("statut")
        shown = (
            seen
            for seen in self.whatever_the_status()
            if status in {EVERY, seen.gap.status.value}
            or (not status and seen.gap.status in TO_EXPLAIN)
        )
        return sorted(shown, key=lambda seen: -abs(seen.gap.gap_cents or 0))

    def choices(self) -> list[Filter]:
        """The filters with their answers among what is found."""
        borne = {name: {bears(seen) for seen in self.found} for name, bears in FILTERS.items()}
        names = {
            slug: name
            for seen in self.found
            for slug, name in zip((seen.gap.source, seen.gap.funder), seen.gap.names, strict=True)
        }
        partners = sorted(names.items(), key=lambda item: item[1].casefold())
        statuses = [(s.value, label) for s, label in STATUSES.items() if s in borne["statut"]]
        causes = [(c.value, label) for c, label in CAUSES.items() if c in borne["cause"]]
        states = [(s.value, label) for s, label in STATES.items() if s in borne["accord"]]
        return [
            self._filter(
                "statut",
                _("Ce qu'il en est"),
                [*statuses, (EVERY, _("tous"))],
                _("à expliquer"),
            ),
            self._filter("cause", _("Cause probable"), causes, _("toutes")),
            self._filter(
                "source", _("Ce que dit"), [p for p in partners if p[0] in borne["source"]]
            ),
            self._filter(
                "financeur",
                _("de l'argent de"),
                [p for p in partners if p[0] in borne["financeur"]],
            ),
            self._filter(
                "stade", _("Stade"), [(s.value, s.label) for s in Stage if s in borne["stade"]]
            ),
            self._filter("accord", _("Accord"), [*states, (NOTHING, _("rien de proposé"))]),
            self._filter("axe", _("Axe"), [(axis, axis) for axis in self._axes()]),
            self._filter(
                PERIMETER,
                _("Périmètre"),
                [(each.slug, each.name) for each in self.perimeters],
                _("tout le contrat"),
            ),
        ]

    def _filter(
        self, name: str, label: str, choices: Sequence[tuple[str, object]], anything: str = ""
    ) -> Filter:
        return Filter(name, label, choices, self._of(name), anything or _("tous"))

    def _axes(self) -> list[str]:
        return sorted({self.axes.get(seen.gap.node_id, "?") for seen in self.found})

    def _answers(self, seen: Seen, names: set[str]) -> bool:
        axis = self.axes.get(seen.gap.node_id, "?")
        return self._of("axe") in {"", axis} and all(
            self._of(name) in {"", FILTERS[name](seen)} for name in names
        )

    def _of(self, name: str) -> str:
        return self.asked.get(name, "")


def perimeter_asked(
    asked: Mapping[str, str], perimeters: Sequence[PerimeterShown]
) -> PerimeterShown | None:
    """The perimeter that an address asks for. Raises ``BadRequest`` with a sentence."""
    slug = asked.get(PERIMETER)
    found = next((each for each in perimeters if each.slug == slug), None)
    if slug and found is None:
        raise BadRequest(_("Le périmètre « %(slug)s » est inconnu.") % {"slug": slug[:40]})
    return found
