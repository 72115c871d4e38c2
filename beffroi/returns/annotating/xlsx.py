"""An XLSX annotated in place: its parts are edited as text, and what is not touched is unchanged.

Cells get a coloured style, comments join the sheet's own, and a first sheet is added. A later copy
of the same file takes the earlier one's words away: the first sheet is told by what stands in A1,
and pairs of hidden cells in it remember which style each coloured one covers.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from beffroi.returns.annotating.notes import Mark, NotEditable, Notes
from beffroi.returns.annotating.package import Package
from beffroi.returns.annotating.places import by_cell
from beffroi.returns.annotating.relationships import (
    OFFICE,
    SPREADSHEET,
    VML,
    Relationships,
    declare_content,
)
from beffroi.returns.annotating.xlsx_cells import Painter, first_filled, painted, repainted
from beffroi.returns.annotating.xlsx_comments import NEW_COMMENTS, NEW_DRAWING, boxed, commented
from beffroi.returns.annotating.xlsx_front import covered_styles, front_sheet, is_front
from beffroi.returns.annotating.xlsx_styles import MINIMAL, Styles
from beffroi.returns.annotating.xml_text import (
    Edit,
    Element,
    added_inside,
    elements,
    escaped,
    prefixed,
    spliced,
    with_attribute,
    without_attribute,
)
from beffroi.returns.reading.workbook import column_letters

_WORKBOOK = "xl/workbook.xml"
_SHEET_DATA = re.compile(rb"<(\w+:)?sheetData(?=[\s/>])[^>]*>")
_AFTER_DRAWING = frozenset(
    {
        "legacyDrawingHF",
        "drawingHF",
        "picture",
        "oleObjects",
        "controls",
        "AlternateContent",
        "webPublishItems",
        "tableParts",
        "extLst",
    }
)
"""What stands after the drawing of comments in a sheet."""
_LONGEST_NAME = 31


def annotate_xlsx(content: bytes, notes: Notes) -> bytes:
    """The same file with the notes in it. Raises :class:`NotEditable`."""
    return _Copy(Package(content), notes).written()


@dataclass(frozen=True, slots=True)
class _Sheet:
    name: str
    part: str


class _Copy:
    """One copy being made."""

    def __init__(self, package: Package, notes: Notes) -> None:
        self.package, self.notes = package, notes
        self.relationships = Relationships(package, _WORKBOOK)
        self.workbook = package.read(_WORKBOOK)
        if b"purl.oclc.org/ooxml" in self.workbook:
            raise NotEditable("strict Office Open XML")
        self.sheets = [
            _Sheet(each.attributes.get("name", ""), part)
            for each in elements(self.workbook)
            if each.name == "sheet"
            and (part := self.relationships.targets.get(_relation(each), "")) in package
        ]
        shared = self.relationships.part_of_kind("sharedStrings")
        strings = package.read(shared) if shared else b""
        self.front = next(
            (each for each in self.sheets if is_front(package.read(each.part), strings)), None
        )
        self.styles_part = self.relationships.part_of_kind("styles")
        self.styles = Styles(package.read(self.styles_part) if self.styles_part else MINIMAL)

    def written(self) -> bytes:
        marks: dict[str, list[Mark]] = {}
        for mark in self.notes.marks:
            marks.setdefault(mark.sheet, []).append(mark)
        covered = covered_styles(self.package.read(self.front.part)) if self.front else {}
        for sheet in self.sheets:
            if sheet != self.front:
                self._annotate(sheet, marks.get(sheet.name, ()), covered)
        self._put_first()
        self._keep_styles()
        return self.package.written()

    def _annotate(self, sheet: _Sheet, marks: Sequence[Mark], covered: Mapping[int, int]) -> None:
        xml = self.package.read(sheet.part)
        opening = _SHEET_DATA.search(xml)
        if opening is None:  # a sheet of charts
            return
        start = opening.start()
        end = opening.end() if opening[0].endswith(b"/>") else xml.rfind(b"sheetData>") + 10
        rows = xml[start:end]
        skeleton = xml[:start] + b"<sheetData/>" + xml[end:]
        found = elements(skeleton)
        cells = by_cell(marks, partial(first_filled, rows))
        wanted: dict[int, dict[int, Painter]] = {}
        for (row, column), said in cells.items():
            painter = partial(self.styles.painted_as, tone=said.tone)
            wanted.setdefault(row, {})[column] = painter
        columns = [each for each in found if each.name == "col"]
        rows = painted(repainted(rows, covered), wanted, columns)
        texts = {
            f"{column_letters(column - 1)}{row}": said.text
            for (row, column), said in sorted(cells.items())
            if said.text
        }
        edits = [(start, start + len(b"<sheetData/>"), rows)]
        edits += [
            (
                each.start,
                each.inside,
                without_attribute(skeleton[each.start : each.inside], "tabSelected"),
            )
            for each in found
            if each.name == "sheetView"
        ]
        edits += self._comment(sheet, found, texts)
        self.package.write(sheet.part, spliced(skeleton, edits))

    def _comment(
        self, sheet: _Sheet, found: Sequence[Element], texts: Mapping[str, str]
    ) -> Sequence[Edit]:
        """Write the comments of a sheet; the edit by which it refers to their boxes, if it must."""
        relationships = Relationships(self.package, sheet.part)
        part = relationships.part_of_kind("comments")
        if part is None and not texts:
            return []
        before = self.package.read(part) if part else NEW_COMMENTS
        comments, gone, new = commented(before, texts)
        if part is None:
            part = self.package.free_name("xl/comments{}.xml")
            relationships.add("comments", part)
            declare_content(self.package, part=part, kind=f"{SPREADSHEET}.comments+xml")
        self.package.write(part, comments)
        return self._box(relationships, found, gone, {ref: texts[ref] for ref in sorted(new)})

    def _box(
        self,
        relationships: Relationships,
        found: Sequence[Element],
        gone: set[str],
        texts: Mapping[str, str],
    ) -> Sequence[Edit]:
        root = found[-1]
        drawing = next((each for each in found if each.name == "legacyDrawing"), None)
        part = relationships.targets.get(_relation(drawing)) if drawing else None
        if part:
            self.package.write(part, boxed(self.package.read(part), gone, texts))
            return []
        if not texts:
            return []
        part = self.package.free_name("xl/drawings/vmlDrawing{}.vml")
        self.package.write(part, boxed(NEW_DRAWING, gone, texts))
        declare_content(self.package, extension="vml", kind=VML)
        identifier = relationships.add("vmlDrawing", part)
        new = prefixed(f'<legacyDrawing xmlns:r="{OFFICE}" r:id="{identifier}"/>', root)
        after = [
            each.start for each in found if each.parent == root.name and each.name in _AFTER_DRAWING
        ]
        at = min(after, default=root.outside)
        return [(at, at, new)]

    def _put_first(self) -> None:
        """Write the first sheet, and open the workbook on it."""
        xml = front_sheet(self.notes, self.styles)
        found = elements(self.workbook)
        edits: list[Edit] = []
        if self.front:
            self.package.write(self.front.part, xml)
            self.package.drop(self.front.part.replace("worksheets/", "worksheets/_rels/") + ".rels")
            at = self.sheets.index(self.front)
        else:
            at = 0
            edits += self._add_sheet(found, xml)
        for each in found:
            if each.name == "workbookView":
                tag = self.workbook[each.start : each.inside]
                tag = with_attribute(with_attribute(tag, "activeTab", str(at)), "firstSheet", "0")
                edits.append((each.start, each.inside, tag))
        self.package.write(_WORKBOOK, spliced(self.workbook, edits))

    def _add_sheet(self, found: Sequence[Element], xml: bytes) -> list[Edit]:
        listed = next(each for each in found if each.name == "sheets")
        part = self.package.free_name("xl/worksheets/sheet{}.xml")
        self.package.write(part, xml)
        identifier = self.relationships.add("worksheet", part)
        declare_content(self.package, part=part, kind=f"{SPREADSHEET}.worksheet+xml")
        numbers = [int(e.attributes.get("sheetId", 0)) for e in found if e.name == "sheet"]
        about = f'name="{escaped(self._free_title())}" sheetId="{max(numbers) + 1}"'
        new = prefixed(f'<sheet xmlns:r="{OFFICE}" {about} r:id="{identifier}"/>', listed)
        edits = [added_inside(self.workbook, listed, new, first=True)]
        for each in found:  # names that belong to a sheet say its rank
            rank = each.attributes.get("localSheetId")
            if each.name == "definedName" and rank is not None:
                tag = self.workbook[each.start : each.inside]
                tag = with_attribute(tag, "localSheetId", str(int(rank) + 1))
                edits.append((each.start, each.inside, tag))
        return edits

    def _free_title(self) -> str:
        taken = {each.name.casefold() for each in self.sheets}
        title, number = self.notes.title[:_LONGEST_NAME], 2
        while title.casefold() in taken:
            title = f"{self.notes.title[: _LONGEST_NAME - 3]} {number}"
            number += 1
        return title

    def _keep_styles(self) -> None:
        if self.styles_part is None:
            self.styles_part = self.package.free_name("xl/styles{}.xml")
            self.relationships.add("styles", self.styles_part)
            declare_content(self.package, part=self.styles_part, kind=f"{SPREADSHEET}.styles+xml")
        self.package.write(self.styles_part, self.styles.written())


def _relation(element: Element) -> str:
    """The identifier by which an element refers to another part: ``r:id``, whatever the prefix."""
    return next((v for name, v in element.attributes.items() if name.endswith(":id")), "")
