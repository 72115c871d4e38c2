"""Which part of an Office package refers to which: relationships, and the types of contents."""

from __future__ import annotations

import re

from beffroi.returns.annotating.notes import NotEditable
from beffroi.returns.annotating.package import Package
from beffroi.returns.annotating.xml_text import added_inside, elements, escaped, prefixed, spliced

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
VML = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_CONTENT_TYPES = "[Content_Types].xml"
_EMPTY = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    b"</Relationships>"
)


class Relationships:
    """What one part refers to: ``targets`` and ``kinds`` by identifier."""

    def __init__(self, package: Package, part: str) -> None:
        self._package, self._part = package, part
        self._home = re.sub(r"([^/]+)$", r"_rels/\1.rels", part)
        self.targets: dict[str, str] = {}
        self.kinds: dict[str, str] = {}
        for each in elements(self._read()):
            if each.name == "Relationship" and each.attributes.get("TargetMode") != "External":
                identifier = each.attributes.get("Id", "")
                self.targets[identifier] = _beside(part, each.attributes.get("Target", ""))
                self.kinds[identifier] = each.attributes.get("Type", "").rpartition("/")[2]

    def part_of_kind(self, kind: str) -> str | None:
        """The part of that kind (``comments``, ``styles``), where there is one."""
        found = (self.targets[each] for each, said in self.kinds.items() if said == kind)
        return next((part for part in found if part in self._package), None)

    def add(self, kind: str, part: str) -> str:
        """Refer to a part; its identifier."""
        xml = self._read()
        taken = set(re.findall(rb"""\bId=["']([^"']*)["']""", xml))
        number = 1
        while f"rIdBeffroi{number}".encode() in taken:
            number += 1
        identifier = f"rIdBeffroi{number}"
        root = elements(xml)[-1]
        about = f'Id="{identifier}" Type="{OFFICE}/{kind}" Target="/{escaped(part)}"'
        new = prefixed(f"<Relationship {about}/>", root)
        self._package.write(self._home, spliced(xml, [added_inside(xml, root, new)]))
        self.targets[identifier], self.kinds[identifier] = part, kind
        return identifier

    def _read(self) -> bytes:
        return self._package.read(self._home) if self._home in self._package else _EMPTY


def declare_content(package: Package, *, part: str = "", extension: str = "", kind: str) -> None:
    """Say what a part holds, or all parts of an extension, where it is not said yet."""
    xml = package.read(_CONTENT_TYPES)
    found = elements(xml)
    root = found[-1]
    if root.name != "Types":
        raise NotEditable(_CONTENT_TYPES)
    said = {each.attributes.get("PartName") or each.attributes.get("Extension") for each in found}
    if (f"/{part}" if part else extension) in said:
        return
    about = f'Override PartName="/{escaped(part)}"' if part else f'Default Extension="{extension}"'
    new = prefixed(f'<{about} ContentType="{kind}"/>', root)
    package.write(_CONTENT_TYPES, spliced(xml, [added_inside(xml, root, new, first=not part)]))


def _beside(part: str, target: str) -> str:
    """The part that ``target`` names, as said in ``part``: relative to it, or from the root."""
    if target.startswith("/"):
        return target[1:]
    steps = part.split("/")[:-1]
    for step in target.split("/"):
        if step == "..":
            steps = steps[:-1]
        elif step not in {"", "."}:
            steps.append(step)
    return "/".join(steps)
