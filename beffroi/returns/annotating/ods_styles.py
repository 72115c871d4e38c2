"""The automatic styles of an ODS: those of its cells, coloured, and those of the first sheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from beffroi.returns.annotating.notes import COLOURS, GROUNDS, LOOKS, Tone
from beffroi.returns.annotating.xml_text import Edit, added_inside, elements, escaped

PREFIX = "beffroi-"
_DECLARED = {
    "xmlns:style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "xmlns:fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
}
_GROUND, _INK = "style:table-cell-properties", "style:text-properties"
_BLACK = {"fo:color": "#000000", "style:use-window-font-color": "false"}


class OdsStyles:
    """Styles being added to a content's automatic styles; what was there keeps its name."""

    def __init__(self, head: bytes) -> None:
        """``head`` is the content without its body."""
        self._head = head
        self._elements = elements(head)
        self._there = {
            each.attributes.get("style:name", ""): each
            for each in self._elements
            if each.name == "style" and each.attributes.get("style:family") == "table-cell"
        }
        self._taken = {each.attributes.get("style:name") for each in self._elements}
        self._added: list[str] = []
        self._known: dict[tuple[str, Tone], str] = {}
        self.painted: dict[str, str] = {}

    def painted_as(self, style: str, tone: Tone) -> str:
        """The name of a cell's style with its ground coloured, and its text black."""
        key = (style, tone)
        if key not in self._known:
            name = self._free_name(tone)
            self._known[key] = name
            self.painted[name] = style
            self._added.append(self._painted(style, tone, name))
        return self._known[key]

    def edit(self, widths: Sequence[int]) -> Edit:
        """The edit of the head that adds them, with those of the first sheet."""
        place = next((each for each in self._elements if each.name == "automatic-styles"), None)
        earlier = self._taken & {each for each, _ in _of_front(widths)}
        new = [xml for name, xml in _of_front(widths) if name not in earlier]
        added = "".join([*self._added, *new])
        if place:
            return added_inside(self._head, place, added.encode())
        end = self._elements[-1].outside
        named = {"xmlns:office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0"}
        return end, end, _element("office:automatic-styles", named, added).encode()

    def _free_name(self, tone: Tone) -> str:
        number = 1
        while (name := f"{PREFIX}{tone}-{number}") in self._taken:
            number += 1
        self._taken.add(name)
        return name

    def _painted(self, style: str, tone: Tone, name: str) -> str:
        """What the style says, with another ground and ink; one that is not here is its parent."""
        there = self._there.get(style)
        about: dict[str, str] = {"style:family": "table-cell"}
        said: dict[str, dict[str, str]] = {_GROUND: {}, _INK: {}}
        inside: dict[str, str] = {_GROUND: "", _INK: ""}
        others = {"style:paragraph-properties": "", "style:map": ""}
        if there is None:
            about |= {"style:parent-style-name": style} if style else {}
        else:
            about |= there.attributes
            children = [
                each
                for each in self._elements
                if each.parent == "style" and there.start < each.start < there.end
            ]
            for each in children:
                called = f"{each.prefix}:{each.name}"
                raw = self._head[each.start : each.end].decode()
                if called in said:
                    said[called] = each.attributes
                    inside[called] = self._head[each.inside : each.outside].decode()
                elif called in others:
                    others[called] += raw
        ground = said[_GROUND] | {"fo:background-color": f"#{COLOURS[tone]}"}
        return _element(
            "style:style",
            _DECLARED | about | {"style:name": name},
            _element(_GROUND, ground, inside[_GROUND])
            + others["style:paragraph-properties"]
            + _element(_INK, said[_INK] | _BLACK, inside[_INK])
            + others["style:map"],
        )


def _element(name: str, attributes: Mapping[str, str], inside: str = "") -> str:
    said = "".join(f' {each}="{escaped(value)}"' for each, value in attributes.items())
    return f"<{name}{said}>{inside}</{name}>"


def _of_front(widths: Sequence[int]) -> Iterator[tuple[str, str]]:
    """The styles of the first sheet: its columns, an amount's number, each look."""
    for at, width in enumerate(widths, start=1):
        yield _style(
            f"column-{at}",
            "table-column",
            _element(
                "style:table-column-properties", {"style:column-width": f"{width * 0.2:.2f}cm"}
            ),
        )
    number = _element(
        "number:number",
        {
            "number:decimal-places": "2",
            "number:min-integer-digits": "1",
            "number:grouping": "true",
        },
    )
    name = f"{PREFIX}amount-number"
    yield (
        name,
        _element(
            "number:number-style",
            _DECLARED
            | {
                "xmlns:number": "urn:oasis:names:tc:opendocument:xmlns:datastyle:1.0",
                "style:name": name,
            },
            number,
        ),
    )
    for look in LOOKS:
        tone = GROUNDS.get(look)
        ground = {"style:vertical-align": "top", "fo:wrap-option": "wrap"}
        if look == "title":
            ground["fo:wrap-option"] = "no-wrap"
        if tone:
            ground["fo:background-color"] = f"#{COLOURS[tone]}"
        ink = {"fo:font-size": "15pt" if look == "title" else "11pt"}
        if look in {"title", "head", "strong"}:
            ink["fo:font-weight"] = "bold"
        more = {"style:data-style-name": name} if look == "amount" else {}
        yield _style(look, "table-cell", _element(_GROUND, ground) + _element(_INK, ink), more)


def _style(
    name: str, family: str, inside: str, more: Mapping[str, str] | None = None
) -> tuple[str, str]:
    called = f"{PREFIX}{name}"
    about = {"style:name": called, "style:family": family} | dict(more or {})
    return called, _element("style:style", _DECLARED | about, inside)
