"""The outlines of the region's communes, and of what is made of them, ready to be drawn.

The plane is that of Lambert-93 (RGF93, EPSG:2154), the projection of French public maps, brought to
a frame :data:`WIDTH` wide whose vertical axis goes down. Communes are those of the COG 2026.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from beffroi.territories.topology import Point, Topology, decoded
from beffroi.ui.maps import path

FILE = Path(__file__).resolve().parent.parent / "reference" / "communes.topo.json"
"""IGN (Admin Express), dissolved to the communes of 2026: see the README beside it."""
WIDTH = 4000

# Lambert-93: conformal conic on the GRS 80 ellipsoid, parallels 44° and 49°, origin 3° E 46.5° N.
_EXCENTRICITY = 0.0818191910428158
_EXPONENT, _CONSTANT = 0.7256077650532670, 11_754_255.426096
_POLE_X, _POLE_Y, _MERIDIAN = 700_000.0, 12_655_612.049876, 3.0


@dataclass(frozen=True, slots=True)
class Frame:
    """How metres of Lambert-93 lie in the frame: its left and top edges, its scale, its height."""

    left: float
    top: float
    metres: float
    """How many metres one unit of the frame is worth."""
    height: int

    def place(self, longitude: float, latitude: float) -> Point:
        """A position in the frame."""
        x, y = lambert_93(longitude, latitude)
        return (x - self.left) / self.metres, (self.top - y) / self.metres


def lambert_93(longitude: float, latitude: float) -> Point:
    """Metres east and north of a position in degrees."""
    turned = _EXPONENT * math.radians(longitude - _MERIDIAN)
    sine = math.sin(math.radians(latitude))
    isometric = math.atanh(sine) - _EXCENTRICITY * math.atanh(_EXCENTRICITY * sine)
    radius = _CONSTANT * math.exp(-_EXPONENT * isometric)
    return _POLE_X + radius * math.sin(turned), _POLE_Y - radius * math.cos(turned)


@cache
def frame() -> Frame:
    """The frame of the region."""
    return _read()[0]


@lru_cache(maxsize=8192)
def outline(communes: frozenset[str]) -> str:
    """The path around some communes together; empty where the file knows none of them."""
    return path(_read()[1].rings(sorted(communes)))


@cache
def departments() -> tuple[str, ...]:
    """The paths of the departments; a commune's code begins with its department's."""
    held: dict[str, set[str]] = {}
    for code in _read()[1].areas:
        held.setdefault(code[:2], set()).add(code)
    return tuple(outline(frozenset(codes)) for _department, codes in sorted(held.items()))


@cache
def _read() -> tuple[Frame, Topology]:
    data = json.loads(FILE.read_text(encoding="utf-8"))
    found = _frame_around(data["transform"])
    return found, decoded(data, "communes", "c", found.place)


def _frame_around(transform: Mapping[str, list[float]]) -> Frame:
    """The frame of all that a quantized file may hold (a grid of 10 000 by 10 000)."""
    west, south = transform["translate"]
    east = west + 9_999 * transform["scale"][0]
    north = south + 9_999 * transform["scale"][1]
    middle = min(max(_MERIDIAN, west), east)
    corners = [lambert_93(x, y) for x in (west, middle, east) for y in (south, north)]
    left, right = min(x for x, _y in corners), max(x for x, _y in corners)
    bottom, top = min(y for _x, y in corners), max(y for _x, y in corners)
    metres = (right - left) / WIDTH
    return Frame(left, top, metres, math.ceil((top - bottom) / metres))
