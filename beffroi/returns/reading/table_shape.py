"""What sorting the rows of a table needs to know of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from beffroi.returns.reading.number_styles import UNTOLD, NumberStyle
from beffroi.returns.reading.workbook import Sheet


@dataclass(frozen=True, slots=True)
class AmountSpec:
    """How the cells of one column of amounts are read."""

    column: int
    unit: str = "€"
    style: NumberStyle = UNTOLD


@dataclass(frozen=True, slots=True)
class TableShape:
    """What sorting the rows of a table needs to know of it. Rows and columns are from 0.

    ``code`` and ``title`` name a line; ``places`` say who or where (owner, SIRET, commune);
    ``others`` are further columns that describe it; ``charged`` is the column without which a line
    that has no amount is none (an objective). ``header`` gives the rows of the header block, and
    ``heads`` the columns by which it is known again where it is repeated; ``end`` is the row past
    the last, ``width`` how many columns are looked at.
    """

    sheet: Sheet
    header: tuple[int, int] | None
    first: int
    end: int
    width: int
    amounts: Sequence[AmountSpec]
    code: int | None
    title: int | None
    places: Sequence[int] = ()
    others: Sequence[int] = ()
    charged: int | None = None
    heads: Sequence[int] = ()

    @property
    def names(self) -> list[int]:
        """The columns that say what a line is, the best first."""
        first = [column for column in (self.title, self.code) if column is not None]
        return list(dict.fromkeys([*first, *self.places, *self.others]))


_PLACES = ("owner", "siret", "commune", "commune_name")
_NAMING = ("title", "owner", "text", "commune_name", "commune", "funder")
_DESCRIBING = ("funder", "text")


def shape_of(
    sheet: Sheet,
    header: tuple[int, int] | None,
    rows: tuple[int, int],
    roles: Mapping[int, str],
    amounts: Sequence[AmountSpec],
) -> TableShape:
    """The shape of a table from what each of its columns is.

    ``rows`` are the first and the one past the last; ``roles`` the fields of a layout (``title``,
    ``owner``, ``siret``…), ``funder``, or ``text`` for what describes a line without being read.
    The best of them names the lines: the title, or else the owner, or else a text.
    """
    bearing: dict[str, list[int]] = {}
    for column, role in sorted(roles.items()):
        bearing.setdefault(role, []).append(column)
    naming = [column for role in _NAMING for column in bearing.get(role, ())]
    title, code = next(iter(naming), None), next(iter(bearing.get("code", ())), None)
    if title is None:
        title, code = code, None
    places = [column for role in _PLACES for column in bearing.get(role, ())]
    places += bearing.get("title", [])[1:]
    others = bearing.get("code", [])[1:]
    others += [column for role in _DESCRIBING for column in bearing.get(role, ())]
    return TableShape(
        sheet,
        header,
        *rows,
        max([*roles, *(spec.column for spec in amounts)], default=0) + 1,
        amounts,
        code=code,
        title=title,
        places=[column for column in places if column != title],
        others=[column for column in others if column != title],
        charged=next(iter(bearing.get("objective", ())), None),
    )
