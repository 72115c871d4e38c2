"""Comments of a sheet of an XLSX: the part that holds them, and the drawing of their boxes.

Comments of ours bear the author's name « Beffroi »; where the partner has its own on the same cell,
ours is written under it. Both are taken away before a new copy says anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from beffroi.returns.annotating.notes import AUTHOR, UNDER, NotEditable
from beffroi.returns.annotating.xml_text import (
    Edit,
    Element,
    added_inside,
    closing,
    elements,
    escaped,
    prefixed,
    spliced,
)
from beffroi.returns.reading.workbook import column_number

NEW_COMMENTS = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b"<authors><author>Beffroi</author></authors><commentList></commentList></comments>"
)
NEW_DRAWING = (
    b'<xml xmlns:v="urn:schemas-microsoft-com:vml"'
    b' xmlns:o="urn:schemas-microsoft-com:office:office"'
    b' xmlns:x="urn:schemas-microsoft-com:office:excel">'
    b'<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202"'
    b' path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/>'
    b'<v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype></xml>'
)
_BOX = (
    '<v:shape xmlns:v="urn:schemas-microsoft-com:vml"'
    ' xmlns:o="urn:schemas-microsoft-com:office:office"'
    ' xmlns:x="urn:schemas-microsoft-com:office:excel" id="_beffroi_{column}_{row}"'
    ' type="#_x0000_t202" style="position:absolute;visibility:hidden" fillcolor="#fffbe6"'
    ' o:insetmode="auto"><v:fill color2="#fffbe6"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"/><x:ClientData ObjectType="Note"><x:MoveWithCells/>'
    "<x:SizeWithCells/><x:Anchor>{left},12,{top},4,{right},40,{bottom},4</x:Anchor>"
    "<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column>"
    "</x:ClientData></v:shape>"
)
_SHAPE = re.compile(rb"<v:shape\s.*?</v:shape>", re.DOTALL)
_SHAPE_CELL = re.compile(rb"<x:(Row|Column)>\s*(\d+)\s*</x:\1>")
_PLACE = re.compile(r"([A-Z]+)([0-9]+)")
_LETTERS_A_LINE, _FEWEST_LINES, _MOST_LINES = 38, 4, 24


def commented(xml: bytes, texts: Mapping[str, str]) -> tuple[bytes, set[str], set[str]]:
    """The comments of a sheet with ``texts`` by cell; which cells lost a box, and which need one.

    What an earlier copy said is taken away first. Raises :class:`NotEditable`.
    """
    found = elements(xml)
    listed = next((each for each in found if each.name == "commentList"), None)
    authors = next((each for each in found if each.name == "authors"), None)
    if listed is None or authors is None or listed.is_alone or authors.is_alone:
        raise NotEditable("comments")
    names = [_text_of(xml, each) for each in found if each.name == "author"]
    edits: list[Edit] = []
    if AUTHOR in names:
        author = names.index(AUTHOR)
    else:
        author = len(names)
        edits.append(added_inside(xml, authors, prefixed(f"<author>{AUTHOR}</author>", authors)))
    left = dict(texts)
    gone: set[str] = set()
    parts: list[Element] = []
    for each in found:
        if each.name != "comment":
            parts.append(each)
            continue
        ref = each.attributes.get("ref", "")
        if names[int(each.attributes.get("authorId", 0))] == AUTHOR:
            gone.add(ref)
            edits.append((each.start, each.end, b""))
        else:
            edits += _under(xml, parts, left.pop(ref, ""))
        parts = []
    new = "".join(_comment(ref, text, author) for ref, text in left.items())
    edits.append(added_inside(xml, listed, prefixed(new, listed)))
    return spliced(xml, edits), gone, set(left)


def _under(xml: bytes, parts: Sequence[Element], text: str) -> Iterator[Edit]:
    """Say something under what the partner says, in place of what an earlier copy said there.

    ``parts`` are the elements of the partner's comment.
    """
    body = next(each for each in reversed(parts) if each.name == "text")
    if body.is_alone:
        return
    theirs = _before_ours(xml, body, parts)
    new = prefixed(_run(f"\n{UNDER}\n{text}"), body) if text else b""
    if new and theirs.strip() and not any(each.name == "r" for each in parts):
        # A plain text cannot be followed by a run: it becomes one.
        theirs = prefixed("<r>", body) + theirs + prefixed("</r>", body)
    yield body.inside, body.outside, theirs + new


def _before_ours(xml: bytes, body: Element, parts: Sequence[Element]) -> bytes:
    """What stands in a comment before our words, its elements closed."""
    at = xml.find(UNDER.encode(), body.inside, body.outside)
    if at < 0:
        return xml[body.inside : body.outside]
    around = [each for each in parts if body.inside <= each.start < at < each.end]
    said = xml[max(each.inside for each in around) : at] if around else b"?"
    if not said.strip():
        return xml[body.inside : min(each.start for each in around)]
    ends = sorted(around, key=lambda each: -each.start)
    return xml[body.inside : at].rstrip() + b"".join(map(closing, ends))


def _comment(ref: str, text: str, author: int) -> str:
    return f'<comment ref="{ref}" authorId="{author}"><text>{_run(text)}</text></comment>'


def _run(text: str) -> str:
    return f'<r><t xml:space="preserve">{escaped(text)}</t></r>'


def _text_of(xml: bytes, element: Element) -> str:
    return xml[element.inside : element.outside].decode(errors="replace").strip()


def boxed(xml: bytes, gone: set[str], texts: Mapping[str, str]) -> bytes:
    """The drawing with a box for each comment of ours, and none for those that are gone.

    Boxes are told by their cell. Raises :class:`NotEditable`.
    """
    places = {_position(ref) for ref in gone}
    kept = _SHAPE.sub(lambda shape: b"" if _cell_of(shape[0]) in places else shape[0], xml)
    end = kept.rfind(b"</xml>")
    if end < 0:
        raise NotEditable("drawing of comments")
    boxes = "".join(_box(*_position(ref), text) for ref, text in texts.items())
    return kept[:end] + boxes.encode() + kept[end:]


def _cell_of(shape: bytes) -> tuple[int, int] | None:
    where = {name: int(number) for name, number in _SHAPE_CELL.findall(shape)}
    return (where[b"Row"], where[b"Column"]) if len(where) == 2 else None


def _position(ref: str) -> tuple[int, int]:
    place = _PLACE.fullmatch(ref)
    if place is None:
        raise NotEditable(ref)
    return int(place[2]) - 1, column_number(place[1])


def _box(row: int, column: int, text: str) -> str:
    lines = sum(1 + len(line) // _LETTERS_A_LINE for line in text.split("\n"))
    top = max(row - 1, 0)
    return _BOX.format(
        row=row,
        column=column,
        left=column + 1,
        right=column + 4,
        top=top,
        bottom=top + min(max(lines, _FEWEST_LINES), _MOST_LINES) + 1,
    )
