"""The styles of an XLSX: those of its cells, coloured, and those of the first sheet."""

from __future__ import annotations

import re

from beffroi.returns.annotating.notes import COLOURS, GROUNDS, Look, NotEditable, Tone
from beffroi.returns.annotating.xml_text import (
    Edit,
    Element,
    added_inside,
    elements,
    prefixed,
    spliced,
    with_attribute,
)

MINIMAL = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    b'<fills count="2"><fill><patternFill patternType="none"/></fill>'
    b'<fill><patternFill patternType="gray125"/></fill></fills>'
    b'<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    b'<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    b'<cellXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs>'
    b'<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>'
    b"</styleSheet>"
)
_COLOUR = re.compile(rb"<(?:\w+:)?color(?=[\s/>])[^>]*/>")
_BOLD: frozenset[Look] = frozenset({"title", "head", "strong"})
_TWO_DECIMALS, _GENERAL = 4, 0


class Styles:
    """Styles being added to a ``styles.xml``; what was there keeps its number."""

    def __init__(self, xml: bytes) -> None:
        self._xml = xml
        found = elements(xml)
        self._root = found[-1]
        self._lists = {each.name: each for each in found if each.parent == "styleSheet"}
        if not {"fonts", "fills", "borders", "cellXfs"} <= self._lists.keys():
            raise NotEditable("styles")
        if any(self._lists[name].is_alone for name in ("fonts", "fills", "cellXfs")):
            raise NotEditable("styles")
        self._there = {
            name: [each for each in found if each.parent == name and each.name == child]
            for name, child in (("fonts", "font"), ("fills", "fill"), ("cellXfs", "xf"))
        }
        self._added: dict[str, list[bytes]] = {"fonts": [], "fills": [], "cellXfs": []}
        self._known: dict[object, int] = {}
        self.painted: dict[int, int] = {}

    def painted_as(self, style: int, tone: Tone) -> int:
        """The number of a cell's style with its ground coloured, and its text black."""
        key = (style, tone)
        if key not in self._known:
            self._known[key] = self._add("cellXfs", self._painted(style, tone))
            self.painted[self._known[key]] = style
        return self._known[key]

    def look(self, look: Look, *, link: bool = False, literal: bool = False) -> int:
        """The number of a style of the first sheet; ``literal`` keeps a text from being run."""
        key = (look, link, literal)
        if key not in self._known:
            self._known[key] = self._add("cellXfs", self._looking(look, link, literal))
        return self._known[key]

    def written(self) -> bytes:
        """The whole text, with what was added."""
        return spliced(self._xml, [edit for name in self._added for edit in self._grown(name)])

    def _grown(self, name: str) -> list[Edit]:
        added = self._added[name]
        element = self._lists[name]
        if not added:
            return []
        tag = self._xml[element.start : element.inside]
        count = str(len(self._there[name]) + len(added))
        return [
            (element.start, element.inside, with_attribute(tag, "count", count)),
            added_inside(self._xml, element, b"".join(added)),
        ]

    def _add(self, name: str, xml: bytes) -> int:
        self._added[name].append(xml)
        return len(self._there[name]) + len(self._added[name]) - 1

    def _raw(self, element: Element) -> bytes:
        return self._xml[element.start : element.end]

    def _painted(self, style: int, tone: Tone) -> bytes:
        known = self._there["cellXfs"]
        if style >= len(known):
            raise NotEditable(f"style {style}")
        xf = known[style]
        tag = self._xml[xf.start : xf.inside]
        tag = with_attribute(tag, "fillId", str(self._fill(tone)))
        tag = with_attribute(tag, "applyFill", "1")
        tag = with_attribute(tag, "fontId", str(self._legible(int(xf.attributes.get("fontId", 0)))))
        return tag + self._xml[xf.inside : xf.end]

    def _legible(self, font: int) -> int:
        """The same font without its colour: white on a dark ground is lost on a light one."""
        fonts = self._there["fonts"]
        if font >= len(fonts) or not _COLOUR.search(self._raw(fonts[font])):
            return font
        key = ("legible", font)
        if key not in self._known:
            self._known[key] = self._add("fonts", _COLOUR.sub(b"", self._raw(fonts[font])))
        return self._known[key]

    def _fill(self, tone: Tone) -> int:
        key = ("fill", tone)
        if key not in self._known:
            self._known[key] = self._add(
                "fills",
                self._tagged(
                    f"<fill><patternFill patternType='solid'><fgColor rgb='FF{COLOURS[tone]}'/>"
                    "<bgColor indexed='64'/></patternFill></fill>"
                ),
            )
        return self._known[key]

    def _font(self, *, bold: bool, size: int, colour: str, underlined: bool) -> int:
        key = ("font", bold, size, colour, underlined)
        if key not in self._known:
            inside = ("<b/>" if bold else "") + ("<u/>" if underlined else "")
            inside += f"<sz val='{size}'/><color rgb='FF{colour}'/>"
            xml = f"<font>{inside}<name val='Calibri'/></font>"
            self._known[key] = self._add("fonts", self._tagged(xml))
        return self._known[key]

    def _looking(self, look: Look, link: bool, literal: bool) -> bytes:
        font = self._font(
            bold=look in _BOLD,
            size=15 if look == "title" else 11,
            colour="8A3324" if link else "1F2328",
            underlined=link,
        )
        tone = GROUNDS.get(look)
        fill = self._fill(tone) if tone else 0
        number = _TWO_DECIMALS if look == "amount" else _GENERAL
        wrap = "0" if look == "title" else "1"
        quoted = " quotePrefix='1'" if literal else ""
        return self._tagged(
            f"<xf numFmtId='{number}' fontId='{font}' fillId='{fill}' borderId='0' xfId='0'"
            f" applyNumberFormat='1' applyFont='1' applyFill='1' applyAlignment='1'{quoted}>"
            f"<alignment vertical='top' wrapText='{wrap}'/></xf>"
        )

    def _tagged(self, xml: str) -> bytes:
        return prefixed(xml, self._root)
