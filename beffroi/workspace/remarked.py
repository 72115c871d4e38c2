"""The operations and figures that remarks are written on: how they are recognised, where they
are shown."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl, urlencode

from django.core.exceptions import BadRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from beffroi.contracts.models import Contract
from beffroi.contracts.pages.situation import Situation, stage_named
from beffroi.contracts.tree import tree
from beffroi.operations.sheet import OperationSheet, sheet_of
from beffroi.remarks.subjects import Kind, Subject
from beffroi.workspace.figure_labels import FIGURE_LABELS, NODE, OPERATION, described, place_of

OPERATION_KIND, FIGURE_KIND = "operation", "figure"


def operation_subject(found: OperationSheet) -> Subject:
    """An operation as remarks name it: by its code."""
    return Subject(OPERATION_KIND, found.code, f"{found.title} ({found.code})")


def figure_subject(asked: Mapping[str, str]) -> Subject:
    """A figure as remarks name it: by its labels alone, in one order, whatever the dates and the
    unit it is shown at. Its words are found when a remark is written."""
    labels = {name: asked[name] for name in FIGURE_LABELS if asked.get(name)}
    return Subject(FIGURE_KIND, urlencode(sorted(labels.items())))


def _operation_named(contract: Contract, key: str, situation: Situation) -> Subject | None:
    found = sheet_of(contract.pk, key, situation.connu)
    return operation_subject(found) if found and found.became is None else None


def _figure_named(contract: Contract, key: str, situation: Situation) -> Subject | None:
    """The figure of these labels; ``None`` for what is none. Raises ``BadRequest`` for a label that
    the figure's page refuses too."""
    labels = dict(parse_qsl(key))
    if "stage" not in labels or not labels.keys() <= FIGURE_LABELS:
        return None
    stage_named(labels["stage"])
    facts = described(labels, place_of(labels, situation))
    words = [f"{fact.label} : {fact.value}" for fact in facts]
    if NODE in labels:
        words.insert(0, _branch_named(contract, labels[NODE], situation))
    if OPERATION in labels:
        found = sheet_of(contract.pk, labels[OPERATION], situation.connu)
        if found is None:
            return None
        words.insert(0, f"{found.title} ({found.code})")
    return Subject(FIGURE_KIND, figure_subject(labels).key, _("Chiffre : ") + ", ".join(words))


def _branch_named(contract: Contract, node: str, situation: Situation) -> str:
    for found in tree(contract, situation.au, situation.connu):
        if str(found.id) == node:
            return f"{found.code} {found.title}".strip()
    raise BadRequest(_("Le niveau « %(node)s » n'est pas dans le programme.") % {"node": node[:40]})


def _operation_address(slug: str, key: str, situation: dict[str, str]) -> str:
    where = reverse("workspace:operation", args=[slug, key])
    return f"{where}?{urlencode(situation)}" if situation else where


def _figure_address(slug: str, key: str, situation: dict[str, str]) -> str:
    where = reverse("workspace:figure", args=[slug])
    return f"{where}?{urlencode([*parse_qsl(key), *situation.items()])}"


KINDS = (
    Kind(OPERATION_KIND, _operation_named, _operation_address),
    Kind(FIGURE_KIND, _figure_named, _figure_address),
)
