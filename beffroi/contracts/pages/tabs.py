"""The tabs of a contract: each room registers its own when the site starts."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from django.utils.functional import Promise

from beffroi.contracts.abilities import SEE


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab: ``address`` names a route that takes the contract's ``slug``."""

    rank: int
    key: str
    label: str | Promise
    address: str
    needs: str = SEE


_tabs: dict[str, Tab] = {}


def register_tab(tab: Tab) -> None:
    """Add a tab; a room calls this from its ``AppConfig.ready``."""
    _tabs[tab.key] = tab


def tabs_for(can: Set[str]) -> list[Tab]:
    """The tabs that somebody with these abilities may open, in order."""
    return sorted((tab for tab in _tabs.values() if tab.needs in can), key=lambda tab: tab.rank)
