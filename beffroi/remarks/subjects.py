"""What a remark may be on: the rooms that show such things say how they are recognised."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from beffroi.contracts.models import Contract
from beffroi.contracts.pages.situation import Situation
from beffroi.remarks.models import LONGEST_KEY


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing of a contract: its kind, its key in the one way it is written, its words."""

    kind: str
    key: str
    label: str = ""

    @property
    def written(self) -> str:
        """As an address names it: ``operation:OP-12``."""
        return f"{self.kind}:{self.key}"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of things to remark on.

    ``recognise`` gives the subject that a key names in a contract, ``None`` where there is none;
    ``address`` gives the page that shows it, from the contract's slug, the key and a situation's
    parameters.
    """

    name: str
    recognise: Callable[[Contract, str, Situation], Subject | None]
    address: Callable[[str, str, dict[str, str]], str]


_kinds: dict[str, Kind] = {}


def register_kind(kind: Kind) -> None:
    """Let remarks be written on things of a kind; a room calls this from ``AppConfig.ready``."""
    _kinds[kind.name] = kind


def subject_named(written: str, contract: Contract, situation: Situation) -> Subject | None:
    """The subject that an address names; ``None`` where the contract has no such thing."""
    name, _colon, key = written.partition(":")
    kind = _kinds.get(name)
    if kind is None or not 0 < len(key) <= LONGEST_KEY or "\0" in key:
        return None
    return kind.recognise(contract, key, situation)


def subject_address(slug: str, kind: str, key: str, **situation: str) -> str:
    """The page of the workspace that shows a subject."""
    return _kinds[kind].address(slug, key, situation)
