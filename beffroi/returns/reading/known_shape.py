"""Reading a workbook by the layouts known, where it has the shape of one of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from beffroi.returns.reading import CommunesIndex, ContractFrame, Reading, read_return
from beffroi.returns.reading.layout import Layout
from beffroi.returns.reading.workbook import UnknownShape


@dataclass(frozen=True, slots=True)
class NoLayout:
    """No layout known reads the workbook, or several do: ``why`` in one sentence."""

    why: str


def read_if_known(
    content: bytes,
    name: str,
    *,
    known: Mapping[str, Layout],
    contract: ContractFrame,
    communes: CommunesIndex,
    layout: str | None = None,
) -> Reading | NoLayout:
    """What :func:`read_return` says. Raises ``UnreadableFile`` for what is no workbook at all."""
    if not known:
        return NoLayout("Aucune mise en page n'est connue de ce partenaire.")
    try:
        return read_return(
            content, name=name, layout=layout, known=known, contract=contract, communes=communes
        )
    except UnknownShape as error:
        return NoLayout(str(error))
