"""Reading a sheet by its layout: telling lines from other rows, and checking every cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from beffroi.returns.reading.amounts import SILENT, AmountRead, read_amount
from beffroi.returns.reading.dates import read_date
from beffroi.returns.reading.findings import finding
from beffroi.returns.reading.layout import Fit, words
from beffroi.returns.reading.lines import UNPLACED, Amount, Finding, Line, NotData, address
from beffroi.returns.reading.references import (
    CommunesIndex,
    ContractFrame,
    objective_form,
    siret_is_valid,
)
from beffroi.returns.reading.workbook import CellValue, column_letters


@dataclass
class SheetReading:
    """One sheet being read: what is found accumulates here."""

    fit: Fit
    contract: ContractFrame | None
    communes: CommunesIndex
    lines: list[Line] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    not_data: list[NotData] = field(default_factory=list)
    _letters: dict[int, str] = field(default_factory=dict)

    def read(self) -> None:
        """Read every row under the header."""
        seen: set[tuple[CellValue, ...]] = set()
        rows = self.fit.sheet.rows
        for index in range(self.fit.header_row + 1, len(rows)):
            row = rows[index]
            what = self._what_it_is(row, seen)
            if what == "line":
                seen.add(tuple(row))
                self._read_line(index, row)
            else:
                self.not_data.append(NotData(self._where(str(index + 1)), what))
                if what == "duplicate":
                    self._find(index, self._name_column, "duplicate_line", self._name_of(row))
        self.findings.sort(key=lambda found: found.severity != "error")

    # Telling rows apart

    def _what_it_is(self, row: Sequence[CellValue], seen: set[tuple[CellValue, ...]]) -> str:
        filled = [value for value in row if value != "" and not _is_blank(value)]
        if not filled:
            return "blank"
        code = self._text(row, "code") if "code" in self.fit.columns else ""
        if not code and (total := _total_of(filled)):
            return total
        if len(filled) == 1 and isinstance(filled[0], str):
            return "note"
        if not code and not self._text(row, "title"):
            return "note" if all(isinstance(value, str) for value in filled) else "unlabelled"
        if self._repeats_header(row):
            return "header"
        return "duplicate" if tuple(row) in seen else "line"

    def _repeats_header(self, row: Sequence[CellValue]) -> bool:
        header = self.fit.sheet.rows[self.fit.header_row]
        title = self.fit.columns["title"]
        return title < len(row) and row[title] == header[title] and list(row) == list(header)

    @property
    def _name_column(self) -> int:
        return self.fit.columns.get("code", self.fit.columns["title"])

    def _name_of(self, row: Sequence[CellValue]) -> str:
        return _as_text(row[self._name_column])

    # Reading a line

    def _read_line(self, index: int, row: Sequence[CellValue]) -> None:
        objective, axis = self._objective(index, row)
        commune, commune_name = self._commune(index, row)
        self.lines.append(
            Line(
                sheet=self.fit.sheet.name,
                row=index + 1,
                code=self._text(row, "code"),
                title=self._text(row, "title"),
                owner=self._text(row, "owner"),
                siret=self._siret(index, row),
                commune=commune,
                commune_name=commune_name,
                objective=objective,
                axis=axis,
                amounts=self._amounts(index, row),
                cost=self._cost(index, row),
                department=self._text(row, "department"),
            )
        )
        self._check_date(index, row)
        self._mention_unused(index, row)

    def _amounts(self, index: int, row: Sequence[CellValue]) -> list[Amount]:
        layout = self.fit.layout
        scheme = self._text(row, "scheme").upper()
        found: list[Amount] = []
        for column in self.fit.amounts:
            value = row[column.column] if column.column < len(row) else ""
            read = self._read_cell(index, column.column, value)
            claim = column.funder != layout.source
            if read is SILENT or (claim and layout.zero_of_others_is_silence and read.cents == 0):
                continue
            shown = self._shown(index, column.column, value)
            found.append(
                Amount(
                    column.stage,
                    column.funder,
                    read.cents,
                    self._cell(index, column.column),
                    shown,
                    column.year,
                    scheme,
                    layout.nature,
                    "",
                    claim,
                )
            )
        self._check_paid(found)
        return found

    def _read_cell(self, index: int, column: int, value: CellValue) -> AmountRead:
        """An amount cell, with what is to be said of it."""
        if value == "":
            fault = self.fit.sheet.faults.get((index, column))
            if fault is None:
                return SILENT
            kind = "formula_without_value" if fault.startswith("=") else "error_cell"
            self._find(index, column, kind, fault)
            return AmountRead(fault=kind)
        read = read_amount(value, self.fit.unit)
        if read.fault:
            self._find(index, column, read.fault, value)
        elif read.cents is not None and read.cents < 0:
            self._find(index, column, "negative_amount", value)
        if read.rounded:
            self._find(index, column, "rounded_cell", value)
        return read

    def _check_paid(self, amounts: Sequence[Amount]) -> None:
        """Within a line, what is paid does not exceed what is committed, funder by funder."""
        if not self._compares_paid:
            return
        committed = {a.funder: a.cents for a in amounts if a.stage == "committed"}
        for amount in amounts:
            if amount.stage == "paid" and amount.cents is not None:
                most = committed.get(amount.funder)
                if most is not None and amount.cents > most:
                    where = self._where(amount.cell)
                    self.findings.append(finding(where, "paid_over_committed", amount.shown))

    @cached_property
    def _compares_paid(self) -> bool:
        stages = {column.stage for column in self.fit.amounts}
        return {"committed", "paid"} <= stages and not any(c.year for c in self.fit.amounts)

    def _cost(self, index: int, row: Sequence[CellValue]) -> int | None:
        column = self.fit.columns.get("cost")
        if column is None:
            return None
        read = self._read_cell(index, column, row[column] if column < len(row) else "")
        return read.cents

    def _objective(self, index: int, row: Sequence[CellValue]) -> tuple[str | None, str]:
        """The objective's code and axis, as the contract knows them where one is given."""
        written = self._text(row, "objective")
        if not written:
            if "objective" not in self.fit.columns:
                return None, UNPLACED
            written = self._text(row, "axis")
            if not written:
                self._find(index, self.fit.columns["objective"], "no_objective", "")
                return None, UNPLACED
        if self.contract is None:
            code = objective_form(written)
            return code, code.split(".", 1)[0] or UNPLACED
        known = self.contract.code_of(written)
        if known is None:
            self._find(index, self.fit.columns["objective"], "unknown_objective", written)
            return None, UNPLACED
        return known, self.contract.axes[known]

    def _commune(self, index: int, row: Sequence[CellValue]) -> tuple[str, str]:
        """Today's code of the commune (empty when not known), and its name as written."""
        name = self._text(row, "commune_name")
        written = self._text(row, "commune")
        if written:
            code = self.communes.code(written.zfill(5))
            if code is None:
                self._find(index, self.fit.columns["commune"], "unknown_commune", written)
            return code or "", name
        if name:
            if not self.communes.knows_name(name):
                self._find(index, self.fit.columns["commune_name"], "unknown_commune", name)
            return self.communes.named(name) or "", name
        return "", ""

    def _siret(self, index: int, row: Sequence[CellValue]) -> str:
        written = self._text(row, "siret").replace(" ", "").replace("\u00a0", "")
        if not written:
            return ""
        siret = written.zfill(14) if written.isdecimal() else written
        if not siret_is_valid(siret):
            self._find(index, self.fit.columns["siret"], "siret_checksum", written)
            return ""
        return siret

    def _check_date(self, index: int, row: Sequence[CellValue]) -> None:
        column = self.fit.columns.get("date")
        if column is None or column >= len(row):
            return
        value = row[column]
        if not _is_blank(value) and read_date(value) is None:
            self._find(index, column, "not_a_date", value)

    def _mention_unused(self, index: int, row: Sequence[CellValue]) -> None:
        for column, why in self.fit.unused.items():
            if column < len(row) and row[column] not in ("", 0):
                self._find(index, column, "unused_amount", row[column], why=why)

    # Cells

    def _text(self, row: Sequence[CellValue], meaning: str) -> str:
        column = self.fit.columns.get(meaning)
        return _as_text(row[column]) if column is not None and column < len(row) else ""

    def _shown(self, index: int, column: int, value: CellValue) -> str:
        return self.fit.sheet.faults.get((index, column), "") if value == "" else str(value)

    def _cell(self, index: int, column: int) -> str:
        letters = self._letters.get(column)
        if letters is None:
            letters = self._letters[column] = column_letters(column)
        return f"{letters}{index + 1}"

    def _where(self, cell: str) -> str:
        return address(self.fit.sheet.name, cell)

    def _find(self, index: int, column: int, kind: str, shown: object, **details: str) -> None:
        where = self._where(self._cell(index, column))
        self.findings.append(finding(where, kind, shown, **details))


def _as_text(value: CellValue) -> str:
    """A cell as text: a whole number without its ``.0``."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _is_blank(value: CellValue) -> bool:
    return isinstance(value, str) and not value.strip()


def _total_of(filled: Sequence[CellValue]) -> str:
    """``subtotal`` or ``total`` when a text of the row says so."""
    for value in filled:
        if isinstance(value, str):
            said = words(value)
            if said.startswith(("sous total", "s total")):
                return "subtotal"
            if said.startswith("total") or said == "ensemble":
                return "total"
    return ""
