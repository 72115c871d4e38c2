"""Outlines that share their borders (TopoJSON 1.0): decoded and merged. Pure.

A topology is a list of arcs, lines between two junctions; an area is made of rings of arcs, and two
neighbours name the same arc. A negative number names an arc read backwards: ``~3`` is arc 3.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Point = tuple[float, float]
Line = tuple[Point, ...]
"""Points one after the other; a ring's last is its first."""


@dataclass(frozen=True, slots=True)
class Topology:
    """The arcs, and the rings of each area by its code; holes are rings like the others."""

    arcs: Sequence[Line]
    areas: Mapping[str, tuple[tuple[int, ...], ...]]

    def rings(self, codes: Iterable[str]) -> list[Line]:
        """The outline of some areas together: what separates two of them is left out.

        Codes that no area bears are passed over.
        """
        arcs = [arc for code in codes for ring in self.areas.get(code, ()) for arc in ring]
        used = Counter(map(_number, arcs))
        return [self._drawn(ring) for ring in stitched(self.arcs, _once(arcs, used))]

    def _drawn(self, ring: Iterable[int]) -> Line:
        points: list[Point] = []
        for arc in ring:
            line = self.arcs[_number(arc)]
            points.extend((line if arc >= 0 else line[::-1])[1 if points else 0 :])
        return tuple(points)


def decoded(
    data: Mapping[str, Any], layer: str, code: str, place: Callable[[float, float], Point]
) -> Topology:
    """A quantized topology. Its positions (longitude, latitude) are put on a plane by ``place``;
    ``code`` is the property that names an area of the ``layer``."""
    (x_scale, y_scale), (x_zero, y_zero) = (
        data["transform"]["scale"],
        data["transform"]["translate"],
    )
    arcs = []
    for steps in data["arcs"]:
        x = y = 0
        line = []
        for x_step, y_step in steps:
            x, y = x + x_step, y + y_step
            line.append(place(x * x_scale + x_zero, y * y_scale + y_zero))
        arcs.append(tuple(line))
    areas = {
        each["properties"][code]: tuple(
            tuple(ring)
            for polygon in ([each["arcs"]] if each["type"] == "Polygon" else each["arcs"])
            for ring in polygon
        )
        for each in data["objects"][layer]["geometries"]
    }
    return Topology(arcs, areas)


def stitched(arcs: Sequence[Line], chosen: Sequence[int]) -> list[tuple[int, ...]]:
    """Rings made of arcs that end where another begins; each arc is used once."""
    leaving: dict[Point, list[int]] = {}
    for arc in chosen:
        leaving.setdefault(_start(arcs, arc), []).append(arc)
    rings = []
    for first in chosen:
        start = _start(arcs, first)
        if first not in leaving[start]:
            continue
        leaving[start].remove(first)
        ring = [first]
        while (here := _start(arcs, ~ring[-1])) != start:
            ring.append(leaving[here].pop())
        rings.append(tuple(ring))
    return rings


def _once(arcs: Iterable[int], used: Mapping[int, int]) -> list[int]:
    return [arc for arc in arcs if used[_number(arc)] == 1]


def _number(arc: int) -> int:
    return arc if arc >= 0 else ~arc


def _start(arcs: Sequence[Line], arc: int) -> Point:
    return arcs[arc][0] if arc >= 0 else arcs[~arc][-1]
