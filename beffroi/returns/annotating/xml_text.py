"""Editing XML as text: whatever is not touched stays byte for byte as its author wrote it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple
from xml.parsers import expat

from beffroi.returns.annotating.notes import NotEditable
from beffroi.ui.inert import for_xml

_TAG = re.compile(rb"""<[^\s/>]+(?:\s+[^\s=>]+\s*=\s*(?:"[^"]*"|'[^']*'))*\s*(/?)>""")
_ENCODING = re.compile(rb"""<\?xml[^>]*\sencoding=["']([\w-]+)["']""")
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\r": "&#13;"}

_TAG_NAME = re.compile(r"<(/?)(?=[A-Za-z])")

Edit = tuple[int, int, bytes]
"""From where, to where, and what stands there instead."""


class Element(NamedTuple):
    """One element of a text: its name without prefix, and where it stands.

    Its start tag goes from ``start`` to ``inside``, its content from ``inside`` to ``outside``;
    ``end`` is past it all. An element closed by its own tag has ``inside == outside == end``.
    """

    name: str
    prefix: str
    attributes: dict[str, str]
    parent: str
    start: int
    inside: int
    outside: int
    end: int

    @property
    def is_alone(self) -> bool:
        """Whether its tag closes itself."""
        return self.inside == self.end


def elements(xml: bytes) -> list[Element]:
    """The elements of a text, in the order they end. Raises :class:`NotEditable`."""
    refuse_other_encodings(xml)
    try:
        return _outlined(xml)
    except expat.ExpatError as error:
        raise NotEditable(str(error)) from error


def refuse_other_encodings(xml: bytes) -> None:
    """Only UTF-8 is edited as text. Raises :class:`NotEditable`."""
    encoding = _ENCODING.match(xml.removeprefix(b"\xef\xbb\xbf"))
    said = encoding[1].lower() if encoding else b"utf-8"
    if xml.startswith((b"\xff\xfe", b"\xfe\xff")) or said not in {b"utf-8", b"us-ascii"}:
        raise NotEditable("not UTF-8")


def _outlined(xml: bytes) -> list[Element]:
    found: list[Element] = []
    opened: list[tuple[str, dict[str, str], int]] = []
    parser = expat.ParserCreate()

    def start(tag: str, attributes: dict[str, str]) -> None:
        opened.append((tag, attributes, parser.CurrentByteIndex))

    def end(tag: str) -> None:
        _tag, attributes, at = opened.pop()
        prefix, _, name = tag.rpartition(":")
        parent = opened[-1][0].rpartition(":")[2] if opened else ""
        opening = _TAG.match(xml, at)
        if opening is None:
            raise NotEditable(tag)
        inside = opening.end()
        outside = inside if opening[1] else parser.CurrentByteIndex
        past = inside if opening[1] else xml.index(b">", outside) + 1
        found.append(Element(name, prefix, attributes, parent, at, inside, outside, past))

    def refuse(*_: object) -> None:
        raise NotEditable("document type")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(xml, True)
    return found


def spliced(xml: bytes, edits: Iterable[Edit]) -> bytes:
    """The text with its edits, which do not overlap."""
    return b"".join(_pieces(xml, edits))


def _pieces(xml: bytes, edits: Iterable[Edit]) -> Iterator[bytes]:
    at = 0
    for start, end, instead in sorted(edits, key=lambda edit: edit[:2]):
        yield xml[at:start]
        yield instead
        at = end
    yield xml[at:]


def added_inside(xml: bytes, element: Element, content: bytes, *, first: bool = False) -> Edit:
    """The edit that adds to the content of an element, at its end or as its ``first``."""
    if element.is_alone:
        return element.start, element.end, opened(xml, element) + content + closing(element)
    at = element.inside if first else element.outside
    return at, at, content


def opened(xml: bytes, element: Element) -> bytes:
    """The start tag of an element, which does not close itself."""
    tag = xml[element.start : element.inside]
    return tag[:-2].rstrip() + b">" if element.is_alone else tag


def closing(element: Element) -> bytes:
    """The end tag of an element."""
    return prefixed(f"</{element.name}>", element)


def with_attribute(tag: bytes, name: str, value: str) -> bytes:
    """A start tag whose attribute has that value."""
    written = f'{name}="{escaped(value)}"'.encode()
    there = re.compile(rb"""(\s)%s\s*=\s*(?:"[^"]*"|'[^']*')""" % re.escape(name.encode()))
    if there.search(tag):
        return there.sub(lambda found: found[1] + written, tag, count=1)
    end = -2 if tag.endswith(b"/>") else -1
    return tag[:end].rstrip() + b" " + written + tag[end:]


def without_attribute(tag: bytes, name: str) -> bytes:
    """A start tag without that attribute."""
    return re.sub(rb"""\s%s\s*=\s*(?:"[^"]*"|'[^']*')""" % re.escape(name.encode()), b"", tag)


def prefixed(xml: str, element: Element) -> bytes:
    """XML of ours, its tags with the prefix that those of an element have."""
    if element.prefix:
        xml = _TAG_NAME.sub(rf"<\1{element.prefix}:", xml)
    return xml.encode()


def escaped(text: str) -> str:
    """A text as XML holds it; what XML cannot hold is left out."""
    return "".join(_ESCAPES.get(sign, sign) for sign in for_xml(text))
