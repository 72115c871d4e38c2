"""Which layout a workbook has the shape of: told by its headers, wherever they stand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from beffroi.returns.reading.headers import Header, headers_at
from beffroi.returns.reading.layout import AmountRule, Layout
from beffroi.returns.reading.rows import AmountSpec, TableShape
from beffroi.returns.reading.units import stated_unit
from beffroi.returns.reading.workbook import Sheet, UnknownShape, UnreadableFile, Workbook

_PLACES = ("owner", "siret", "commune", "commune_name")
DEEPEST_HEADER = 40
"""How far down a sheet its header is looked for, in rows."""


@dataclass(frozen=True, slots=True)
class AmountColumn:
    """A column of amounts found in a sheet."""

    column: int
    stage: str
    funder: str
    year: int | None
    unit: str


@dataclass(frozen=True, slots=True)
class Fit:
    """A layout laid on a sheet: where its header is, and what each column means.

    ``unused`` gives the columns that have a header and are not read, with the layout's reason;
    ``repeated`` the columns that bear the header of an amount already found.
    """

    layout: Layout
    sheet: Sheet
    header_row: int
    headers: Sequence[Header]
    columns: Mapping[str, int]
    amounts: Sequence[AmountColumn]
    unused: Mapping[int, str]
    repeated: Sequence[int]
    unit: str

    @property
    def shape(self) -> TableShape:
        """What sorting its rows needs to know."""
        columns = self.columns
        money = [(amount.column, amount.unit) for amount in self.amounts]
        if "cost" in columns:
            money.append((columns["cost"], self.headers[columns["cost"]].unit or self.unit))
        return TableShape(
            self.sheet,
            (self.header_row, self.header_row),
            self.header_row + 1,
            len(self.sheet.rows),
            max([*columns.values(), *(column for column, _ in money)]) + 1,
            [AmountSpec(column, unit) for column, unit in money],
            code=columns.get("code"),
            title=columns["title"],
            places=[columns[meaning] for meaning in _PLACES if meaning in columns],
            charged=columns.get("objective"),
        )

    @property
    def strength(self) -> int:
        """How many columns the layout explains."""
        explained = sum(1 for why in self.unused.values() if why)
        return len(self.columns) + len(self.amounts) + explained


def fits(workbook: Workbook, name: str | None, known: Mapping[str, Layout]) -> list[Fit]:
    """The one of these layouts that the workbook has the shape of, laid on each sheet it fits.

    ``name`` imposes a layout. Raises :class:`UnreadableFile` when none fits, or several alike.
    """
    if name is not None and name not in known:
        raise UnreadableFile(
            f"La mise en page « {name} » est inconnue : écrivez l'une de {', '.join(known)}."
        )
    candidates = [known[name]] if name else list(known.values())
    return choose(workbook, candidates)


def choose(workbook: Workbook, candidates: Sequence[Layout]) -> list[Fit]:
    """The fits of the candidate that explains most columns; of equals, the one people confirmed.

    Raises :class:`UnknownShape`.
    """
    found = {layout.name: _fits_of(layout, workbook) for layout in candidates}
    strengths = {name: max(f.strength for f in fit) for name, fit in found.items() if fit}
    if not strengths:
        raise UnknownShape(_no_fit(workbook, candidates))
    best = max(strengths.values())
    equals = [name for name, strength in strengths.items() if strength == best]
    confirmed = [each.name for each in candidates if each.version and each.name in equals]
    if len(confirmed) == 1:
        equals = confirmed
    if len(equals) > 1:
        raise UnknownShape(
            f"{workbook.name} a la forme de plusieurs mises en page ({', '.join(equals)}) : "
            "nommez la bonne avec --layout."
        )
    return found[equals[0]]


def _fits_of(layout: Layout, workbook: Workbook) -> list[Fit]:
    fitted = (_fit(layout, sheet) for sheet in workbook.sheets_with_content())
    return [fit for fit in fitted if fit is not None]


def _fit(layout: Layout, sheet: Sheet) -> Fit | None:
    """The layout laid on the first row that bears all it requires."""
    for row in range(min(DEEPEST_HEADER, len(sheet.rows))):
        headers = headers_at(sheet, row)
        if not _missing(layout, headers):
            return _laid(layout, sheet, row, headers)
    return None


def _laid(layout: Layout, sheet: Sheet, row: int, headers: Sequence[Header]) -> Fit:
    columns = _columns(layout, headers)
    unit = _title_unit(sheet, row) or layout.unit
    amounts: list[AmountColumn] = []
    repeated: list[int] = []
    for rule in layout.amounts:
        matching = _matching(rule, headers)
        used = matching if rule.by_year else matching[:1]
        repeated += [at for at in matching if at not in used]
        amounts += [
            AmountColumn(
                at,
                rule.stage,
                rule.funder,
                headers[at].year if rule.by_year else None,
                headers[at].unit or unit,
            )
            for at in used
        ]
    read = {*columns.values(), *(amount.column for amount in amounts)}
    unused = {
        at: next((layout.unused[form] for form in header.forms if form in layout.unused), "")
        for at, header in enumerate(headers)
        if header.text and at not in read
    }
    units = {amount.unit for amount in amounts}
    shared = units.pop() if len(units) == 1 else unit
    return Fit(layout, sheet, row, headers, columns, amounts, unused, repeated, shared)


def _missing(layout: Layout, headers: Sequence[Header]) -> list[str]:
    """The headers that the layout requires and that are not there."""
    forms = {form for header in headers for form in header.forms if form}
    missing = [
        layout.labels[meaning]
        for meaning in layout.columns
        if meaning in layout.required and forms.isdisjoint(layout.columns[meaning])
    ]
    missing += [
        rule.label for rule in layout.amounts if not rule.optional and not _matching(rule, headers)
    ]
    return missing


def _columns(layout: Layout, headers: Sequence[Header]) -> dict[str, int]:
    """The column of each meaning: its exact header first, then the preferred of its headers."""
    found: dict[str, int] = {}
    for form in (0, 1):
        for meaning, wanted in layout.columns.items():
            if meaning in found:
                continue
            taken = set(found.values())
            positions = (
                at
                for each in wanted
                for at, header in enumerate(headers)
                if header.forms[form] == each and at not in taken
            )
            if (at := next(positions, None)) is not None:
                found[meaning] = at
    return found


def _matching(rule: AmountRule, headers: Sequence[Header]) -> list[int]:
    """The columns of a rule, the best first."""
    if rule.by_year:
        return [at for at, h in enumerate(headers) if h.year and h.is_under(rule.under)]
    ranked = [
        (rule.headers.index(form), at)
        for at, header in enumerate(headers)
        for form in header.forms[:1]
        if form in rule.headers
    ] or [
        (rule.headers.index(header.forms[1]), at)
        for at, header in enumerate(headers)
        if header.forms[1] in rule.headers
    ]
    return [at for _, at in sorted(ranked)]


def _title_unit(sheet: Sheet, header_row: int) -> str | None:
    """The unit that a title above the header says for the whole sheet.

    A row of several cells is a row of groups: what it says holds for the columns under it only.
    """
    for row in range(header_row):
        texts = [value for value in sheet.rows[row] if isinstance(value, str) and value.strip()]
        if len(texts) == 1 and (unit := stated_unit(texts[0])):
            return unit
    return None


def _no_fit(workbook: Workbook, candidates: Sequence[Layout]) -> str:
    """The refusal, with what the nearest layout would need."""
    nearest = min(_distances(workbook, candidates), default=None, key=lambda each: each[0])
    advice = "vérifiez les en-têtes de ses colonnes, ou décrivez-le par une nouvelle mise en page."
    farthest = 0.5 if len(candidates) > 1 else 1.0  # a layout imposed always says what it lacks
    if nearest is None or nearest[0] > farthest:
        return f"{workbook.name} n'a la forme d'aucune mise en page connue : {advice}"
    _, layout, sheet, missing = nearest
    where = f", feuille « {sheet} »" if sheet else ""
    return (
        f"{workbook.name}{where} : il manque, pour la mise en page « {layout} », "
        f"{', '.join(f'« {label} »' for label in missing)} ; {advice}"
    )


def _distances(
    workbook: Workbook, candidates: Iterable[Layout]
) -> Iterable[tuple[float, str, str, list[str]]]:
    """How far each layout is from each row that could be a header: share of what is missing."""
    for layout in candidates:
        needed = len(layout.required) + sum(not rule.optional for rule in layout.amounts)
        for sheet in workbook.sheets_with_content():
            for row in range(min(DEEPEST_HEADER, len(sheet.rows))):
                missing = _missing(layout, headers_at(sheet, row))
                yield len(missing) / needed, layout.name, sheet.name, missing
