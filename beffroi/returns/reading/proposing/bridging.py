"""From a proposal, corrected or not, to the data of a layout."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from beffroi.returns.reading.proposing.proposal import Proposal


def layout_data_of(
    proposal: Proposal,
    *,
    source: str,
    title: str,
    nature: str = "contractual",
    organisations: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """A layout that reads as the proposal does: the content of a file of ``layouts`` (JSON-able).

    ``source`` is the identifier of the organisation that speaks. ``organisations`` gives, by name,
    the identifiers of those that a header may name as funders (« Région » → ``region-hdf``).
    ``layout_from(name, data)`` makes a layout of it.
    """
    raise NotImplementedError
