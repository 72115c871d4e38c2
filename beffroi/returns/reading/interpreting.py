"""Reading a sheet by its layout: every line, every cell, and what is doubtful in them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from beffroi.returns.reading.amounts import (
    AmountRead,
    euros,
    exact_cents,
    is_error,
    read_amount,
)
from beffroi.returns.reading.dates import read_date
from beffroi.returns.reading.directories import KnownNames
from beffroi.returns.reading.findings import finding
from beffroi.returns.reading.fitting import Fit
from beffroi.returns.reading.lines import UNPLACED, Amount, Finding, Line, NotData, address
from beffroi.returns.reading.progress import ROWS_BETWEEN, tell
from beffroi.returns.reading.references import objective_form, siret_is_valid
from beffroi.returns.reading.rows import RowSorter
from beffroi.returns.reading.said import LINE, NOTHING_SAID, SheetSaid
from beffroi.returns.reading.totals import Totals
from beffroi.returns.reading.units import UNITS
from beffroi.returns.reading.workbook import CellValue, Row, column_letters

_AXIS = re.compile(r"[IVXLC]+|[0-9]+")
_TYPED = frozenset({"cost", "date"})
# Within a line: what comes later never exceeds what comes before.
_ORDERED = (
    ("committed", "programmed", "committed_over_programmed"),
    ("paid", "committed", "paid_over_committed"),
)
_SPACES = re.compile(r"[\s\u00a0\u202f]+")


@dataclass(frozen=True, slots=True)
class _AmountPlan:
    """All that is known of an amount column before its cells are read."""

    column: int
    letters: str
    stage: str
    funder: str
    year: int | None
    unit: str
    cents_a_unit: int
    is_claim: bool


class SheetReading:
    """One sheet being read: lines, findings and rows that are no data accumulate here."""

    def __init__(
        self,
        fit: Fit,
        names: KnownNames,
        said: SheetSaid = NOTHING_SAID,
    ) -> None:
        self.fit, self.said = fit, said
        self.lines: list[Line] = []
        self.findings: list[Finding] = []
        self.not_data: list[NotData] = []
        self.sorter = RowSorter(fit.shape)
        self._specs = {spec.column: spec for spec in self.sorter.shape.amounts}
        self._contract, self._funders = names.contract, names.bodies.funders
        # The same names come back line after line.
        self._known_communes = cache(names.communes.found)
        self._known_epci = cache(names.bodies.epcis.found)
        self._known_funder = cache(names.bodies.funders.found)
        self._known_objectives = cache(self._objective_in)
        self._faults = fit.sheet.faults
        self._plans = self._amount_plans()
        self._totals = Totals([plan.column for plan in self._plans])
        stages = {plan.stage for plan in self._plans if plan.year is None}
        self._ordered = [each for each in _ORDERED if {*each[:2]} <= stages]
        self._text_columns = [
            (meaning, at) for meaning, at in fit.columns.items() if meaning not in _TYPED
        ]

    def _amount_plans(self) -> list[_AmountPlan]:
        source = self.fit.layout.source
        return [
            _AmountPlan(
                amount.column,
                column_letters(amount.column),
                amount.stage,
                amount.funder,
                amount.year,
                amount.unit,
                UNITS[amount.unit] * 100,
                amount.funder != source,
            )
            for amount in self.fit.amounts
        ]

    @property
    def covers(self) -> set[tuple[str, str]]:
        """The funders and stages of which the sheet could say something."""
        named = self._funders.identifiers if "funder" in self.fit.columns else frozenset()
        return {
            (funder, plan.stage)
            for plan in self._plans
            for funder in ({plan.funder} if plan.is_claim else {plan.funder, *named})
        }

    def read(self) -> None:
        """Read every row under the header."""
        last = len(self.fit.sheet.rows)
        line: Row = [""] * self.sorter.shape.width
        for index, what in self.said.over(self.sorter.sort()).items():
            if not index % ROWS_BETWEEN:
                tell("checking", index, last)
            if what == LINE:
                line = self.sorter.filled_down(index, line)
                self._read_line(index, line)
            else:
                self._set_aside(index, self.sorter.row(index), what)
        self._mention_columns()
        self._mention_hidden_rows()
        self._mention_faults_beside_amounts()

    def _set_aside(self, index: int, row: Row, what: str) -> None:
        self.not_data.append(NotData(self._where(str(index + 1)), what))
        if what in {"subtotal", "total"}:
            self._hold_total(index, row)
        elif what == "duplicate":
            for plan in self._plans:
                cents = self._plainly(plan.column, row[plan.column]).cents
                self._totals.add_repeat(plan.column, cents or 0)
            named = self.fit.columns.get("code", self.fit.columns["title"])
            self._find(index, named, "duplicate_line", _as_text(row[named]))
        elif what == "unlabelled":
            shown = ", ".join(_as_text(value) for value in row if value != "")
            self.findings.append(finding(self._where(str(index + 1)), "unlabelled_row", shown))

    # One line

    def _read_line(self, index: int, row: Row) -> None:
        texts = {meaning: _as_text(row[at]) for meaning, at in self._text_columns}
        said = texts.get
        objective, axis, written = self._objective(index, texts)
        commune, commune_name = self._commune(index, texts)
        self.lines.append(
            Line(
                self.fit.sheet.name,
                index + 1,
                said("code", ""),
                said("title", ""),
                said("owner", ""),
                self._siret(index, said("siret", "")),
                commune,
                commune_name,
                objective,
                axis,
                self._amounts(index, row, texts),
                self._cost(index, row),
                self._epci(index, said("epci", "")),
                said("department", ""),
                written,
                self._date(index, row),
            )
        )

    def _amounts(self, index: int, row: Row, texts: Mapping[str, str]) -> Sequence[Amount]:
        layout, scheme = self.fit.layout, texts.get("scheme", "").upper()
        named = self._funder(index, texts.get("funder", ""))
        found: list[Amount] = []
        for plan in self._plans:
            value = row[plan.column]
            if value == "" and (index, plan.column) not in self._faults:
                continue
            cents = exact_cents(value, plan.cents_a_unit) if type(value) is float else None
            rounded = False
            if cents is None or cents < 0:
                read = self._read_cell(index, plan.column, value)
                if read.cents is None and not read.fault:
                    continue
                cents, rounded = read.cents, bool(read.doubt)
            self._totals.add(plan.column, cents, rounded=rounded)
            funder = plan.funder if plan.is_claim else named
            is_claim = funder != layout.source
            if cents == 0 and is_claim and layout.zero_of_others_says_nothing:
                continue
            found.append(
                Amount(
                    plan.stage,
                    funder,
                    cents,
                    f"{plan.letters}{index + 1}",
                    str(value) if value != "" else self._faults.get((index, plan.column), ""),
                    plan.year,
                    scheme,
                    layout.nature,
                    "",
                    is_claim,
                )
            )
        if not named:
            return []
        for later, earlier, kind in self._ordered:
            self._check_order(found, later, earlier, kind)
        return found

    def _read_cell(self, index: int, column: int, value: CellValue) -> AmountRead:
        """An amount cell, with what is to be said of it."""
        if value == "":
            fault = self._faults.get((index, column))
            return self._faulty(index, column, fault) if fault else AmountRead()
        read = self._plainly(column, value)
        if read.fault:
            self._find(index, column, read.fault, value)
        elif read.cents is not None and read.cents < 0:
            self._find(index, column, "negative_amount", value)
        if read.doubt:
            self._find(index, column, read.doubt, value)
        return read

    def _faulty(self, index: int, column: int, fault: str) -> AmountRead:
        kind = "formula_without_value" if fault.startswith("=") else "error_cell"
        self._find(index, column, kind, fault)
        return AmountRead(fault=kind)

    def _check_order(self, amounts: Sequence[Amount], later: str, earlier: str, kind: str) -> None:
        """Within a line, the later stage does not exceed the earlier one, funder by funder."""
        most = {a.funder: a.cents for a in amounts if a.stage == earlier and a.year is None}
        for amount in amounts:
            if amount.stage == later and amount.year is None and amount.cents is not None:
                limit = most.get(amount.funder)
                if limit is not None and amount.cents > limit:
                    self.findings.append(finding(self._where(amount.cell), kind, amount.shown))

    def _hold_total(self, index: int, row: Row) -> None:
        """Say where a row that is a total does not add up the lines above it."""
        said = {
            plan.column: self._plainly(plan.column, row[plan.column]).cents for plan in self._plans
        }
        known = {column: cents for column, cents in said.items() if cents is not None}
        for column, total, lines in self._totals.differing(known):
            shown = f"{euros(total)} ≠ {euros(lines)}"
            self._find(index, column, "total_differs", shown)

    def _plainly(self, column: int, value: CellValue) -> AmountRead:
        """What a cell says, in the unit and the style of its column."""
        spec = self._specs[column]
        return read_amount(value, spec.unit, spec.style)

    def _cost(self, index: int, row: Row) -> int | None:
        column = self.fit.columns.get("cost")
        if column is None:
            return None
        return self._read_cell(index, column, row[column]).cents

    def _objective(self, index: int, texts: Mapping[str, str]) -> tuple[str | None, str, str]:
        """The objective's code and axis, as the contract knows them where one is given."""
        column = self.fit.columns.get("objective")
        if column is None:
            return None, UNPLACED, ""
        written = texts["objective"] or texts.get("axis", "")
        if not written:
            self._find(index, column, "no_objective", "")
            return None, UNPLACED, ""
        code, axis = self._known_objectives(written)
        if code is None:
            self._find(index, column, "unknown_objective", written)
        return code, axis, written

    def _commune(self, index: int, texts: Mapping[str, str]) -> tuple[str, str]:
        """Today's code of the commune (empty when not known), and its name as written."""
        name = texts.get("commune_name", "")
        meaning = "commune" if texts.get("commune") else "commune_name"
        written = texts.get(meaning)
        if not written:
            return "", ""
        code, is_known = self._known_communes(written)
        if not is_known:
            self._find(index, self.fit.columns[meaning], "unknown_commune", written)
        return code, name

    def _epci(self, index: int, written: str) -> str:
        """The SIREN of the EPCI that the line names; empty when not known."""
        siren = self._known_epci(written) if written else ""
        if written and not siren:
            self._find(index, self.fit.columns["epci"], "unknown_epci", written)
        return siren

    def _funder(self, index: int, written: str) -> str:
        """Whose money the line is, where headers do not say another's: its source's by default.

        Empty where the line names nobody known.
        """
        if not written:
            return self.fit.layout.source
        funder = self._known_funder(written)
        if not funder:
            self._find(index, self.fit.columns["funder"], "unknown_funder", written)
        return funder

    def _siret(self, index: int, written: str) -> str:
        siret = _siret_in(written)
        if written and not siret:
            self._find(index, self.fit.columns["siret"], "siret_checksum", written)
        return siret

    def _date(self, index: int, row: Row) -> datetime.date | None:
        column = self.fit.columns.get("date")
        if column is None or row[column] == "":
            return None
        value = row[column]
        date = read_date(value)
        if date is None and _as_text(value):
            self._find(index, column, "not_a_date", value)
        return date

    def _objective_in(self, written: str) -> tuple[str | None, str]:
        if self._contract is None:
            code = objective_form(written)
            axis = code.split(".", 1)[0]
            return code, axis if _AXIS.fullmatch(axis) else UNPLACED
        known = self._contract.code_of(written)
        return known, UNPLACED if known is None else self._contract.axes[known]

    # What is said once for the sheet

    def _mention_columns(self) -> None:
        fit = self.fit
        for at in fit.repeated:
            self._find(fit.header_row, at, "repeated_column", fit.headers[at].text)
        for at in sorted(self._columns_read() & fit.sheet.hidden_columns):
            self._find(fit.header_row, at, "hidden_column", fit.headers[at].text)
        unused = [
            f"« {fit.headers[at].text} » ({column_letters(at)}{' : ' + why if why else ''})"
            for at, why in fit.unused.items()
            if at not in fit.repeated
        ]
        if unused:
            where = self._where(str(fit.header_row + 1))
            self.findings.append(finding(where, "unused_columns", ", ".join(unused)))

    def _mention_hidden_rows(self) -> None:
        hidden = self.fit.sheet.hidden_rows
        lines = [line.row for line in self.lines if line.row - 1 in hidden] if hidden else []
        if lines:
            where = self._where(str(lines[0]))
            self.findings.append(finding(where, "hidden_rows", len(lines)))

    def _mention_faults_beside_amounts(self) -> None:
        """Amounts in fault are said as they are read; what names the line may be in fault too."""
        for line in self.lines:
            named_by = (line.code, line.title, line.objective_shown)
            for meaning, text in zip(("code", "title", "objective"), named_by, strict=True):
                if text.startswith("#") and is_error(text):
                    self._faulty(line.row - 1, self.fit.columns[meaning], text)
        if not self._faults:
            return
        named = set(self.fit.columns.values()) - {self.fit.columns.get("cost")}
        rows = {line.row - 1 for line in self.lines}
        for (row, column), fault in self._faults.items():
            if column in named and row in rows:
                self._faulty(row, column, fault)

    def _columns_read(self) -> set[int]:
        return {*self.fit.columns.values(), *(plan.column for plan in self._plans)}

    # Cells

    def _where(self, cell: str) -> str:
        return address(self.fit.sheet.name, cell)

    def _find(self, index: int, column: int, kind: str, shown: object) -> None:
        where = self._where(f"{column_letters(column)}{index + 1}")
        self.findings.append(finding(where, kind, shown))


@lru_cache(maxsize=100_000)
def _siret_in(written: str) -> str:
    """The SIRET that a cell holds; empty where it holds none."""
    bare = _SPACES.sub("", written)
    # A spreadsheet that takes a SIRET for a number drops its leading zero.
    siret = bare.zfill(14) if len(bare) == 13 and bare.isdecimal() else bare
    return siret if siret_is_valid(siret) else ""


def _as_text(value: CellValue) -> str:
    """A cell as text: a whole number without its ``.0``."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
