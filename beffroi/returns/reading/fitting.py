"""Which layout a workbook has the shape of: told by its headers, wherever they stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from beffroi.returns.reading.headers import Header, headers_at
from beffroi.returns.reading.layout import MEANINGS, AmountRule, Layout
from beffroi.returns.reading.lexicon import is_english
from beffroi.returns.reading.number_styles import styles_of
from beffroi.returns.reading.shapes import Laying, layings
from beffroi.returns.reading.table_shape import AmountSpec, TableShape, shape_of
from beffroi.returns.reading.units import stated_unit
from beffroi.returns.reading.workbook import Sheet, UnknownShape, UnreadableFile, Workbook

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
    """A layout laid on a table: where its header is, and what each column means.

    ``unused`` gives the columns that have a header and are not read, with the layout's reason;
    ``repeated`` the columns that bear the header of an amount already found; ``laying`` is where
    a shape of the layout was met, ``None`` for a layout that keeps none.
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
    laying: Laying | None = None

    @property
    def shape(self) -> TableShape:
        """What sorting its rows needs to know."""
        columns, laying = self.columns, self.laying
        units = {amount.column: amount.unit for amount in self.amounts}
        if "cost" in columns:
            units.setdefault(columns["cost"], self.unit_of(columns["cost"]))
        rows = (self.header_row + 1, len(self.sheet.rows))
        if laying is None:
            header: tuple[int, int] | None = (self.header_row, self.header_row)
            roles: Mapping[int, str] = {at: meaning for meaning, at in columns.items()}
        else:
            rows, header, roles = (laying.first, laying.end), laying.header, laying.roles
            for at, role in roles.items():
                if role.startswith("amount:"):
                    units.setdefault(at, self.unit_of(at))
        styles = styles_of(self.sheet.rows[slice(*rows)], list(units), self._english)
        specs = [AmountSpec(at, unit, styles[at]) for at, unit in sorted(units.items())]
        return shape_of(self.sheet, header, rows, roles, specs)

    def unit_of(self, column: int) -> str:
        """The unit of a column: its own, or that of the table."""
        if self.layout.unit_is_told:
            return self.layout.unit
        return self.headers[column].unit or self.unit

    @property
    def _english(self) -> bool | None:
        if self.laying is not None:
            return is_english(label for stack in self.laying.labels for label in stack)
        return is_english(header.text for header in self.headers if header.text)

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
    return [
        fit
        for sheet in workbook.sheets_with_content()
        for fit in (_shaped_fits(layout, sheet) if layout.shapes else _fits(layout, sheet))
    ]


def _fits(layout: Layout, sheet: Sheet) -> Iterator[Fit]:
    """The layout laid on the first row that bears all it requires."""
    for row in range(min(DEEPEST_HEADER, len(sheet.rows))):
        headers = headers_at(sheet, row)
        if not _missing(layout, headers):
            yield _laid(layout, sheet, row, headers)
            return


def _shaped_fits(layout: Layout, sheet: Sheet) -> Iterator[Fit]:
    """The layout laid on each table that has one of its shapes."""
    for laying in layings(layout, sheet):
        if not _missing(layout, laying.headers, laying):
            row = laying.header[1] if laying.header else laying.first
            yield _laid(layout, sheet, row, laying.headers, laying)


def _laid(
    layout: Layout, sheet: Sheet, row: int, headers: Sequence[Header], laying: Laying | None = None
) -> Fit:
    columns = _columns(layout, headers, laying)
    unit = layout.unit if layout.unit_is_told else _title_unit(sheet, row) or layout.unit
    amounts: list[AmountColumn] = []
    repeated: list[int] = []
    for rule in layout.amounts:
        matching = _matching(rule, headers, laying)
        used = matching if rule.by_year else matching[:1]
        repeated += [at for at in matching if at not in used]
        amounts += [
            AmountColumn(
                at,
                rule.stage,
                rule.funder,
                headers[at].year if rule.by_year else rule.year,
                unit if layout.unit_is_told else headers[at].unit or unit,
            )
            for at in used
        ]
    read = {*columns.values(), *(amount.column for amount in amounts)}
    unused = {
        at: next((layout.unused[form] for form in header.forms if form in layout.unused), "")
        for at, header in enumerate(headers)
        if header.text and at not in read
    }
    repeated = [at for at in repeated if at not in read]
    units = {amount.unit for amount in amounts}
    shared = units.pop() if len(units) == 1 else unit
    return Fit(layout, sheet, row, headers, columns, amounts, unused, repeated, shared, laying)


def _missing(layout: Layout, headers: Sequence[Header], laying: Laying | None = None) -> list[str]:
    """The headers that the layout requires and that are not there."""
    if laying is not None and "title" not in _columns(layout, headers, laying):
        return [layout.labels.get("title", "title")]
    forms = {form for header in headers for form in header.forms if form}
    missing = [
        layout.labels[meaning]
        for meaning in layout.columns
        if meaning in layout.required and forms.isdisjoint(layout.columns[meaning])
    ]
    missing += [
        rule.label
        for rule in layout.amounts
        if not rule.optional and not _matching(rule, headers, laying)
    ]
    return missing


def _columns(
    layout: Layout, headers: Sequence[Header], laying: Laying | None = None
) -> dict[str, int]:
    """The column of each meaning: its exact header first, then the preferred of its headers.

    Where no header tells, the one that had that meaning in the shape of the table.
    """
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
    for at, role in sorted(laying.roles.items()) if laying else ():
        if role in MEANINGS and role not in found and at not in found.values():
            found[role] = at
    return found


def _matching(
    rule: AmountRule, headers: Sequence[Header], laying: Laying | None = None
) -> list[int]:
    """The columns of a rule, the best first."""
    if rule.column is not None:
        if laying is None or laying.rank != rule.shape:
            return []
        return [at for was, at in laying.alignment.places.items() if was == rule.column]
    if rule.by_year:
        return [at for at, h in enumerate(headers) if h.year and h.is_under(rule.under)]
    if rule.under:
        return [
            at
            for at, header in enumerate(headers)
            if header.forms[0] in rule.headers and header.is_under(rule.under)
        ]
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
